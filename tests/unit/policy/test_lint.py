"""The linter: what deserves a look is told of, and what only looks like it is passed over."""

import pytest

from clausewise.policy.library import Library
from clausewise.policy.lint import lint
from clausewise.policy.lint_text import numbers_in, prose_of
from clausewise.vocab.problem import Level
from tests.unit.compiler.found import document, found_in

PATH = "## I. Paths\n\nA service is **medically necessary** when **one of**:\n\n"
SETS = "\n\n## Sets\n\n| set | system | codes | complete | valid |\n|---|---|---|---|---|\n"
CODES = "\n\n## Codes\n\n| code | label | carried by | note |\n|---|---|---|---|\n"


def said(body: str, *front: str, **more: str) -> list[str]:
    """Return code and message of what the linter says of a made-up policy, beside further files by name."""
    files = {**document(body, *front), **{f"{name}.md": text.encode() for name, text in more.items()}}
    library = Library(files)
    return [f"{one.code} {one.message}" for one in lint(library.document("MADE.UP"), library)]


def codes(body: str, *front: str, **more: str) -> list[str]:
    """Return the codes of what the linter says of a made-up policy."""
    return [one[:5] for one in said(body, *front, **more)]


# ---- sentences

MIXED = "A scar that hurts, bleeds and itches or comes of an injury"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (f"{MIXED} `scar and pain or skin_tag`", ["CW433"]),
        (f"{MIXED} `scar and pain and skin_tag`", ["CW433"]),
        (f"{MIXED} `scar or pain`", ["CW433"]),
        (f"{MIXED} `pain`", ["CW433"]),
        ("It hurts and swells, locks, or gives way `pain`", ["CW433"]),
        ("It hurts, bleeds or itches, and limits motion `pain`", ["CW433"]),
        ("It hurts, or it bleeds, and it itches `pain`", ["CW433"]),
        ("It hurts or bleeds, and limits motion `pain`", []),
        ("It hurts or bleeds, and limits motion `pain and (scar or skin_tag)`", ["CW433"]),
        ("It hurts, bleeds or itches; scar and skin are sore `pain`", []),
        ("It hurts, bleeds or itches (scar and skin) `pain`", []),
        ("It hurts, bleeds or itches, between 3 and 6 months long `pain for at least 3 months`", ["CW435"]),
        ("It hurts, bleeds or itches `pain` **and** so does the skin `skin_tag`", []),
        ("A scar that hurts and itches or comes of an injury `scar and pain or skin_tag`", []),
        ("A scar that hurts, bleeds and itches `scar and pain or skin_tag`", []),
        (f"{MIXED} **all of**\n  - it hurts `pain`\n  - or not **one of**\n    - a `scar`\n    - b `skin_tag`", ["CW433"]),
        ("It is on the line and off, or not `scar` **and** so `pain or skin_tag`", ["CW433"]),
    ],
)
def test_a_mixed_sentence_is_told(item, expected):
    """A sentence with "and", commas and "or" is told unless its commas, or brackets, say what belongs together."""
    assert expected == [code for code in codes(f"{PATH}- I.A {item}") if code != "CW435" or code in expected]


def test_a_mixed_sentence_is_only_noted_where_its_parts_spell_it_out():
    """The level is a note where items stand below the sentence, and a warning where one test stands for it all."""
    parted = f"{MIXED} **all of**\n  - it hurts `pain`\n  - a `scar`"
    for item, level in ((parted, Level.NOTE), (f"{MIXED} `pain`", Level.WARNING)):
        library = Library(document(f"{PATH}- I.A {item}"))
        assert [("CW433", level)] == [(one.code, one.level) for one in lint(library.document("MADE.UP"), library)]


def test_a_step_and_a_definition_are_no_sentences_of_a_source():
    """Nobody ratifies a reading of our own words: they are told only where their test mixes both words too."""
    words = f"\n\n> **Definition of often_seen**: {MIXED}. `{{}}`"
    assert [] == codes(f"{PATH}- I.A One `often_seen`{words.format('pain')}")
    assert ["CW433"] == codes(f"{PATH}- I.A One `often_seen`{words.format('scar and pain or skin_tag')}")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("A B D C", ["C"]),
        ("A C F", []),
        ("1 2 10 9", ["9"]),
        ("1 2 2a 3", []),
        ("1 2a 2", ["2"]),
        ("i ii iv iii", ["iii"]),
        ("c d i v", []),
        ("I II V IV", ["IV"]),
        ("ix x xi", []),
        ("B own A", ["A"]),
        ("own early", []),
    ],
)
def test_clause_numbers_stand_in_order(labels, expected):
    """Letters, roman and arabic numbers rise; gaps, insertions and labels of our own are sound."""
    items = "\n".join(f"  - I.A.{label} it is `scar`" for label in labels.split())
    assert [f"I.A.{label}" for label in expected] == [
        one.split("`")[1] for one in said(f"{PATH}- I.A One **one of**\n{items}") if one.startswith("CW454")
    ]


@pytest.mark.parametrize(
    ("system", "code", "sound"),
    [
        ("CPT", "2744", False),
        ("CPT", "XYZ", False),
        ("CPT", "27447", True),
        ("CPT", "0402T", True),
        ("CPT", "G0429", False),
        ("HCPCS", "G0429", True),
        ("HCPCS", "g0429", False),
        ("CPT and HCPCS", "G0429", True),
        ("ICD-10-CM", "E8", False),
        ("ICD-10-CM", "E88.1", True),
        ("NDC", "XYZ", True),
    ],
)
def test_a_malformed_code_is_told_in_tables_and_sets(system, code, sound):
    """A code that is not built like those of its system is told at its row; systems not known here have no shape."""
    row, one = f"\n\n## Codes\n\n| code | system | label | carried by |\n|---|---|---|---|\n| {code} | {system} | a | I.A |", SETS
    body = f"{PATH}- I.A One `code in #d`{one}| d | {system} | {code} | yes | to 2024-12-31 |{row}"
    places = ["the table of codes", "set `d`"]
    wanted = [] if sound else sorted(f"CW455 `{code}` in {place} is no code of {system}" for place in places)
    assert wanted == sorted(one for one in said(body) if one.startswith("CW455"))


def test_a_reading_answers_for_a_mixed_sentence():
    """A clause whose readings say how its sentence is meant, and the parts below it, are passed over."""
    readings = "\n\n> **Readings of I.A**: both.\n> - *one*, ratified by us on 2026-01-01: as above\n> - *two*: `scar`"
    assert [] == codes(f"{PATH}- I.A {MIXED} `scar and pain or skin_tag`{readings}")
    assert [] == codes(f"{PATH}- I.A A whole **one of**\n  - I.A.1 {MIXED} `scar and pain or skin_tag`{readings}")


@pytest.mark.parametrize(
    ("prose", "complete", "expected"),
    [
        ("A drug such as these", "yes", ["CW434"]),
        ("Drugs, not limited to these,", "yes", ["CW434"]),
        ("A drug, e.g. one of these", "yes", ["CW434"]),
        ("A drug such as these", "no", []),
        ("A drug of the list", "yes", []),
    ],
)
def test_a_list_said_to_be_open_is_not_complete(prose, complete, expected):
    """Prose that leaves a list open stands against a set that is marked complete, and against no other."""
    assert expected == codes(f"{PATH}- I.A {prose} `drug in #drugs`{SETS}| drugs | drug | serostim | {complete} | |")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("At least 500 g `weight_removed >= 600 g`", ["500"]),
        ("At least 500 g `weight_removed >= 500 g`", []),
        ("At least 500 g `weight_removed >= 0.5 kg`", []),
        ("At least 0.5 kg `weight_removed >= 500`", []),
        ("At least 500 g `weight_removed >= 500 kg`", ["500"]),
        ("At least 500 g `weight_removed >= 500`", []),
        ("More than 1 in 2 `visits > 1 and visits < 2`", []),
        ("For 1 year `pain for at least 12 months`", []),
        ("More than 1,200 g `weight_removed > 1200 g`", []),
        ("Within 12 months 2 visits `infections at least 2 times within 12 months`", []),
        ("Within 18 months 3 visits `infections at least 2 times within 12 months`", ["18", "3"]),
        ("For 3 months `pain for at least 3 months`", []),
        ("From the age of 18 `earliest of (age 18 years, operated_on + 6 months) reached`", []),
        ("Two of 3 signs, at least 2 `at least 2 of (scar, pain, skin_tag)`", []),
        ("Of 2025, as 45 CFR 164.512 and I.A.4 say, see 4.a (step 7) `scar`", []),
        ("As the rule says (45 CFR 164.508(a)(3)) `scar`", []),
        ("A made-up code, 11920 `code is 11920`", []),
        ("At least 3 visits `often`", []),
        ("At least 4 visits `often`", ["4"]),
        ("2 signs **all of**\n  - one, 3 visits `often`\n  - two `scar`", ["2"]),
        ("3 visits, see the other clause `clause I.B`", []),
        ("Three visits `infections at least 2 times within 12 months`", ["Three"]),
        ("Two visits `infections at least 2 times within 12 months`", []),
        ("For nine months `pain for at least 3 months`", ["nine"]),
        ("For one year `pain for at least 12 months`", []),
        ("For one year `pain for at least 6 months`", ["one"]),
        ("The second of these two fillers, and one of them `scar`", []),
        ("In one place, seen at least 3 times `often`", []),
        ("In two ways **all of**\n  - one, 3 visits `often`\n  - two `scar`", []),
        ("In four ways **all of**\n  - one, 3 visits `often`\n  - two `scar`", ["four"]),
        ("One of the four causes `cause is one of (trauma, illness, congenital, none) and often`", []),
    ],
)
def test_a_number_in_the_prose_stands_in_the_test(item, expected):
    """Each number of a sentence is looked for in its test, in what stands below it, and in what it names."""
    body = f"{PATH}- I.A {item}\n- I.B Often `often`\n\n> **Definition of often**: seen often. `visits >= 3`"
    assert [f"CW435 the prose says {number}, and no test of the clause does" for number in expected] == said(body)


def test_prose_is_what_is_left_without_the_language():
    """Numbers of clauses, tests, bold words and brackets are no prose."""
    sentence = "- I.A.1 [from 2026-01-01] It **and** `scar` is 3 cm, **one of**"
    assert ["It", "is", "3", "cm,"] == prose_of(sentence).split()
    assert (("3", "cm"),) == numbers_in(prose_of(sentence))


# ---- codes and sets


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| d | ICD-10-CM | E88.1 | yes | from 2026-04-01 |", {"CW438", "CW439"}),
        ("| d | ICD-10-CM | E88.1 | yes | 2025-04-01 to 2025-09-30 |", set()),
        ("| d | ICD-10-CM | E88.1 | yes | 2025-04-01 to 2026-04-01 |", {"CW438", "CW439"}),
        ("| d | ICD-10-CM | E88.1 | yes | 2025-10-01 to 2026-03-31 |", {"CW439"}),
        ("| d | ICD-10-CM | E88.14 | yes | 2026-04-01 to 2026-09-30 |", set()),
        ("| d | ICD-10-CM | E88.14 | yes | 2025-04-01 to 2026-09-30 |", {"CW438", "CW439"}),
        ("| d | ICD-10-CM | B20, Z21 | yes | 2025-04-01 to 2025-09-30 |", set()),
        ("| d | ICD-10-CM | Z99 | yes | to 2024-12-31 |", set()),
        ("| d | of our own | E88.1 | yes | from 2026-04-01 |", set()),
    ],
)
def test_diagnoses_are_judged_on_the_days_of_their_set(row, expected):
    """A diagnosis is at fault on known days of its set alone; other days are not known, and other systems not judged."""
    body = f"{PATH}- I.A One `diagnosis in #d`{SETS}{row}"
    assert expected == set(codes(body))


def test_days_not_known_are_told_once_for_a_set():
    """One note says between which days the diagnoses of a set are not known, however many there are."""
    body = f"{PATH}- I.A One `diagnosis in #d`{SETS}| d | ICD-10-CM | B20, Z21 | yes | from 2025-09-01 |"
    when = "from 2025-10-01 to 2026-03-31, from 2026-10-01 on"
    assert [f"CW439 whether the diagnoses of set `d` are valid is not known {when}"] == said(body)


def test_a_code_twice_in_a_set_is_told_once():
    """A code that is written twice in a row is told of; one that stands in two sets is not."""
    rows = "| one | CPT | 11920, 11921, 11920 | yes | |\n| two | CPT | 11920 | yes | |"
    assert ["CW436 code 11920 stands twice in set `one`"] == said(f"{PATH}- I.A One `code in #one and code in #two`{SETS}{rows}")


def test_two_sets_of_a_name_may_follow_each_other():
    """Sets of one name are at fault where their times overlap, also with a set of a document that is used."""
    rows = "| one | CPT | 11920 | yes | to 2025-12-31 |\n| one | CPT | 11921 | yes | from 2026-01-01 |"
    assert [] == codes(f"{PATH}- I.A One `code in #one`{SETS}{rows}")
    front = "---\ndocument: MORE\nkind: library\ntitle: more\nin force: 2025-01-01 onward\n---\n"
    more = f"{front}{SETS}| one | CPT | 11922 | yes | |"
    files = document(f"{PATH}- I.A One `code in #one`{SETS}| one | CPT | 11920 | yes | from 2026-01-01 |")
    text = files["made-up.md"].decode().replace("uses: common/facts.md", "uses: common/facts.md, more.md")
    library = Library({**files, "made-up.md": text.encode(), "more.md": more.encode()})
    assert ["CW445"] == [one.code for one in lint(library.document("MADE.UP"), library)]


def test_rows_of_codes_are_told_by_their_first():
    """A row printed again is told of at the second, and a code nobody carries at the first, unless another row carries it."""
    rows = "| 11920 | a | | |\n| 11921 | b | | |\n| 11921 | b | I.A | |\n| 11920 | a | | |"
    told = [" ".join(one.split()[:2]) for one in said(f"{PATH}- I.A One `scar`{CODES}{rows}")]
    assert ["CW441 11920", "CW437 code", "CW437 code"] == told


def test_a_note_on_a_code_that_nobody_carries_is_repeated():
    """The help asks for a reason only where the row gives none."""
    rows = "| 11920 | a | | |\n| 11921 | b | | an earlier event |"
    library = Library(document(f"{PATH}- I.A One `scar`{CODES}{rows}"))
    helps = [one.help for one in lint(library.document("MADE.UP"), library) if one.code == "CW441"]
    assert ["name the clause under `carried by`, or say in the note why none does", "its note: an earlier event"] == helps


def test_codes_that_one_clause_excludes_are_one_note():
    """The listed codes that the same clauses exclude by their families stand together, at the first of them."""
    head = "\n\n## II. Not\n\nA service is **not medically necessary** when **one of**:\n\n"
    excluded = f"{head}- II.A Ink `procedure_class is tattoo`\n"
    families = "\n\n## Families\n\n| code | family |\n|---|---|\n| 11921 | tattoo |\n| 11920 | tattoo |\n| 11922 | filler |"
    rows = f"{CODES}| 11920 | a | I.A | |\n| 11921 | b | I.A | |\n| 11922 | c | I.A | |"
    found = found_in(document(f"{PATH}- I.A One `scar`{excluded}{families}{rows}"), "MADE.UP")
    sentence = "11920, 11921 are listed, and excluded without exception by II.A (tattoo)"
    assert [sentence] == [one.message for one in found if one.code == "CW440"]


# ---- names


@pytest.mark.parametrize(("name", "refused"), [("known", True), ("months", True), ("aged", False), ("line_of", False)])
def test_a_word_of_the_language_is_no_name(name, refused):
    """A fact or definition that no test could name, as its name is a word of the language, is an error at its row."""
    facts = f"\n\n## Facts\n\n| fact | question | answer |\n|---|---|---|\n| {name} | How? | yes or no |"
    assert refused == ("CW426" in codes(f"{PATH}- I.A One `scar`{facts}"))
    assert refused == ("CW426" in codes(f"{PATH}- I.A One `scar`\n\n> **Definition of {name}**: made up. `pain`"))


def test_the_language_itself_asks_for_the_age():
    """A fact `age` is what `age >= 18 years` asks for, so it may be declared."""
    facts = "\n\n## Facts\n\n| fact | question | answer |\n|---|---|---|\n| age | How old? | number in years |"
    assert [] == codes(f"{PATH}- I.A One `age >= 18 years`{facts}")


def test_what_others_use_is_used():
    """A fact of a shared document is used if any document that uses it asks; else that is worth a note alone."""
    files = document(f"{PATH}- I.A One `scar`")
    library = Library(files)
    unused = [one for one in lint(library.document("FACTS.MADE.UP"), library) if one.code == "CW430"]
    assert {Level.NOTE} == {one.level for one in unused}
    named = {one.message.split("`")[1] for one in unused}
    assert "scar" not in named
    assert {"skin_tag", "pain", "drug"} <= named


def test_a_definition_is_used_by_a_ladder_or_as_criteria():
    """What a ladder needs, and what answers for a criteria set, is used though no test names it."""
    words = "\n\n> **Definition of scar_cds**: made up. `pain`\n\n> **Definition of idle**: made up. `pain`"
    assert ["CW432 nothing uses definition `idle`"] == said(f"{PATH}- I.A One `criteria SCAR-CDS met`{words}")


def test_a_scope_rests_on_a_closed_question():
    """An open set in a scope is told of; one that is complete, or outside the scope, is not."""
    row = "| one | CPT | 11920 | {} | |"
    scoped = f"{PATH}- I.A One, **on point when** it is listed `code in #one`, **all of**\n  - it is `scar`{SETS}"
    assert ["CW447"] == codes(scoped + row.format("no"))
    assert [] == codes(scoped + row.format("yes"))
    assert [] == codes(f"{PATH}- I.A One `code in #one`{SETS}" + row.format("no"))


def test_defaults_are_one_note_with_their_names():
    """One note of a document lists the facts whose absence means something."""
    head = "\n\n## Facts\n\n| fact | question | answer | if absent |\n|---|---|---|---|\n"
    rows = "| a | A? | yes or no | no |\n| b | B? | yes or no | unknown |"
    files = document(f"{PATH}- I.A One `a and b`{head}{rows}")
    library = Library(files)
    told = [(one.code, one.message, one.help) for one in lint(library.document("MADE.UP"), library)]
    assert [("CW448", "1 fact declared here means something when absent", "a")] == told


# ---- source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see IA1", ["IA1"]),
        ("see 1A1", ["1A1"]),
        ("see I.A.1, I.A and 4.a", []),
        ("see I.A.7", ["I.A.7"]),
        ("see 45 CFR 164.512, D.1 and ISO1", []),
        ("see the part I.A.any", []),
    ],
)
def test_references_in_another_style_are_notes(text, expected):
    """A reference run together or leading nowhere is told of; other numbers and abbreviations are not."""
    frame = "\n\n## Frame of the source\n\n| part | becomes |\n|---|---|\n| I.A.any | a note |"
    body = f"{PATH}- I.A One **one of**\n  - I.A.1 it is `scar`\n\n> **Note on I.A**: {text}.{frame}"
    assert [f"CW443 `{one}`" for one in expected] == [" ".join(one.split()[:2]) for one in said(body)]


def test_a_recorded_defect_is_a_note_where_it_is_recorded():
    """Defects recorded in notes, readings and rows are listed, those of many rows once."""
    readings = "\n\n> **Readings of I.A**: unclear (D-07).\n> - *one*, ratified by us on 2026-01-01: as above\n> - *two*: `pain`"
    rows = f"{CODES}| 11920 | a | I.A | odd (D-09) |\n| 11921 | b | I.A | odd (D-09, D-10) |"
    body = f"{PATH}- I.A One `scar`{readings}\n\n> **Note on I**: known (D-08).{rows}"
    assert [f"CW442 known defect of the source: {one}" for one in ("D-07", "D-08", "D-09", "D-10")] == said(body)


def test_two_revisions_of_a_document_do_not_overlap():
    """A second text of one id is told of where both are in force; one that begins when the other ends is not."""
    front = "---\ndocument: MADE.UP\nkind: policy\ntitle: other\nin force: {}\n---\n"
    body = f"{PATH}- I.A One `scar`"
    assert ["CW445"] == codes(body, revised=front.format("2026-01-01 onward"))
    assert [] == codes(body, revised=front.format("until 2024-12-31"))
