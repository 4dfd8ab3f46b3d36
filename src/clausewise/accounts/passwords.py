"""How passwords are kept: Argon2id with 64 MiB and 3 passes, at most two at a time.

OWASP asks for at least 19 MiB and 2 passes.  Each costs a tenth of a second or more of one core; whoever sends many at once waits,
and does not take the memory of all others.
"""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = BoundedSemaphore(2)


class Argon2(Argon2PasswordHasher):
    """Argon2id with our costs; a password kept with other costs is kept anew when its owner signs in."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return a password as it is kept."""
        with AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one that was kept."""
        with AT_ONCE:
            return super().verify(password, encoded)
