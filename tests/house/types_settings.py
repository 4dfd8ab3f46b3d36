"""As much of the framework's settings as the type checker needs to know the tables; nothing runs with them."""

INSTALLED_APPS = ["clausewise.store.apps.StoreConfig"]
