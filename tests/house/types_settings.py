"""As much of the framework's settings as the type checker needs to know the tables; nothing runs with them."""

INSTALLED_APPS = [
    "clausewise.store.apps.StoreConfig",
    "clausewise.accounts.apps.AccountsConfig",
    "clausewise.web.apps.WebConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
AUTH_USER_MODEL = "accounts.Account"
SECOND_FACTOR_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
BEHIND_PROXY = False
METRICS_TOKEN = ""
SCANNER_SET_UP = False
REQUESTS_PER_MINUTE = 6000
LIMITS_FILE = ""
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
