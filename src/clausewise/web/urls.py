"""Every route.  Each has a row in the authorization matrix (`clausewise.web.access`); a route without one fails the build."""

from django.urls import URLPattern, URLResolver, include, path

from clausewise.web import health, watching

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", watching.metrics, name="metrics"),
    path("account/", include("allauth.urls")),
]

handler400 = "clausewise.web.mistakes.unreadable"
handler403 = "clausewise.web.mistakes.forbidden"
handler404 = "clausewise.web.mistakes.not_found"
handler500 = "clausewise.web.mistakes.fault"
