"""Every route.  Each has a row in the authorization matrix (`clausewise.web.access`); a route without one fails the build."""

from django.urls import URLPattern, URLResolver, include, path

from clausewise.web import account_pages, health, pages, watching, whose_pages
from clausewise.web.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", watching.metrics, name="metrics"),
    path("", pages.home, name="home"),
    path("cases", pages.case_list, name="case-list"),
    path("cases/new", pages.new_case, name="case-new"),
    path("cases/<uuid:case>", pages.case, name="case-page"),
    path("cases/<uuid:case>/assign", whose_pages.assign, name="case-assign"),
    path("cases/<uuid:case>/restrict", whose_pages.restrict, name="case-restrict"),
    path("api/v1/", api.urls),
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

handler400 = "clausewise.web.mistakes.unreadable"
handler403 = "clausewise.web.mistakes.forbidden"
handler404 = "clausewise.web.mistakes.not_found"
handler500 = "clausewise.web.mistakes.fault"
