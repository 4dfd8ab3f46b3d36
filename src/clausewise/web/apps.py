"""The pages as an application of the web framework."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the application."""

    name = "clausewise.web"
    label = "web"

    def ready(self) -> None:
        """Have sessions begun and rotated, sign-ins recorded, faults logged, and acts counted."""
        from django.core.signals import got_request_exception

        from clausewise.store.writing import acts_written
        from clausewise.web import lasting, login_records
        from clausewise.web.answering import tell_fault
        from clausewise.wiring import figures

        assert lasting and login_records, "importing them connects them"
        got_request_exception.connect(tell_fault)
        acts_written.connect(figures.acts_written)
