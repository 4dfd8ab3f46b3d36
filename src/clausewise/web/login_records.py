"""Signing in, failing to, and proving anew who one is: each leaves an entry in the log of every tenant the account works for."""

from typing import Any

from allauth.account.signals import authentication_step_completed
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest

from clausewise.accounts.models import Account
from clausewise.ledger.leaf import PROGRAM, Act
from clausewise.wiring.sign_ins import record_sign_in


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    """Record that somebody signed in."""
    record_sign_in(Act.LOGIN_SUCCEEDED, user.pk, user.pk)


@receiver(authentication_step_completed)
def proved_anew(request: HttpRequest, user: Any, **said: Any) -> None:
    """Record that somebody who is signed in proved anew who they are."""
    if said.get("reauthenticated"):
        record_sign_in(Act.LOGIN_STEPPED_UP, user.pk, user.pk)


@receiver(user_login_failed)
def refused(credentials: dict[str, Any], **_: Any) -> None:
    """Record that somebody failed to sign in to an account there is; what they typed is nowhere kept."""
    name, email = str(credentials.get("username") or ""), str(credentials.get("email") or "")
    meant = Q(username__iexact=name) if name else Q(email__iexact=email)
    for account in Account.objects.filter(meant).values_list("id", flat=True) if name or email else ():
        record_sign_in(Act.LOGIN_REFUSED, account, PROGRAM)
