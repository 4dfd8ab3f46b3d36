"""Whose a case is: told by acts, and what stands beside the case is what the acts say."""

import json
import secrets
from uuid import UUID, uuid4

import pytest

from clausewise.vocab.history import ActKind, CaseHistory, Conflict, NotDone
from tests.unit.conftest import Person, opened, request_of
from tests.unit.store.test_cases import codes, receipt_of, taken_in


def access(person: Person, case: UUID):
    """Whose the case is."""
    from clausewise.store.acting import reading_for
    from clausewise.store.teams import access_of

    with reading_for(person.tenant):
        return access_of(person.tenant, case)


def test_a_case_is_given_to_a_team_and_restricted_by_acts(person):
    """Each is an act of the history, with an entry in the log; the last of them says whose the case is."""
    from clausewise.store.cases import Seen, assign, restrict, submit

    receipt = receipt_of(submit(person.acting(), request_of(), "k", "East"))
    first, second = uuid4(), uuid4()
    seen = Seen(receipt.case, receipt.version)
    assert ("East", None) == (access(person, receipt.case).team, access(person, receipt.case).restricted_to)
    for number, done in enumerate(
        (
            lambda seen: restrict(person.acting(1), seen, {first, second}, "k1"),
            lambda seen: assign(person.acting(2), seen, "West", "k2"),
            lambda seen: restrict(person.acting(3), seen, set(), "k3"),
            lambda seen: restrict(person.acting(4), seen, None, "k4"),
            lambda seen: assign(person.acting(5), seen, "", "k5"),
        )
    ):
        seen = Seen(receipt.case, receipt_of(done(seen)).version)
        both = frozenset({first, second})
        wanted = (("East", both), ("West", both), ("West", frozenset()), ("West", None), ("", None))[number]
        found = access(person, receipt.case)
        assert wanted == (found.team, found.restricted_to)
    assert_as_the_acts_say(person, receipt.case)


def assert_as_the_acts_say(person: Person, case: UUID) -> None:
    """What stands beside the case is what its last acts say, and the log has an entry of each."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import LedgerEntry
    from clausewise.store.reading import read

    history = read(person.tenant, case)
    assert isinstance(history, CaseHistory)
    said = {act.kind: json.loads(act.content) for act in history.acts}
    found, named = access(person, case), said[ActKind.RESTRICTED]["accounts"]
    assert said[ActKind.ASSIGNED]["team"] == found.team
    assert (None if named is None else frozenset(map(UUID, named))) == found.restricted_to
    with reading_for(person.tenant):
        leaves = [bytes(leaf) for leaf in LedgerEntry.objects.of(person.tenant).values_list("leaf", flat=True)]
    for kind, word in ((ActKind.ASSIGNED, b"case.assigned"), (ActKind.RESTRICTED, b"case.restricted")):
        assert history.kinds.count(kind) == sum(word in leaf and str(case).encode() in leaf for leaf in leaves)


def test_whose_a_case_is_does_not_change_where_it_stands(person):
    """At every stage it can be said, and then the case stands where it stood."""
    from clausewise.store.cases import assign

    receipt, seen = taken_in(person)
    before = json.loads(receipt.answer)["stage"]
    assert before == json.loads(receipt_of(assign(person.acting(), seen, "East", "k")).answer)["stage"]


def test_two_who_give_a_case_to_two_teams(person):
    """One of them wins, and the other sees what was done."""
    from clausewise.store.cases import assign

    _, seen = taken_in(person)
    receipt_of(assign(person.acting(), seen, "East", "k1"))
    lost = assign(person.acting(), seen, "West", "k2")
    assert isinstance(lost, Conflict) and [ActKind.ASSIGNED] == [act.kind for act in lost.since]


def test_a_case_of_another_tenant_is_nobodys(person):
    """Asked for another tenant there is no such case, and nothing can be said of whose it is."""
    from clausewise.store.cases import assign

    receipt, seen = taken_in(person)
    other = person.of(opened())
    assert access(other, receipt.case) is None
    done = assign(other.acting(), seen, "East", "k")
    assert isinstance(done, NotDone) and ["CW850"] == codes(done)


def test_what_cannot_be_recorded_is_not_done_to_an_account(person, monkeypatch):
    """When the entry of the log fails, what it should record is not done."""
    from clausewise.ledger.leaf import PROGRAM, Act
    from clausewise.store import account_acts
    from clausewise.store.models import Tenant
    from tests.unit.conftest import NOON

    def broken(*given: object) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr("clausewise.store.account_acts.DatabaseLedger.record_all", broken)
    told = account_acts.AboutAccount(Act.ACCOUNT_OPENED, person.tenant, uuid4(), PROGRAM, NOON, {})
    done = Tenant(id=uuid4(), name=secrets.token_hex(8), opened_at=NOON)
    with pytest.raises(RuntimeError, match="no log"):
        account_acts.record_about(told, secrets.token_bytes, lambda: done.save(force_insert=True))
    assert not Tenant.objects.filter(id=done.id).exists()
