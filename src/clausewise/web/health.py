"""Is the process alive, and can it take cases?  For whoever starts and watches it; nothing about a case is in here."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from clausewise.wiring.storing import found_faults


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process is alive."""
    return JsonResponse({"alive": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether cases can be trusted to the database; else with status 503 and the codes of what is wrong."""
    faults = found_faults()
    return JsonResponse({"ready": not faults, "problems": [fault.code for fault in faults]}, status=503 if faults else 200)
