"""Files of a case are sealed, bound to their patient's key, looked at by the scanner, and never read unseen."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from clausewise.files.custody import Custody
from clausewise.files.keys import key_ring
from clausewise.files.scanner import Scan, scanner_at
from clausewise.ledger.commitments import Recorded, opens
from clausewise.ledger.leaf import Act
from clausewise.vocab.history import Receipt
from clausewise.vocab.problem import Problem
from tests.conftest import ROOT
from tests.unit.conftest import Person, folder, opened
from tests.unit.files import corpus
from tests.unit.files.clamd import EICAR, listening
from tests.unit.store.test_cases import codes, entry_of, history_of, receipt_of

NAME = f"{corpus.CANARY}.jpg"
SECRETS = {1: "a key that only the tests know, and long enough"}


def directory(person: Person) -> Any:
    """A case that came as a directory, as it is seen then."""
    from clausewise.store.cases import Seen, submit

    receipt = receipt_of(submit(person.acting(), folder(ROOT / "examples" / "back-scar"), str(uuid4())))
    return Seen(receipt.case, receipt.version)


def attached(person: Person, content: bytes, name: str = NAME, patient: UUID | None = None) -> tuple[Receipt, dict[str, Any]]:
    """A file attached to a new case: the receipt, and what it says of the file."""
    from clausewise.store.cases import attach

    receipt = receipt_of(attach(person.acting(1), directory(person), {name: content}, str(uuid4()), patient))
    return receipt, json.loads(receipt.answer)["files"][name]


def opened_file(person: Person, file: str) -> Any:
    """A file as it is handed out, or why not."""
    from clausewise.store.files import open_derivative

    return open_derivative(person.acting(2), UUID(file))


def entries(person: Person) -> list[Any]:
    """The entries of the log about a tenant, with the salts that open them."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import LedgerEntry, Opening

    with reading_for(person.tenant):
        salts = {(one.entry_id, one.what): bytes(one.salt) for one in Opening.objects.of(person.tenant)}
        rows = LedgerEntry.objects.of(person.tenant).order_by("number")
        by_row = {row.number: {what: salt for (number, what), salt in salts.items() if number == row.number} for row in rows}
        return [(entry_of(row.leaf), by_row[row.number]) for row in rows]


def row_of(person: Person, file: str) -> Any:
    """The row of a file."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import StoredFile

    with reading_for(person.tenant):
        return StoredFile.objects.of(person.tenant).get(id=file)


def with_scanner(person: Person, address: str) -> Person:
    """The same person, with a scanner."""
    return replace(person, custody=replace(person.custody, scanner=scanner_at(address)))


def test_a_photograph_is_kept_sealed_and_handed_out_rebuilt(person):
    """What is handed out shows what was sent and carries nothing; what lies in the database shows neither."""
    sent = corpus.full_jpeg()
    _, said = attached(person, sent)
    handed = opened_file(person, said["file"])
    assert ("jpg", Scan.NOT_SCANNED, True) == (handed.kind.value, handed.scan, handed.content.startswith(b"\xff\xd8"))
    assert corpus.CANARY.encode() not in handed.content
    row = row_of(person, said["file"])
    for kept in (bytes(row.original), bytes(row.derivative)):
        assert not any(part in kept for part in (b"\xff\xd8\xff", b"JFIF", corpus.CANARY.encode()))
    assert len(sent) + 28 == len(row.original)


def test_the_sender_is_told_what_was_left_out_and_the_state(person):
    """The receipt and the act name the file, its kind and the counts; the receipt says that nobody scanned it."""
    receipt, said = attached(person, corpus.full_png(), "documents/wound.png")
    assert {"texts beside the picture": 4, "camera records": 1}.items() <= said["removed"].items()
    assert ("png", "not scanned") == (said["kind"], said["scan"])
    act = json.loads(history_of(person, receipt.case).acts[-1].content)["files"]["documents/wound.png"]
    assert {"file": said["file"], "kind": "png", "removed": said["removed"]} == act


def test_nothing_of_a_file_is_in_the_act_or_the_log(person):
    """Neither the act nor the answer holds the file or its sum, and the log holds not even its name."""
    import base64
    import hashlib

    sent = corpus.full_jpeg()
    receipt, said = attached(person, sent)
    opened_file(person, said["file"])
    written = "".join(act.content for act in history_of(person, receipt.case).acts) + receipt.answer
    assert base64.b64encode(sent).decode()[:40] not in written and hashlib.sha256(sent).hexdigest() not in written
    from clausewise.store.acting import reading_for
    from clausewise.store.models import LedgerEntry

    with reading_for(person.tenant):
        leaves = b"".join(bytes(row.leaf) for row in LedgerEntry.objects.of(person.tenant))
    assert not any(one.encode() in leaves for one in (corpus.CANARY, said["file"], hashlib.sha256(sent).hexdigest()))


def test_the_log_vouches_for_what_was_sent(person):
    """The entry of the act opens, under its salt, to the sum of the original."""
    import hashlib

    sent = corpus.jpeg()
    _, said = attached(person, sent)
    entry, salts = next(one for one in entries(person) if one[0].act is Act.EVIDENCE_ATTACHED)
    vouched = {one.what: one for one in entry.commitments}
    recorded = json.dumps({said["file"]: hashlib.sha256(sent).hexdigest()}, separators=(",", ":")).encode()
    assert {Recorded.EVIDENCE, Recorded.FILE} == set(vouched)
    assert opens(vouched[Recorded.FILE], salts["file"], recorded)


def test_every_reading_is_in_the_log(person):
    """Who looked at which file, when, about whom: each reading is one entry, and one that fails is no reading."""
    patient = uuid4()
    receipt, said = attached(person, corpus.png(), patient=patient)
    before = len(entries(person))
    for _ in range(3):
        opened_file(person, said["file"])
    found = entries(person)[before:]
    assert [(Act.RECORD_VIEWED, receipt.case, patient)] * 3 == [(entry.act, entry.case, entry.subject) for entry, _ in found]
    recorded = json.dumps({"file": said["file"], "said": ""}, separators=(",", ":")).encode()
    assert all(opens(entry.commitments[0], salts["file"], recorded) for entry, salts in found)


def test_without_the_entry_nothing_is_read(person, monkeypatch):
    """Where the log cannot be written, the file is not handed out."""
    from clausewise.store.ledger import DatabaseLedger

    _, said = attached(person, corpus.png())
    monkeypatch.setattr(DatabaseLedger, "record_all", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        opened_file(person, said["file"])


def test_a_file_that_is_refused_leaves_nothing(person):
    """A bomb, a damaged file and one of no kind are told with their names, all at once, and the case stands as it stood."""
    from clausewise.store.cases import attach

    seen = directory(person)
    old_word = b"\xd0\xcf\x11\xe0" + bytes(9)
    sent = {"a.jpg": corpus.jpeg_bomb(), "b.pdf": corpus.document()[:-200], "c.doc": old_word, "d.png": corpus.png()}
    done: Any = attach(person.acting(), seen, sent, "key")
    assert [("CW872", "a.jpg"), ("CW871", "b.pdf"), ("CW870", "c.doc")] == [(one.code, one.file) for one in done.problems]
    assert seen.version == history_of(person, seen.case).version


def test_a_repeated_attachment_is_one(person):
    """Repeated under its key an attachment gives an equal receipt and keeps nothing twice; another file under it is refused."""
    from clausewise.store.acting import reading_for
    from clausewise.store.cases import attach
    from clausewise.store.models import StoredFile

    seen = directory(person)
    first = receipt_of(attach(person.acting(), seen, {"a.png": corpus.png()}, "key"))
    assert first == attach(person.acting(5), seen, {"a.png": corpus.png()}, "key")
    assert ["CW852"] == codes(attach(person.acting(), seen, {"a.png": corpus.full_png()}, "key"))
    with reading_for(person.tenant):
        assert 2 == StoredFile.objects.of(person.tenant).count()  # the case came with one


def test_a_case_with_files_is_determined_again(person):
    """A case is read anew without the content of its files, and every run of it comes out equal."""
    from clausewise.store.cases import Seen, determine_again
    from clausewise.store.reading import replay_case

    receipt, _ = attached(person, corpus.jpeg(), "documents/second.jpg")
    again = receipt_of(determine_again(person.acting(3), Seen(receipt.case, receipt.version), "again"))
    assert "determined" == json.loads(again.answer)["stage"]
    assert all(not one.replay.difference for one in replay_case(person.tenant, receipt.case, {}))


# ---- the scanner -----------------------------------------------------------------------------------------------------


def infected() -> bytes:
    """A photograph with the test file of all scanners in a comment."""
    return corpus.jpeg(comment=EICAR)


def test_an_infected_file_is_kept_and_handed_out_to_nobody(person):
    """The scanner's finding is told, the file is kept sealed, nothing is rebuilt of it, and nobody gets it."""
    with listening() as address:
        _, said = attached(with_scanner(person, address), infected())
    assert "infected" == said["scan"]
    row = row_of(person, said["file"])
    assert (b"", len(infected()) + 28) == (bytes(row.derivative), len(row.original))
    assert ["CW879"] == codes(opened_file(person, said["file"]))


def test_a_clean_file_is_handed_out(person):
    """What the scanner found clean is told so and handed out so."""
    with listening() as address:
        _, said = attached(with_scanner(person, address), corpus.jpeg())
    assert ("clean", Scan.CLEAN) == (said["scan"], opened_file(person, said["file"]).scan)


def test_a_file_waits_for_a_scanner_that_is_away(person, tmp_path):
    """While the scanner is away the file is held; once it was asked again the file is handed out, or never."""
    from clausewise.store.acting import reading_for
    from clausewise.store.files import scan_again, waiting_files

    away = with_scanner(person, f"unix://{tmp_path}/clamd")
    _, good = attached(away, corpus.jpeg())
    _, bad = attached(away, infected())
    assert ["CW879"] * 2 == [code for one in (good, bad) for code in codes(opened_file(person, one["file"]))]
    assert Scan.UNREACHABLE is scan_again(away.acting(), UUID(good["file"]))
    with listening(tmp_path / "clamd"):
        assert Scan.CLEAN is scan_again(away.acting(), UUID(good["file"]))
        assert Scan.INFECTED is scan_again(away.acting(), UUID(bad["file"]))
    assert opened_file(person, good["file"]).scan is Scan.CLEAN
    assert ["CW879"] == codes(opened_file(person, bad["file"]))
    assert 3 == sum(entry.act is Act.FILE_SCANNED for entry, _ in entries(person))
    with reading_for(person.tenant):
        waiting = {str(one) for one in waiting_files(person.tenant)}
    assert not waiting & {good["file"], bad["file"]}


# ---- the keys --------------------------------------------------------------------------------------------------------


def test_another_key_wraps_and_the_files_stay(person):
    """After a new line in the key file all keys are wrapped by it, and the old line can go."""
    from clausewise.store.files import rewrap

    _, said = attached(person, corpus.png())
    new = SECRETS | {2: "a newer key that only the tests know as well"}
    both, only_new = (replace(person, custody=Custody(key_ring(one))) for one in (new, {2: new[2]}))
    assert ["CW875"] == codes(opened_file(only_new, said["file"]))
    before = bytes(row_of(person, said["file"]).original)
    assert (True, 0) == (rewrap(both.acting()) == 1, rewrap(both.acting()))
    assert opened_file(only_new, said["file"]).content == opened_file(both, said["file"]).content
    assert ["CW875"] == codes(opened_file(person, said["file"]))
    assert before == bytes(row_of(person, said["file"]).original)
    assert 1 == sum(entry.act is Act.KEY_REPLACED for entry, _ in entries(person))


def test_a_destroyed_key_takes_its_files_along(person):
    """Without their key the files of one patient are read by nobody; those of another stay, and the log says who did it."""
    from clausewise.store.files import destroy_key

    patient, other = uuid4(), uuid4()
    _, gone = attached(person, corpus.png(), patient=patient)
    _, stays = attached(person, corpus.png(), patient=other)
    assert (True, False) == (destroy_key(person.acting(), patient), destroy_key(person.acting(), patient))
    assert ["CW877"] == codes(opened_file(person, gone["file"]))
    assert opened_file(person, stays["file"]).content
    assert [patient] == [entry.subject for entry, _ in entries(person) if entry.act is Act.KEY_DESTROYED]
    _, later = attached(person, corpus.png(), patient=patient)
    assert opened_file(person, later["file"]).content
    assert ["CW877"] == codes(opened_file(person, gone["file"]))


def test_a_file_of_another_tenant_is_not_there(person):
    """A file is told no differently from one that there never was."""
    _, said = attached(person, corpus.png())
    elsewhere = person.of(opened())
    assert codes(opened_file(elsewhere, said["file"])) == codes(opened_file(elsewhere, str(uuid4()))) == ["CW876"]


def test_a_row_in_another_place_is_not_opened(person, database):
    """One file's bytes put into another's row are refused, not shown as that patient's."""
    from clausewise.store import files
    from clausewise.store.acting import for_tenant

    _, one = attached(person, corpus.png())
    _, two = attached(person, corpus.jpeg())
    first, second = row_of(person, one["file"]), row_of(person, two["file"])
    with for_tenant(person.tenant):
        assert files._content(person.acting(), second, "derivative", bytes(second.derivative))
    with pytest.raises(files.Unopened) as refused, for_tenant(person.tenant):
        files._content(person.acting(), second, "derivative", bytes(first.derivative))
    assert "CW878" == refused.value.problem.code


def test_without_keys_texts_are_taken_in_and_files_are_not(person):
    """A service without a key file takes no files, says why, and works on with what are texts."""
    from clausewise.store.acting import WITHOUT_KEYS
    from clausewise.store.cases import attach

    seen = directory(person)
    bare = replace(person.acting(), files=WITHOUT_KEYS)
    assert ["CW875"] == codes(attach(bare, seen, {"a.png": corpus.png()}, "k"))
    note = b"---\ntype: chart note\ndate: 2026-02-10\n---\nText.\n"
    assert isinstance(attach(bare, seen, {"documents/note-2.md": note}, "k2"), Receipt)


def test_the_messages_are_word_for_word(person, tmp_path):
    """What is told of a file that cannot be handed out stands in the golden file."""
    from clausewise.store import acting, files

    golden = (ROOT / "tests" / "bad" / "files" / "kept.txt").read_text(encoding="utf-8")
    told: list[Problem] = [acting.WITHOUT_KEYS, files._no_such_file(), files._held(Scan.INFECTED), files._held(Scan.UNREACHABLE)]
    assert golden == "".join(f"{one.code} {one.message}\n    help: {one.help}\n" for one in told)
