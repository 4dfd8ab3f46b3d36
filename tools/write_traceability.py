"""Write docs/traceability.md from the documents: every requirement id of both sources, and what it became.

An id becomes a clause, a code row, an add-on rule, a row of a document's table "Frame of the source" or "References", or a law.
Usage: python tools/write_traceability.py [--check] [IDS_FILE].  `--check` writes nothing and exits 1 where the page is stale or
an id of the list has no place.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from clausewise.compiler.link import walk_items
from clausewise.policy.library import Library
from clausewise.vocab.document import PolicyDocument

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "traceability.md"
IDS = ROOT.parent / "shared" / "design" / "requirement_ids.txt"
DOCUMENTS = ("AR.CP.MP.31", "CLINIC.CR", "CLINIC.NOTICE")


def places(document: PolicyDocument) -> Iterator[tuple[str, str, str]]:
    """Yield (id, what it became, where) for everything a document gives a place to."""
    for item in walk_items(document.sections):
        if item.numbered:
            yield document.ids + item.clause, "clause", item.file
    for row in document.codes:
        kind = "HCPCS" if row.system == "HCPCS" else "CPT"
        carried = ", ".join(row.clauses) or "no clause"
        yield f"{document.ids}{kind}-{row.code}", f"code row, carried by {carried}", document.file
    for add_on in document.add_ons:
        yield f"{document.ids}ADDON-{add_on.code}", "add-on rule, step L1.addon and the rank of answers", document.file
    for name, rows in document.rows:
        for cells in rows:
            if name.startswith("frame of the source"):
                yield document.ids + cells.cell("part"), f"{cells.cell('becomes')}: {cells.cell('how')}", document.file
            if name.startswith("references"):
                yield document.ids + cells.cell("reference"), f"citation of {cells.cell('clause')}", document.file


def library() -> Library:
    """Return the bundled documents."""
    policies = ROOT / "policies"
    return Library({f"policies/{path.relative_to(policies).as_posix()}": path.read_bytes() for path in policies.rglob("*.md")})


def found() -> dict[str, tuple[str, str]]:
    """Return every id that has a place, with what it became and where."""
    documents = library()
    return {name: (what, where) for one in DOCUMENTS for name, what, where in places(documents.document(one))}


def page() -> str:
    """Return the text of docs/traceability.md."""
    rows = "\n".join(f"| {name} | {what.replace('|', '/')} | {where} |" for name, (what, where) in sorted(found().items()))
    return (
        "# Traceability\n\nWritten by tools/write_traceability.py from the documents; a test holds it up to date and\n"
        "compares it with the list of requirement ids. `A-` ids are parts of AR.CP.MP.31, `B-` ids of the clinic's policy\n"
        f"and notice.\n\n| id | became | where |\n|---|---|---|\n{rows}\n"
    )


def without_place(ids: list[str]) -> list[str]:
    """Return the ids of a list that nothing in the documents answers to."""
    placed = found()
    return [name for name in ids if name not in placed]


def main(arguments: list[str]) -> int:
    """Write or check the page; return the exit code."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    file = Path(names[0]) if names else IDS
    lacking = without_place(file.read_text(encoding="utf-8").split()) if file.is_file() else []
    for name in lacking:
        print(f"{name} has no place in the documents")
    if "--check" in arguments:
        stale = not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page()
        if stale:
            print("docs/traceability.md is stale: run python tools/write_traceability.py")
        return int(bool(lacking) or stale)
    PAGE.write_text(page(), encoding="utf-8")
    return int(bool(lacking))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
