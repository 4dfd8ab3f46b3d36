"""What the commands do about accounts.  Each act is recorded in the log of its tenant, with what it says, or is not done.

The actor is the program: who sits at the console of the installation is known to its operating system, not to us.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from clausewise.accounts.duties import make_token
from clausewise.accounts.models import Account, ApiToken, Licence, Membership, Session
from clausewise.ledger.leaf import PROGRAM, Act
from clausewise.policy.case_tree import quoted
from clausewise.store.account_acts import AboutAccount, record_about
from clausewise.store.faults import attempt
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.vocab.role import Role
from clausewise.wiring.start import now
from clausewise.wiring.storing import tenant_named

Said = Mapping[str, str | None]
Done = str | Problem  # what is to be printed once, mostly nothing; or why it was not done


@dataclass(frozen=True, slots=True)
class Place:
    """A role for a tenant, by its name, and the team for whose cases it is held (empty: every team's)."""

    tenant: str
    role: Role
    team: str = ""


@dataclass(frozen=True, slots=True)
class LicenceGiven:
    """A licence: its state, number and days; without a last day it has none."""

    state: str
    number: str
    valid_from: date
    valid_until: date | None = None


def add(name: str, place: Place, email: str = "", password: str = "") -> Done:
    """Open an account in a role; return the link by which its owner sets a password, or nothing where one is given."""
    tenant = tenant_named(place.tenant)
    if isinstance(tenant, Problem):
        return tenant
    account = Account(username=name, email=email)
    wrong = _wrong_name(account) or _wrong_password(account, password)
    if wrong is not None:
        return wrong
    if password:
        account.set_password(password)
    else:
        account.set_unusable_password()

    def work() -> None:
        account.save(force_insert=True)
        _give(account, tenant, place)

    try:
        failed = _recorded(Act.ACCOUNT_OPENED, tenant, account, {"role": place.role.value, "team": place.team}, work)
    except IntegrityError:
        return Problem("CW880", f"There is an account {quoted(name)} already.", help="Take another name, or give it a role.")
    return failed or ("" if password else _link(account))


def _wrong_name(account: Account) -> Problem | None:
    try:
        account.clean_fields(exclude={"password"})
    except ValidationError as fault:
        help = "A name has 1 to 150 letters, digits and @ . + - _; an address of e-mail has an @."
        return Problem("CW881", f"This account cannot be opened: {' '.join(sorted(fault.message_dict))} is wrong.", help=help)
    return None


def _wrong_password(account: Account, password: str) -> Problem | None:
    try:
        if password:
            validate_password(password, account)
    except ValidationError as fault:
        return Problem("CW882", "This password is not taken.", help=" ".join(fault.messages))
    return None


def _give(account: Account, tenant: UUID, place: Place) -> None:
    row, new = Membership.objects.get_or_create(
        account=account, tenant_id=tenant, role=place.role.value, team=place.team, defaults={"ended_at": None}
    )
    if not new and row.ended_at is not None:
        row.ended_at = None
        row.save()
    if not account.is_active:
        Account.objects.filter(pk=account.pk).update(is_active=True)


def _link(account: Account) -> str:
    """Return the link for one time by which the owner of an account sets its password, good for a day."""
    named = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    host = settings.ALLOWED_HOSTS[0]
    origin = f"https://{host}" if settings.SESSION_COOKIE_SECURE else f"http://{host}:8000"
    return f"{origin}{reverse('account_reset_password_from_key', kwargs=named)}"


# ---- changes to an account that is there -----------------------------------------------------------------------------


def give_role(name: str, place: Place) -> Done:
    """Give an account a role more."""
    said = {"change": "given", "role": place.role.value, "team": place.team}
    return _change(name, place.tenant, said, lambda account, tenant: _give(account, tenant, place))


def end_role(name: str, place: Place) -> Done:
    """End a role of an account."""
    said = {"change": "ended", "role": place.role.value, "team": place.team}

    def work(account: Account, tenant: UUID) -> None:
        held = {"account": account, "tenant": tenant, "role": place.role.value, "team": place.team, "ended_at": None}
        Membership.objects.filter(**held).update(ended_at=now())

    return _change(name, place.tenant, said, work)


def end(name: str, tenant: str) -> Done:
    """End all that an account may do for a tenant: roles, tokens, sessions; where it works for nobody else, the account."""

    def work(account: Account, tenant: UUID) -> None:
        Membership.objects.filter(account=account, tenant=tenant, ended_at=None).update(ended_at=now())
        ApiToken.objects.filter(account=account, tenant=tenant, revoked_at=None).update(revoked_at=now())
        Session.objects.filter(account=account.pk).delete()
        if not Membership.objects.filter(account=account, ended_at=None).exists():
            Account.objects.filter(pk=account.pk).update(is_active=False)

    return _change(name, tenant, {"change": "ended"}, work, Act.ACCOUNT_CLOSED)


def invite(name: str, tenant: str) -> Done:
    """Return a new link by which the owner of an account sets its password; second factors are set up anew, sessions end."""
    made: list[str] = []

    def work(account: Account, tenant: UUID) -> None:
        Authenticator.objects.filter(user=account).delete()
        Session.objects.filter(account=account.pk).delete()
        account.set_unusable_password()
        account.save()
        made.append(_link(account))

    failed = _change(name, tenant, {"change": "invited"}, work)
    return failed or made[-1]


def add_token(name: str, place: Place, days: int) -> Done:
    """Give an account a token that opens a role of it for some days; return the token, which nobody can show again."""
    made: list[str] = []

    def work(account: Account, tenant: UUID) -> None:
        made.append(make_token(account, tenant, (place.role,), now(), days))

    failed = _change(name, place.tenant, {"change": "token", "role": place.role.value}, work)
    return failed or made[-1]


def end_tokens(name: str, tenant: str) -> Done:
    """Revoke all tokens of an account."""

    def work(account: Account, tenant: UUID) -> None:
        ApiToken.objects.filter(account=account, tenant=tenant, revoked_at=None).update(revoked_at=now())

    return _change(name, tenant, {"change": "tokens revoked"}, work)


def add_licence(name: str, tenant: str, licence: LicenceGiven) -> Done:
    """Enter a physician's licence."""

    def work(account: Account, tenant: UUID) -> None:
        until = {"valid_from": licence.valid_from, "valid_until": licence.valid_until}
        Licence.objects.update_or_create(account=account, state=licence.state, number=licence.number, defaults=until)

    return _change(name, tenant, {"change": "licence", "state": licence.state}, work)


def link(name: str, tenant: str, provider: str, subject: str) -> Done:
    """Let the owner of an account sign in through a provider that knows them by this subject."""

    def work(account: Account, tenant: UUID) -> None:
        SocialAccount.objects.update_or_create(provider=provider, uid=subject, defaults={"user": account})

    return _change(name, tenant, {"change": "linked"}, work)


def _change(
    name: str, tenant_name: str, said: Said, work: Callable[[Account, UUID], None], act: Act = Act.ACCOUNT_CHANGED
) -> Done:
    """Do something to an account and record it; return nothing where it was done."""
    tenant = tenant_named(tenant_name)
    if isinstance(tenant, Problem):
        return tenant
    account = attempt(lambda: Account.objects.filter(username=name).first())
    if isinstance(account, NotDone):
        return account.problems[0]
    if account is None:
        return Problem("CW880", f"There is no account {quoted(name)}.", help="`clausewise account add` opens one.")
    return _recorded(act, tenant, account, said, lambda: work(account, tenant)) or ""


def _recorded(act: Act, tenant: UUID, account: Account, said: Said, work: Callable[[], None]) -> Problem | None:
    one = AboutAccount(act, tenant, account.pk, PROGRAM, now(), said)
    failed = record_about(one, secrets.token_bytes, work)
    return failed.problems[0] if failed else None
