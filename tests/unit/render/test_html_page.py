"""A policy as one HTML page: everything is there once, nothing is asked of the network, and no word of it acts."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from clausewise.policy.case_file import read_cases
from clausewise.policy.read import read_bytes
from clausewise.render.annotated_policy import AnnotatedPolicy, ShownFinding, shown_cases
from clausewise.render.criterion_rows import criterion_words
from clausewise.render.html_page import html_page
from clausewise.render.page_links import Shown
from clausewise.vocab import criterion as c
from tests.conftest import ROOT
from tests.unit.render.pages import Reader, bundled, clause_names, library, words_of

pytestmark = pytest.mark.slow

SHOWN = ("AR.CP.MP.31", "CLINIC.NOTICE", "EXAMPLE.RM", "EXAMPLE.VF", "LAW-WHCRA", "LADDER.UM", "UM.FACTS")
STYLE = ROOT / "src" / "clausewise" / "render" / "templates" / "style.css"
HOSTILE = """<script>alert(1)</script> "><img src=x onerror=alert(2)> </style> {{ 7 * 191 }} {% include 'x' %} &amp; 'q'"""


@pytest.fixture(scope="module", params=SHOWN)
def shown(request):
    """A bundled document with its page."""
    policy = bundled(request.param)
    return policy, Reader(html_page(policy))


def test_every_clause_stands_once_in_the_text_and_once_by_itself(shown):
    """Each clause has its number as anchor in the outline, its words there, and an entry of its own."""
    policy, page = shown
    anchors = [one.attributes["id"] for one in page.elements if one.tag == "li" and any("outline" in up.attributes.get("class", "")
               for up in one.parents) and "id" in one.attributes]
    assert clause_names(policy.document) == anchors
    entries = [one.attributes["id"] for one in page.elements if one.tag == "article"]
    assert [f"about-{clause}" for clause in anchors] == entries


def test_every_anchor_is_one_and_every_link_leads_there(shown):
    """No id stands twice, and every link of the page leads to an id of the page."""
    _, page = shown
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(set(ids)) == len(ids)
    assert set() == {one.attributes["href"] for one in page.elements if "href" in one.attributes} - {f"#{name}" for name in ids}


def test_nothing_is_fetched_and_nothing_runs(shown):
    """The page has no script, no form and no address of another place, in its text or in its style."""
    _, page = shown
    assert not {"script", "link", "img", "iframe", "form", "object", "base"} & {one.tag for one in page.elements}
    assert not [one for one in page.elements if "src" in one.attributes or any(name.startswith("on") for name in one.attributes)]
    (style,) = [one.text for one in page.elements if one.tag == "style"]
    assert not re.search(r"url\(|@import|https?:|//", style)


def test_headings_step_down_one_by_one(shown):
    """One title; no heading is more than one level below the one before it; the page says its language."""
    _, page = shown
    levels = [int(one.tag[1]) for one in page.elements if re.fullmatch(r"h[1-6]", one.tag)]
    assert 1 == levels.count(1)
    assert all(after <= before + 1 for before, after in zip(levels[levels.index(1) :], levels[levels.index(1) + 1 :], strict=False))
    assert "en" == next(one for one in page.elements if one.tag == "html").attributes["lang"]


def test_everything_that_belongs_to_a_clause_stands_with_it():
    """I.A.3 shows its readings with who adopted which, its questions with where to look, its codes, notes and evidence."""
    page = Reader(html_page(bundled("AR.CP.MP.31")))
    entry = words_of(page.with_id("about-A-I.A.3").text)
    for said in (
        "\N{LEFT DOUBLE QUOTATION MARK}impairment apart\N{RIGHT DOUBLE QUOTATION MARK}, adopted by this package on 2026-11-21, "
        "provisionally and not by the plan: as the clause stands",
        "\N{LEFT DOUBLE QUOTATION MARK}pain always\N{RIGHT DOUBLE QUOTATION MARK}, not adopted: scar_pain_unresponsive and",
        "Is the lesion a scar or keloid? yes or no; look in: exam note; cost 1",
        "18 codes: 11400, 11401,",
        "REF-5: keloids and hypertrophic scars",
        "not proved yet",
    ):
        assert said in entry
    assert re.search(r"met in \d+: 71, .*not met in \d+: .*unknown in \d+:", entry)
    assert "The four items are alternatives" in page.with_id("about-A-I.A").text


def test_every_question_code_reading_and_note_is_on_the_page(shown):
    """Nothing that the document declares is left out: readings, notes, codes, sets, words, steps."""
    policy, page = shown
    document = policy.document
    text = words_of(page.elements[0].text)
    assert [] == [note.text for note in document.notes if words_of(note.text) not in text]
    for reading in document.readings:
        assert reading.name in page.with_id(f"about-{document.ids}{reading.clause}").text
    for code in document.codes:
        assert code.label in page.with_id(f"code-{code.code}").parents[-1].text
    for word in document.definitions:
        assert words_of(word.prose) in words_of(page.with_id(f"word-{word.name}").text)
    for group in document.sets:
        assert all(code in page.with_id(f"set-{group.name}").text for code in group.codes)
    for step in (step for _, steps in (policy.ladder.steps if policy.ladder else ()) for step in steps):
        assert words_of(step.prose) in words_of(page.with_id(f"step-{step.clause}").text)
    for case in policy.cases:
        assert case.name in page.with_id(f"case-{case.number}").text


def test_a_word_of_a_test_leads_to_its_question_and_an_answer_does_not():
    """A fact leads to its question; an answer or a paper that is spelt like a fact leads nowhere."""
    page = Reader(html_page(bundled("AR.CP.MP.31")))
    line = page.with_id("A-II.O")
    inside = [one.attributes["href"] for one in page.elements if one.tag == "a" and line in one.parents]
    assert ["#fact-procedure_class", "#fact-breast_antecedent", "#about-A-II.O"] == inside
    asked = c.AnyOf((
        c.Is("consent", ("yes",)),
        c.Is("paper", ("consent", "waiver")),
        c.Negation(c.Is("paper", ("consent",))),
        c.Includes("papers", ("consent", "waiver"), 2),
        c.DocumentProvided("photograph"),
        c.ClauseMet("I.A"),
        c.CodeIn("hiv"),
    ))
    shown = Shown("A-", ("I.A",), ("consent", "paper", "papers", "photograph"), (), ("hiv",), ())
    pieces = shown.pieces(asked)
    assert [
        ("consent", "fact-consent"), ("paper", "fact-paper"), ("paper", "fact-paper"), ("papers", "fact-papers"),
        ("I.A", "A-I.A"), ("#hiv", "set-hiv"),
    ] == [(piece.text, piece.anchor) for piece in pieces if piece.anchor]
    assert criterion_words(asked) == "".join(piece.text for piece in pieces)


def test_hostile_words_are_shown_and_do_nothing():
    """Markup and template signs in prose, tables, cases and findings come out as the letters they are."""
    text = HOSTILE.replace("|", "")
    document, _ = read_bytes(
        f"""---
document: X.{HOSTILE}
kind: policy
title: {HOSTILE}
source: {HOSTILE}
---

# Hostile

## {HOSTILE}

- (A) {text} `growth`

> **Readings of A**: {text}
> - *as it stands*, ratified by {text} on 2026-01-01, provisional: as above

> **Note on A**: {text}

> **Definition of gloss**: {text}

## Facts

| fact | question | answer | if absent | where to look | cost |
|---|---|---|---|---|---|
| growth | {text} | yes or no | unknown | {text} | 1 |

## Codes

| code | system | label | carried by | note |
|---|---|---|---|---|
| 11200 | CPT | {text} | A | {text} |
""".encode(),
        "hostile.md",
    )
    cases, _ = read_cases(b"id: one\nnarrative: |-\n  " + HOSTILE.encode() + b"\nlines:\n- expect: {clauses: {A: met}}\n", "c.yaml")
    finding = ShownFinding(HOSTILE, "A", "error", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    policy = AnnotatedPolicy(document, None, (document,), tuple(shown_cases((cases,), ("A",))), 1, (finding,))
    page = Reader(html_page(policy))
    assert not {"script", "img"} & {one.tag for one in page.elements}
    assert 1 == sum(one.tag == "style" for one in page.elements)
    found = page.elements[0].text
    assert "1337" not in found
    for place in ("A", "about-A", "fact-growth", "code-11200", "word-gloss", "case-1", "finding-1"):
        assert HOSTILE in page.with_id(place).text, place


def test_the_same_policy_gives_the_same_bytes():
    """Two processes that scatter their sets differently write the same page."""
    program = (
        "import hashlib; from tests.unit.render.pages import bundled; from clausewise.render.html_page import html_page;"
        "print(hashlib.sha256(html_page(bundled('EXAMPLE.RM')).encode()).hexdigest())"
    )
    prints = {
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
                       env=os.environ | {"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(prints)


def test_what_was_proved_is_shown_and_what_was_not_is_said():
    """Nobody tried; nothing found; a finding at its clause and in the list, with witness and who accepted it."""
    policy = bundled("EXAMPLE.RM")
    assert "Not proved yet" in html_page(policy)
    nothing = Reader(html_page(replace(policy, findings=())))
    assert "nothing was found" in nothing.with_id("about-RM-I").text
    assert "Not proved yet" not in nothing.elements[0].text
    witness = "case: one\nfacts: {}"
    finding = ShownFinding("redundant", "I.B.1", "warning", "It never matters.", witness, "a reviewer", "it is harmless")
    page = Reader(html_page(replace(policy, findings=(finding, replace(finding, clause="")))))
    for place in ("about-RM-I.B.1", "finding-1", "finding-2"):
        said = words_of(page.with_id(place).text)
        assert "Warning, redundant: It never matters. Accepted by a reviewer, because it is harmless. case: one" in said
    assert "It never matters" not in page.with_id("about-RM-I").text
    assert "1\N{NO-BREAK SPACE}finding" in page.with_id("RM-I.B.1").text


def test_on_a_day_only_what_is_in_force_is_shown():
    """RM-I.D.2 holds from 2026 on; a page of 2025 leaves it out and says which day it shows."""
    before = Reader(html_page(bundled("EXAMPLE.RM", date(2025, 6, 1))))
    assert "RM-I.D.2" not in {one.attributes.get("id") for one in before.elements}
    assert "only what is in force on 2025-06-01" in words_of(before.elements[0].text)
    assert "2026-01-01 onward" in Reader(html_page(bundled("EXAMPLE.RM"))).with_id("RM-I.D.2").text
    assert "not in force on that day" in html_page(bundled("EXAMPLE.RM", date(2024, 1, 1)))


def test_a_code_printed_twice_keeps_two_places():
    """The source prints 15792 twice; the second row has an anchor of its own."""
    assert 2 == sum(row.code == "15792" for row in library().document("AR.CP.MP.31").codes)
    assert "15792" in Reader(html_page(bundled("AR.CP.MP.31"))).with_id("code-15792-2").text


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_can_be_read_on_its_ground():
    """By day and by night each colour of the text has a contrast of at least 4.5 to 1 (WCAG 2.2, AA)."""
    palettes = [dict(re.findall(r"--(\w+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", STYLE.read_text(), re.S)]
    coloured = [palette for palette in palettes if palette]
    assert 2 == len(coloured)
    for palette in coloured:
        for ground in ("paper", "shade", "chosen"):
            for name in ("ink", "quiet", "link", "mark", "alarm"):
                light, dark = sorted((_luminance(palette[name]), _luminance(palette[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)
