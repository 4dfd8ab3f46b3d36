"""The accounts as an application of the web framework."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the application."""

    name = "clausewise.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
