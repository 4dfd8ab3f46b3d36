"""How much one may ask in a minute: an address, a token, an account; and how often an address may try to sign in.

More is answered with 429 and the time to wait.  When the counts cannot be kept (a full disk), reading goes on unlimited, and
signing in stops.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clausewise.web.asking import account_of, address_of, route_of
from clausewise.web.mistakes import too_many
from clausewise.wiring.events import Word
from clausewise.wiring.logs import log
from clausewise.wiring.start import now
from clausewise.wiring.windows import Windows

WINDOW_SECONDS = 60
ACCOUNT_SHARE = 10  # a person at a page asks a tenth of what a program may
SIGN_IN_TIMES = 60
SIGN_IN_PATHS = tuple(f"/account/{way}" for way in ("login/", "2fa/", "password/", "reauthenticate/"))

Answering = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many of a kind may come in a minute; `is_strict` stops all of them when nobody can count."""

    kind: str
    times: int
    is_strict: bool = False


def limit_addresses(get_response: Answering) -> Answering:
    """Limit what an address and a token ask, before anything is looked up for them."""
    windows, times = _windows(), settings.REQUESTS_PER_MINUTE

    def limited(request: HttpRequest) -> HttpResponse:
        address, token = address_of(request), request.headers.get("Authorization", "")
        asked = [(Limit("address", times), address)]
        if token:
            asked.append((Limit("token", times), token))
        if request.method == "POST" and request.path_info.startswith(SIGN_IN_PATHS):
            asked.append((Limit("sign-in", min(times, SIGN_IN_TIMES), is_strict=True), address))
        return _first_over(windows, request, asked) or get_response(request)

    return limited


def limit_accounts(get_response: Answering) -> Answering:
    """Limit what a signed-in account asks, from however many addresses."""
    windows, limit = _windows(), Limit("account", max(1, settings.REQUESTS_PER_MINUTE // ACCOUNT_SHARE))

    def limited(request: HttpRequest) -> HttpResponse:
        account = account_of(request, look=True)
        over = _first_over(windows, request, [(limit, str(account))]) if account else None
        return over or get_response(request)

    return limited


def _windows() -> Windows:
    return Windows(Path(settings.LIMITS_FILE), str(settings.SECRET_KEY).encode())


def _first_over(windows: Windows, request: HttpRequest, asked: list[tuple[Limit, str]]) -> HttpResponse | None:
    instant = now().timestamp()
    for limit, who in asked:
        wait = _wait(windows, limit, who, instant)
        if wait:
            log("request.limited", "warning", limit=Word(limit.kind), route=route_of(request), method=request.method)
            return too_many(request, wait)
    return None


def _wait(windows: Windows, limit: Limit, who: str, instant: float) -> int:
    """Return how many seconds to wait, 0 for none."""
    try:
        times, ends = windows.count(limit.kind, who, WINDOW_SECONDS, instant)
    except OSError:
        return WINDOW_SECONDS if limit.is_strict else 0
    return max(1, ceil(ends - instant)) if times > limit.times else 0
