"""The tables of accounts.

They belong to the installation, not to a tenant: who signs in is known before the tenant is.  They hold no health information.
"""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models

from clausewise.store.models import Tenant
from clausewise.vocab.role import Role


class Account(AbstractUser):
    """A person, or a program of another system, that signs in.  Its id is what acts and log entries name."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)


class Membership(models.Model):
    """An account's work for a tenant: in one role, in one team (empty: all teams), until it ends."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=[(role.value, role.value) for role in Role])
    team = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A role is held once in a team."""

        constraints = (models.UniqueConstraint(fields=["account", "tenant", "role", "team"], name="membership_once"),)


class Licence(models.Model):
    """A physician's licence: the state, its number, and the days on which it is valid."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="licences")
    state = models.CharField(max_length=2)
    number = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        """A licence is named once."""

        constraints = (models.UniqueConstraint(fields=["account", "state", "number"], name="licence_once"),)
