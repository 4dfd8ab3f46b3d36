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
    """A case: an id that says nothing, and how many acts there are.  All else is in its acts."""

    id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()

    objects = PerTenant()

    class Meta:
        """A tenant's cases are listed by id."""

        indexes = (models.Index(fields=["tenant", "id"], name="case_tenant"),)


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
    """What is still to be done because of an act, committed with it; taken away once it is done."""

    topic = models.CharField(max_length=40)
    due_at = models.DateTimeField(db_index=True)

    objects = PerTenant()


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
