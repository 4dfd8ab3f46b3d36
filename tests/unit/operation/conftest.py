"""A service as it is operated: its log lines as they are written, and a client of its pages."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog


class LogLines:
    """All that this process wrote to its outputs so far."""

    def __init__(self, outputs: pytest.CaptureFixture[str]) -> None:
        self._outputs, self._read = outputs, ""

    @property
    def text(self) -> str:
        """All of it."""
        self._read += "".join(self._outputs.readouterr())
        return self._read

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event; whatever was written is a line of the log."""
        return [line for line in map(json.loads, self.text.splitlines()) if line["event"] == event]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[LogLines]:
    """The log of this process while the test runs; all is as before after it."""
    from clausewise.wiring.logs import configure_logs

    root = logging.getLogger()
    handlers, level, shown = list(root.handlers), root.level, warnings.showwarning
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    configure_logs()
    yield LogLines(capsys)
    logging.captureWarnings(False)
    warnings.showwarning = shown
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def site(sqlite: dict[str, Any], tmp_path: Any) -> Iterator[Callable[..., Any]]:
    """Make a client of the whole site, with other settings where a test wants them, and counts of its own."""
    from django.test import Client, override_settings

    changed = override_settings(LIMITS_FILE=str(tmp_path / "limits.sqlite3"))
    changed.enable()
    others: list[Any] = []

    def make(**settings: object) -> Client:
        more = override_settings(**settings)
        more.enable()
        others.append(more)
        return Client(raise_request_exception=False, SERVER_NAME="localhost")

    yield make
    for one in reversed(others):
        one.disable()
    changed.disable()
