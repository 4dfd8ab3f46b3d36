"""Sealing texts that the database must not tell: seeds of second factors, drafts.

The key comes from the installation's secret key, one for each purpose, and never lies in the database.  A new secret key makes what
was sealed unreadable: second factors are then set up anew, and drafts are gone.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def sealed(text: str, purpose: str) -> str:
    """Return a text sealed for a purpose."""
    return _key(purpose).encrypt(text.encode()).decode("ascii")


def unsealed(text: str, purpose: str) -> str | None:
    """Return what was sealed for a purpose, or None where it was sealed otherwise or changed since."""
    try:
        return _key(purpose).decrypt(text.encode()).decode()
    except InvalidToken:
        return None


def _key(purpose: str) -> Fernet:
    made = HKDF(SHA256(), 32, salt=None, info=f"clausewise {purpose}".encode()).derive(str(settings.SECRET_KEY).encode())
    return Fernet(base64.urlsafe_b64encode(made))
