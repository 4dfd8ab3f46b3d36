"""A semantic difference in words: what the terminal, the page and the plain values say alike."""

from collections.abc import Sequence

from clausewise.prove.change import Change, Difference, Example, Flip, Renumbered, Share, Sort, Way
from clausewise.prove.encode import NotDecided
from clausewise.render.case_text import case_text, privacy_text
from clausewise.render.known import value_words

HOLDS = {False: ("met", "not met"), True: ("fired", "not fired")}
OPEN_IN_ONE = "in no case that both decide; what one of the two leaves open, the other decides"
EXIT_SAYING = {True: "meaning changed", False: "no change of meaning"}


def headline(found: Difference) -> str:
    """Return in one line how much changed."""
    if not found.related:
        codes = len(found.codes)
        return f"no clause, no words in common; {codes or 'no'} code{'' if codes == 1 else 's'} in common"
    own = [change for change in found.changes if change.changes_meaning and not change.follows]
    if not own:
        return f"no clause {'was found to change' if found.tried else 'changed'} its meaning{_proved(found)}"
    flipping = {flip.clause for flip in found.flips if flip.clause} | {change.name for change in own if _flips(change)}
    some = sum(change.name in flipping for change in own)
    if len(own) == 1:
        return f"1 clause, reading or step changed its meaning{_outcomes_of_one(found, some > 0)}"
    changes = f"{some or 'none'} of them change{'s' if some == 1 else ''} outcomes"
    if not some and (found.leaves_open or found.tried):
        changes = "no changed outcome was found, which is no proof that there is none"
    return f"{len(own)} clauses, readings or steps changed their meaning; {changes}"


def _outcomes_of_one(found: Difference, some: bool) -> str:
    if not some and (found.leaves_open or found.tried):
        return "; no changed outcome was found, which is no proof that there is none"
    return f", and {'outcomes' if some else 'no outcome'} with it"


def _proved(found: Difference) -> str:
    """Return how it is known that nothing differs."""
    return "; what is computed was only tried at some values" if found.tried else " (proved)"


def compared_words(found: Difference) -> str:
    """Return how much was compared, and how much of it is equal."""
    equal = found.compared - sum(change.changes_meaning for change in found.changes)
    kind = "of them without a difference that was found" if found.tried else "of them equal (proved)"
    return f"{found.compared} clauses, readings and steps compared, {equal} {kind}"


def _flips(change: Change) -> bool:
    return any(example is not None and example.flips for example in (change.gained, change.lost))


def name_of(change: Change) -> str:
    """Return what a change concerns: its number, the old one too where it is another."""
    name = change.name if change.old in ("", change.new) or not change.new else f"{change.old} -> {change.new}"
    return {Sort.SCOPE: f"{name}, when it is on point", Sort.STEP: f"step {name}", Sort.READING: f"reading {name}"}.get(
        change.sort, name
    )


def way_words(change: Change) -> str:
    """Return how a clause stands to its old self, in words that say what is proved."""
    met, unmet = HOLDS[change.excluding]
    held = "on point" if change.sort is Sort.SCOPE else "reached" if change.sort is Sort.STEP else met
    match change.way:
        case Way.EQUAL:
            return "same meaning (proved)"
        case Way.NARROWER:
            return f"{held} in fewer cases" + ("" if change.why else "; proved: in none that it was not")
        case Way.WIDER:
            return f"{held} in more cases" + ("" if change.why else "; proved: in all that it was")
        case Way.BOTH:
            return f"{held} in some cases that it was not, {unmet} in some that it was"
        case Way.UNDECIDABLE:
            return "cannot be decided by the texts" if change.why else OPEN_IN_ONE
        case Way.NOT_DECIDED:
            return "neither a case nor a proof was found"
        case Way.NEW:
            return f"can be {held}" if change.gained else f"is new, and can never be {held}"
        case Way.DELETED:
            return f"could be {held}" if change.lost else f"is gone, and could never be {held}"


def renumbered_words(change: Change) -> str:
    """Return how it is known that a clause has another number."""
    return {
        Renumbered.NO: "",
        Renumbered.DECLARED: "another number, as declared",
        Renumbered.FOUND: "another number, found by its meaning",
    }[change.renumbered]


def goes_with(change: Change, found: Difference) -> str:
    """Return the clause above that is new, or gone, as a whole: its cases show what happened to the parts below it as well."""
    whole = {other.name for other in found.changes if other.sort is Sort.CLAUSE and other.way is change.way}
    if change.sort is not Sort.CLAUSE or change.way not in (Way.NEW, Way.DELETED):
        return ""
    above = (change.name[:at] for at, sign in enumerate(change.name) if sign in ".-")
    return next((name for name in above if name in whole), "")


def examples_of(change: Change, found: Difference) -> Sequence[tuple[str, Example]]:
    """Return the cases that show a change, each with what it shows; a part of a clause that came or went has none of its own."""
    if goes_with(change, found):
        return ()
    met, unmet = HOLDS[change.excluding]
    doubtful = "otherwise in the two" if change.why else "open in one of the two"
    shown = ((f"{unmet} -> {met}", change.gained), (f"{met} -> {unmet}", change.lost), (doubtful, change.doubtful))
    return [(words, example) for words, example in shown if example is not None]


def example_words(example: Example) -> str:
    """Return a case on one line: the code and every fact that matters."""
    facts = (f"{name.replace('_', ' ')}: {value_words(value)}" for name, value in example.witness.facts.items())
    papers = example.witness.request.documents
    listed = [f"papers: {', '.join(paper.kind for paper in papers) or 'none'}"] if papers is not None else []
    modifiers = [f"modifier {one}" for one in example.witness.request.lines[0].modifiers]
    others = [f"beside {line.code}" for line in example.witness.request.lines[1:]]
    return "; ".join(part for part in (example.code, *modifiers, *others, *facts, *listed) if part) or "a case that says nothing"


def outcome_words(example: Example) -> str:
    """Return what each policy makes of a case, and by which step."""
    old, new = (f"{own} ({step})" for own, step in zip(example.dispositions, example.steps, strict=True))
    return f"{old} -> {new}" if example.flips or example.steps[0] != example.steps[1] else f"{old} in both"


def example_text(example: Example) -> str:
    """Return a case as an ordinary case file."""
    is_notice = not example.witness.findings[0].context.policy.answers
    return privacy_text(example.witness.request) if is_notice else case_text([example.witness.request])


def outcomes(found: Difference) -> list[tuple[tuple[str, str], list[Flip]]]:
    """Return the classes of cases by their two dispositions, the case that says least first."""
    order = sorted({flip.example.dispositions for flip in found.flips})
    some = {own: [flip for flip in found.flips if flip.example.dispositions == own] for own in order}
    return [(own, sorted(flips, key=lambda flip: len(flip.example.witness.facts))) for own, flips in some.items()]


def routes(found: Difference) -> list[tuple[str, tuple[str, ...]]]:
    """Return the codes that lose or gain a way to be approved, with what they do."""
    told = (
        ("lose the only clauses that can carry them", found.routes.stranded),
        ("get a clause that can carry them", found.routes.carried),
        ("lose every approval on a criterion", found.routes.lost),
        ("get a first approval on a criterion", found.routes.gained),
    )
    return [(words, codes) for words, codes in told if codes]


def share_words(share: Share, found: Difference) -> str:
    """Return how large a part of the cases changes its disposition, and how that is known."""
    if share.sampled:
        bounds = f"between {_percent(share.low)} and {_percent(share.high)} with 95 % confidence"
        return (
            f"about {_percent(float(share.whole))} of all cases change their disposition: {bounds}, from {share.sampled} "
            f"cases drawn (seed {share.seed}), because a count needs more than {share.node_limit} nodes"
        )
    if not share.whole:
        open_ones = found.tried or found.leaves_open
        return "no case was found that changes its disposition" if open_ones else "no case changes its disposition (proved)"
    codes = sum(1 for own in share.by_code.values() if own)
    among = f", under {codes} of {len(share.by_code)} codes" if len(share.by_code) > 1 else ""
    counted = "counted over the values that were tried" if found.tried else "counted exactly"
    return f"{_percent(float(share.whole))} of all cases change their disposition, {counted}{among}"


MEASURE = "Every combination of answers that the tests can tell apart counts once, each code alike; patients are not spread so."


def by_code_words(share: Share) -> str:
    """Return the shares of single codes, codes with one share together, the largest first."""
    groups: dict[str, list[str]] = {}
    for code, own in sorted(share.by_code.items(), key=lambda pair: (-pair[1], pair[0])):
        if own:
            groups.setdefault(_percent(float(own)), []).append(code)
    return "; ".join(f"{part}: {', '.join(sorted(codes))}" for part, codes in groups.items())


def _percent(part: float) -> str:
    """Return a share with two digits that count."""
    return f"{float(f'{part * 100:.2g}'):g} %" if part >= 1e-6 else "0 %" if not part else f"{part * 100:.1e} %"


def not_decided(found: Difference) -> str:
    """Return what is said where Z3 ran out of time."""
    return NotDecided(found.seconds).sentence()
