"""What is done to a case is done whole, once, in an allowed order, and by one of two."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewise.ledger.leaf import Entry, read_leaf
from clausewise.payer.stages import MOVES, Stage, stage_after, stage_of
from clausewise.vocab.history import ActKind, CaseHistory, Conflict, NotDone, Receipt
from clausewise.vocab.review import Adverse, AdverseResult, Approved, Clinician, DenialReason
from tests.conftest import ROOT
from tests.unit.conftest import Person, folder, opened, request_of

ANSWERS = b"facts: {scar_friable: yes, scar_recurrent_infection: no, scar_unstable: no}"


def taken_in(person: Person, **said: str) -> tuple[Receipt, Any]:
    """A case taken in, and it as it is seen then."""
    from clausewise.store.cases import Seen, submit

    receipt = receipt_of(submit(person.acting(), request_of(**said), str(uuid4())))
    return receipt, Seen(receipt.case, receipt.version)


def receipt_of(done: object) -> Receipt:
    """The receipt of what was done."""
    assert isinstance(done, Receipt), done
    return done


def history_of(person: Person, case: UUID) -> CaseHistory:
    """The case as it is read."""
    from clausewise.store.reading import read

    found = read(person.tenant, case)
    assert isinstance(found, CaseHistory), found
    return found


def entry_of(leaf: bytes | memoryview) -> Entry:
    """The entry that a leaf of the log is."""
    found = read_leaf(bytes(leaf))
    assert found is not None
    return found


def codes(done: object) -> list[str]:
    """The codes of the problems for which nothing was done."""
    assert isinstance(done, NotDone), done
    return [problem.code for problem in done.problems]


def in_threads(work, number: int) -> list[object]:
    """What some threads get that begin at one moment; each gives back its connection."""
    from threading import Barrier

    from django.db import connection

    gate = Barrier(number)

    def one(index: int) -> object:
        gate.wait()
        try:
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def counted(person: Person) -> dict[str, int]:
    """How many rows of each table a tenant has."""
    from clausewise.store import models
    from clausewise.store.acting import for_tenant

    tables = (models.Case, models.Act, models.DeterminationRun, models.IdempotencyKey, models.Outbox, models.LedgerEntry)
    with for_tenant(person.tenant):
        return {table.__name__: table.objects.of(person.tenant).count() for table in tables}


def test_a_submission_is_kept_whole(person):
    """A case, three acts, a run, an entry of the log and a line of the outbox for each act, and the answer under its key."""
    receipt, _ = taken_in(person)
    history = history_of(person, receipt.case)
    assert (ActKind.RECEIVED, ActKind.COMPLETED, ActKind.DETERMINED) == history.kinds
    assert {"Case": 1, "Act": 3, "DeterminationRun": 1, "IdempotencyKey": 1, "Outbox": 3, "LedgerEntry": 3} == counted(person)
    told = json.loads(receipt.answer)
    assert ("determined", 3, "APPROVE_MN") == (told["stage"], told["version"], told["determination"]["lines"][0]["disposition"])


def test_a_repeated_submission_is_one_case(person):
    """The same request under the same key gets an equal receipt and leaves nothing; another request is refused."""
    from clausewise.store.cases import submit

    first = receipt_of(submit(person.acting(), request_of(), "key"))
    before = counted(person)
    assert first == submit(person.acting(minutes=5), request_of(), "key")
    assert ["CW852"] == codes(submit(person.acting(), request_of("S2"), "key"))
    assert before == counted(person)


@pytest.mark.slow
def test_twenty_that_repeat_at_once_make_one_case(person):
    """Twenty threads with one key get one and the same receipt, and one case is there."""
    from clausewise.store.cases import submit

    found = in_threads(lambda _: submit(person.acting(), request_of(), "key"), 20)
    assert 1 == len(set(found))
    assert isinstance(found[0], Receipt)
    assert 1 == counted(person)["Case"]


@pytest.mark.slow
def test_of_twenty_one_wins_and_the_others_see_what_changed(person):
    """Twenty act on the version they saw: one is acknowledged, the others are told of that one act."""
    from clausewise.store.cases import review

    receipt, seen = taken_in(person)
    found = in_threads(lambda index: review(person.acting(), seen, f"note {index}", f"key {index}"), 20)
    won = [one for one in found if isinstance(one, Receipt)]
    lost = [one for one in found if isinstance(one, Conflict)]
    assert (1, 19) == (len(won), len(lost))
    assert {(receipt.version, 4, (ActKind.REVIEWED,))} == {(x.expected, x.version, tuple(a.kind for a in x.since)) for x in lost}
    assert 4 == counted(person)["Act"]


def test_a_failed_entry_fails_the_act(person, monkeypatch):
    """When the log cannot be written, nothing is: no act, no case, no answer."""
    from clausewise.store.cases import review, submit
    from clausewise.store.ledger import DatabaseLedger

    _, seen = taken_in(person)
    before = counted(person)

    def broken(self, entries):
        raise RuntimeError("the log is gone")

    monkeypatch.setattr(DatabaseLedger, "record_all", broken)
    for work in (lambda: review(person.acting(), seen, "note", "k1"), lambda: submit(person.acting(), request_of(), "k2")):
        with pytest.raises(RuntimeError):
            work()
    assert before == counted(person)


def test_the_log_vouches_for_what_was_done(person):
    """Each act has its entry, with a commitment that opens with the salt kept beside it, and the log as a whole is sound."""
    from clausewise.ledger.commitments import opens
    from clausewise.store.acting import for_tenant
    from clausewise.store.models import LedgerEntry, Opening
    from clausewise.store.reading import runs_of
    from clausewise.store.writing import Deed

    receipt, _ = taken_in(person)
    history = history_of(person, receipt.case)
    with for_tenant(person.tenant):
        rows = list(LedgerEntry.objects.of(person.tenant).order_by("number"))
        salts = {row.entry_id: bytes(row.salt) for row in Opening.objects.of(person.tenant)}
        runs = tuple(run for _, run in runs_of(person.tenant, receipt.case))
    entries = [entry_of(row.leaf) for row in rows]
    assert ["case.received", "case.completed", "case.determined"] == [entry.act.value for entry in entries]
    assert {receipt.case} == {entry.case for entry in entries}
    received = Deed(ActKind.RECEIVED, json.loads(history.acts[0].content)).vouched_bytes()
    determined = Deed(ActKind.DETERMINED, json.loads(history.acts[2].content), runs=runs).vouched_bytes()
    assert opens(entries[0].commitments[0], salts[rows[0].number], received)
    assert opens(entries[2].commitments[0], salts[rows[2].number], determined)
    assert not opens(entries[0].commitments[0], salts[rows[2].number], received)


def test_answers_change_the_determination_and_every_run_can_be_made_again(person):
    """A request waits, answers are attached, it is determined anew; both runs come out again by the documents kept with them."""
    from clausewise.store.cases import Seen, attach, determine_again, submit
    from clausewise.store.reading import replay_case

    first = receipt_of(submit(person.acting(), folder(ROOT / "examples" / "back-scar"), "k1"))
    waiting = json.loads(first.answer)["determination"]["lines"][0]
    assert "PEND_INFO" == waiting["disposition"]
    attached = receipt_of(attach(person.acting(1), Seen(first.case, first.version), {"answers.yaml": ANSWERS}, "k2"))
    assert ("received", 3) == (json.loads(attached.answer)["stage"], attached.version)
    again = receipt_of(determine_again(person.acting(2), Seen(first.case, attached.version), "k3"))
    assert "PEND_INFO" != json.loads(again.answer)["determination"]["lines"][0]["disposition"]
    replayed = replay_case(person.tenant, first.case, {})
    assert ["", ""] == [one.replay.difference for one in replayed]
    assert [2, again.version] == [one.sequence for one in replayed]
    assert [waiting["fingerprint"]] == [record.fingerprint for record in replayed[0].replay.records]
    assert ActKind.EVIDENCE_ATTACHED in history_of(person, first.case).kinds


def test_a_replay_does_not_look_at_the_documents_of_today(person):
    """A text that is changed in what was kept is noticed: the library is no longer the one that decided."""
    from clausewise.policy.library import Library
    from clausewise.store.acting import for_tenant
    from clausewise.store.reading import kept_library, runs_of

    receipt, _ = taken_in(person)
    with for_tenant(person.tenant):
        [(_, run)] = runs_of(person.tenant, receipt.case)
        library = kept_library(person.tenant, run.library)
    assert library is not person.setting.library
    assert library.files == person.setting.library.files
    path = next(iter(library.files))
    assert run.library != Library({**library.files, path: b"changed"}).fingerprint


def test_evidence_that_cannot_be_read_is_refused(person):
    """An answer to a fact that nobody knows, a document for a case without documents, a document twice: each a Problem."""
    from clausewise.store.cases import Seen, attach, submit

    _, seen = taken_in(person)
    assert ["CW855"] == codes(attach(person.acting(), seen, {"note.md": b"x"}, "k1"))
    assert ["CW855"] == codes(attach(person.acting(), seen, {"answers.yaml": b"[1]"}, "k2"))
    assert codes(attach(person.acting(), seen, {"answers.yaml": b"facts: {no_such_fact: yes}"}, "k3"))
    first = receipt_of(submit(person.acting(), folder(ROOT / "examples" / "back-scar"), "k4"))
    taken = {"documents/photograph.png": b"other"}
    assert ["CW855"] == codes(attach(person.acting(), Seen(first.case, first.version), taken, "k5"))


def test_only_what_is_allowed_can_follow(person):
    """A case that was determined cannot be notified, appealed or closed, and is not changed by the attempt."""
    from clausewise.store.cases import appeal, close, notify

    _, seen = taken_in(person)
    before = counted(person)
    assert ["CW851"] == codes(notify(person.acting(), seen, ["member"], "k1"))
    assert ["CW851"] == codes(appeal(person.acting(), seen, "grounds", "k2"))
    assert ["CW851"] == codes(close(person.acting(), seen, "k3"))
    assert before == counted(person)


def denied(line: int, clinician: Clinician) -> Adverse:
    """A line denied by a clinician."""
    return Adverse(line, AdverseResult.DENIED, clinician, "A-I.A.3", DenialReason.CRITERIA_NOT_MET, "The scar is stable.")


def test_a_whole_life_is_its_history(person):
    """Reviewed, denied by a physician, notified, appealed, approved, notified, closed, reopened, withdrawn: all of it is there."""
    from clausewise.store import cases
    from clausewise.store.cases import Seen

    receipt, seen = taken_in(person)
    physician = Clinician(uuid4(), "Dr. Example", "E-1234", "AR")
    steps = (
        lambda who, at, key: cases.review(who, at, "seen", key),
        lambda who, at, key: cases.decide(who, at, [denied(1, physician)], key),
        lambda who, at, key: cases.notify(who, at, ["member", "provider"], key),
        lambda who, at, key: cases.appeal(who, at, "It tears.", key),
        lambda who, at, key: cases.decide(who, at, [Approved(1, "A-I.A.3")], key),
        lambda who, at, key: cases.notify(who, at, ["member"], key),
        lambda who, at, key: cases.close(who, at, key),
        lambda who, at, key: cases.reopen(who, at, "new facts", key),
        lambda who, at, key: cases.withdraw(who, at, "not needed", key),
    )
    for number, step in enumerate(steps):
        done = receipt_of(step(person.acting(number, physician.account), seen, f"key {number}"))
        seen = Seen(receipt.case, done.version)
    assert "withdrawn" == json.loads(done.answer)["stage"]
    assert 3 + len(steps) == len(history_of(person, receipt.case).acts)


def test_nobody_decides_adversely_in_anothers_name(person):
    """The clinician who is named is the one who acts; and every line is decided once."""
    from clausewise.store.cases import decide

    _, seen = taken_in(person)
    physician = Clinician(uuid4(), "Dr. Example", "E-1234", "AR")
    assert ["CW853"] == codes(decide(person.acting(), seen, [denied(1, physician)], "k1"))
    assert ["CW853"] == codes(decide(person.acting(actor=physician.account), seen, [denied(2, physician)], "k2"))
    assert ["CW853"] == codes(decide(person.acting(), seen, [], "k3"))


@pytest.mark.parametrize("missing", ["name", "licence", "state"])
def test_a_clinician_without_a_licence_cannot_be_named(missing):
    """An adverse decision needs name, licence and state of the clinician, a clause and a rationale."""
    given = {"name": "Dr. Example", "licence": "E-1234", "state": "AR"}
    with pytest.raises(ValueError, match=missing):
        Clinician(uuid4(), **(given | {missing: " "}))
    whole = Clinician(uuid4(), **given)
    with pytest.raises(ValueError, match="clause and rationale"):
        Adverse(1, AdverseResult.DENIED, whole, "", DenialReason.COSMETIC, "")
    with pytest.raises(ValueError, match="clause"):
        Approved(1, "")


def test_another_tenant_finds_nothing(person):
    """A case of one tenant can be neither read nor acted on by another, and the answer is that of a case that is not there."""
    from clausewise.store.cases import determine_again, review
    from clausewise.store.reading import read

    receipt, seen = taken_in(person)
    other = person.of(opened())
    found: list[Any] = [read(other.tenant, receipt.case)]
    found += [review(other.acting(), seen, "note", "k1"), determine_again(other.acting(), seen, "k2")]
    assert [["CW850"]] * 3 == [codes(one) for one in found]
    assert found[0] == read(other.tenant, uuid4())
    assert ["CW857"] == codes(determine_again(person.of(uuid4()).acting(), seen, "k3"))


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
def test_a_key_is_chosen_with_care(person, key):
    """A key is 1 to 200 printable characters."""
    from clausewise.store.cases import submit

    assert ["CW856"] == codes(submit(person.acting(), request_of(), key))


def test_a_text_is_kept_as_it_was_written(person):
    """Signs of every kind come back as they were; half a character is refused."""
    from clausewise.store.cases import Seen, review

    receipt, seen = taken_in(person)
    note = "\0 \u202e \U0001f600 \u00e9 '); DROP TABLE store_act; --"
    done = receipt_of(review(person.acting(), seen, note, "k1"))
    assert {"note": note} == json.loads(history_of(person, receipt.case).acts[-1].content)
    assert ["CW858"] == codes(review(person.acting(), Seen(receipt.case, done.version), "\ud800", "k2"))


def test_what_is_no_request_is_not_kept(person):
    """Two cases in a file, no case, and a broken case are refused, and leave nothing."""
    from clausewise.policy.case_file import Source
    from clausewise.store.cases import submit
    from tests.cli.cases import scar

    two = Source("two.yaml", ("clinical:\n" + scar("A") + scar("B")).encode())
    assert ["CW854"] == codes(submit(person.acting(), two, "k1"))
    assert codes(submit(person.acting(), Source("none.yaml", b"clinical: []"), "k2"))
    assert codes(submit(person.acting(), Source("bad.yaml", b"clinical: ["), "k3"))
    assert ["CW854"] == codes(submit(person.acting(), Source("big.yaml", b"#" * 9_000_000), "k4"))
    assert 0 == counted(person)["Case"]


# ---- the order of acts, without a database ---------------------------------------------------------------------------


def test_every_stage_can_be_reached_and_nothing_leaves_the_table():
    """Every stage is in the table, some way of acts leads to it, and every way out leads to a stage."""
    assert set(Stage) == set(MOVES)
    assert set(Stage) - {Stage.NEW} == {after for moves in MOVES.values() for after in moves.values()}


@given(st.lists(st.sampled_from(ActKind), max_size=12))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_decided_that_was_not_determined(acts):
    """In every allowed history a decision comes after a determination that knew all evidence, unless it is an appeal's."""
    if stage_of(acts) is None or ActKind.DECIDED not in acts:
        return
    first = acts.index(ActKind.DECIDED)
    after_evidence = acts[:first]
    if ActKind.EVIDENCE_ATTACHED in after_evidence:
        after_evidence = after_evidence[len(after_evidence) - after_evidence[::-1].index(ActKind.EVIDENCE_ATTACHED) :]
    assert {ActKind.DETERMINED, ActKind.REVIEWED} & set(after_evidence)


def test_evidence_after_a_determination_must_be_looked_at():
    """A case that was determined and then got evidence cannot be decided before it is determined anew."""
    assert stage_after(Stage.DETERMINED, ActKind.EVIDENCE_ATTACHED) is Stage.RECEIVED
    assert stage_after(Stage.RECEIVED, ActKind.DECIDED) is None
