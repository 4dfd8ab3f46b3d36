"""The pages as an application of the web framework."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the application."""

    name = "clausewise.web"
    label = "web"

    def ready(self) -> None:
        """Have sessions begun and rotated, and sign-ins recorded."""
        from clausewise.web import lasting, login_records

        assert lasting and login_records, "importing them connects them"
