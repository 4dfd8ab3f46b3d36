"""Every route.  Each has a row in the authorization matrix (`clausewise.web.access`); a route without one fails the build."""

from django.urls import URLPattern, URLResolver, include, path

from clausewise.web import account_pages, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("account/", account_pages.home, name="account_home"),
    path("account/tenant/", account_pages.choose_tenant, name="account_tenant"),
    path("account/sessions/end/", account_pages.end_sessions, name="account_end_sessions"),
    # Not below account/, where signing in is limited: pages ask these by themselves.
    path("session/", account_pages.tell_remaining, name="account_remaining"),
    path("session/stay/", account_pages.stay, name="account_stay"),
    path("draft/<str:form>/", account_pages.draft, name="account_draft"),
    path("draft/<str:form>/<uuid:case>/", account_pages.draft, name="case_draft"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/3rdparty/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
