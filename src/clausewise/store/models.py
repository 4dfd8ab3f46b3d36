"""The tables.  What they hold follows `clausewise.vocab.history`; how they are guarded stands in `guards`.

Whatever belongs to a tenant is reached by `Model.objects.of(tenant)` and in no other way; PostgreSQL enforces the same below us.
"""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models.query import QuerySet

Row = TypeVar("Row", bound=models.Model)


class PerTenant(models.Manager[Row]):
    """The rows of one tenant; there is no way to all rows at once."""

    def of(self, tenant: UUID) -> QuerySet[Row]:
        """Return the rows of a tenant."""
        return super().get_queryset().filter(tenant_id=tenant)

    def get_queryset(self) -> QuerySet[Row]:
        """Refuse to return the rows of all tenants.

        Raises:
            RuntimeError: always; a mistake of ours must not show one tenant what is another's.
        """
        raise RuntimeError("say whose rows: .of(tenant)")

    def insert(self, rows: Iterable[Row], known: bool = False) -> None:
        """Insert new rows, each with its tenant; with `known` those that are there already are left as they are."""
        super().get_queryset().bulk_create(rows, ignore_conflicts=known)


class Tenant(models.Model):
    """A plan or a clinic that keeps its cases here, apart from all others."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200, unique=True)
    opened_at = models.DateTimeField()


class OfTenant(models.Model):
    """What belongs to one tenant."""

    # No index of its own: every table is asked by case, number or key, and those indexes stand below.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        """No table of its own."""

        abstract = True


class Case(OfTenant):
    """A case: an id that says nothing, how many acts there are, and whose it is by the last of them.  All else is in its acts."""

    id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()
    team = models.CharField(max_length=64, blank=True, default="")
    restricted_to = models.TextField(null=True, default=None)

    objects = PerTenant()

    class Meta:
        """A tenant's cases are listed by id, and those of a team by team."""

        indexes = (
            models.Index(fields=["tenant", "id"], name="case_tenant"),
            models.Index(fields=["tenant", "team", "id"], name="case_team"),
        )


class OfCase(OfTenant):
    """What belongs to one act of a case, named by its number there."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveIntegerField()

    class Meta:
        """No table of its own."""

        abstract = True


class Act(OfCase):
    """One act of a case's history; see `vocab.history.CaseAct`."""

    kind = models.CharField(max_length=24)
    actor = models.UUIDField()
    at = models.DateTimeField()
    content = models.TextField()
    schema = models.PositiveSmallIntegerField()

    objects = PerTenant()

    class Meta:
        """A number is given once in a case: this, and not the program, keeps two acts from taking one place."""

        constraints = (models.UniqueConstraint(fields=["case", "sequence"], name="act_place"),)
        # Cases are listed by when they were received, which is their first act.
        indexes = (models.Index(fields=["tenant", "-at", "-case"], name="act_received", condition=models.Q(sequence=1)),)


class DocumentText(OfTenant):
    """An authored document as it stood when it decided something, by the SHA-256 of its bytes."""

    fingerprint = models.CharField(max_length=64)
    content = models.BinaryField()

    objects = PerTenant()

    class Meta:
        """Each text is kept once for a tenant."""

        constraints = (models.UniqueConstraint(fields=["tenant", "fingerprint"], name="document_text"),)


class KeptLibrary(OfTenant):
    """A library that decided something: by its fingerprint, the paths of its documents and the fingerprints of their texts."""

    fingerprint = models.CharField(max_length=64)
    listing = models.TextField()

    objects = PerTenant()

    class Meta:
        """Each library is kept once for a tenant."""

        constraints = (models.UniqueConstraint(fields=["tenant", "fingerprint"], name="kept_library"),)


class DeterminationRun(OfCase):
    """What replays one policy's part of an act `determined`; see `payer.runs.Run`."""

    policy = models.CharField(max_length=100)
    clinic = models.CharField(max_length=100, blank=True)
    lines = models.TextField()
    kept = models.TextField()
    library = models.CharField(max_length=64)

    objects = PerTenant()

    class Meta:
        """A policy runs once in an act."""

        constraints = (models.UniqueConstraint(fields=["case", "sequence", "policy"], name="run_place"),)


class PatientKey(OfTenant):
    """A patient's key, wrapped; see `files.keys`.  Taken away, whatever was sealed under it is lost to everybody."""

    id = models.UUIDField(primary_key=True)
    patient = models.UUIDField()
    key_version = models.PositiveIntegerField()
    wrapped = models.BinaryField()

    objects = PerTenant()

    class Meta:
        """A patient has one key at a time."""

        constraints = (models.UniqueConstraint(fields=["tenant", "patient"], name="patient_key"),)


class StoredFile(OfCase):
    """A file that came with an act, and what was rebuilt of it; both sealed.  Its name stands in the act."""

    id = models.UUIDField(primary_key=True)
    patient = models.UUIDField()
    key = models.UUIDField()
    kind = models.CharField(max_length=8)
    original = models.BinaryField()
    derivative_kind = models.CharField(max_length=8, blank=True)
    derivative = models.BinaryField()

    objects = PerTenant()


class FileScan(OfTenant):
    """What a scanner said of a file, or that it said nothing; the last line counts."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=24)

    objects = PerTenant()


class IdempotencyKey(OfTenant):
    """An act that was asked for under a key: the SHA-256 of what was asked, and the answer that was given."""

    key = models.CharField(max_length=200)
    body = models.CharField(max_length=64)
    response = models.TextField()
    at = models.DateTimeField()

    objects = PerTenant()

    class Meta:
        """A key is used once by a tenant: of two that come at the same moment one is refused here, and then finds the answer."""

        constraints = (models.UniqueConstraint(fields=["tenant", "key"], name="idempotency_key"),)


class Outbox(OfCase):
    """What is still to be done because of an act, committed with it; taken away once it is done.  It waits since `due_at`."""

    topic = models.CharField(max_length=40)
    due_at = models.DateTimeField(db_index=True)

    objects = PerTenant()

    class Meta:
        """A tenant's lines are taken in their order, and all of a case together."""

        indexes = (
            models.Index(fields=["tenant", "id"], name="outbox_tenant"),
            models.Index(fields=["case"], name="outbox_case"),
        )


class OutboxTrouble(OfTenant):
    """A line of the outbox that was tried without success: how often, not before when again, or never again until somebody says so.

    `fault` is the name of a class of faults; what a fault says may hold what people wrote.
    """

    line = models.OneToOneField(Outbox, on_delete=models.PROTECT, primary_key=True, related_name="trouble")
    attempts = models.PositiveIntegerField()
    not_before = models.DateTimeField()
    dead = models.BooleanField(default=False)
    fault = models.CharField(max_length=80, blank=True)

    objects = PerTenant()


class CaseClock(OfTenant):
    """Where the clocks of a case stood when they were looked at last, and when they must be looked at again.

    A copy for those who look for what is due: all of it can be made anew from the acts.  `book` tells by which documents it was
    counted, `framed` is `payer.frame.Framed`, `pends` whether the last determination waits for information.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    version = models.PositiveIntegerField()
    framed = models.TextField()
    pends = models.BooleanField()
    zone = models.CharField(max_length=64, blank=True)
    clock = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=16, blank=True)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    book = models.CharField(max_length=64)

    objects = PerTenant()

    class Meta:
        """Asked for by what must be looked at next, by what ends first, and by what was counted by other documents."""

        indexes = (
            models.Index(fields=["tenant", "next_at"], name="clock_next"),
            models.Index(fields=["tenant", "due_at"], name="clock_due"),
            models.Index(fields=["tenant", "book"], name="clock_book"),
        )


class DeadlineNotice(OfTenant):
    """What was noticed about a clock of a case, once; see `vocab.clock.Mark`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    clock = models.CharField(max_length=100)
    kind = models.CharField(max_length=8)
    instant = models.DateTimeField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=32, blank=True)

    objects = PerTenant()

    class Meta:
        """Nothing is noticed twice: this, and not the program, keeps two workers from it."""

        constraints = (models.UniqueConstraint(fields=["case", "clock", "kind", "instant"], name="deadline_notice"),)


class RecurringJob(models.Model):
    """The last slot of a job that recurs, and the task that was made for it; of the whole installation."""

    name = models.CharField(max_length=40, primary_key=True)
    slot = models.DateTimeField()
    task = models.CharField(max_length=40)


class AccountAct(OfTenant):
    """Something done about an account for a tenant: opened, given a role, ended, signed in; see `account_acts`."""

    account = models.UUIDField(db_index=True)
    actor = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=49)
    content = models.TextField()

    objects = PerTenant()


class Draft(OfTenant):
    """What somebody has entered in a form and not sent, sealed; one for each person, case and form, taken away after use.

    `case` is the UUID of zeros for a form about no case.
    """

    account = models.UUIDField()
    case = models.UUIDField()
    form = models.CharField(max_length=80)
    content = models.TextField()
    at = models.DateTimeField()

    objects = PerTenant()

    class Meta:
        """Kept once."""

        constraints = (models.UniqueConstraint(fields=["tenant", "account", "case", "form"], name="draft_once"),)


class LedgerEntry(OfTenant):
    """One entry of the log, numbered from 0 over all tenants; see `ledger.log.Stored`."""

    number = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()
    hash = models.BinaryField()
    link = models.BinaryField()

    objects = PerTenant()


class LedgerHead(models.Model):
    """The one row that says how long the log is; whoever appends holds it until the transaction ends."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    peaks = models.BinaryField()
    link = models.BinaryField()


class Opening(OfTenant):
    """The salt that opens a commitment of an entry.  Taken away, the entry stays and tells nobody anything any more."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=24)
    salt = models.BinaryField()

    objects = PerTenant()


class Checkpoint(models.Model):
    """A signed checkpoint over the log, as its note."""

    size = models.BigIntegerField()
    note = models.TextField(unique=True)
