"""How long a session lasts: 15 minutes without a request, and in all 12 hours for who works for a tenant, else 2.

What a page asks by itself to show the time that is left does not count as a request.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from clausewise.accounts.duties import tenants_of
from clausewise.wiring.start import now

IDLE = timedelta(minutes=15)
IN_ALL_STAFF, IN_ALL_OTHERS = timedelta(hours=12), timedelta(hours=2)
WARNING = timedelta(minutes=2)
# Not each request is written down, so a session ends up to this much earlier than it would, and never later.
WRITTEN_EVERY = timedelta(seconds=30)
BEGAN, SEEN, IN_ALL = "began_at", "seen_at", "in_all_seconds"
QUIET = ("account_remaining",)


class Lasting:
    """Ends a session whose time is over, and notes that it was used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the session, or after its end without it."""
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and request.user.is_authenticated and remaining(request) <= timedelta(0):
            logout(request)
        response = self.get_response(request)
        match = request.resolver_match
        if has_session and request.user.is_authenticated and (match is None or match.view_name not in QUIET):
            _note_use(request)
        return response


def remaining(request: HttpRequest) -> timedelta:
    """Return how long the session still lasts; nothing where it does not say since when it does."""
    began, seen = _instant(request, BEGAN), _instant(request, SEEN)
    if began is None or seen is None:
        return timedelta(0)
    return min(seen + IDLE, began + timedelta(seconds=request.session[IN_ALL])) - now()


def _instant(request: HttpRequest, name: str) -> datetime | None:
    written = request.session.get(name)
    return None if written is None else datetime.fromtimestamp(written, UTC)


def _note_use(request: HttpRequest) -> None:
    seen = _instant(request, SEEN)
    if seen is None or now() - seen >= WRITTEN_EVERY:
        note_use(request)


def note_use(request: HttpRequest) -> None:
    """Note that the session is used now; its row says until when it can be read."""
    request.session[SEEN] = now().timestamp()
    request.session.set_expiry(max(1, int(remaining(request).total_seconds())))


@receiver(user_logged_in)
def begin(request: HttpRequest, user: Any, **_: Any) -> None:
    """Note when a session began, and how long it may last."""
    in_all = IN_ALL_STAFF if tenants_of(user.pk) else IN_ALL_OTHERS
    request.session.update({BEGAN: now().timestamp(), IN_ALL: in_all.total_seconds()})
    note_use(request)


@receiver(authentication_step_completed)
def rotate(request: HttpRequest, **said: Any) -> None:
    """Give the session a new key when who is signed in proved anew who they are."""
    if said.get("reauthenticated"):
        request.session.cycle_key()
