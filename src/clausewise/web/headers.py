"""What every answer tells the browser: keep nothing, guess nothing, load nothing from elsewhere, let nobody in.

The policy for contents (CSP), nosniff, the policies for openers and referrers, and HSTS where TLS is spoken come from the
framework's own middleware by `wiring.settings`; the rest is here.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answering = Callable[[HttpRequest], HttpResponse]

NOT_USED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "midi", "payment", "usb")
ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_USED),
    "Server": "",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def guard_answers(get_response: Answering) -> Answering:
    """Add the headers to every answer; nothing but static files may be kept by a browser or on the way."""

    static = f"/{(settings.STATIC_URL or 'static').strip('/')}/"

    def guarded(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if not request.path_info.startswith(static):
            response.headers["Cache-Control"] = "no-store"
        return response

    return guarded
