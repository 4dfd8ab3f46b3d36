"""The clocks of kept cases: what is noticed is kept once with its entry, and time that ran out sends a case to a physician."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from clausewise.policy.case_file import Source
from clausewise.vocab.history import ActKind, CaseHistory, NotDone, Receipt
from tests.conftest import ROOT
from tests.unit.conftest import NOON, Person, folder
from tests.unit.store.test_cases import ANSWERS, entry_of, history_of, in_threads, receipt_of
from tests.unit.store.workers import Hand, place_of, rows_of, work

URGENT = b"urgency: expedited\nreview_type: prospective\nfunding: insured\nstate_of_issue: AR\n"


def urgent(**instead: bytes) -> Source:
    """A request that waits for information and is urgent: 72 hours, and a business day from when it is complete."""
    files = dict(folder(ROOT / "examples" / "back-scar").files or {})
    files["case.yaml"] += URGENT
    for name, text in instead.items():
        files["case.yaml"] = files["case.yaml"].replace(URGENT, URGENT + name.encode() + b": " + text + b"\n")
    return Source("back-scar", files=files)


def taken(person: Person, source: Source | None = None) -> Any:
    """A case taken in at noon and looked at."""
    from clausewise.store.cases import Seen, submit

    receipt = receipt_of(submit(person.acting(), source or urgent(), str(uuid4())))
    work(person, Hand())
    return Seen(receipt.case, receipt.version)


def at(hours: float) -> Hand:
    """A clock some hours after noon."""
    return Hand(NOON + timedelta(hours=hours))


def noticed(person: Person) -> list[tuple[str, str, float, str]]:
    """What was noticed: clock, kind, hours after noon, and why a physician is asked."""
    rows = rows_of(person, "DeadlineNotice")
    return [(row["clock"], row["kind"], (row["instant"] - NOON) / timedelta(hours=1), row["reason"]) for row in rows]


def entries_of(person: Person) -> list[str]:
    """The acts that the log has of a tenant."""
    return [entry_of(row["leaf"]).act.value for row in rows_of(person, "LedgerEntry")]


def test_warnings_and_the_end_are_noticed_once_with_their_entries(person):
    """Looked at every two hours, an urgent claim is warned of twice and passes once; each has its entry in the log."""
    seen = taken(person)
    for hours in range(0, 80, 2):
        work(person, at(hours))
        work(person, at(hours))
    lacking = "lack_of_information"
    expected = [("warned", 48.0, ""), ("warned", 68.0, ""), ("passed", 72.0, lacking)]
    assert [("CLAIMS-URGENT", *one) for one in expected] == noticed(person)
    told = [act for act in entries_of(person) if act.startswith("deadline.")]
    assert ["deadline.warned", "deadline.warned", "deadline.passed", "deadline.routed"] != sorted(told)
    assert sorted(["deadline.warned", "deadline.warned", "deadline.passed", "deadline.routed"]) == sorted(told)
    [clock] = rows_of(person, "CaseClock")
    assert (None, seen.version + 1, "passed") == (clock["next_at"], clock["version"], clock["state"])


def test_time_without_information_sends_a_case_to_a_physician_and_denies_nothing(person):
    """The act names clock, source, disposition and a reason of its own; the case waits for a physician, and nothing was decided."""
    from clausewise.store.cases import Seen, review

    seen = taken(person)
    work(person, at(73))
    history = history_of(person, seen.case)
    assert (ActKind.RECEIVED, ActKind.DETERMINED, ActKind.DEADLINE_PASSED) == history.kinds
    said = json.loads(history.acts[-1].content)
    assert ("PHYSICIAN_REVIEW", "lack_of_information") == (said["disposition"], said["reason"])
    assert "CLAIMS-URGENT" == said["clock"] and "2560.503-1" in said["source"]
    assert 0 == history.acts[-1].actor.int
    done = receipt_of(review(person.acting(74 * 60), Seen(seen.case, history.version), "what is there was looked at", "k"))
    assert "reviewed" == json.loads(done.answer)["stage"]


def test_evidence_that_comes_late_is_determined_and_may_send_the_case_again(person):
    """After late evidence nothing is sent again; if the new determination still waits, it is; if it does not, never again."""
    from clausewise.store.cases import Seen, attach, determine_again

    seen = taken(person)
    work(person, at(73))
    partly = b"facts: {scar_unstable: no}"
    for number, (answers, sent) in enumerate(((partly, 2), (ANSWERS, 2)), 1):
        version = history_of(person, seen.case).version
        added = attach(person.acting(74 * 60), Seen(seen.case, version), {"answers.yaml": answers}, f"a{number}")
        work(person, at(75))
        again = determine_again(person.acting(76 * 60), Seen(seen.case, receipt_of(added).version), f"d{number}")
        assert isinstance(again, Receipt)
        work(person, at(77))
        assert sent == history_of(person, seen.case).kinds.count(ActKind.DEADLINE_PASSED)
    assert 1 == len([row for row in noticed(person) if row[1] == "passed" and row[0] == "CLAIMS-URGENT"])


def test_a_complete_case_that_was_not_decided_in_time_is_only_noticed(person):
    """Nothing was missing: the notice says so, and the case stands where it stood."""
    from clausewise.store.cases import Seen, attach, determine_again

    seen = taken(person)
    added = receipt_of(attach(person.acting(60), seen, {"answers.yaml": ANSWERS}, "a"))
    again = receipt_of(determine_again(person.acting(61), Seen(seen.case, added.version), "d"))
    work(person, at(2))
    for hours in range(3, 120, 3):
        work(person, at(hours))
    passed = {row[0]: row[3] for row in noticed(person) if row[1] == "passed"}
    assert {"AR-URGENT": "deadline_passed", "CLAIMS-URGENT": "deadline_passed"} == passed
    assert again.version == history_of(person, seen.case).version


def test_the_clock_starts_when_the_request_came(person):
    """A fax of the day before, keyed in today: its 72 hours began yesterday; one that claims to come tomorrow began today."""
    day = timedelta(days=1)
    for came, hours in ((NOON - day, 48.0), (NOON + day, 72.0)):
        taken(person, urgent(received_at=came.isoformat().encode()))
        clocks = {row["case_id"]: row["due_at"] for row in rows_of(person, "CaseClock")}
        assert NOON + timedelta(hours=hours) in clocks.values()


def test_answers_can_make_a_case_urgent(person):
    """An answer that says so moves the case to the shorter clock at once."""
    from clausewise.store.cases import attach

    usual = urgent()
    assert usual.files is not None
    files = {**usual.files, "case.yaml": usual.files["case.yaml"].replace(b"urgency: expedited", b"urgency: standard")}
    seen = taken(person, Source("back-scar", files=files))
    before = rows_of(person, "CaseClock")[0]
    attach(person.acting(60), seen, {"answers.yaml": b"facts: {urgency: expedited}"}, "a")
    work(person, at(1))
    after = rows_of(person, "CaseClock")[0]
    assert ("CLAIMS-PRE-SERVICE", "CLAIMS-URGENT") == (before["clock"], after["clock"])
    assert after["due_at"] < before["due_at"]


def test_an_extension_moves_the_end_and_needs_a_case_that_is_not_decided(person):
    """Fifteen days more for a usual claim; and none for one that was withdrawn."""
    from clausewise.store.cases import Seen, extend, withdraw

    usual = urgent()
    assert usual.files is not None
    files = {**usual.files, "case.yaml": usual.files["case.yaml"].replace(b"urgency: expedited", b"urgency: standard")}
    seen = taken(person, Source("back-scar", files=files))
    before = rows_of(person, "CaseClock")[0]["due_at"]
    done = receipt_of(extend(person.acting(60), seen, "records are awaited", "e"))
    work(person, at(1))
    assert timedelta(days=15) == rows_of(person, "CaseClock")[0]["due_at"] - before
    gone = receipt_of(withdraw(person.acting(61), Seen(seen.case, done.version), "not needed", "w"))
    work(person, at(2))
    assert rows_of(person, "CaseClock")[0]["next_at"] is None
    late = extend(person.acting(62), Seen(seen.case, gone.version), "too late", "e2")
    assert isinstance(late, NotDone) and ["CW851"] == [one.code for one in late.problems]


def test_a_plan_without_a_zone_is_watched_by_universal_time(person):
    """Nobody named the plan's zone: its clocks run all the same, and the copy says that the zone is not known."""
    files = urgent().files
    assert files is not None
    files = {**files, "case.yaml": files["case.yaml"].replace(b"plan: qualchoice", b"plan: other_plan")}
    taken(person, Source("back-scar", files=files))
    [clock] = rows_of(person, "CaseClock")
    assert ("", "AR-URGENT", "running") == (clock["zone"], clock["clock"], clock["state"])


def test_other_documents_count_every_case_anew(person):
    """A worker that reads changed clocks looks at each case again, due or not."""
    from dataclasses import replace

    from clausewise.wiring import jobs

    taken(person)
    other = place_of(person, at(1))
    shorter = tuple(replace(rule, length=replace(rule.length, amount=1)) for rule in other.book.rules)
    before = rows_of(person, "CaseClock")[0]
    jobs.watch(replace(other, book=replace(other.book, rules=shorter, fingerprint="f" * 64)), (person.tenant,))
    after = rows_of(person, "CaseClock")[0]
    assert ("f" * 64, True) == (after["book"], after["due_at"] < before["due_at"])


def test_a_case_that_cannot_be_counted_keeps_nobody_waiting(person, monkeypatch):
    """One case raises: the other is looked at, and the fault is told at the end."""
    from clausewise.store import clocks
    from clausewise.wiring import jobs

    broken, sound = taken(person), taken(person)
    usual = clocks.attend_one

    def fails(acting, book, case):
        if case == broken.case:
            raise ValueError("cannot be counted")
        return usual(acting, book, case)

    monkeypatch.setattr(clocks, "attend_one", fails)
    with pytest.raises(jobs.CasesUnread):
        jobs.watch(place_of(person, at(73)), (person.tenant,))
    assert {sound.case} == {row["case_id"] for row in rows_of(person, "DeadlineNotice")}


def test_a_failed_entry_leaves_no_notice(person, monkeypatch):
    """When the log cannot be written nothing is noticed, and the next look notices it."""
    from clausewise.store.ledger import DatabaseLedger
    from clausewise.wiring import jobs

    taken(person)

    def broken(self, entries):
        raise RuntimeError("the log is gone")

    with monkeypatch.context() as patched:
        patched.setattr(DatabaseLedger, "record_all", broken)
        with pytest.raises(jobs.CasesUnread):
            jobs.watch(place_of(person, at(73)), (person.tenant,))
    assert [] == rows_of(person, "DeadlineNotice")
    work(person, at(73))
    assert [("CLAIMS-URGENT", "passed", 72.0, "lack_of_information")] == noticed(person)


@pytest.mark.slow
def test_many_workers_notice_each_thing_once(person):
    """Eight threads watch twenty cases that are due: each has one notice, one act and their entries."""
    from clausewise.wiring import jobs

    cases = {taken(person).case for _ in range(20)}

    def watch(_):
        jobs.watch(place_of(person, at(73)), (person.tenant,))
        return "watched"

    assert ["watched"] * 8 == in_threads(watch, 8)
    work(person, at(73))
    assert 20 == len(noticed(person))
    assert cases == {row["case_id"] for row in rows_of(person, "DeadlineNotice")}
    assert {1} == {history_of(person, case).kinds.count(ActKind.DEADLINE_PASSED) for case in cases}
    assert 20 == entries_of(person).count("deadline.routed") == entries_of(person).count("deadline.passed")


def test_whoever_acts_while_the_clock_runs_out_sees_what_changed(person):
    """A nurse who acts on the case as it was gets a conflict that shows the program's act."""
    from clausewise.store.cases import complete
    from clausewise.vocab.history import Conflict

    seen = taken(person)
    work(person, at(73))
    found = complete(person.acting(74 * 60), seen, "k")
    assert isinstance(found, Conflict)
    assert (ActKind.DEADLINE_PASSED,) == tuple(act.kind for act in found.since)


def test_a_warning_takes_nobodys_place(person):
    """Between a look at the case and a decision a warning is noticed: the decision stands, because no act came between."""
    from clausewise.store.cases import review

    seen = taken(person)
    work(person, at(50))
    assert [("CLAIMS-URGENT", "warned", 48.0, "")] == noticed(person)
    assert isinstance(review(person.acting(51 * 60), seen, "note", "k"), Receipt)
    assert isinstance(history_of(person, seen.case), CaseHistory)


def test_over_both_changes_of_time_the_notice_comes_at_the_right_instant(person):
    """A usual claim of 15 days that spans a change of time passes at the same wall time, an hour more or less by the instant."""
    usual = urgent()
    assert usual.files is not None
    spring = ("2026-02-27T10:00:00-06:00", "2026-03-14T10:00:00-05:00")
    autumn = ("2025-10-25T10:00:00-05:00", "2025-11-09T10:00:00-06:00")
    for came, ends in (spring, autumn):
        text = usual.files["case.yaml"].replace(b"urgency: expedited", b"urgency: standard") + f"received_at: '{came}'\n".encode()
        seen = taken(person, Source("back-scar", files={**usual.files, "case.yaml": text}))
        due = {row["case_id"]: row["due_at"] for row in rows_of(person, "CaseClock")}[seen.case]
        assert datetime.fromisoformat(ends) == due
