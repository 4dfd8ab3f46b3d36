"""What is sent, sorted: texts stand in the act itself; PDFs and photographs are taken in, and the act names them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clausewise.files.custody import Arrived, arrived
from clausewise.files.kinds import kind_of
from clausewise.payer.submission import ANSWERS, CASE, is_text, plain_files
from clausewise.store.acting import Acting
from clausewise.store.files import Filed
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem


@dataclass(frozen=True, slots=True)
class Filing:
    """Files sorted: as the act writes them, as a request is read from them (a picture without its content), those to be kept."""

    written: Mapping[str, Any]
    read: Mapping[str, bytes]
    files: tuple[Filed, ...]

    def told(self) -> dict[str, Any]:
        """Return what the sender is told of the files that were taken in, by path; nothing where there are none."""
        named = {path: one for path, one in self.written.items() if "file" in one}
        scans = {str(filed.id): filed.arrived.scan.value for filed in self.files}
        return {"files": {path: {**one, "scan": scans[one["file"]]} for path, one in named.items()}} if named else {}


def fingerprints(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return files as what is asked for under a key: texts as they are, others by their SHA-256."""
    texts = _texts(files)
    others = {path: {"sha256": hashlib.sha256(content).hexdigest()} for path, content in files.items() if path not in texts}
    return plain_files(texts) | others


def filed(acting: Acting, files: Mapping[str, bytes], patient: UUID) -> Filing | NotDone:
    """Return files sorted, each PDF and photograph looked at and rebuilt; or every reason why one is not taken in."""
    texts = _texts(files)
    if len(texts) < len(files) and isinstance(acting.files, Problem):
        return NotDone((acting.files,))
    found = {path: _arrived(acting, content, path) for path, content in sorted(files.items()) if path not in texts}
    problems = tuple(one for one in found.values() if isinstance(one, Problem))
    if problems:
        return NotDone(problems)
    kept = {path: Filed(acting.new_id(), patient, one) for path, one in found.items() if isinstance(one, Arrived)}
    written = plain_files(texts) | {path: _written(one) for path, one in kept.items()}
    return Filing(written, texts | dict.fromkeys(kept, b""), tuple(kept.values()))


def _texts(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if not _is_file(path, content)}


def _is_file(path: str, content: bytes) -> bool:
    """Tell by its bytes whether something is kept as a file; a PDF may well look like text.

    The case and the answers are read as texts, and told as such where they are none.
    """
    if path.rpartition("/")[2] in (CASE, ANSWERS):
        return False
    return kind_of(content) is not None or not is_text(content)


def _arrived(acting: Acting, content: bytes, path: str) -> Arrived | Problem:
    assert not isinstance(acting.files, Problem), "looked at before"
    return arrived(acting.files, content, path)


def _written(filed: Filed) -> dict[str, Any]:
    rebuilt = filed.arrived.rebuilt
    removed = {what.value: count for what, count in rebuilt.removed.items() if count} if rebuilt else {}
    return {"file": str(filed.id), "kind": filed.arrived.kind.value, "removed": removed}
