"""The storage as an application of the web framework."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Names the application, and has every migration and every connection looked after."""

    name = "clausewise.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Look at new connections, and put up the guards after each migration: SQLite makes a table anew to change it."""
        from clausewise.store.connecting import refuse_unfit
        from clausewise.store.guards import put_up_after

        post_migrate.connect(put_up_after, sender=self)
        connection_created.connect(refuse_unfit)
