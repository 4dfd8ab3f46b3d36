"""Who acts, and the transaction in which it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from clausewise.files.custody import Custody
from clausewise.payer.judging import Setting
from clausewise.store.guards import SETTING
from clausewise.vocab.problem import Problem

WITHOUT_KEYS = Problem("CW875", "There is no key file, so no files can be kept.", help="`clausewise store migrate` makes one.")

SET_TENANT = "SELECT set_config(%s, %s, true)"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, for which tenant, when (an aware instant), by which documents, and where chance comes from.

    `random_bytes` returns as many unpredictable bytes as it is asked for; ids and salts are made of them.  `files` is what files
    are kept with, or why there are none to be kept.
    """

    tenant: UUID
    actor: UUID
    now: datetime
    setting: Setting
    random_bytes: Callable[[int], bytes]
    files: Custody | Problem = WITHOUT_KEYS

    def new_id(self) -> UUID:
        """Return a new random id."""
        return UUID(bytes=self.random_bytes(16), version=4)


@contextmanager
def for_tenant(tenant: UUID) -> Iterator[None]:
    """Run what is inside as one transaction that sees and writes the rows of one tenant; when it returns, it is on disk.

    Raises:
        RuntimeError: a transaction is open already: what is inside would not be on disk when it returns.
    """
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(SET_TENANT, (SETTING, str(tenant)))
        yield


@contextmanager
def reading_for(tenant: UUID) -> Iterator[None]:
    """Run what is inside as one transaction that only reads: all of it sees one moment, and nobody who writes waits for it."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {SET_TENANT}", (SETTING, str(tenant)))
            yield
        return
    sqlite: Any = connection
    sqlite.ensure_connection()
    usual = sqlite.transaction_mode
    sqlite.transaction_mode = "DEFERRED"  # IMMEDIATE would take the place of a writer
    try:
        with for_tenant(tenant):
            yield
    finally:
        sqlite.transaction_mode = usual
