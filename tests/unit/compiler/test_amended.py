"""Amendments in a library: which text governs on a day, and that everything that asks for a day gets that text."""

from datetime import date

import pytest

from clausewise.compiler.check import check_library
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.route import route, routes_of
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.policy.library import Library
from clausewise.vocab.period import Period
from tests.unit.compiler.found import bundled
from tests.unit.compiler.test_shelf import LADDER

POLICY = """---
document: P.ONE
kind: policy
revision: 2025-01-01
in force: 2025-01-01 onward
plans: any_plan
ladder: L.ONE
---
# One
## I. Only
A service is **medically necessary** when **all of**:
- I.A it hurts `pain`
- I.B it was tried `tried`

> **Definition of it_is_met**: the section. `clause I`

## Facts
| fact | question | answer |
|---|---|---|
| pain | Does it hurt? | yes or no |
| tried | Was it tried? | yes or no |

## Codes
| code | label | carried by |
|---|---|---|
| 11402 | scar | I |
"""
BEFORE, SPRING, SUMMER, LATER = (date(2025, 6, 1), date(2026, 4, 1), date(2026, 8, 1), date(2027, 2, 1))


def amendment(body: str, period: str, id: str = "P.ONE", amends: str = "P.ONE @ 2025-01-01", more: str = "") -> str:
    """The text of an amendment."""
    return f"---\ndocument: {id}\namends: {amends}\nin force: {period}\nbecause: the law changed\n{more}---\n\n{body}"


C = "## Add I.C\n- I.C it bleeds `pain`\n"
D = "## Add I.D\n- I.D it itches `pain`\n"


def library(policy: str = POLICY, **amendments: str) -> Library:
    """A library of one policy with its ladder and some amendments, each by the name of its file."""
    files = {"p/policy.md": policy, "l/ladder.md": LADDER, **{f"p/{name}.md": text for name, text in amendments.items()}}
    return Library({path: text.encode() for path, text in files.items()})


def clauses(of: Library | CompiledLibrary, on: date, name: str = "P.ONE") -> list[str]:
    """The clauses below the section that govern on a day."""
    compiled = (of if isinstance(of, CompiledLibrary) else CompiledLibrary(of)).policy(name, on)
    assert isinstance(compiled, CompiledPolicy), compiled
    return [clause.clause for clause in compiled.clauses if clause.clause != "I"]


def refusals(of: Library, on: date, name: str = "P.ONE") -> set[str]:
    """The codes of the errors for which a policy is refused."""
    refused = CompiledLibrary(of).policy(name, on)
    assert isinstance(refused, Refused)
    return {problem.code for problem in refused.problems}


def test_the_later_start_governs_from_its_day():
    """Before its first day the base stands as it was; on that day the amendment is in it."""
    of = CompiledLibrary(library(a=amendment(C, "2026-02-09 onward")))
    assert ["I.A", "I.B"] == clauses(of, date(2026, 2, 8))
    assert ["I.A", "I.B", "I.C"] == clauses(of, date(2026, 2, 9))
    assert ["I.A", "I.B"] == clauses(of, BEFORE)


def test_amendments_are_applied_in_the_order_in_which_they_begin():
    """The later one changes the text that the earlier one left, whatever their files are called."""
    last = amendment("## Replace I.C\n- I.C it bleeds again `tried`\n", "2026-06-01 onward")
    of = library(b=amendment(C, "2026-02-09 onward"), a=last)
    documents = [of.as_of(on).document("P.ONE") for on in (BEFORE, SPRING, SUMMER)]
    assert [0, 1, 2] == [len(document.amendments) for document in documents]
    assert [False, False, True] == ["it bleeds again" in document.text for document in documents]
    assert 3 == len({document.fingerprint for document in documents})


def test_an_amendment_for_a_time_ends():
    """After its last day the text stands as it was before, with what others have changed meanwhile."""
    of = CompiledLibrary(library(a=amendment(C, "2026-02-09 to 2026-12-31"), b=amendment(D, "2026-06-01 onward")))
    assert ["I.A", "I.B", "I.C", "I.D"] == clauses(of, SUMMER)
    assert ["I.A", "I.B", "I.D"] == clauses(of, LATER)


def test_a_ladder_may_be_amended_for_its_policies():
    """A policy is compiled with the ladder as it stands on the day, also where its own text does not change."""
    step = "## Add S0 before S1\n- (S0) it hurts: **ask** **when** `pain`\n"
    text = amendment(step, "2026-02-09 to 2026-12-31", "L.ONE", "L.ONE @ first")
    of = CompiledLibrary(
        Library({
            "p/policy.md": POLICY.encode(),
            "l/ladder.md": LADDER.replace("kind", "revision: first\nkind").encode(),
            "l/amendment.md": text.encode(),
        })
    )  # fmt: skip
    steps = [[step.clause for step in policy.steps] for on in (BEFORE, SPRING, LATER) if (policy := of.policy("P.ONE", on))]  # type: ignore[union-attr]
    assert [["S1", "S2"], ["S0", "S1", "S2"], ["S1", "S2"]] == steps


def test_a_variant_is_a_document_of_its_own():
    """With another id the base is untouched, and the variant has the plans, the period and the words of its own front matter."""
    of = library(v=amendment(C, "2026-02-09 onward", "P.TWO", more="plans: other_plan\n"))
    assert ["I.A", "I.B"] == clauses(of, SUMMER)
    assert ["I.A", "I.B", "I.C"] == clauses(of, SUMMER, "P.TWO")
    assert (("other_plan",), "policy") == (of.by_id["P.TWO"].plans, of.by_id["P.TWO"].kind)
    assert ["P.ONE", "P.TWO"] == [route(of, plan, "11402", SUMMER) for plan in ("any_plan", "other_plan")]


def test_a_variant_may_be_amended_and_be_the_base_of_another():
    """Chains of both sorts: a variant of a variant, and an amendment under a variant's own id."""
    of = library(
        v=amendment(C, "2026-02-09 onward", "P.TWO", more="revision: two\n"),
        w=amendment(D, "2026-02-09 onward", "P.THREE", "P.TWO @ two"),
        x=amendment("## Delete I.B\n", "2026-06-01 onward", "P.TWO", "P.TWO @ two"),
    )
    assert ["I.A", "I.B", "I.C"] == clauses(of, SPRING, "P.TWO")
    assert ["I.A", "I.C"] == clauses(of, SUMMER, "P.TWO")
    assert ["I.A", "I.B", "I.C", "I.D"] == clauses(of, SUMMER, "P.THREE")


@pytest.mark.parametrize(("named", "expected"), [("2025-01-01", False), ("new", True), ("2026-03-01", True), ("2026-01-01", False)])
def test_a_variant_is_made_of_the_text_that_it_names(named: str, expected: bool):
    """By revision, or by a day: the base before its own amendment, or after it; later amendments of the base do not move it."""
    of = library(
        a=amendment(C, "2026-02-09 onward", more="revision: new\n"),
        v=amendment(D, "2026-07-01 onward", "P.TWO", f"P.ONE @ {named}"),
    )
    assert expected == ("I.C" in clauses(of, SUMMER, "P.TWO"))


def test_a_change_of_base_or_amendment_changes_the_fingerprint():
    """Each file is part of it, so a compiled policy in the cache is never that of another text."""
    texts = [
        library(a=amendment(C, "2026-02-09 onward")),
        library(POLICY.replace("it hurts", "it hurts much"), a=amendment(C, "2026-02-09 onward")),
        library(a=amendment(C, "2026-02-09 onward").replace("the law", "a law")),
    ]
    prints = [CompiledLibrary(of).policy("P.ONE", SUMMER) for of in texts]
    assert 3 == len({one.fingerprint for one in prints})  # type: ignore[union-attr]
    cache: dict[str, bytes] = {}
    for of in texts:
        CompiledLibrary(of, cache).policy("P.ONE", SUMMER)
    assert 3 == len(cache)


def test_codes_of_an_amendment_route_from_its_day():
    """A code that an amendment adds is routed by the text of the day."""
    rows = "## Add rows to codes\n| code | label |\n|---|---|\n| 11404 | scar |\n"
    general = POLICY.replace("P.ONE", "P.GENERAL").replace("11402", "11403").replace("plans:", "general: yes\nplans:")
    of = library(a=amendment(rows, "2026-02-09 onward"), general=general)
    assert ["P.GENERAL", "P.ONE"] == [route(of, "any_plan", "11404", on) for on in (BEFORE, SUMMER)]


def test_a_variant_does_not_stand_in_where_no_plan_is_known():
    """It inherits `general: yes` for its own plans, and the base goes on answering where no plan is named."""
    of = library(POLICY.replace("plans:", "general: yes\nplans:"), v=amendment(C, "2026-02-09 onward", "A.FIRST"))
    assert "P.ONE" == routes_of(of.as_of(SUMMER)).otherwise


def test_citations_lead_to_the_file_in_which_a_clause_was_written():
    """The compiled policy cites base and amendment, each by its own lines."""
    text = amendment(C, "2026-02-09 onward")
    compiled = CompiledLibrary(library(a=text)).policy("P.ONE", SUMMER)
    assert isinstance(compiled, CompiledPolicy)
    places = {item.clause: (item.file, item.line) for item in compiled.items}
    assert ("p/policy.md", POLICY.splitlines().index("- I.A it hurts `pain`") + 1) == places["I.A"]
    assert ("p/a.md", text.splitlines().index("- I.C it bleeds `pain`") + 1) == places["I.C"]


# ---- refused


def test_an_amendment_that_is_wrong_refuses_the_document_from_its_day():
    """Nobody is judged by a text that an amendment was meant to change; before its day the base decides as ever."""
    of = library(a=amendment("## Delete I.Z\n", "2026-02-09 onward"))
    assert {"CW165"} == refusals(of, SUMMER)
    assert ["I.A", "I.B"] == clauses(of, BEFORE)
    assert {"CW161"} == refusals(library(a=amendment(C, "2026-02-09 onward", amends="P.ONE @ old")), SUMMER)


def test_a_reference_left_pointing_nowhere_refuses_until_it_is_answered():
    """Until the clause that holds the reference is replaced nobody is judged by the text."""
    policy = POLICY.replace("- I.B it was tried `tried`", "- I.B it was tried `tried` **unless** it hurts `clause I.A`")
    bare = library(policy, a=amendment("## Delete I.A\n", "2026-02-09 onward"))
    assert {"CW401", "CW452"} == refusals(bare, SUMMER)
    answered = amendment("## Delete I.A\n## Replace I.B\n- I.B it was tried `tried`\n", "2026-02-09 onward")
    assert ["I.B"] == clauses(library(policy, a=answered), SUMMER)


def test_deleting_the_paths_on_looks_alone_leaves_all_this_pointing_nowhere():
    """The bare deletion of I.A.4 from AR.CP.MP.31: what II.O and II.R except, the ladder's words, codes without a criterion."""
    head = "---\ndocument: BARE\namends: AR.CP.MP.31 @ 2025-09-12\nin force: 2026-02-09 onward\nbecause: of a test\n---\n\n"
    of = Library({**bundled(), "policies/ar.cp.mp.31/bare.md": f"{head}## Delete I.A.4\n".encode()})
    said = check_library(of, ["BARE"], date(2026, 3, 16))
    left = {problem.clause for problem in said if problem.code == "CW452"}
    assert {"II.O", "II.R", "specific_path_met", "specific_path_met_some_reading", "specific_path_on_point"} == left
    assert {"policies/ar.cp.mp.31/policy.md"} == {problem.file for problem in said if problem.code == "CW452"}
    [warning] = [problem for problem in said if problem.code == "CW453"]
    assert ("policies/ar.cp.mp.31/bare.md", 8) == (warning.file, warning.line)
    assert all(code in warning.message for code in ("G0429", "Q2026", "Q2028"))
    refused = CompiledLibrary(of).policy("BARE", date(2026, 3, 16))
    assert isinstance(refused, Refused)


def test_the_answered_deletion_has_no_error():
    """The bundled example answers all of it, and can be used."""
    of = Library(bundled())
    assert isinstance(CompiledLibrary(of).policy("EXAMPLE.WP", date(2026, 3, 16)), CompiledPolicy)


# ---- the rest of the library


def test_a_file_is_the_newest_text_until_the_next_one():
    """The stretch of a base ends with the day before its first amendment, that of an amendment before the next."""
    of = library(a=amendment(C, "2026-02-09 onward"), b=amendment(D, "2026-06-01 to 2026-12-31"))
    stretches = {shelf.path: of.stretch(shelf) for shelf in of.shelves() if shelf.id == "P.ONE"}
    assert {
        "p/policy.md": Period(date(2025, 1, 1), date(2026, 2, 8)),
        "p/a.md": Period(date(2026, 2, 9), date(2026, 5, 31)),
        "p/b.md": Period(date(2026, 6, 1), date(2026, 12, 31)),
    } == stretches


def test_an_amendment_is_no_twin_and_no_second_document():
    """Under the base's id it is not told as a document written twice, and is listed among no kind."""
    of = library(a=amendment(C, "2026-02-09 onward", more="kind: policy\n"))
    assert () == of.twins()
    assert ["p/policy.md"] == [shelf.path for shelf in of.of_kind("policy")]
    assert ["p/policy.md"] == [shelf.path for shelf in of.as_of(SUMMER).of_kind("policy")]


def test_a_library_without_amendments_is_itself_on_every_day():
    """Nothing is made anew where nothing changes."""
    of = library()
    assert of is of.as_of(SUMMER)
    assert of is not library(a=amendment(C, "2026-02-09 onward")).as_of(SUMMER)


# ---- the same program


@pytest.mark.slow
@pytest.mark.parametrize("clause", ["", "I.A.1", "I.A.4", "II.R", "XREF-CDS"])
def test_replacing_a_clause_by_itself_gives_the_same_program(clause: str):
    """An amendment with no operation, or one that puts the words that are there, compiles to the very same program."""
    from tests.unit.policy.test_amend import BUNDLED, replaced_by_itself

    body = replaced_by_itself(clause, BUNDLED) if clause else ""
    text = amendment(body, "2026-02-09 onward", "AR.CP.MP.31", "AR.CP.MP.31 @ 2025-09-12")
    of = CompiledLibrary(Library({**bundled(), "policies/ar.cp.mp.31/a.md": text.encode()}))
    before, after = (of.policy("AR.CP.MP.31", on) for on in (date(2026, 2, 8), date(2026, 2, 9)))
    assert isinstance(before, CompiledPolicy) and isinstance(after, CompiledPolicy)
    assert before.fingerprint != after.fingerprint
    assert (before.program, before.clauses) == (after.program, after.clauses)
    assert (before.steps, before.nature) == (after.steps, after.nature)
