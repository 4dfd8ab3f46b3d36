"""The storage as an application of the web framework."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Names the application, and has the guards put up after every migration."""

    name = "clausewise.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put up the guards after each migration: SQLite makes a table anew to change it, and its triggers go with the old."""
        from clausewise.store.guards import put_up_after

        post_migrate.connect(put_up_after, sender=self)
