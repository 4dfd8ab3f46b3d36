"""The semantic difference of two policies: what each clause now holds for that it did not, and whose disposition changes.

Both are put into one space of cases: facts that they share are asked once, so a case is one choice of answers that both decide.
Whatever is built alike means the same (`alike`); of the rest Z3 proves that nothing differs, or finds a case, which is made as
small as it can be and determined by both policies before it is told.

A difference that rests on what one policy leaves to a person and the other does not (a vague term became a number, another person
judges) is not decided by picking an answer for that person: such tests are left unknown, and what then no case shows for certain is
undecidable.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from clausewise.compiler.compiled import CompiledClause, CompiledPolicy, CompiledStep
from clausewise.compiler.link import clause_items, walk_items
from clausewise.compiler.uncollected import uncollected
from clausewise.decide.line_answers import codes_told_apart
from clausewise.prove.alike import ALWAYS, NEVER
from clausewise.prove.change import Change, Difference, Renumbered, Routes, Share, Sort, Way
from clausewise.prove.joint import NEW, OLD, Joint, Standing
from clausewise.prove.outcome_changes import Flips, OutcomeChanges, Rested, RouteChanges
from clausewise.prove.own_words import Rests, changed_words, line_form, own_form, rests_on, step_form
from clausewise.prove.pairs import Pair, Subject, paired
from clausewise.prove.share import NODES, SAMPLE, counted_share
from clausewise.prove.tried import is_tried, tried_in, tried_words
from clausewise.prove.wording_changes import remarks, renamed_words
from clausewise.vocab.criterion import Criterion, Item, Test
from clausewise.vocab.document import PolicyDocument, Step

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies: as written, and compiled for the day."""

    document: PolicyDocument
    policy: CompiledPolicy


def difference(old: Side, new: Side, seconds: float = SECONDS, nodes: int = NODES, sample: int = SAMPLE) -> Difference:
    """Compare two policies.

    Args:
        seconds: how long Z3 may take over one question; what it cannot settle is "not decided", never "equal".
        nodes: how many nodes the diagram of all cases may have; beyond them the share is taken from a sample of so many cases.
    """
    with uncollected():
        return _Comparison(old, new, seconds).difference(nodes, sample)


def related(old: PolicyDocument, new: PolicyDocument) -> bool:
    """Tell whether two documents have anything in common: an id, or a clause of one number with the same words or the same test."""
    if old.id == new.id or renumbered_in(new) or renumbered_in(old):
        return True
    after = {item.clause: item for item in _items(new.sections)}
    both = ((item, after[item.clause]) for item in _items(old.sections) if item.clause in after)
    return any(one.prose == other.prose or line_form(one, {}) == line_form(other, {}) for one, other in both)


def renumbered_in(document: PolicyDocument) -> Mapping[str, str]:
    """Return the renumbering that a document declares: new numbers by old ones."""
    return dict(document.renumbered)


def _items(sections: Iterable[Criterion]) -> Iterator[Item]:
    return (item for item in walk_items(sections) if item.numbered)


def _codes(old: PolicyDocument, new: PolicyDocument, are_related: bool) -> tuple[str, ...]:
    """Return the codes of either policy, or of both where they have nothing else in common."""
    before, after = [row.code for row in old.codes], [row.code for row in new.codes]
    return tuple(dict.fromkeys((*before, *after))) if are_related else tuple(code for code in before if code in after)


class _Comparison:
    """Two policies in one space, and what is asked of them."""

    def __init__(self, old: Side, new: Side, seconds: float) -> None:
        self._sides = old, new
        self._seconds = seconds
        self._related = related(old.document, new.document)
        self._codes = _codes(old.document, new.document, self._related)
        asked = codes_told_apart((old.policy, new.policy), self._codes) if self._related else self._codes
        self._unlisted = asked[len(self._codes) :]
        self._joint = Joint(old.policy, new.policy, self._codes, seconds, self._unlisted)
        self._clauses = [{clause.clause: clause for clause in side.policy.clauses} for side in self._sides]
        self._rests: dict[tuple[Sort, str], Rests] = {}
        self._items = [clause_items(side.document, side.policy.on) for side in self._sides]

    def difference(self, nodes: int, sample: int) -> Difference:
        old, new = self._sides
        changes = (*self._clause_changes(), *self._step_changes()) if self._related else ()
        changed = [change for change in changes if change.changes_meaning]
        flips = self._flips(changed)
        comparable = self._related or bool(self._codes)
        return Difference(
            names=(title_of(old.document), title_of(new.document)),
            on=(old.policy.on, new.policy.on),
            related=self._related,
            codes=self._codes,
            compared=self._compared,
            changes=changes,
            flips=flips.listed,
            routes=Routes() if self._same_ladder else self._routes(),
            share=self._share(nodes, sample) if comparable else None,
            remarks=remarks(old.document, new.document, self._names, (old.policy, new.policy)) if self._related else (),
            seconds=self._seconds,
            renumbered=self._names if self._related else {},
            flips_not_decided=flips.not_decided,
            flips_cut=flips.cut,
            tried=tried_words(self._tried()),
        )

    def _tried(self) -> Iterator[Test]:
        """Yield the tests that are only tried at some values and that something rests on which is not built alike in both."""
        if not any(is_tried(test) for policy in self._joint.policies for test in policy.program.atoms):
            return
        refs = [list(self._compared_refs(which)) for which in (OLD, NEW)]
        forms = [{self._joint.form(ref, which) for ref in refs[which]} for which in (OLD, NEW)]
        for which, policy in enumerate(self._joint.policies):
            unlike = [ref for ref in refs[which] if self._joint.form(ref, which) not in forms[1 - which]]
            yield from tried_in(policy, unlike).values()

    def _compared_refs(self, which: int) -> Iterator[int]:
        """Yield the references of all that is compared: clauses, scope questions, readings, steps."""
        for clause in self._clauses[which].values() if self._related else ():
            yield clause.ref
            yield from (one.ref for one in clause.readings)
            if clause.scope is not None:
                yield clause.scope
        yield from (step.ref for step in self._steps[which])

    @property
    def _compared(self) -> int:
        readings = sum(len(clause.readings) for clauses in self._clauses for clause in clauses.values()) // 2
        return len(self._pairs) + readings + len(self._step_pairs) if self._related else 0

    # ---- which is which ----

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        subjects = [[self._subject(clause, which) for clause in self._clauses[which].values()] for which in (OLD, NEW)]
        return paired(subjects[OLD], subjects[NEW], renumbered_in(self._sides[NEW].document))

    def _subject(self, clause: CompiledClause, which: int) -> Subject:
        form = self._joint.form(clause.ref, which)
        item = self._items[which][clause.clause]
        return Subject(clause.clause, item.prose, None if form in (ALWAYS, NEVER) else (form, clause.excluding))

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """New names by old ones: clauses that have another number, defined words that have another name."""
        numbers = {pair.old: pair.new for pair in self._pairs if pair.old and pair.new and pair.old != pair.new}
        return {**numbers, **renamed_words(self._sides[OLD].document, self._sides[NEW].document, numbers)}

    # ---- clauses ----

    def _clause_changes(self) -> Iterator[Change]:
        found = [change for pair in self._pairs for change in self._changes_of(pair)]
        changed = {change.name for change in found if change.changes_meaning}
        for change in found:
            yield self._traced(change, changed)

    def _changes_of(self, pair: Pair) -> Iterator[Change]:
        before, after = self._clauses[OLD].get(pair.old), self._clauses[NEW].get(pair.new)
        either = after or before
        assert either is not None
        if pair.new in self._built_otherwise or pair.old in self._built_otherwise:
            shown = not self._may_follow(pair)
            standing = self._joint.stands(_ref(before), _ref(after), self._carried_by(pair), shown)
        else:
            standing = Standing(Way.EQUAL)
        conclusions = self._conclusions(pair)
        if standing.way is not Way.EQUAL or conclusions is not None or pair.renumbered is not Renumbered.NO:
            yield Change(
                Sort.CLAUSE, pair.old, pair.new, standing.way, pair.renumbered, either.excluding,
                standing.gained, standing.lost, standing.doubtful, conclusions=conclusions, why=standing.why,
            )  # fmt: skip
        if before is not None and after is not None:
            yield from self._scope_changes(before, after, standing.way)
            yield from self._reading_changes(before, after) if before.readings or after.readings else ()

    def _may_follow(self, pair: Pair) -> bool:
        """Tell whether a clause says by itself what it said and only rests on others that are built otherwise."""
        return self._traced(Change(Sort.CLAUSE, pair.old, pair.new, Way.BOTH), self._built_otherwise).follows

    @cached_property
    def _built_otherwise(self) -> set[str]:
        forms = ((pair, [self._joint.form(self._clauses[which][name].ref, which) if name else None
                         for which, name in ((OLD, pair.old), (NEW, pair.new))]) for pair in self._pairs)  # fmt: skip
        return {pair.new or pair.old for pair, (old, new) in forms if old != new}

    def _carried_by(self, pair: Pair) -> list[str]:
        """Return the codes that the documents say a clause can carry."""
        rows = [(row, name) for side, name in zip(self._sides, (pair.old, pair.new), strict=True) for row in side.document.codes]
        return list(dict.fromkeys(row.code for row, name in rows if name and any(one == name for one in row.clauses)))

    def _conclusions(self, pair: Pair) -> tuple[str, str] | None:
        """Return what a clause concludes, old and new, where that is not the same."""
        if not pair.old or not pair.new:
            return None
        said = [_conclusion(self._items[which][name]) for which, name in ((OLD, pair.old), (NEW, pair.new))]
        return None if said[OLD] == said[NEW] else (said[OLD], said[NEW])

    def _scope_changes(self, before: CompiledClause, after: CompiledClause, way: Way) -> Iterator[Change]:
        """Yield a change of when a clause is on point, where its own meaning does not tell of it already."""
        if (before.scope is None and after.scope is None) or way is not Way.EQUAL:
            return
        standing = self._scopes(before.scope, after.scope)
        if standing.way is not Way.EQUAL:
            yield Change(Sort.SCOPE, before.clause, after.clause, standing.way, gained=standing.gained, lost=standing.lost,
                         doubtful=standing.doubtful, why=standing.why)  # fmt: skip

    def _scopes(self, old: int | None, new: int | None) -> Standing:
        """Return how scope questions stand; a clause without one is on point in every case."""
        if old is not None and new is not None:
            return self._joint.stands(old, new)
        off = self._joint.stands(None if old is None else ~old, None if new is None else ~new)
        if off.gained is None and off.lost is None:
            return Standing(Way.EQUAL if off.way is not Way.NOT_DECIDED else off.way, why=off.why)
        return Standing(Way.NARROWER if off.gained is not None else Way.WIDER, gained=off.lost, lost=off.gained)

    def _reading_changes(self, before: CompiledClause, after: CompiledClause) -> Iterator[Change]:
        sides = [(before, OLD), (after, NEW)]
        subjects = [[Subject(one.name, "", self._joint.form(one.ref, which)) for one in clause.readings] for clause, which in sides]
        refs = [{one.name: one.ref for one in clause.readings} for clause, _ in sides]
        for pair in paired(subjects[OLD], subjects[NEW], self._renamed_readings(subjects[OLD], subjects[NEW])):
            old_ref, new_ref = refs[OLD].get(pair.old), refs[NEW].get(pair.new)
            if self._is_the_clause(old_ref, new_ref, before, after):
                continue
            standing = self._joint.stands(old_ref, new_ref)
            if standing.way is not Way.EQUAL:
                old, new = (f"{clause.clause} ({name})" if name else "" for clause, name in ((before, pair.old), (after, pair.new)))
                yield Change(Sort.READING, old, new, standing.way, excluding=after.excluding, gained=standing.gained,
                             lost=standing.lost, doubtful=standing.doubtful, why=standing.why)  # fmt: skip

    def _is_the_clause(self, old: int | None, new: int | None, before: CompiledClause, after: CompiledClause) -> bool:
        """Tell whether a reading is the clause as ratified, on both sides: then the clause tells of it."""
        if old is None or new is None:
            return False
        return self._joint.form(old, OLD) == self._joint.form(before.ref, OLD) and self._joint.form(new, NEW) == self._joint.form(
            after.ref, NEW
        )

    def _renamed_readings(self, old: Sequence[Subject], new: Sequence[Subject]) -> Mapping[str, str]:
        """Return readings that mean the same under another name."""
        names = {one.name for one in old} & {one.name for one in new}
        left = {one.form: one.name for one in new if one.name not in names}
        return {one.name: left[one.form] for one in old if one.name not in names and one.form in left}

    def _traced(self, change: Change, changed: set[str]) -> Change:
        """Return a change with what it came through, where the clause (reading, scope question) says by itself what it said."""
        if not change.old or not change.new or not change.changes_meaning or change.conclusions is not None:
            return change
        old, new = (self._written(which, change) for which in (OLD, NEW))
        if tuple(own_form(one, self._names) for one in old) != tuple(own_form(one, {}) for one in new):
            return change
        below = self._below(change.sort, change.new, new)
        words = below.words & (self._changed_words | self._over(changed))
        through = (*sorted((below.clauses & changed) - {change.new}), *sorted(words)) or (DECLARATIONS,)
        return replace(
            change, through=through, follows=bool(below.clauses & changed - {change.new} or below.words & self._over(changed))
        )

    def _below(self, sort: Sort, name: str, written: Sequence[Criterion | None]) -> Rests:
        """Return what the words of a clause of the new policy rest on; asked for more than once."""
        if (sort, name) not in self._rests:
            self._rests[sort, name] = rests_on(one for one in written if one is not None)
        return self._rests[sort, name]

    def _written(self, which: int, change: Change) -> tuple[Criterion | None, ...]:
        """Return the criteria that say what is compared, as they stand in the document."""
        name, _, reading = (change.old, change.new)[which].partition(" (")
        item = self._items[which][name]
        if change.sort is Sort.SCOPE:
            return (item.scope,)
        own = [one for one in self._sides[which].document.readings if one.clause == name]
        if change.sort is Sort.READING:
            own = [one for one in own if one.name == reading.removesuffix(")")]
            return (item.scope, *(one.criterion or item.criterion for one in own))
        return (item.scope, item.criterion, *(one.criterion for one in own if one.ratified is not None))

    @cached_property
    def _changed_words(self) -> frozenset[str]:
        """The defined words, sets, tables and facts that say something else, and the words that rest on them."""
        declared = changed_words(self._sides[OLD].document, self._sides[NEW].document, self._names)
        return self._resting_on(declared, frozenset())

    def _over(self, changed: set[str]) -> frozenset[str]:
        """Return the defined words that rest on a clause that changed."""
        return self._resting_on(frozenset(), frozenset(changed))

    def _resting_on(self, words: frozenset[str], clauses: frozenset[str]) -> frozenset[str]:
        found, before = set(words), -1
        while len(found) != before:
            before = len(found)
            found |= {name for name, rests in self._defined.items() if rests.clauses & clauses or rests.words & found}
        return frozenset(found)

    @cached_property
    def _defined(self) -> Mapping[str, Rests]:
        """What each defined word rests on."""
        words = self._sides[NEW].document.definitions
        return {word.name: rests_on(iter((word.criterion,))) for word in words if word.criterion is not None}

    # ---- steps of the ladder ----

    @cached_property
    def _same_ladder(self) -> bool:
        """Whether the steps are built alike from top to bottom, so that no case can come out otherwise."""
        return len(self._steps[OLD]) == len(self._steps[NEW]) and all(
            self._joint.same(one.ref, other.ref) and _concluded(one) == _concluded(other)
            for one, other in zip(*self._steps, strict=True)
        )

    @property
    def _steps(self) -> tuple[Sequence[CompiledStep], Sequence[CompiledStep]]:
        return self._sides[OLD].policy.steps, self._sides[NEW].policy.steps

    @cached_property
    def _step_pairs(self) -> Sequence[tuple[CompiledStep | None, CompiledStep | None]]:
        """The steps of the ladders that belong to the documents themselves; those of a shared ladder say what clauses say."""
        written = [self._written_steps(which) for which in (OLD, NEW)]
        steps = [{step.clause: step for step in self._steps[which] if step.clause in written[which]} for which in (OLD, NEW)]
        names = dict.fromkeys((*steps[NEW], *steps[OLD]))
        return [(steps[OLD].get(name), steps[NEW].get(name)) for name in names]

    def _written_steps(self, which: int) -> Mapping[str, Step]:
        return {step.clause: step for step in self._sides[which].document.ladder_steps()}

    def _step_changes(self) -> Iterator[Change]:
        """Yield the steps whose own words changed: what a step makes of a changed clause is told by the outcomes."""
        for before, after in self._step_pairs:
            if before is not None and after is not None and self._says_the_same(before.clause):
                continue
            standing = self._joint.stands(_ref(before), _ref(after))
            said = (_concluded(before), _concluded(after)) if before is not None and after is not None else None
            conclusions = None if said is None or said[OLD] == said[NEW] else said
            if standing.way is not Way.EQUAL or conclusions is not None:
                old, new = ("" if step is None else step.clause for step in (before, after))
                yield Change(Sort.STEP, old, new, standing.way, gained=standing.gained, lost=standing.lost,
                             doubtful=standing.doubtful, conclusions=conclusions, why=standing.why)  # fmt: skip

    def _says_the_same(self, clause: str) -> bool:
        old, new = (self._written_steps(which)[clause] for which in (OLD, NEW))
        return step_form(old, self._names) == step_form(new, {})

    # ---- outcomes ----

    def _flips(self, changed: Sequence[Change]) -> Flips:
        """Return the classes of cases whose disposition changes."""
        if self._same_ladder or not (self._related or self._codes):
            return Flips()
        own = [Rested(change, self._refs(change)) for change in changed if not change.follows]
        return OutcomeChanges(self._joint, own).flips()

    def _refs(self, change: Change) -> tuple[int | None, int | None]:
        """Return the references that stand for a change in both policies."""
        return self._ref(change, change.old, OLD), self._ref(change, change.new, NEW)

    def _ref(self, change: Change, name: str, which: int) -> int | None:
        if change.sort is Sort.STEP:
            return next((step.ref for step in self._steps[which] if step.clause == name), None)
        number, _, reading = name.partition(" (")
        clause = self._clauses[which].get(number)
        if clause is None or change.sort is Sort.SCOPE:
            return None if clause is None else clause.scope
        if change.sort is Sort.CLAUSE:
            return clause.ref
        return next((one.ref for one in clause.readings if one.name == reading.removesuffix(")")), None)

    def _routes(self) -> Routes:
        """Return the codes that lose, or gain, every approval on a criterion."""
        rows = ((own, row.code, clause) for own in (OLD, NEW) for row in self._sides[own].document.codes for clause in row.clauses)
        carriers = [
            (code, (self._met_by(OLD, clause, own), self._met_by(NEW, clause, own)))
            for own, code, clause in rows
            if clause in self._clauses[own]
        ]
        return RouteChanges(self._joint, self._codes, carriers).routes()

    def _met_by(self, which: int, clause: str, own: int) -> int | None:
        """Return the reference in a policy of a clause of one document; None where it is not there."""
        pair = next((pair for pair in self._pairs if (pair.old, pair.new)[own] == clause), None)
        name = clause if which == own else "" if pair is None else (pair.old, pair.new)[which]
        return _ref(self._clauses[which].get(name))

    def _share(self, nodes: int, sample: int) -> Share:
        if self._same_ladder:
            return Share(dict.fromkeys(self._codes, Fraction(0)), Fraction(0), 0)
        return counted_share(self._joint.space, self._joint.alike, self._codes or self._unlisted or ("",), nodes, sample)


DECLARATIONS = "what it uses from other documents"


def title_of(document: PolicyDocument) -> str:
    """Return a document's id with its revision, where it has one."""
    return f"{document.id} {document.revision}".rstrip()


def _conclusion(item: Item) -> str:
    """Return what an item itself concludes; what it inherits is told of the section above it."""
    own = f"{item.conclusion} {item.target}".strip()
    return f"{own}, else {item.otherwise}" if item.otherwise else own


def _concluded(step: CompiledStep) -> str:
    waits = f"; if unknown {step.if_unknown} ({step.if_unknown_reason})" if step.if_unknown else ""
    return f"{step.conclusion} {step.target}".rstrip() + (f" ({step.reason})" if step.reason else "") + waits


def _ref(one: CompiledClause | CompiledStep | None) -> int | None:
    return None if one is None else one.ref
