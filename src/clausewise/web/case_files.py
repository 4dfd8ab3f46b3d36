"""The files of a case as the interface and the page show them, and one as it is handed out: to be kept, never to be run."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from clausewise.files.scanner import Scan
from clausewise.store.file_listing import ListedFile
from clausewise.store.files import Handed

SANDBOX = "default-src 'none'; sandbox"  # whoever gets a browser to show it gets nothing to run, and no origin


def files_object(files: tuple[ListedFile, ...]) -> dict[str, Any]:
    """Return the files of a case as plain values."""
    return {"files": [_file_object(one) for one in files]}


def _file_object(one: ListedFile) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "path": one.path,
        "sequence": one.sequence,
        "kind": one.kind.value,
        "scan": one.scan.value,
        "bytes": one.sent_bytes,
        "served": {"kind": one.served_kind.value, "bytes": one.served_bytes} if one.served and one.served_kind else None,
    }


def file_answer(file: UUID, handed: Handed) -> HttpResponse:
    """Return what was rebuilt of a file as an answer that a browser keeps under a name that says nothing, and does not show."""
    answer = HttpResponse(handed.content, content_type=handed.kind.media_type)
    answer["Content-Disposition"] = f'attachment; filename="file-{str(file)[:8]}.{handed.kind.value}"'
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def scan_words(scan: Scan) -> str:
    """Return what is known of a file from the scanner as a person reads it."""
    unscanned = "it came before there was a scanner" if settings.SCANNER_SET_UP else "no scanner is set up"
    return {
        Scan.NOT_SCANNED: f"not scanned: {unscanned}",
        Scan.CLEAN: "clean: the scanner found nothing",
        Scan.INFECTED: "harmful, says the scanner: handed out to nobody",
        Scan.UNREACHABLE: "held: the scanner was not reached",
    }[scan]
