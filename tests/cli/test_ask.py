"""`clausewise ask`: an interview in the terminal, answered line by line."""

import json
import sys
from random import Random

import pytest
import yaml

from tests.cli.cases import case_file, scar
from tests.cli.running import run

FRAME = """
  - id: A1
    plan: qualchoice
    line_of_business: commercial
    state: AR
    service_date: '2026-03-16'
    lines: [{{code: '{code}'}}]
    facts: {{{facts}}}
"""


def begun(folder, code="11402", facts=""):
    """A case of which only the frame, and perhaps some facts, are known."""
    return case_file(folder, FRAME.format(code=code, facts=facts))


def ask(*words, answers=()):
    """Hold an interview about the plan's policy with these answers, one a line."""
    return run("ask", "AR.CP.MP.31", *words, given="".join(f"{answer}\n" for answer in answers))


def asked(out):
    """The facts asked for, in their order."""
    return [line.rpartition("[")[2].rstrip("]") for line in out.splitlines() if line.endswith("]") and "?" in line]


def saved(path):
    """The one case of a file."""
    (case,) = yaml.safe_load(path.read_text(encoding="utf-8"))["clinical"]
    return case


@pytest.mark.slow
def test_an_interview_ends_with_the_determination_of_the_case_it_keeps(tmp_path):
    """A scar that hurts and gets infected is approved, and the case file says so to `determine` as well."""
    kept = tmp_path / "kept.yaml"
    answers = {
        "structure": "1", "scar": "y", "functional_impairment": "no", "scar_pain_unresponsive": "yes",
        "scar_recurrent_infection": "yes", "records_provided": "yes", "photos_provided": "yes", "aim": "both", "cause": "trauma",
    }  # fmt: skip
    given: list[str] = []
    order: list[str] = []
    for _ in range(len(answers) + 1):
        found = ask("--case", begun(tmp_path), "--save", kept, answers=given)
        order = asked(found.out)
        if len(order) == len(given):
            break
        given.append(answers[order[-1]])
    assert 0 == found.status and "No further answer can change this." in found.out
    assert "APPROVE_MN" in found.out
    decided = run("determine", kept, "--policy", "AR.CP.MP.31", "--json").objects[0]
    assert "APPROVE_MN" == decided["disposition"]
    assert set(order) <= saved(kept)["facts"].keys()


def test_a_question_shows_why_what_is_possible_and_how_many_more(tmp_path):
    """Number, words, answers, clause with its words, where to look, outcomes."""
    found = ask("--case", begun(tmp_path), answers=["no"])
    assert "Question 2 of at most" in found.out and "(usually" in found.out
    assert "asked by A-I.A.1.part: the part is abnormal" in found.out
    assert "1 abnormal, 2 disputed" in found.out
    assert "look in: exam note" in found.out
    assert "still possible: ask; approve; " in found.out


def test_a_code_alone_is_enough_to_begin_with():
    """The plan is asked for, and then what all its policies may rest on."""
    found = ask("--code", "11402", answers=["qualchoice"])
    assert "asked by L2.plan" in found.out and "still possible: ask; medicaid manual; approve;" in found.out


def test_an_impossible_answer_is_told_and_asked_again(tmp_path):
    """The problem names what fits; the interview goes on with the next line."""
    found = ask("--case", begun(tmp_path), answers=["perhaps", "yes"])
    assert "error CW603: `scar` is `perhaps`" in found.err
    assert 2 == len(asked(found.out))
    assert 0 == found.status


def test_an_answer_no_request_can_give_is_told_and_asked_again(tmp_path):
    """The whole case is read anew, so a plan that the library does not know is noticed."""
    found = ask("--code", "11402", answers=["nobodys_plan", "qualchoice"])
    assert "error CW602" in found.err and "nobodys_plan" in found.err
    assert ["plan", "scar"] == asked(found.out)


def test_back_takes_the_last_answer_back(tmp_path):
    """The question before is asked again, and the file forgets the answer; before the first there is nothing to go back to."""
    kept = tmp_path / "kept.yaml"
    found = ask("--case", begun(tmp_path), "--save", kept, answers=["back", "yes", "back", "no"])
    assert ["scar", "scar", "functional_impairment", "scar"] == asked(found.out)[:4]
    assert {"scar": "no"} == saved(kept)["facts"]


def test_an_interrupted_interview_loses_nothing(tmp_path):
    """What was answered is in the file after every answer, and is not asked again when it goes on."""
    kept = tmp_path / "kept.yaml"
    first = ask("--case", begun(tmp_path), "--save", kept, answers=["yes", "no", "stop"])
    assert "Left before the end" in first.out
    again = ask("--case", kept)
    assert not set(asked(first.out)[:2]) & set(asked(again.out))
    assert asked(first.out)[2] == asked(again.out)[0]


def test_ctrl_c_ends_with_what_is_known(tmp_path, monkeypatch):
    """No traceback: the determination so far, the file, and the status of an interruption."""
    kept = tmp_path / "kept.yaml"

    class Keyboard:
        """Somebody who answers once and then presses Ctrl-C."""

        answered = False

        def isatty(self):
            """It is a keyboard."""
            return True

        def readline(self):
            """Answer once."""
            if self.answered:
                raise KeyboardInterrupt
            self.answered = True
            return "yes\n"

    from clausewise.cli.asking import hold_interview
    from clausewise.wiring.setting import open_setting

    monkeypatch.setattr(sys, "stdin", Keyboard())
    assert 130 == hold_interview("AR.CP.MP.31", str(begun(tmp_path)), (), kept, open_setting())
    assert {"scar": "yes"} == saved(kept)["facts"]


@pytest.mark.slow
def test_not_known_yet_everywhere_ends_and_says_what_is_left(tmp_path):
    """Enter, ? and unknown say the same; the end lists the questions that still matter, and the case waits."""
    found = ask("--case", begun(tmp_path), answers=[("", "?", "unknown")[number % 3] for number in range(40)])
    assert 0 == found.status
    assert "not known yet can still change this:" in found.out
    assert "Is the lesion a scar or keloid?  [scar]" in found.out
    assert "PEND_INFO" in found.out
    assert len(asked(found.out.partition("not known yet can")[0])) == len(set(asked(found.out)))


def test_what_is_known_is_not_asked(tmp_path):
    """A case that is settled asks nothing and is determined."""
    found = ask("--case", case_file(tmp_path, scar()))
    assert [] == asked(found.out)
    assert (0, True) == (found.status, "APPROVE_MN" in found.out)


@pytest.mark.slow
def test_every_line_has_its_interview_and_answers_are_shared(tmp_path):
    """What was said for the first line is not asked for the second."""
    answers = ["qualchoice", "yes"] + ["?"] * 60
    found = ask("--code", "11402", "--code", "15830", "--save", tmp_path / "two.yaml", answers=answers)
    second = found.out.partition("Line 2: 15830")[2]
    assert second and not {"scar", "plan"} & set(asked(second))
    assert ["11402", "15830"] == [line["code"] for line in saved(tmp_path / "two.yaml")["lines"]]


def test_the_code_is_asked_for_where_none_is_given():
    """One that no clause carries is told and asked again."""
    found = run("ask", "EXAMPLE.VF", given="99999\n67904\nexample_vision_plan\n")
    assert "error CW713: No clause of EXAMPLE.VF carries the code `99999`." in found.err
    assert "Line 1: 67904" in found.out


@pytest.mark.slow
def test_numbers_days_and_sides_are_typed_as_a_case_file_writes_them(tmp_path):
    """What is typed is read by the rules of case files: a unit is converted, both sides are one answer."""
    path = tmp_path / "vf.yaml"
    case = FRAME.format(code="67904", facts="").replace("qualchoice", "example_vision_plan")
    path.write_text("clinical:" + case, encoding="utf-8")
    typed = {"droop_grade": "III", "lid_margin": "{left: 1 mm, right: 0.2 cm}", "earlier_lid_operations": "[2019-05-05]"}
    given: list[str] = []
    for _ in range(30):
        found = run("ask", "EXAMPLE.VF", "--case", path, "--save", tmp_path / "kept.yaml", given="\n".join([*given, ""]))
        order = asked(found.out)
        if len(order) <= len(given) or ("[lid_margin]" in found.out and len(given) > order.index("lid_margin")):
            break
        given.append(typed.get(order[-1], "?"))
    assert {"left": "1 mm", "right": "0.2 cm"} == saved(tmp_path / "kept.yaml")["facts"]["lid_margin"]
    assert "error" not in found.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["NOPE", "--code", "11402"], "CW705"),
        (["AR.CP.MP.31", "--code", "99999"], "CW713"),
        (["AR.CP.MP.31", "--case", "nowhere.yaml"], "CW701"),
    ],
)
def test_what_cannot_begin_is_refused(words, expected):
    """A problem and status 2, nothing asked."""
    found = run("ask", *words)
    assert (2, "") == (found.status, found.out)
    assert f"error {expected}" in found.err


def test_a_case_that_contradicts_itself_is_refused(tmp_path):
    """Born after the service: the problem of the case file, status 2."""
    path = begun(tmp_path)
    text = path.read_text(encoding="utf-8").replace("    state: AR", "    state: AR\n    birth_date: 2030-01-01")
    path.write_text(text, encoding="utf-8")
    found = ask("--case", path)
    assert (2, True) == (found.status, "error CW609" in found.err)


def test_two_cases_and_an_unreadable_one_are_refused(tmp_path):
    """An interview is about one case that can be read."""
    two = ask("--case", case_file(tmp_path, scar(), scar("S2")))
    assert (2, True) == (two.status, "error CW712: An interview is about one clinical case; here are 2." in two.err)
    path = tmp_path / "odd.yaml"
    path.write_text("id: odd\nlines: nothing\n", encoding="utf-8")
    odd = ask("--case", path)
    assert (2, True) == (odd.status, f"{path}:2:8: error CW511: Case odd: `lines` is not a list." in odd.err)
    folder = ask("--case", tmp_path)
    assert (2, True) == (folder.status, "error CW702" in folder.err)


def test_the_clinics_policy_asks_for_the_clinics_estimate():
    """The end is the clinic's own view."""
    found = run("ask", "CLINIC.CR", "--code", "21235", given="normal\n" + "?\n" * 20)
    assert 0 == found.status
    assert "PROPOSE_COSMETIC" in found.out


def test_the_same_answers_give_the_same_bytes(tmp_path):
    """Two interviews with the same answers print and keep the same."""
    runs = [ask("--case", begun(tmp_path), "--save", tmp_path / "k.yaml", answers=["yes", "no"]) for _ in range(2)]
    assert runs[0] == runs[1]
    assert json.dumps(saved(tmp_path / "k.yaml"))


def test_a_case_that_contradicts_itself_is_told_before_anything_is_asked(tmp_path):
    """A lesion is said to be a tag and a scar at once: the declared implication is named, and the interview goes on."""
    path = tmp_path / "both.yaml"
    path.write_text(
        "clinical:\n- {id: both, plan: qualchoice, line_of_business: commercial, service_date: '2026-03-16',\n"
        "   facts: {skin_tag: yes, scar: yes}, lines: [{code: '11200'}]}\n",
        encoding="utf-8",
    )
    assert "CW615" in run("ask", "AR.CP.MP.31", "--case", path, given="").err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lines: [11402]", "7:11: error CW504: Case A1: Line 1 is not a mapping."),
        ("lines: [{code: '11402', facts: [3]}]", "7:34: error CW511: Case A1: line 1: `facts` is not a mapping."),
        ("facts: {scarr: yes}, lines: [{code: '11402'}]", "7:11: error CW601: Case A1: `scarr` is not a known fact."),
        ("facts: {scar: no, scar: yes}, lines: [{code: '11402'}]", "7:21: error CW505: Case A1: `scar` stands here again"),
    ],
)
def test_what_is_wrong_with_a_case_is_told_where_it_stands(tmp_path, text, told):
    """File, line and column are those of the file as its author wrote it, with what to do; nothing is asked."""
    path = tmp_path / "wrong.yaml"
    head = "clinical:\n- {\n  id: A1,\n  plan: qualchoice,\n  line_of_business: commercial,\n  service_date: '2026-03-16',\n"
    path.write_text(f"{head}  {text}}}\n", encoding="utf-8")
    found = ask("--case", path)
    assert (2, "") == (found.status, found.out)
    assert f"{path}:{told}" in found.err and "    help: " in found.err


@pytest.mark.parametrize("typed", ["", "?\n", "\n", "unknown\n", "stop\n"])
def test_without_a_code_nothing_is_decided(tmp_path, typed):
    """Whoever does not know the code yet is told how to go on: no determination, no file, status 2."""
    found = run("ask", "AR.CP.MP.31", "--save", tmp_path / "kept.yaml", given=typed)
    assert 2 == found.status and "error CW719: Nothing can be decided without a procedure code" in found.err
    assert "begin again with --code CODE" in found.err
    assert "CODING_RETURN" not in found.out and not list(tmp_path.iterdir())


@pytest.mark.parametrize("lines", ["[]", "[{}]", "[{code: ''}]", "[{code: unknown}]"])
def test_a_case_that_lacks_its_code_is_asked_for_it(tmp_path, lines):
    """A file without a line, or with a line without a code, is no request to be returned to coding: the code is a question."""
    path = tmp_path / "codeless.yaml"
    path.write_text(FRAME.format(code="", facts="").replace("[{code: ''}]", lines).join(["clinical:", ""]), encoding="utf-8")
    assert (2, True) == ((found := ask("--case", path)).status, "error CW719" in found.err)
    assert "Line 1: 11402" in ask("--case", path, answers=["11402"]).out


@pytest.mark.parametrize(
    ("place", "told"), [("nowhere/kept.yaml", "CW711: This file cannot be written"), ("", "CW702: This is a folder")]
)
def test_a_place_that_cannot_be_written_is_told_before_the_first_question(tmp_path, place, told):
    """Nobody answers questions whose answers would be lost."""
    found = ask("--code", "11402", "--save", tmp_path / place, answers=["qualchoice"])
    assert (2, "") == (found.status, found.out)
    assert f"{tmp_path / place}: error {told}" in found.err


def test_trying_the_place_leaves_what_lies_there(tmp_path):
    """A file that was kept before is not touched where nothing could be begun."""
    kept = tmp_path / "kept.yaml"
    kept.write_text("an earlier case", encoding="utf-8")
    ask("--save", kept, answers=["?"])
    assert ["an earlier case"] == [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]


def test_what_was_never_asked_is_not_written(tmp_path):
    """Whether treatment would be unsafe is open, and never asked: the file leaves that to the documents' own word on silence."""
    kept = tmp_path / "kept.yaml"
    found = ask("--case", begun(tmp_path), "--save", kept, answers=["no", "normal", "?"])
    assert ["scar", "structure", "functional_impairment"] == asked(found.out)[:3]
    assert {"scar": "no", "structure": "normal", "functional_impairment": "unknown"} == saved(kept)["facts"]


def sitting(case, kept, tokens):
    """Hold an interview until the answers end: what it asked, and what stands at its end."""
    found = ask("--case", case, "--save", kept, answers=tokens)
    end = found.out.partition("\ncase ")[2].partition("\nKept in")[0]
    return [fact for fact in asked(found.out.partition("not known yet can")[0]) if fact], end


@pytest.mark.slow
@pytest.mark.parametrize("code", ["11402", "11200", "19357", "15773", "15876"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_interview_that_goes_on_asks_as_if_it_had_not_stopped(tmp_path, code, seed):
    """Stopped after any number of answers: the same further questions, the same end, and `determine` says the same of the file."""
    chance = Random(seed)
    tokens = [chance.choice(["y", "n", "1", "2", "3"]) for _ in range(120)]  # one that does not fit is told and passed over
    whole, end = sitting(begun(tmp_path, code), tmp_path / "whole.yaml", tokens)
    for stop in chance.sample(range(len(whole) + 3), 3):
        first, _ = sitting(begun(tmp_path, code), tmp_path / "kept.yaml", [*tokens[:stop], "stop"])
        rest, same = sitting(tmp_path / "kept.yaml", tmp_path / "kept.yaml", tokens[stop:])
        assert whole == [*first[: len(first) - bool(rest)], *rest]
        assert (end, saved(tmp_path / "whole.yaml")) == (same, saved(tmp_path / "kept.yaml"))
    assert end and set(whole) == set(saved(tmp_path / "whole.yaml")["facts"])
    decided = run("determine", tmp_path / "whole.yaml", "--policy", "AR.CP.MP.31")
    assert end.strip() == decided.out.partition("case ")[2].strip()
