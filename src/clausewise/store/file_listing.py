"""The files of a case as a list shows them: what they are, and never what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Length

from clausewise.files.keys import length_inside
from clausewise.files.kinds import FileKind
from clausewise.files.scanner import Scan
from clausewise.store.acting import reading_for
from clausewise.store.faults import attempt
from clausewise.store.models import FileScan, StoredFile
from clausewise.store.reading import loaded
from clausewise.vocab.history import ActKind, CaseHistory, NotDone

FILED = (ActKind.RECEIVED, ActKind.EVIDENCE_ATTACHED)  # acts that carry files


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a case: the path it was sent by, the act it came with, what is known of it, and its lengths in bytes.

    `served_kind` and `served_bytes` are of what was rebuilt and is handed out; None and 0 where nothing was.
    """

    id: UUID
    path: str
    sequence: int
    kind: FileKind
    scan: Scan
    sent_bytes: int
    served_kind: FileKind | None
    served_bytes: int

    @property
    def served(self) -> bool:
        """Whether it is handed out."""
        return self.scan.served and self.served_kind is not None


def files_of(history: CaseHistory) -> tuple[ListedFile, ...] | NotDone:
    """Return the files of a case in the order in which they came, those of an act by path; nothing of them is unsealed."""
    named = _named(history)
    return attempt(lambda: _listed(history, named)) if named else ()


def _named(history: CaseHistory) -> dict[UUID, tuple[int, str]]:
    """Return the number of the act and the path of each file that is kept beside the acts."""
    sent = [(act.sequence, loaded(act.content)["files"]) for act in history.acts if act.kind in FILED]
    return {UUID(one["file"]): (number, path) for number, files in sent for path, one in sorted(files.items()) if "file" in one}


def _listed(history: CaseHistory, named: Mapping[UUID, tuple[int, str]]) -> tuple[ListedFile, ...]:
    tenant = history.tenant
    with reading_for(tenant):
        lengths = {"sent": Length("original"), "served": Length("derivative")}
        found = StoredFile.objects.of(tenant).filter(id__in=named).annotate(**lengths)
        rows = {row["id"]: row for row in found.values("id", "kind", "derivative_kind", *lengths)}
        told = FileScan.objects.of(tenant).filter(file__in=named).order_by("id").values_list("file", "state")
        scans = {file: Scan(state) for file, state in told}
    return tuple(
        ListedFile(
            id=file,
            path=path,
            sequence=number,
            kind=FileKind(rows[file]["kind"]),
            scan=scans[file],
            sent_bytes=length_inside(rows[file]["sent"]),
            served_kind=FileKind(rows[file]["derivative_kind"]) if rows[file]["derivative_kind"] else None,
            served_bytes=length_inside(rows[file]["served"]),
        )
        for file, (number, path) in named.items()
    )
