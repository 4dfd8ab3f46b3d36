"""Where sessions are kept: in the database, under the SHA-256 of the key that the browser holds.

Who reads the table, or a backup of it, cannot take over a session.  The cookie goes when the browser is closed.
"""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends import db
from django.utils import timezone

from clausewise.accounts.models import Session

KEY_BYTES = 32


class SessionStore(db.SessionStore):
    """A session by its key; the framework calls this."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table."""
        return Session

    def get_expire_at_browser_close(self) -> bool:
        """Tell browsers to forget the cookie when they are closed."""
        return True

    def exists(self, session_key: str) -> bool:
        """Tell whether a key is taken."""
        return super().exists(kept(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row of the session as it is now."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session), "made from our table"
        row.session_key = kept(row.session_key)
        row.account = UUID(data["_auth_user_id"]) if "_auth_user_id" in data else None
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Delete a session, by default this one."""
        key = session_key or self.session_key
        if key:
            super().delete(kept(key))

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(KEY_BYTES)

    def _get_session_from_db(self) -> Session | None:
        key = kept(self.session_key or "")
        found = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found


def kept(key: str) -> str:
    """Return what is kept of a key: it has 256 bits of chance, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
