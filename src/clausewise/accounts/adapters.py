"""What the library that signs people in asks of us: nobody signs up, nothing is mailed, seeds of second factors are sealed."""

import base64
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from clausewise.accounts.sealing import sealed, unsealed

SEED = "seed of a second factor"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by commands, never by whoever comes."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse to sign up."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing; what an account must know stands on its pages."""


class OthersAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who signs in through somebody else has an account here that names them (`clausewise account link`)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Refuse to sign up."""
        return False


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        """Seal a seed."""
        return sealed(text, SEED)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a seed; for an unreadable one a random one, with which no code fits (an empty one anybody could use)."""
        return unsealed(encrypted_text, SEED) or base64.b32encode(secrets.token_bytes(20)).decode("ascii")
