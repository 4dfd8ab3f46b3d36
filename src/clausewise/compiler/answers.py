"""Does a test suit the answers of the facts it asks?  Names, answers, types and sets; numbers are in `measures`.

    test                              answers it suits
    scar, judged scar by physician    yes or no, with or without since
    cause is trauma                   one answer of a list, a grade, a text, yes or no
    causes include trauma             several answers
    pain for at least 3 months        yes or no, since
    therapy lasted at least 3 months  courses
    surgery within 3 months           dated events, a date
    product in #fillers               a text, one answer of a list
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from clausewise.compiler.words import Words
from clausewise.policy.source import suggestion
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Test
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration, ValueSet

YES_NO = (AnswerKind.YES_NO, AnswerKind.YES_NO_SINCE)
_CHOSEN = (AnswerKind.CHOICE, AnswerKind.GRADE, AnswerKind.TEXT)
_EVENTS = (AnswerKind.EVENTS, AnswerKind.DATE)
_DIAGNOSES = "ICD"
_SHOWN_VALUES = 6


class Fault(NamedTuple):
    """What is wrong with a test: the code, the word to point at (behind `after`), and what the author wrote."""

    code: str
    word: str
    written: Mapping[str, object]
    after: str = ""


def faults_of_answers(test: Test, words: Words) -> Iterator[Fault]:
    """Yield what is wrong with a test of facts or codes; comparisons and references are looked at elsewhere."""
    match test:
        case c.Is(fact, values):
            yield from _is(fact, values, words)
        case c.Includes(fact, values):
            yield from asked(fact, (AnswerKind.ANY_OF,), "`include`", "write `is` or `is one of`", words)
            yield from _values(fact, values, words)
        case c.HeldFor(fact):
            hint = "declare the answer `yes or no, since`, or ask for an event with `at least ... ago`"
            yield from asked(fact, (AnswerKind.YES_NO_SINCE,), "`for at least`", hint, words)
        case c.CourseLasted(fact):
            yield from asked(fact, (AnswerKind.COURSES,), "`lasted`", "declare the answer `courses (from, to, result)`", words)
        case c.LongAgo(fact) | c.Recent(fact) | c.Counted(fact):
            yield from asked(fact, _EVENTS, f"`{_TIMES[type(test)]}`", "declare the answer `dated events`", words)
        case c.Reached(moments):
            for moment in moments:
                if moment.fact:
                    hint = "declare the answer `dated events` or `date`"
                    yield from asked(moment.fact, (*_EVENTS, AnswerKind.YES_NO_SINCE), "`reached`", hint, words)
        case c.Judged(fact):
            yield from asked(fact, YES_NO, "`judged`", "declare the answer `yes or no`", words)
        case c.StepFailed(earlier, later):
            hint = "declare the answer `courses (from, to, result)` or `yes or no`"
            yield from asked(earlier, (AnswerKind.COURSES, AnswerKind.CHOICE, *YES_NO), "`step failed`", hint, words)
            yield from asked(later, YES_NO, "`before`", "declare the answer `yes or no`", words)
        case c.FactIn(fact, name):
            yield from asked(fact, (AnswerKind.TEXT, AnswerKind.CHOICE), "`in #...`", "write `is` or `is one of`", words)
            yield from _set(name, None, "", words)
        case c.CodeIn(name):
            yield from _set(name, False, "`code in`", words)
        case c.DiagnosisIn(name):
            yield from _set(name, True, "`diagnosis in`", words)
        case c.Raised(fact):
            yield from _spoken_of(fact, words)
        case c.Known(fact, ""):
            yield from unknown(fact, words)
        case (c.Compare() | c.ClauseMet() | c.OnPoint() | c.OutsideTest() | c.Known() | c.CodeIs() | c.LineRequested()
              | c.ModifierIs() | c.DocumentProvided() | c.Unread() | c.Constant()):
            return
        case _:
            assert_never(test)


_TIMES = {c.LongAgo: "ago", c.Recent: "within", c.Counted: "times"}


def unknown(name: str, words: Words) -> Iterator[Fault]:
    """Yield the fault of a word that is neither declared nor defined."""
    if not words.is_known(name):
        yield Fault("CW410", name, {"name": name, "hint": words.hint(name)})


def asked(name: str, kinds: Iterable[AnswerKind], form: str, hint: str, words: Words) -> Iterator[Fault]:
    """Yield the fault of a word that is unknown, or whose answer a form of test does not suit."""
    fact = words.facts.get(name)
    if words.is_definition(name) or name in words.scores:
        what = "a definition" if words.is_definition(name) else "a score"
        yield Fault("CW415", name, {"form": form, "name": name, "answer": f"which is {what}", "hint": "name a fact"})
    elif fact is None:
        yield from unknown(name, words)
    elif fact.answer.kind not in kinds:
        yield _unsuited(fact, form, hint)


def _unsuited(fact: FactDeclaration, form: str, hint: str) -> Fault:
    written = {"form": form, "name": fact.name, "answer": f"which is answered by {described(fact.answer)}", "hint": hint}
    return Fault("CW415", fact.name, written)


def described(answer: Answer) -> str:
    """Return the answers of a fact in a few words."""
    shown = ", ".join(answer.values[:_SHOWN_VALUES]) + (", ..." if len(answer.values) > _SHOWN_VALUES else "")
    match answer.kind:
        case AnswerKind.CHOICE:
            return f"one of {shown}"
        case AnswerKind.ANY_OF | AnswerKind.GRADE:
            return f"{answer.kind.value} {shown}"
        case AnswerKind.NUMBER:
            return f"a number in {answer.unit}" if answer.unit else "a number"
        case AnswerKind.DATE | AnswerKind.TEXT:
            return f"a {answer.kind.value}"
        case kind:
            return str(kind.value)


def _is(name: str, values: tuple[str, ...], words: Words) -> Iterator[Fault]:
    """Yield the faults of `name is ...`; a bare name is read as `name is yes`."""
    fact = words.facts.get(name)
    if words.is_definition(name):
        if values != ("yes",):
            hint = f"write `{name}` or `not {name}`"
            yield Fault("CW415", name, {"form": "`is`", "name": name, "answer": "which is a definition", "hint": hint})
    elif fact is None or name in words.scores:
        yield from asked(name, (), "`is`", "", words)
    elif values == ("yes",) and fact.answer.kind not in YES_NO and "yes" not in fact.answer.values:
        yield _unsuited(fact, "standing alone", _instead(fact))
    elif fact.answer.kind in (*_CHOSEN, *YES_NO):
        yield from _values(name, values, words)
    else:
        yield _unsuited(fact, "`is`", _instead(fact))


def _instead(fact: FactDeclaration) -> str:
    """Return how a fact is tested, in the form its answer suits."""
    name, value = fact.name, next(iter(fact.answer.values), "...")
    forms = {
        AnswerKind.CHOICE: f"`{name} is {value}`",
        AnswerKind.ANY_OF: f"`{name} include {value}`",
        AnswerKind.GRADE: f"`{name} >= {value}`",
        AnswerKind.NUMBER: f"`{name} = 1{' ' if fact.answer.unit else ''}{fact.answer.unit}`",
        AnswerKind.DATE: f"`{name} within 12 months`",
        AnswerKind.EVENTS: f"`{name} at least 1 times ever`",
        AnswerKind.COURSES: f"`{name} lasted at least 3 months`",
        AnswerKind.TEXT: f"`{name} is ...`",
        AnswerKind.DOCUMENTS: "`document TYPE`",
    }
    return f"write {forms.get(fact.answer.kind, f'`{name}`')}"


def _values(name: str, values: tuple[str, ...], words: Words) -> Iterator[Fault]:
    fact = words.facts.get(name)
    known = () if fact is None else ("yes", "no") if fact.answer.kind in YES_NO else fact.answer.values
    for value in values:
        if fact is None or not known or value in known:
            continue
        if fact.answer.kind is AnswerKind.GRADE:
            yield Fault("CW417", value, {"value": value, "name": name, "grades": ", ".join(known)}, name)
        else:
            yield Fault("CW414", value, {"value": value, "name": name, "hint": suggestion(value, known)}, name)


def _spoken_of(name: str, words: Words) -> Iterator[Fault]:
    """Yield the fault of `raised` about anything but a fact: a request speaks of facts alone."""
    yield from unknown(name, words)
    if words.is_known(name) and name not in words.facts and name not in words.needed:
        written = {"form": "`raised`", "name": name, "answer": "which is no fact", "hint": f"write `{name} known`, or name a fact"}
        yield Fault("CW415", name, written)


def _set(name: str, holds_diagnoses: bool | None, form: str, words: Words) -> Iterator[Fault]:
    """Yield the fault of a set that does not exist, or holds diagnoses where procedures are asked for, or the reverse."""
    found = words.sets.get(name)
    if found is None:
        yield Fault("CW411", f"#{name}", {"name": name, "hint": suggestion(name, tuple(sorted(words.sets)), "declare it")})
    elif holds_diagnoses is not None and any(_of_other_system(one, holds_diagnoses) for one in found):
        hint = "write `code in`" if holds_diagnoses else "write `diagnosis in`"
        written = {"form": form, "name": f"#{name}", "answer": f"whose codes are {found[0].system}", "hint": hint}
        yield Fault("CW415", f"#{name}", written)


def _of_other_system(one: ValueSet, holds_diagnoses: bool) -> bool:
    return bool(one.system) and (_DIAGNOSES in one.system.upper()) is not holds_diagnoses
