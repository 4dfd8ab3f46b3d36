"""What checker and linter have to say: each code with how much it matters, its sentence and its help; see docs/errors.

The reader's own codes stand in `mistakes`; these need the whole document, or the documents it speaks with.
"""

from types import MappingProxyType
from typing import NamedTuple

from clausewise.policy.places import Place
from clausewise.vocab.problem import Level, Problem

_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE


class Remark(NamedTuple):
    """The level, the sentence and the help of one code, with places for what the author wrote."""

    level: Level
    sentence: str
    help: str


REMARKS = MappingProxyType({
    # names
    "CW401": Remark(_ERROR, "{what}", "{hint}"),
    "CW404": Remark(_ERROR, "{name} uses `{use}`, which does not say its own id",
                    "begin that file with front matter, `document:` in it"),
    "CW406": Remark(_ERROR, "the ladder {document} can conclude `{conclusion}`, and its table of answers has no row for it",
                    "add the row with code, necessity, basis and rank below `## Answers`"),
    "CW410": Remark(_ERROR, "`{name}` is neither a fact nor defined", "{hint} (facts are declared under `## Facts`)"),
    "CW411": Remark(_ERROR, "`#{name}` is not a set", "{hint} (sets are declared under `## Sets`)"),
    "CW412": Remark(_ERROR, "`{name}` is not a table", "{hint} (a table is declared under `## Table {name} (...)`)"),
    "CW413": Remark(_ERROR, "table `{name}` is read by {keys}, and the test gives {given}", "give one fact for each key"),
    "CW425": Remark(_ERROR, "`{name}` is not a formula", "{hint}"),
    "CW426": Remark(_ERROR, "`{name}` is a word of the language, so no test can mean this {what}", "give it another name"),
    "CW418": Remark(_ERROR, "{what} `{name}` is not among the documents of {document}", "{hint}"),
    "CW420": Remark(_ERROR, "clause `{name}` has no **on point when**, so `on point` asks nothing of it",
                    "give the clause a scope, or test `clause {name}`"),
    # answers
    "CW414": Remark(_ERROR, "`{value}` is not an answer to `{name}`", "{hint}"),
    "CW415": Remark(_ERROR, "{form} does not suit `{name}`, {answer}", "{hint}"),
    "CW416": Remark(_ERROR, "{left} cannot be compared with {right}: no unit turns into the other", "correct one of the units"),
    "CW417": Remark(_ERROR, "`{value}` is not a grade of `{name}`", "grades in rising order: {grades}"),
    # structure
    "CW419": Remark(_ERROR, "the exception points at clause `{name}`, which can never be met here: {why}",
                    "point at the clause that is meant, or take the exception out"),
    "CW422": Remark(_ERROR, "`{code}` stands in the table of {table}, and not in the table of codes",
                    "add it to `## Codes`, or correct it"),
    "CW423": Remark(_ERROR, "`{family}` is not an answer to `{name}`, so the family is on point for nothing", "{hint}"),
    "CW424": Remark(_WARNING, "set `{name}` is not valid on {day}, so its test is unknown then",
                    "add a row for that time, or give the clause the period of the set"),
    "CW449": Remark(_NOTE, "{document} names no ladder, so it decides no request by itself",
                    "name one under `ladder:` if it should"),
    "CW450": Remark(_WARNING, "the ladder tests `{name}`, which it neither needs nor declares",
                    "add it to `needs:`, so that a policy without it is told"),
    # use
    "CW430": Remark(_WARNING, "no document asks for fact `{name}`", "test it in a clause, or take its row out"),
    "CW431": Remark(_WARNING, "fact `{name}` is tested only where no step of {ladder} looks, so nobody is ever asked for it",
                    "let a step or a definition it needs rest on {where}, or take the test out"),
    "CW432": Remark(_WARNING, "nothing uses {what} `{name}`", "test it in a clause, or take it out"),
    "CW446": Remark(_WARNING, "the exception can never apply: {why}",
                    "compare the tests on both sides of the joining word"),
    "CW447": Remark(_WARNING, "set `{name}` is open, and an outsider leaves the scope question unknown",
                    "scope is a closed question: mark the set complete, or ask a fact"),
    "CW448": Remark(_NOTE, "{count} declared here {mean} something when absent", "{names}"),
    "CW451": Remark(_NOTE, "nobody answers for the criteria set {name}, so it stays unknown", "{hint}"),
    # amendments
    "CW452": Remark(_ERROR, "this points at clause {taken}, which `{operation}` takes away ({by})",
                    "answer it in the amendment with `## Replace {clause}`, `## Readings of {clause}` or, of a defined word, "
                    "`## Replace definition of {clause}`"),
    "CW453": Remark(_WARNING, "`{operation}` leaves {codes} without a criterion",
                    "name another clause for each with `## Replace rows of codes`, or delete the rows"),
    # prose
    "CW433": Remark(_WARNING, "the sentence mixes \"and\", commas and \"or\", and no reading says what belongs together",
                    "part it into items, or say how it is meant: > **Readings of {clause}**"),
    "CW434": Remark(_WARNING, "the prose says \"{phrase}\", and set `{name}` is marked complete",
                    "mark the set open (complete: no), or close the list in the prose"),
    "CW435": Remark(_WARNING, "the prose says {number}, and no test of the clause does",
                    "write the number into the test, or correct one"),
    "CW454": Remark(_WARNING, "clause number `{number}` is out of place: it stands behind `{before}`",
                    "move the clause, or correct its number"),
    "CW443": Remark(_NOTE, "`{written}` is an odd reference: {why}", "{hint}"),
    # codes
    "CW436": Remark(_WARNING, "code {code} stands twice in set `{name}`", "keep one"),
    "CW437": Remark(_NOTE, "code {code} is listed again, as on line {line}", "keep one row; the first one counts"),
    "CW438": Remark(_ERROR, "diagnosis {code} of set `{name}` is {verdict} from {first} to {last}, when the set is in force",
                    "{hint}"),
    "CW455": Remark(_WARNING, "`{code}` in {where} is no code of {system}", "{hint}"),
    "CW439": Remark(_NOTE, "whether the diagnoses of set `{name}` are valid is not known {when}",
                    "the ICD-10-CM table knows {spans}; check the rest by hand"),
    "CW440": Remark(_NOTE, "{codes} listed, and excluded without exception by {clauses} ({families})",
                    "say in the note of each row which of the two wins; the ladder must weigh them"),
    "CW441": Remark(_NOTE, "{code} is listed, and no clause can carry it",
                    "{hint}"),
    # the source
    "CW442": Remark(_NOTE, "known defect of the source: {defects}", "{text}"),
    "CW444": Remark(_WARNING, "no reading of `{clause}` is ratified, so readings that disagree go to a physician",
                    "write `ratified by WHOM on DATE` at the one that counts"),
    "CW445": Remark(_WARNING, "{what} `{name}` is in force here and in {other}, both {period}",
                    "end one before the other begins, or give one another name"),
})  # fmt: skip


def remark(code: str, at: Place, clause: str = "", /, **written: object) -> Problem:
    """Return the problem of a code at a place, with what the author wrote there."""
    level, sentence, help = REMARKS[code]
    told, advice = (part.format_map({"clause": clause, **written}) for part in (sentence, help))
    return Problem(code, told, at.file, at.line, at.column, clause, advice, level)


def in_order(problems: "tuple[Problem, ...] | list[Problem]") -> tuple[Problem, ...]:
    """Return the problems by file, line, column and code, each once."""
    once = dict.fromkeys(problems)
    return tuple(sorted(once, key=lambda one: (one.file, one.line, one.column, one.code, one.message)))
