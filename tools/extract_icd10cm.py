"""Write the dated table of ICD-10-CM codes from the releases that versions of the package simple-icd-10-cm carry.

    for version in 1.2.0 1.4.0 1.5.0; do pip download --no-deps --dest build/icd simple-icd-10-cm==$version; done
    python tools/extract_icd10cm.py build/icd/*.whl

A release is recognised by the SHA-256 of the code list inside the archive, never by a file name or a version number;
a list that is not in RELEASES is refused.  To add a release: download the package that carries it (or the archive of
the order file that CMS publishes), read in its documentation which release it is, run this script to be told the
SHA-256, add one row to RELEASES, run it again with all archives, and bring tables/NOTICE up to date.

A release is taken to hold until the next 1 April or 1 October, the days on which codes may change, or until a later
known release if that comes first.  Days that no archive covers stay out of the table.  The same archives, in whatever
order, give the same bytes.  Only code numbers and flags are written; descriptions never leave the archive.
"""

import argparse
import hashlib
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clausewise.policy.code_tables import CODE_WIDTH, FLAGS, Validity, is_diagnosis_shaped

TABLE = Path(__file__).parents[1] / "src" / "clausewise" / "policy" / "tables" / "icd10cm.txt"

# A line of the order file: running number, code, 1 where billable, descriptions.
ORDER_LINE = re.compile(r"^\d{5} (?P<code>[0-9A-Z]{3,7}) +(?P<billable>[01]) ", re.MULTILINE)


@dataclass(frozen=True)
class Release:
    """One published release, and the first day of service it governs."""

    name: str
    effective_from: date


RELEASES: Mapping[str, Release] = {
    # SHA-256 of the code list: what the package's documentation says it is
    "024c8cdaab815c987f3d43544758047992ef7b5677c92369b1a04ac69b83b48c": Release("January 2021", date(2021, 1, 1)),
    "ef93ddf5b395d781d3a24558fa5c36bf98c3fc3b77b186f60e6ff195a34d7162": Release("April 2025", date(2025, 4, 1)),
    "df54d9743a3499f4a4fc12882edb7ce0d975b44ada5a2a25597aa56d0c2ac1c4": Release("April 2026", date(2026, 4, 1)),
}


class Refused(Exception):
    """An archive from which nothing may be extracted; its text is the sentence for the person who ran the script."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table and say what went into it; on a refusal say why, write nothing and return 1."""
    parser = argparse.ArgumentParser(description="Write the dated ICD-10-CM table.")
    parser.add_argument("archives", nargs="+", type=Path, help="wheels, or archives of order files")
    parser.add_argument("--output", type=Path, default=TABLE)
    options = parser.parse_args(arguments)
    try:
        releases = dict(read_release(path) for path in options.archives)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    options.output.write_bytes(table(releases))
    for release, billable in sorted(releases.items(), key=lambda item: item[0].effective_from):
        print(f"{release.name}: {len(billable)} codes, {sum(billable.values())} billable")
    return 0


def read_release(archive: Path, known: Mapping[str, Release] = RELEASES) -> tuple[Release, dict[str, bool]]:
    """Return the release that an archive carries, and for each of its codes whether it is billable.

    Raises:
        Refused: the archive cannot be read, or carries no known code list, or a list that contradicts itself.
    """
    lists = _text_members(archive)
    for digest, content in lists.items():
        if digest in known:
            return known[digest], billable_codes(content.decode("utf-8"))
    seen = ", ".join(lists) or "none"
    raise Refused(f"{archive.name} carries no known release (SHA-256 of its lists: {seen}). Add it to RELEASES first.")


def _text_members(archive: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(archive) as members:
            contents = [members.read(name) for name in sorted(members.namelist()) if _is_code_list(name)]
    except (OSError, zipfile.BadZipFile) as failure:
        raise Refused(f"{archive.name} cannot be read as an archive: {failure}.") from failure
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def _is_code_list(name: str) -> bool:
    return name.endswith(".txt") and ".dist-info/" not in name


def billable_codes(text: str) -> dict[str, bool]:
    """Return each code without its dot, with whether it is billable: whether no longer code begins with it.

    A plain list names chapters and blocks too, which are left out.  An order file flags the billable codes itself;
    its flags must agree with the rule.

    Raises:
        Refused: the flags and the rule disagree, or the list names no parents, so that the rule says nothing.
    """
    flagged = {match["code"]: match["billable"] == "1" for match in ORDER_LINE.finditer(text)}
    codes = sorted(flagged or _plain_codes(text))
    derived = {code: not after.startswith(code) for code, after in zip(codes, [*codes[1:], ""], strict=False)}
    if all(derived.values()):
        raise Refused("The list names no parents: a list of billable codes alone cannot tell a parent from no code.")
    if flagged and flagged != derived:
        raise Refused("The order file flags a code as billable that has codes below it, or the reverse.")
    return derived


def _plain_codes(text: str) -> set[str]:
    words = (line.strip() for line in text.splitlines())
    return {word.replace(".", "") for word in words if is_diagnosis_shaped(word)}


def table(releases: Mapping[Release, Mapping[str, bool]]) -> bytes:
    """Return the table in the form that `clausewise.policy.code_tables` reads, spans oldest first and codes sorted."""
    ordered = sorted(releases, key=lambda release: release.effective_from)
    columns = [releases[release] for release in ordered]
    head = " ".join(["icd10cm", *(f"{start}/{end}" for start, end in spans(ordered))])
    codes = sorted(set().union(*columns))
    lines = (code.ljust(CODE_WIDTH) + "".join(_flag(code, column) for column in columns) for code in codes)
    return "\n".join([head, *lines, ""]).encode("ascii")


def spans(ordered: Sequence[Release]) -> Iterable[tuple[date, date]]:
    """Yield for each release, oldest first, the days it is known to govern: the second day is not included."""
    starts = [release.effective_from for release in ordered]
    for start, following in zip(starts, [*starts[1:], date.max], strict=True):
        yield start, min(next_change(start), following)


def next_change(day: date) -> date:
    """Return the first 1 April or 1 October after the day."""
    changes = (date(day.year, 4, 1), date(day.year, 10, 1), date(day.year + 1, 4, 1))
    return next(change for change in changes if change > day)


def _flag(code: str, billable: Mapping[str, bool]) -> str:
    if code not in billable:
        return FLAGS[Validity.NOT_A_CODE]
    return FLAGS[Validity.VALID if billable[code] else Validity.NOT_BILLABLE]


if __name__ == "__main__":
    sys.exit(main())
