"""The pages show a case whole, to those who may see it, whatever others wrote into it, without a script."""

import json
import re
from html import unescape
from typing import Any

import pytest

from clausewise.vocab.role import Role
from tests.unit.conftest import opened
from tests.unit.web.asking import Caller, caller, scar_case
from tests.unit.web.people import Somebody
from tests.unit.web.test_api import clauses_of, files, plain_file

SCRIPT = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "\u202e"


def browser(who: Caller, **given: Any) -> Any:
    """A browser in which somebody is signed in."""
    return Somebody(who.account, who.tenant).browser(**given)


def text_of(answer: Any) -> str:
    """What a page says, without its marks."""
    return unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_every_clause_of_the_proof_is_on_the_page(asking: Caller):
    """Each clause that a proof cites, each question that is open, each fingerprint and each act stands on the page of the case."""
    case = asking.act("/cases", body={"files": {path: plain_file(content) for path, content in files().items()}}).json()["id"]
    told = asking.ask("GET", f"/cases/{case}").json()
    page = text_of(browser(asking).get(f"/cases/{case}"))
    (line,) = told["determination"]["lines"]
    wanted = {clause for tree in ("proof", "other_proof") for clause in clauses_of(line[tree]) if clause}
    wanted |= {question["text"] for question in line["questions"]}
    wanted |= {line["fingerprint"], line["disposition"], line["reason"]["text"]}
    wanted |= {act["act"] for act in told["history"]} | {clock["clock"] for clock in told["clocks"]["clocks"]}
    assert {"A-I.A.3", "A-I.A.3.fri"} <= wanted
    assert set() == {one for one in wanted if one not in page}


def test_truth_is_a_sign_and_a_word(asking: Caller):
    """Every truth of a proof has its sign, hidden from those who listen, and its word; nothing is told by colour alone."""
    case, _ = asking.submitted(pain="unknown")
    page = browser(asking).get(f"/cases/{case}").content.decode()
    badges = re.findall(r'<span class="truth (\w+)"><span aria-hidden="true">(.)</span> ([^<]+)</span>', page)
    assert len(badges) == page.count('class="truth')
    assert ("open", "?", "unknown") in badges
    assert {"open": "?", "met": "✓", "failed": "✗"}.items() >= {(how, sign) for how, sign, _ in badges}


def test_the_words_of_others_are_shown_and_never_run(asking: Caller):
    """A script in every text that somebody may write is on the page as text; signs that turn the direction are named."""
    hostile = f"{SCRIPT}{RIGHT_TO_LEFT}"
    sent = {"case.yaml": {"text": _case(hostile)}, f"documents/{SCRIPT[:8]}.md": {"text": NOTE}}
    said = asking.act("/cases", body={"files": sent})
    assert 201 == said.status_code, said.content
    case, version = said.json()["id"], said.json()["version"]
    for what, body in (("review", {"note": hostile}), ("ask", {"facts": ["scar"]}), ("withdraw", {"reason": hostile})):
        done = asking.act(f"/cases/{case}/{what}", version, body)
        assert 200 == done.status_code, done.content
        version = done.json()["version"]
    asking.account.first_name = SCRIPT
    asking.account.save()
    page = browser(asking).get(f"/cases/{case}").content.decode()
    assert 3 <= page.count("&lt;script&gt;alert(1)")
    assert "[U+202E]" in page
    assert (False, 0) == (RIGHT_TO_LEFT in page, page.count("<script>"))


NOTE = "---\ntype: chart note\ndate: 2026-03-02\nauthor: Dr <script>x</script>\nfact scar_friable: yes\n---\nText.\n"


def _case(hostile: str) -> str:
    case = scar_case(code=SCRIPT[:8])
    return json.dumps(case | {"id": hostile, "narrative": hostile, "diagnoses": ["L90.5"]})


@pytest.mark.parametrize("path", ["/cases", "/cases/new", "/cases/CASE"])
def test_pages_need_no_script_and_are_kept_nowhere(asking: Caller, path: str):
    """No page has a script or a style of its own, none may be kept, and neither address nor title says anything of the case."""
    case, _ = asking.submitted()
    answer = browser(asking).get(path.replace("CASE", case))
    page = answer.content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=|javascript:", page)
    assert (200, [], True) == (answer.status_code, inline, "no-store" in answer.headers["Cache-Control"])
    (title,) = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
    assert {"Cases", "Take in a case", f"Case {case[:8]}"} >= {title.strip()}


def test_a_form_takes_in_one_case_however_often_it_is_sent(asking: Caller):
    """A case file in the form leads to its case; sent twice it is one case; one that is wrong is told of, and kept in the form."""
    client = browser(asking)
    key = re.findall(r'name="key" value="([^"]+)"', client.get("/cases/new").content.decode())[0]
    sent = {"key": key, "text": json.dumps(scar_case())}
    first, again = (client.post("/cases/new", sent) for _ in range(2))
    assert (302, first.headers["Location"]) == (first.status_code, again.headers["Location"])
    assert 200 == client.get(first.headers["Location"]).status_code
    wrong = client.post("/cases/new", {"key": "k", "text": "id: [<b>"})
    assert 422 == wrong.status_code
    assert all(words in wrong.content.decode() for words in ("CW502", "id: [&lt;b&gt;", "Nothing was taken in yet"))
    assert 1 == len(asking.ask("GET", "/cases").json()["cases"])


def test_a_form_without_its_token_is_refused(asking: Caller):
    """A form that no page of ours sent takes in nothing."""
    answer = browser(asking, csrf=True).post("/cases/new", {"key": "k", "text": "id: a"})
    assert 403 == answer.status_code


def test_pages_are_shown_to_those_who_may_see_them(asking: Caller):
    """Nobody is led to sign in; another tenant finds nothing; an administrator sees no case."""
    from django.test import Client

    case, _ = asking.submitted()
    nobody = Client(headers={"host": "localhost"}).get(f"/cases/{case}")
    stranger = browser(caller(opened(), Role.NURSE)).get(f"/cases/{case}")
    administrator = browser(caller(asking.tenant, Role.ADMINISTRATOR))
    assert (302, 404, 403) == (nobody.status_code, stranger.status_code, administrator.get(f"/cases/{case}").status_code)
    assert 403 == administrator.get("/cases").status_code
    assert case[:8] not in browser(caller(opened(), Role.NURSE)).get("/cases").content.decode()


def test_the_list_goes_on_and_keeps_its_stage(asking: Caller):
    """With more than a page of cases there is a way to the earlier ones, of the same stage."""
    for _ in range(26):
        asking.submitted()
    client = browser(asking)
    first = client.get("/cases?stage=determined").content.decode()
    (further,) = re.findall(r'href="\?(stage=determined&amp;after=[^"]+)"', first)
    second = client.get(f"/cases?{unescape(further)}").content.decode()
    ids = [re.findall(r'href="/cases/([0-9a-f-]{36})"', page) for page in (first, second)]
    assert ([25, 1], 26) == ([len(found) for found in ids], len({*ids[0], *ids[1]}))
    assert "There are no such cases here." in client.get("/cases?stage=closed").content.decode()
