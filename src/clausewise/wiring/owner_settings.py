"""The same settings, with the database as its owner reaches it: for the commands that change tables or read the whole log."""

from clausewise.wiring.settings import *  # noqa: F403
from clausewise.wiring.settings import OWNER_DATABASES

DATABASES = OWNER_DATABASES
