"""The checker: broken documents told of in exact words, bundled documents without error, ten faults found out of ten."""

import re
from datetime import date
from typing import NamedTuple

import pytest

from clausewise.compiler.check import check, check_library
from clausewise.compiler.compile import compile_policy
from clausewise.compiler.shelf import linked_documents
from clausewise.compiler.words import CODING_FACTS, FORMULA_UNITS
from clausewise.decide.coding import coding_facts
from clausewise.decide.formulas import FORMULAS
from clausewise.policy.library import Library
from clausewise.policy.remarks import REMARKS
from clausewise.vocab.problem import Level
from clausewise.vocab.request import AuthorizationRequest, ServiceLine
from tests.conftest import ROOT
from tests.unit.compiler.found import BAD, ON, broken, bundled, document, found_in, shown, told

POLICY = "policies/ar.cp.mp.31/policy.md"
ON_2026_03_16 = date(2026, 3, 16)


@pytest.mark.parametrize("path", sorted(BAD.glob("*.md")), ids=lambda path: path.stem)
def test_a_broken_document_is_told_of_in_these_words(path):
    """Every problem of a broken document stands with its place, its sentence and its help."""
    assert path.with_suffix(".expected").read_text(encoding="utf-8") == told(path)


def test_every_code_of_checker_and_linter_has_a_golden_message():
    """Each code that linking, checker and linter use is in some golden."""
    goldens = "\n".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    sources = [ROOT / "src" / "clausewise" / name for name in ("policy/library.py", "compiler")]
    texts = [path.read_text(encoding="utf-8") for source in sources for path in (source, *source.glob("*.py")) if path.is_file()]
    used = {*REMARKS, *re.findall(r"\bCW4\d\d\b", "\n".join(texts))}
    assert used == set(re.findall(r"^\w+ (CW4\d\d) ", goldens, re.MULTILINE))


# ---- bundled documents


@pytest.fixture(scope="module")
def said():
    """What is said of all bundled documents."""
    return found_in(bundled(), on=ON_2026_03_16)


def test_the_bundled_documents_have_no_errors(said):
    """Nothing in the bundled documents must be mended before they can be used."""
    assert "" == shown(problem for problem in said if problem.level is Level.ERROR)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("CW437", "code 15792 is listed again"),
        ("CW437", "code 15793 is listed again"),
        ("CW440", "19355 is listed, and excluded without exception by II.S (nipple_inversion)"),
        ("CW440", "15830, 15832, 15833, 15834, 15835, 15836, 15837, 15838, 15839 are listed, and excluded without exception by"),
        ("CW440", "15788, 15789, 15792, 15793 are listed, and excluded without exception by II.L (resurfacing)"),
        ("CW440", "15773, 15774 are listed, and excluded without exception by II.I and II.P (facial_augmentation, filler)"),
        ("CW441", "15788 is listed, and no clause can carry it"),
        ("CW441", "19303 is listed, and no clause can carry it"),
        ("CW443", "`1A4a` is an odd reference"),
        ("CW443", "`1A4b` is an odd reference"),
    ],
)
def test_the_known_defects_of_the_source_are_notes(said, code, expected):
    """Rows printed twice, codes listed and excluded, and references in another style are told as notes on the policy."""
    told_of = [one for one in said if (one.code, one.file) == (code, POLICY) and one.message.startswith(expected)]
    assert [Level.NOTE] == [one.level for one in told_of]


@pytest.mark.parametrize("code", ["19316", "11920", "15775", "15876", "19342", "11200"])
def test_a_code_with_an_exception_is_not_called_excluded(code):
    """Codes whose exclusion has an exception or a condition, and codes of no family, are not noted as excluded."""
    said = found_in(bundled(), "AR.CP.MP.31", on=ON_2026_03_16)
    noted = [one.message.partition(" listed, ")[0] for one in said if one.code == "CW440"]
    assert any("15830" in codes for codes in noted)
    assert [] == [codes for codes in noted if code in codes]


@pytest.mark.parametrize("number", [*range(1, 28), 29, *range(30, 35)])
def test_every_recorded_defect_is_a_note(said, number):
    """Each defect of the source that the policy records in its text is listed, with the clause or row it concerns."""
    listed = {defect for one in said if one.code == "CW442" and one.file == POLICY for defect in re.findall(r"D-\d\d", one.message)}
    recorded = f"D-{number:02}" in bundled()[POLICY].decode()
    assert recorded == (f"D-{number:02}" in listed)


# ---- ten faults


class Planted(NamedTuple):
    """A fault: what is replaced by what, and by which code, in which clause, with which words it is found, and where."""

    old: str
    new: str
    code: str
    clause: str
    says: str
    at: str = ""


PLANTED = {
    "a fact is misspelt": Planted("`scar_pain_unresponsive`\n", "`scar_pain_unresponsiv`\n", "CW410", "I.A.3.pain", "did you mean"),
    "an answer is misspelt": Planted(
        "`conservative_therapy is failed`", "`conservative_therapy is faild`", "CW414", "I.A.1.cons", "`failed`"),
    "a set is misspelt": Planted(
        "`code in #facial_fillers or", "`code in #facial_filers or", "CW411", "filler_service", "`facial_fillers`"),
    "a clause is not there": Planted(
        "`hard_exclusion or clause II.A or", "`hard_exclusion or clause II.Z or", "CW401", "any_exclusion", "clause II.Z"),
    "a yes or no is measured": Planted(
        "`location_affects_eyesight`", "`location_affects_eyesight >= 2 cm`", "CW415", "I.A.2.eye", "yes or no"),
    "a clause number is out of place": Planted(
        "- I.A.3.fi it limits", "- II.A.3.fi it limits", "CW120", "II.A.3.fi", "II.A.3.fi"),
    "a clause has no test": Planted(
        "Dermabrasion `procedure_class is dermabrasion`", "Dermabrasion", "CW123", "II.K", "test"),
    "a family is no answer": Planted(
        "| 19355 | nipple_inversion |", "| 19355 | nipple_inversions |", "CW423", "", "`nipple_inversion`"),
    "an exception points at a clause that has ended": Planted(
        "- I.A.4.b To rebuild", "- I.A.4.b [to 2025-06-30] To rebuild", "CW419", "II.R", "I.A.4.b", "- II.R Breast lift"),
    "a stale diagnosis is in a set in force on 2026-04-01": Planted(
        "| configured_policies | policy |",
        "| lipodystrophy | ICD-10-CM | E88.1 | no | from 2026-04-01 |\n| configured_policies | policy |",
        "CW438", "", "E88.1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def faulty():
    """The policy with all ten faults planted into it, and what is said of it among the bundled documents."""
    files, text = bundled(), bundled()[POLICY].decode()
    for fault in PLANTED.values():
        assert 1 == text.count(fault.old), fault.old
        text = text.replace(fault.old, fault.new)
    return text, found_in({**files, POLICY: text.encode()}, "AR.CP.MP.31")


@pytest.mark.parametrize("name", PLANTED)
def test_each_of_ten_planted_faults_is_found(faulty, name):
    """On a copy with ten faults each is an error, found by its code on its own line and column, saying what is meant."""
    text, problems = faulty
    fault = PLANTED[name]
    line = text[: text.index(fault.at or fault.new)].count("\n") + 1
    hits = [one for one in problems if (one.code, one.line, one.clause) == (fault.code, line, fault.clause)]
    assert [Level.ERROR] == [one.level for one in hits], shown(problems)
    assert fault.says in hits[0].message + hits[0].help
    assert 0 < hits[0].column <= len(text.split("\n")[line - 1])


def test_ten_faults_give_ten_errors(faulty):
    """Nothing but the ten faults is called an error: no fault is told twice or takes others along."""
    _, problems = faulty
    errors = [one for one in problems if one.level is Level.ERROR]
    assert sorted(fault.code for fault in PLANTED.values()) == sorted(one.code for one in errors), shown(errors)


@pytest.mark.parametrize("name", PLANTED)
def test_each_fault_is_found_by_itself(name):
    """Each fault planted alone is the one error of the policy."""
    fault, files = PLANTED[name], bundled()
    text = files[POLICY].decode().replace(fault.old, fault.new)
    errors = [one for one in found_in({**files, POLICY: text.encode()}, "AR.CP.MP.31") if one.level is Level.ERROR]
    assert [(fault.code, fault.clause)] == [(one.code, one.clause) for one in errors]


# ---- one promise each


def codes(body: str, *front: str) -> list[str]:
    """Return the codes of what is said of a made-up policy."""
    return [problem.code for problem in found_in(document(body, *front), "MADE.UP")]


PATH = "## I. Paths\n\nA service is **medically necessary** when **one of**:\n\n"
SOUND = f"""{PATH}- I.A One `scar and cause is one of (illness, trauma) and symptoms include at least 2 of (itching, rash)`
- I.B Two `stage >= II and stage between I and III and weight_removed on each side >= 0.5 kg and height > 1 m`
- I.C Three `pain for at least 3 months and therapy lasted at least 3 months and operated_on at least 1 year ago`
- I.D Four `infections at least 2 times within 12 months and earliest of (age 18 years, operated_on + 6 months) reached`
- I.E Five `drug is serostim and visits >= 3 and age >= 18 years and judged skin_tag by physician`
- I.F Six `weight_removed on the larger side by height >= grams_by_area(area by DuBois) or tally >= 3`
- I.G Seven `step failed(therapy) before skin_tag and clause I.A known and pain raised and difference of (weight, weight) > 1 lb`

## Facts

| fact | question | answer |
|---|---|---|
| area | How large is the area? | number in m2 |

## Table grams_by_area (area in m2, row below, last row beyond)

| area | g |
|---|---|
| 1 | 100 |

## Score tally (points add up)

| item | points | for | less | at most | not with |
|---|---|---|---|---|---|
| high | 1 per mm | height | | | |
| sore | 2 | pain | | | |
"""


def test_a_sound_document_is_passed_over():
    """A document that uses every form of test as it is meant gives nothing to mend."""
    assert [] == codes(SOUND)


def test_a_place_is_that_of_the_word():
    """The column is that of the wrong word itself, also behind the same word on the line and on a continued line."""
    body = "## I. Paths\n\n- I.A An ilness is meant,\n  which is misspelt `scar and cause is ilness`"
    problem = next(one for one in found_in(document(body), "MADE.UP") if one.code == "CW414")
    line = document(body)["made-up.md"].decode().split("\n")[problem.line - 1]
    assert "ilness`" == line[problem.column - 1 :]


def test_a_set_of_another_time_is_not_asked_for_where_the_clause_sleeps():
    """A set that has ended is no fault of a clause that has ended with it."""
    rows = "\n\n## Sets\n\n| set | codes | complete | valid |\n|---|---|---|---|\n| old | 11920 | yes | to 2025-06-30 |"
    assert ["CW424"] == codes(f"{PATH}- I.A One `code in #old`\n- I.B Two `scar`{rows}")
    assert [] == codes(f"{PATH}- I.A [to 2025-06-30] One `code in #old`\n- I.B Two `scar`{rows}")


def test_a_reading_may_build_on_the_clause_it_reads():
    """A reading that names its own clause is no circle, since the clause is meant as ratified."""
    ratified = "> - *one*, ratified by us on 2026-01-01: as above"
    readings = f"> **Readings of I.A**: two ways.\n{ratified}\n> - *two*: `clause I.A and not scar`"
    assert [] == codes(f"{PATH}- I.A One `scar`\n\n{readings}")


@pytest.mark.slow
def test_a_long_chain_of_definitions_is_followed():
    """Definitions that rest on one another a thousand deep are checked, and a circle at their end is found."""
    chain = "\n\n".join(f"> **Definition of d{at}**: made up. `d{at + 1} and d{at + 1}`" for at in range(1000))
    body = f"{PATH}- I.A One `scar` **except** `d0`\n\n{chain}\n\n> **Definition of d1000**: made up. "
    assert [] == codes(f"{body}`pain`")
    assert ["CW401"] == codes(f"{body}`d999`")


def test_families_of_one_code_may_be_met_together():
    """A code may belong to several families, so an exception for another family can apply."""
    exception = "- I.A One `procedure_class is tattoo` **except** `procedure_class is filler`"
    assert "CW446" not in codes(f"{PATH}{exception}")


def test_two_checks_say_the_same_in_the_same_order():
    """What is said is in the order of files, lines and columns, whatever the order of the names, and each thing once."""
    library = broken(BAD / "names.md")
    forward = check_library(library, ["NAMES", "COMMON.PATHS", "NAMES"], ON)
    assert forward == check_library(broken(BAD / "names.md"), ["COMMON.PATHS", "NAMES"], ON)
    assert list(forward) == sorted(forward, key=lambda one: (one.file, one.line, one.column, one.code))
    assert len(forward) == len(set(forward))


def test_linked_documents_are_checked_alone_too():
    """`check` needs nothing but linked documents, and finds what is wrong between policy and ladder."""
    linked, _ = linked_documents(broken(BAD / "words-missing.md"), "WORDS.MISSING", ON)
    assert linked is not None
    assert ["CW402"] == [one.code for one in check(linked) if one.level is Level.ERROR]


def test_an_unknown_document_is_the_callers_mistake():
    """A name that no document has raises a KeyError, as everywhere in the library."""
    with pytest.raises(KeyError):
        check_library(Library({}), ["NOBODY"], ON)


def test_the_checker_knows_what_the_program_supplies():
    """Formulas and coding facts are the very ones that decide a case."""
    assert {name: formula.unit for name, formula in FORMULAS.items()} == FORMULA_UNITS
    request = AuthorizationRequest("made up", ON, (ServiceLine(1, "11200"),))
    linked, _ = linked_documents(Library(bundled()), "AR.CP.MP.31", ON)
    assert linked is not None
    policy, _ = compile_policy(linked)
    assert set(CODING_FACTS) == set(coding_facts(request, request.lines[0], policy, lambda code, on: None))
