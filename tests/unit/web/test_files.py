"""Files come in and go out over HTTP: rebuilt, to those who may read the case, with an entry in the log for each look."""

import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from clausewise.ledger.leaf import Act
from clausewise.vocab.role import Role
from tests.unit.conftest import Person, opened
from tests.unit.files import corpus, oracle
from tests.unit.files.clamd import EICAR, listening
from tests.unit.store.test_files import entries
from tests.unit.web.asking import Caller, caller
from tests.unit.web.test_api import codes, files
from tests.unit.web.test_pages import browser, text_of

GPS = 0x8825
NAME = "documents/wound.jpg"


def directory(asking: Caller, **more: bytes) -> Any:
    """The worked example, sent in as the parts of a form; it has a photograph of its own."""
    return asking.file(*((path, "any", content) for path, content in (files() | more).items()))


def attached(asking: Caller, content: bytes, name: str = NAME) -> tuple[str, dict[str, Any]]:
    """A file attached to a new case: the path of the case, and what the answer says of the file."""
    case = directory(asking).json()
    done = asking.file((name, "any", content), path=f"/cases/{case['id']}/evidence", version=case["version"])
    assert 200 == done.status_code, done.content
    return f"/cases/{case['id']}", done.json()["files"][name]


def looks(person: Person) -> list[Any]:
    """The entries of the log about looking at a record."""
    return [entry for entry, _ in entries(person) if entry.act is Act.RECORD_VIEWED]


def test_a_photograph_goes_in_and_comes_out_without_its_place(asking: Caller, person: Person):
    """A JPEG with the place where it was taken is listed, fetched without any metadata, and who looked is in the log."""
    sent = corpus.full_jpeg()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    case, said = attached(asking, sent)
    (listed,) = [one for one in asking.ask("GET", f"{case}/files").json()["files"] if one["path"] == NAME]
    assert (said["file"], "jpg", "not scanned", len(sent)) == tuple(listed[key] for key in ("id", "kind", "scan", "bytes"))
    assert [] == looks(person)
    answer = asking.ask("GET", f"{case}/files/{said['file']}")
    assert (200, "image/jpeg") == (answer.status_code, answer.headers["Content-Type"])
    assert {"kind": "jpg", "bytes": len(answer.content)} == listed["served"]
    shown = Image.open(io.BytesIO(answer.content))
    assert (corpus.scene().size, {}, set()) == (shown.size, dict(shown.getexif()), shown.info.keys() & {"comment", "icc_profile"})
    assert corpus.CANARY.encode() not in answer.content
    found = [(entry.actor, entry.case) for entry in looks(person)]
    assert [(asking.account.pk, UUID(case.rpartition("/")[2]))] == found


@pytest.mark.slow
@pytest.mark.parametrize("make", [corpus.full_jpeg, corpus.full_png, corpus.full_heic])
def test_exiftool_finds_nothing_in_what_comes_out(asking: Caller, make: Any):
    """What is fetched holds nothing, to a reader that knows more places than we do, beyond what a picture cannot be without."""
    case, said = attached(asking, make())
    answer = asking.ask("GET", f"{case}/files/{said['file']}")
    assert set() == oracle.left_over(answer.content)


def test_a_browser_keeps_a_file_and_never_runs_it(asking: Caller):
    """A file comes as an attachment under a name that says nothing, in a sandbox, as what it is, and is kept nowhere on the way."""
    case, said = attached(asking, corpus.document(), "documents/letter.jpg")
    headers = asking.ask("GET", f"{case}/files/{said['file']}").headers
    told = {name: headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Security-Policy")}
    assert {
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    } == told
    assert f'attachment; filename="file-{said["file"][:8]}.pdf"' == headers["Content-Disposition"]


def counted(person: Person) -> list[int]:
    """How many rows there are of everything that an act with files writes."""
    from clausewise.store import models
    from clausewise.store.acting import reading_for

    tables = (models.Case, models.Act, models.StoredFile, models.FileScan, models.PatientKey, models.IdempotencyKey)
    with reading_for(person.tenant):
        return [table.objects.of(person.tenant).count() for table in (*tables, models.LedgerEntry, models.Outbox)]


REFUSED = {
    "a bomb": (corpus.jpeg_bomb, "CW872"),
    "one that is cut off": (lambda: corpus.document()[:-200], "CW871"),
    "one of another kind": (lambda: b"\xd0\xcf\x11\xe0" + bytes(9), "CW870"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_leaves_nothing(asking: Caller, person: Person, name: str):
    """A bomb, a damaged file and one of no kind are 422 with their names, with a case or as evidence; nothing at all is written."""
    make, code = REFUSED[name]
    case = directory(asking).json()
    before, evidence = counted(person), f"/cases/{case['id']}/evidence"
    sent = {"documents/fine.png": corpus.png(), "documents/bad.jpg": make()}
    parts = [(path, "any", content) for path, content in sent.items()]
    found = [directory(asking, **sent), asking.file(*parts, path=evidence, version=case["version"])]
    assert [(422, [code])] * 2 == [(one.status_code, codes(one)) for one in found]
    assert ["documents/bad.jpg"] * 2 == [one.json()["problems"][0]["where"] for one in found]
    assert before == counted(person)


@pytest.mark.slow
def test_a_file_that_is_held_gets_a_sentence(asking: Caller, person: Person, monkeypatch, tmp_path):
    """What the scanner found harmful, or was not reached for, is listed with its state and handed out to nobody; nobody looked."""
    with listening() as address:
        monkeypatch.setenv("CLAUSEWISE_SCANNER", address)
        harmful = attached(asking, corpus.jpeg(comment=EICAR))
        clean = attached(asking, corpus.jpeg())
    monkeypatch.setenv("CLAUSEWISE_SCANNER", f"unix://{tmp_path}/nobody")
    waiting = attached(asking, corpus.jpeg())
    states = {}
    for case, said in (harmful, waiting, clean):
        answer = asking.ask("GET", f"{case}/files/{said['file']}")
        (listed,) = [one for one in asking.ask("GET", f"{case}/files").json()["files"] if one["id"] == said["file"]]
        told = codes(answer) if answer.status_code != 200 else []
        states[said["scan"], listed["scan"], bool(listed["served"])] = (answer.status_code, told)
    held = (409, ["CW879"])
    assert {
        ("infected", "infected", False): held,
        ("scanner not reached", "scanner not reached", False): held,
        ("clean", "clean", True): (200, []),
    } == states
    assert 1 == len(looks(person))
    page = browser(asking).get(harmful[0])
    assert "harmful, says the scanner: handed out to nobody" in text_of(page)
    assert harmful[1]["file"] not in page.content.decode()


@pytest.mark.slow
def test_a_file_is_only_found_with_its_case(asking: Caller, person: Person):
    """Another tenant is answered as about a case that never was; with another case a file is none; roles without cases: 403."""
    case, said = attached(asking, corpus.jpeg())
    stranger = caller(opened(), *Role)
    theirs, _ = attached(stranger, corpus.jpeg())
    never = stranger.ask("GET", f"/cases/{uuid4()}/files/{said['file']}")
    for path in (f"{case}/files", f"{case}/files/{said['file']}"):
        answer = stranger.ask("GET", path)
        assert (404, never.content) == (answer.status_code, answer.content)
        assert 403 == caller(asking.tenant, Role.ADMINISTRATOR, Role.ANALYST).ask("GET", path).status_code
    none = stranger.ask("GET", f"{theirs}/files/{uuid4()}")
    ours = stranger.ask("GET", f"{theirs}/files/{said['file']}")
    assert (404, ["CW876"], none.content) == (ours.status_code, codes(ours), ours.content)
    other, _ = attached(asking, corpus.jpeg())
    elsewhere = asking.ask("GET", f"{other}/files/{said['file']}")
    assert (404, none.content) == (elsewhere.status_code, elsewhere.content)
    assert [] == looks(person)


def test_the_page_shows_each_file_with_its_state(asking: Caller, person: Person):
    """The page of a case names its files, says that nobody scanned them, and leads to each."""
    case, said = attached(asking, corpus.full_jpeg())
    client = browser(asking)
    page = client.get(case)
    links = re.findall(r'href="(/api/v1/cases/[^"]+/files/[^"]+)"', page.content.decode())
    assert (2, f"/api/v1{case}/files/{said['file']}") == (len(links), links[1])
    assert 2 == text_of(page).count("not scanned: no scanner is set up")
    assert f"{NAME}, jpg; left out: camera records 1" in text_of(page)
    assert [200, 200] == [client.get(link).status_code for link in links]
    assert [asking.account.pk] * 3 == [entry.actor for entry in looks(person)]  # the case, and each file


def test_where_a_scanner_was_set_up_later_the_page_says_so(asking: Caller, settings_of: Any):
    """A file from before there was a scanner is not said to lack one."""
    case, _ = attached(asking, corpus.jpeg())
    settings_of(SCANNER_SET_UP=True)
    assert 2 == text_of(browser(asking).get(case)).count("not scanned: it came before there was a scanner")


def test_the_form_takes_documents_and_photographs(asking: Caller):
    """A case file with its documents, chosen in the form, is a case with files; a bomb among them is told of by name."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, parts = browser(asking), files()
    papers = {path.removeprefix("documents/"): content for path, content in parts.items() if path.startswith("documents/")}

    def sent(key: str, more: dict[str, bytes]) -> Any:
        documents = [SimpleUploadedFile(name, content) for name, content in (papers | more).items()]
        return client.post("/cases/new", {"key": key, "text": parts["case.yaml"].decode(), "documents": documents})

    taken = sent("k", {})
    assert 302 == taken.status_code, text_of(taken)
    (listed,) = asking.ask("GET", f"{taken.headers['Location']}/files").json()["files"]
    assert ("documents/photograph.png", "png") == (listed["path"], listed["kind"])
    refused = sent("l", {"wound.jpg": corpus.jpeg_bomb()})
    assert (422, True) == (refused.status_code, "documents/wound.jpg" in text_of(refused))
    assert all(words in text_of(refused) for words in ("CW872", "Nothing was taken in yet", "id: back-scar"))
    assert 1 == len(asking.ask("GET", "/cases").json()["cases"])


def test_two_documents_of_one_name_are_told(asking: Caller):
    """Of two documents with one name in the form none takes the other's place."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    documents = [SimpleUploadedFile("a.png", content) for content in (corpus.png(), corpus.full_png())]
    answer = browser(asking).post("/cases/new", {"key": "k", "text": "id: a", "documents": documents})
    assert (422, True) == (answer.status_code, "`documents/a.png` was sent twice." in text_of(answer))


def test_what_is_uploaded_never_lies_on_a_disk(asking: Caller, monkeypatch):
    """A photograph of several megabytes is taken in without a temporary file, in which it would lie unsealed."""
    import tempfile

    def none(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", none)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", none)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", none)
    large = corpus.jpeg() + bytes(4 * 2**20)
    _, said = attached(asking, large)
    assert {"parts after the end": 1} == said["removed"]


def test_without_keys_no_file_is_taken_or_handed_out(asking: Caller, monkeypatch, tmp_path):
    """A service that has lost its key file says so with 503, and goes on with what are texts."""
    case, said = attached(asking, corpus.jpeg())
    monkeypatch.setenv("CLAUSEWISE_FILE_KEY_FILE", str(tmp_path / "none"))
    found = [directory(asking), asking.ask("GET", f"{case}/files/{said['file']}")]
    assert [(503, ["CW875"])] * 2 == [(one.status_code, codes(one)) for one in found]
    assert 201 == asking.act("/cases", body={"files": {"case.yaml": {"text": files()["case.yaml"].decode()}}}).status_code
