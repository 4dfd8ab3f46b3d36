"""A semantic difference as plain values, for programs; every example is an ordinary case file."""

from typing import Any

from clausewise.prove.change import Cases, Change, Difference, Example, Share
from clausewise.render.diff_words import example_text


def difference_object(found: Difference, cases: Cases | None = None) -> dict[str, Any]:
    """Return a difference as plain values."""
    return {
        "old": found.names[0],
        "new": found.names[1],
        "on": found.on[1].isoformat(),
        "related": found.related,
        "meaning_changed": found.changes_meaning,
        "compared": found.compared,
        "tried": list(found.tried),
        "changes": [_change(change) for change in found.changes],
        "outcomes": [{"clause": flip.clause, **_example(flip.example)} for flip in found.flips],
        "outcomes_complete": not (found.flips_cut or found.flips_not_decided),
        "outcomes_not_decided_in_seconds": found.seconds if found.flips_not_decided else None,
        "routes": {
            "lost": list(found.routes.lost),
            "gained": list(found.routes.gained),
            "stranded": list(found.routes.stranded),
            "carried": list(found.routes.carried),
            "not_decided": list(found.routes.not_decided),
        },
        "share": None if found.share is None else _share(found.share, found),
        "other": [
            {"kind": remark.kind.value, "where": remark.where, "old": remark.old, "new": remark.new, "matters": remark.matters}
            for remark in found.remarks
        ],
        **({} if cases is None else {"cases": _cases(cases)}),
    }


def _change(change: Change) -> dict[str, Any]:
    examples = (("gained", change.gained), ("lost", change.lost), ("doubtful", change.doubtful))
    return {
        "what": change.sort.value,
        "old": change.old,
        "new": change.new,
        "way": change.way.value,
        "renumbered": change.renumbered.value,
        "excluding": change.excluding,
        "through": list(change.through),
        "follows": change.follows,
        "conclusions": None if change.conclusions is None else list(change.conclusions),
        "why": change.why,
        **{name: None if example is None else _example(example) for name, example in examples},
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "dispositions": list(example.dispositions),
        "steps": list(example.steps),
        "code": example.code,
        "case": example_text(example),
    }


def _share(share: Share, found: Difference) -> dict[str, Any]:
    exact = share.sampled == 0
    return {
        "counted": exact and not found.tried,
        "share": f"{share.whole.numerator}/{share.whole.denominator}",
        "by_code": {code: f"{own.numerator}/{own.denominator}" for code, own in share.by_code.items() if own},
        "combinations": share.cases,
        "sample": None if exact else {"cases": share.sampled, "seed": share.seed, "low": share.low, "high": share.high},
        "node_limit": share.node_limit or None,
    }


def _cases(cases: Cases) -> dict[str, Any]:
    return {
        "file": cases.file,
        "lines": cases.lines,
        "affected": [
            {
                "case": one.case,
                "line": one.line,
                "code": one.code,
                "dispositions": list(one.dispositions),
                "clauses": list(one.clauses),
            }
            for one in cases.affected
        ],
    }
