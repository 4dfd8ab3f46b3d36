"""How often somebody asked in the last while: counts that all workers of a machine share.

They lie in a small SQLite file of their own, not in the database: a count is worth nothing after a power cut, so nobody waits for
a disk, and a flood of requests writes nothing where the cases are.  What is counted stands there as a keyed hash, never as an
address or an account.
"""

import hashlib
import hmac
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLE = "CREATE TABLE IF NOT EXISTS counted (who BLOB PRIMARY KEY, ends REAL NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID"
INDEX = "CREATE INDEX IF NOT EXISTS counted_ends ON counted (ends)"
# A window that ends too late was begun before the clock was set back, and is over as well.
COUNT = """INSERT INTO counted (who, ends, times) VALUES (:who, :ends, 1) ON CONFLICT (who) DO UPDATE SET
 times = CASE WHEN ends <= :now OR ends > :ends THEN 1 ELSE times + 1 END,
 ends = CASE WHEN ends <= :now OR ends > :ends THEN :ends ELSE ends END
 RETURNING times, ends"""
FORGET = "DELETE FROM counted WHERE ends <= :now"
PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Windows:
    """The counts of one machine, in a file; `key` keeps what is counted from being guessed."""

    file: Path
    key: bytes = field(repr=False)
    _own: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    def count(self, kind: str, who: str, seconds: int, now: float) -> tuple[int, float]:
        """Count one more of a kind, and return how many there are in the window of so many seconds, and when (epoch) it ends.

        Raises:
            OSError: the file cannot be written.
        """
        mark = hmac.digest(self.key, f"{kind}\n{who}".encode("utf-8", "replace"), hashlib.sha256)
        asked = {"who": mark, "now": now, "ends": now + seconds}
        connection = self._connection()
        from sqlcipher3 import dbapi2

        try:
            times, ends = connection.execute(COUNT, asked).fetchone()
            if times == 1:
                connection.execute(FORGET, asked)
        except dbapi2.Error as fault:
            self._own.connection = None
            raise OSError("the counts cannot be kept") from fault
        return int(times), float(ends)

    def _connection(self) -> Any:
        """Return the connection of this thread."""
        if getattr(self._own, "connection", None) is None:
            self._own.connection = self._opened()
        return self._own.connection

    def _opened(self) -> Any:
        from sqlcipher3 import dbapi2

        try:
            connection = dbapi2.connect(str(self.file), timeout=PATIENCE_SECONDS, isolation_level=None)
            for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", TABLE, INDEX):
                connection.execute(statement)
        except dbapi2.Error as fault:
            raise OSError("the counts cannot be kept") from fault
        return connection
