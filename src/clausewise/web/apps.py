"""The pages as an application of the web framework."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the application."""

    name = "clausewise.web"
    label = "web"
