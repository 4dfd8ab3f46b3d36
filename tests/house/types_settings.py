"""As much of the framework's settings as the type checker needs to know the tables; nothing runs with them."""

INSTALLED_APPS = [
    "clausewise.store.apps.StoreConfig",
    "clausewise.accounts.apps.AccountsConfig",
    "clausewise.web.apps.WebConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_tasks",
    "django_tasks_db",
]
AUTH_USER_MODEL = "accounts.Account"
