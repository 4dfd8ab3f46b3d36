"""The database itself refuses: history that is changed, and one tenant's rows to another."""

from uuid import uuid4

import pytest

from clausewise.store import guards
from clausewise.vocab.history import Receipt
from tests.conftest import ROOT
from tests.unit.conftest import NOON, Person, folder, opened, request_of
from tests.unit.store.test_cases import codes, history_of, receipt_of, taken_in
from tests.unit.store.workers import Hand, work
from tools.sample_ledger import KEY

REFUSED = [(table, act) for table in (*guards.KEPT, *guards.COUNTING) for act in ("UPDATE", "DELETE")]
REFUSED += [(table, "UPDATE") for table in guards.UNCHANGED]


def as_owner(request: pytest.FixtureRequest, database: str) -> None:
    """Connect as somebody who holds all rights: only the triggers are left."""
    from tests.unit.store import databases

    if database == "postgresql":
        server = request.getfixturevalue("server")
        databases.use(server.settings("super"))


def asked(statement: str, *values: int) -> list[tuple[object, ...]]:
    """Run a statement in a transaction of its own, and return its rows."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def leave_rows(person: Person) -> None:
    """A case that leaves a row in every table: a deadline has passed, and a line of the outbox is in trouble."""
    from clausewise.store.cases import Seen, review
    from clausewise.store.outbox import Effect, do_next

    receipt, _ = taken_in(person)
    clock = Hand()
    clock.to(days=60)
    work(person, clock)
    version = history_of(person, receipt.case).version
    assert isinstance(review(person.acting(), Seen(receipt.case, version), "note", "key of the review"), Receipt)

    def fail(line):
        raise ValueError(line)

    do_next(person.tenant, {"reviewed": Effect(fail)}, clock(), lambda: 0.5)


@pytest.mark.parametrize(("table", "act"), REFUSED)
def test_history_is_neither_changed_nor_deleted(person: Person, database, request, tmp_path, table, act):
    """Whoever asks, and with whatever rights: no row of the history is changed in place or taken away."""
    from django.db import IntegrityError

    from clausewise.wiring.vouching import Signed, sign_log

    leave_rows(person)
    told_about_an_account(person)
    with_a_photograph(person)
    as_owner(request, database)
    if not asked("SELECT 1 FROM store_checkpoint"):
        assert isinstance(sign_log(KEY, tmp_path / "outside.txt"), Signed)
    column = asked_column(table)
    done = f"UPDATE store_{table} SET {column} = {column}" if act == "UPDATE" else f"DELETE FROM store_{table}"
    assert asked(f"SELECT 1 FROM store_{table}")
    with pytest.raises(IntegrityError, match="never changed"):
        asked(done)


def told_about_an_account(person: Person) -> None:
    """Something was done about an account."""
    import secrets
    from uuid import uuid4

    from clausewise.ledger.leaf import PROGRAM, Act
    from clausewise.store.account_acts import AboutAccount, record_about

    one = AboutAccount(Act.ACCOUNT_OPENED, person.tenant, uuid4(), PROGRAM, NOON, {"role": "intake"})
    assert None is record_about(one, secrets.token_bytes)


def with_a_photograph(person: Person) -> None:
    """Take in a case with a photograph, so that every table has a row."""
    from clausewise.store.cases import submit

    receipt_of(submit(person.acting(), folder(ROOT / "examples" / "back-scar"), str(uuid4())))


def leave_a_draft(person: Person) -> None:
    """Somebody began to fill in a form."""
    from uuid import uuid4

    from clausewise.store.acting import for_tenant
    from clausewise.store.models import Draft

    with for_tenant(person.tenant):
        said = {"account": uuid4(), "case": uuid4(), "form": "review", "content": "sealed", "at": NOON}
        Draft.objects.insert((Draft(tenant_id=person.tenant, **said),))


def asked_column(table: str) -> str:
    """Some column of a table."""
    return {"case": "version", "ledgerhead": "size", "ledgerentry": "number"}.get(table, "id")


def test_the_version_of_a_case_only_grows(person, database, request):
    """The one number that is kept in place can be neither lowered nor moved to another case."""
    from django.db import IntegrityError

    receipt, _ = taken_in(person)
    as_owner(request, database)
    with pytest.raises(IntegrityError, match="never changed"):
        asked("UPDATE store_case SET version = version - 1")
    assert [] == asked("UPDATE store_case SET version = version + 1 WHERE version = %s", 10_000)
    assert receipt.version


def test_the_guards_are_there_and_their_absence_is_told(person, database, request):
    """A database as it is migrated is sound; without one trigger it is not, and the trigger is named."""
    from clausewise.store.check import faults
    from tests.unit.store import databases

    assert [] == list(faults())
    as_owner(request, database)
    asked("DROP TRIGGER act_update ON store_act" if database == "postgresql" else "DROP TRIGGER act_update")
    try:
        found = [problem for problem in faults() if problem.code == "CW848"]
        assert ["Guards of the history are missing: act_update."] == [problem.message for problem in found]
    finally:
        from django.db import connection

        if database == "postgresql":
            databases.use(request.getfixturevalue("server").settings("owner"))
        guards.put_up(connection)
    assert [] == [problem for problem in faults() if problem.code == "CW848"]


def test_the_log_over_all_tenants_is_whole(person, database, request):
    """After acts of several tenants the log that its owner reads is sound from its first entry to its head."""
    taken_in(person)
    taken_in(person.of(opened()))
    as_owner(request, database)
    assert_whole_log()


def assert_whole_log() -> None:
    """The whole log of this database is sound; whoever asks sees all of it."""
    from django.db import transaction

    from clausewise.ledger.verify import verify
    from clausewise.store.ledger import DatabaseLedger

    with transaction.atomic():
        ledger = DatabaseLedger()
        head = ledger.head()
        found = verify((*ledger.entries(), head))
    assert found.finding is None, found.finding
    assert head.frontier.size > 0


def test_there_is_no_way_to_the_rows_of_all_tenants(person):
    """Whoever forgets to say whose rows gets none: the program stops."""
    from clausewise.store.models import Act

    with pytest.raises(RuntimeError, match="whose rows"):
        Act.objects.count()
    with pytest.raises(RuntimeError, match="whose rows"):
        list(Act.objects.filter(sequence=1))


def test_sqlite_is_the_one_we_brought_and_loses_nothing(sqlite):
    """The framework runs on our SQLite, and a setting under which a power cut loses cases is told."""
    from django.db import connection

    from clausewise.store.check import faults
    from clausewise.wiring.sqlite_gate import SQLITE_MIN
    from tests.unit.store import databases

    databases.use(sqlite)
    assert asked("SELECT sqlite_version()") >= [(".".join(map(str, SQLITE_MIN)),)]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
    assert ["SQLite runs with synchronous 1 instead of 2."] == [problem.message for problem in faults()]
    databases.use(sqlite)
    assert [] == list(faults())


# ---- PostgreSQL below the program ------------------------------------------------------------------------------------


@pytest.fixture
def below(server, sqlite, setting):
    """The application's role on PostgreSQL, asked without the program's own filter."""
    from tests.unit.store import databases

    databases.use(server.settings("app"))
    yield Person(opened(), setting)
    databases.use(sqlite)


@pytest.mark.slow
@pytest.mark.parametrize("table", guards.PER_TENANT)
def test_without_a_tenant_there_are_no_rows(below, table):
    """Every table that belongs to tenants is empty for a transaction that names none, and for one that names another."""
    from clausewise.store.acting import for_tenant

    leave_rows(below)
    told_about_an_account(below)
    with_a_photograph(below)
    leave_a_draft(below)
    other = opened()
    assert [(0,)] == asked(f"SELECT count(*) FROM store_{table}")
    from django.db import connection

    with for_tenant(other), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM store_{table}")
        assert (0,) == cursor.fetchone()
    with for_tenant(below.tenant), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM store_{table}")
        assert (0,) < cursor.fetchone()


@pytest.mark.slow
def test_nobody_writes_for_another_tenant(below):
    """A row of another tenant is refused, by the database and not by the program."""
    from django.db import ProgrammingError

    from clausewise.store.acting import for_tenant
    from clausewise.store.models import Case

    other = opened()
    with pytest.raises(ProgrammingError, match="row-level security"), for_tenant(below.tenant):
        Case.objects.insert((Case(id=other, tenant_id=other, version=1),))


@pytest.mark.slow
def test_a_connection_does_not_remember_its_tenant(below):
    """The same connection, used again without a tenant, sees nothing, whether the transaction before ended well or not."""
    from django.db import connection

    from clausewise.store.acting import for_tenant

    taken_in(below)
    before = connection.connection
    with pytest.raises(KeyError), for_tenant(below.tenant):
        raise KeyError
    assert [(0,)] == asked("SELECT count(*) FROM store_case")
    assert before is connection.connection


@pytest.mark.slow
@pytest.mark.parametrize("role", ["super", "owner"])
def test_a_role_that_may_do_too_much_is_refused(below, server, role):
    """The application does nothing as a superuser or as the owner of the tables, and `store check` says so."""
    from clausewise.store.cases import submit
    from clausewise.wiring.storing import found_faults
    from tests.unit.store import databases

    databases.use(server.settings(role) | {"AS_OWNER": False})
    assert ["CW846"] == codes(submit(below.acting(), request_of(), "key"))
    assert ["CW846"] == [problem.code for problem in found_faults()]
    databases.use(server.settings("app"))
    assert isinstance(submit(below.acting(), request_of(), "key"), Receipt)


@pytest.mark.slow
def test_an_older_server_is_refused(below, server, monkeypatch):
    """Below PostgreSQL 15 nothing is done."""
    from clausewise.store import connecting
    from clausewise.store.reading import read
    from tests.unit.store import databases

    monkeypatch.setattr(connecting, "POSTGRESQL_MIN", 99)
    databases.use(server.settings("app"))
    assert ["CW847"] == codes(read(below.tenant, below.tenant))


@pytest.mark.slow
@pytest.mark.parametrize("statement", ["UPDATE store_act SET id = id", "DELETE FROM store_act", "TRUNCATE store_act"])
def test_the_role_has_no_right_to_change_history(below, statement):
    """Below the triggers the application's role lacks the right itself."""
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"):
        asked(statement)


@pytest.mark.slow
def test_not_even_a_superuser_empties_a_table(server, sqlite):
    """TRUNCATE goes past triggers for rows, and has one of its own."""
    from django.db import IntegrityError

    from tests.unit.store import databases

    databases.use(server.settings("super"))
    with pytest.raises(IntegrityError, match="never changed"):
        asked("TRUNCATE store_act")
    databases.use(sqlite)
