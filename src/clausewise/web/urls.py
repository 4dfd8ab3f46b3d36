"""Every route.  Each has a row in the authorization matrix (`clausewise.web.access`); a route without one fails the build."""

from django.urls import URLPattern, URLResolver, include, path

from clausewise.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("account/", include("allauth.urls")),
]
