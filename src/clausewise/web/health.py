"""Is the process alive, and can it take cases?  For whoever starts and watches it; nothing about a case is in here."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from clausewise.wiring.readiness import unready, unwatched
from clausewise.wiring.start import now


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process is alive."""
    return JsonResponse({"alive": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether cases can be taken now; else with status 503.  Either way with the codes of what is wrong.

    Where no worker watches deadlines cases can still be taken: to stop taking them in would make it no better.
    """
    instant = now()
    faults = unready(instant)
    told = (*faults, *(() if faults else unwatched(instant)))
    return JsonResponse({"ready": not faults, "problems": [fault.code for fault in told]}, status=503 if faults else 200)
