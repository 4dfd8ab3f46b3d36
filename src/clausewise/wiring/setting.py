"""What every command starts from: the documents, compiled on demand, the instant, the labels of this site."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from clausewise.compiler.route import listed_codes
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.policy.library import Library
from clausewise.vocab.problem import Problem
from clausewise.wiring.cache_folder import open_cache
from clausewise.wiring.places import cache_folder, policies_folder, shown_path
from clausewise.wiring.sources import files_below, read_file

NOT_DOCUMENTS = ("notes.md", "README.md")  # pages beside the documents, for people


@dataclass(frozen=True, slots=True)
class Setting:
    """The documents of a folder, by path below it, and what else a command needs; `now` is the only clock there is."""

    folder: Path
    library: Library
    compiled: CompiledLibrary
    now: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def label(self, policy: str, code: str) -> str:
        """Return the words for a code: the site's licensed ones, else the short ones of the governing document, else none."""
        if code in self.labels:
            return self.labels[code]
        newest = self.library.as_of(date.max)
        shelf = newest.by_id.get(policy)
        return listed_codes(newest.content(shelf)).get(code, "") if shelf else ""

    def path_of(self, file: str) -> str:
        """Return where a document of the library lies, as a person at this prompt would write it."""
        return shown_path(self.folder / file) if (self.folder / file).exists() else file


def open_setting(
    policies: Path | None = None,
    cache: bool = True,
    labels: Path | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> Setting:
    """Return the setting of a command; what is wrong with folder, cache or labels is among its problems.

    Args:
        policies: the folder of documents, in place of the one found.
        extra: documents to put beside or in place of the folder's, by path below it.
    """
    folder = policies_folder(policies)
    files, problems = read_documents(folder)
    library = Library({**files, **(extra or {})})
    kept, distrusted = open_cache(cache_folder() if cache else None)
    named, unread = read_labels(labels) if labels else ({}, ())
    compiled = CompiledLibrary(library, kept)
    return Setting(folder, library, compiled, datetime.now(UTC), named, (*problems, *distrusted, *unread))


def read_documents(folder: Path) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return every document below a folder by its path there, and the problems of those that cannot be read."""
    files, problems = files_below(folder, "*.md", NOT_DOCUMENTS)
    if not files and not problems:
        help = "Name the folder of documents with --policies, or in CLAUSEWISE_POLICIES."
        return {}, (Problem("CW704", f"There are no documents in `{folder}`.", help=help),)
    return files, problems


def read_labels(path: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return a site's own words for codes from a table with columns `code` and `label`; of two rows the later stands."""
    content = read_file(path)
    if isinstance(content, Problem):
        return {}, (content,)
    rows = csv.reader(content.decode("utf-8-sig", "replace").splitlines())
    labels: dict[str, str] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows, 1):
        if len(row) >= 2 and (number > 1 or row[0].strip().lower() != "code"):
            labels[row[0].strip()] = row[1].strip()
        elif row and len(row) < 2:
            help = "Write the code, a comma, and the label."
            problems.append(Problem("CW708", "This row has no label.", str(path), number, 1, help=help))
    return labels, tuple(problems)
