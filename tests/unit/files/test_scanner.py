"""What a scanner says of a file, and that its silence is never taken for a yes."""

import socket

import pytest

from clausewise.files.scanner import Scan, Scanner, scanned, scanner_at
from tests.unit.files.clamd import EICAR, listening


def asked(address: str, content: bytes) -> Scan:
    """What the scanner at an address says of a file."""
    scanner = scanner_at(address)
    assert scanner is not None
    return scanned(scanner, content)


@pytest.mark.parametrize("over", ["unix", "tcp"])
def test_a_scanner_is_asked_over_its_socket(over, tmp_path):
    """Over both kinds of socket the harmless file is clean, the test file of all scanners is found, in one part or many."""
    with listening(tmp_path / "clamd" if over == "unix" else None) as address:
        assert [Scan.CLEAN, Scan.INFECTED] == [asked(address, content) for content in (b"harmless", EICAR)]
        assert [Scan.CLEAN, Scan.INFECTED] == [asked(address, content) for content in (bytes(200_000), bytes(70_000) + EICAR)]


@pytest.mark.parametrize(
    "answer",
    [
        b"x",
        b"stream: OK",
        b"OK\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: lstat() failed. ERROR\0",
        b"UNKNOWN COMMAND\0",
    ],
)
def test_no_other_answer_is_a_yes(answer):
    """An answer cut short, an error, an answer to something else: the scanner counts as not reached."""
    with listening(answer=answer) as address:
        assert Scan.UNREACHABLE is asked(address, b"harmless")


def test_a_scanner_that_is_away_is_not_reached(tmp_path):
    """Nobody listens at the path or the port: the state says so, without a fault."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert Scan.UNREACHABLE is asked(f"tcp://127.0.0.1:{free}", b"x")
    assert Scan.UNREACHABLE is asked(f"unix://{tmp_path}/none", b"x")


def test_a_scanner_that_never_answers_is_not_waited_for():
    """After its time the scanner counts as not reached."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        scanner = Scanner(host="127.0.0.1", port=deaf.getsockname()[1], seconds_max=0.05)
        assert Scan.UNREACHABLE is scanned(scanner, b"x")


def test_without_a_scanner_the_state_says_so():
    """Where none is set up, a file is not scanned, and that is a state of its own."""
    assert Scan.NOT_SCANNED is scanned(None, EICAR)


def test_only_states_that_are_meant_to_are_served():
    """A file that is infected or waits is handed out to nobody."""
    assert {Scan.CLEAN, Scan.NOT_SCANNED} == {scan for scan in Scan if scan.served}


NO_SCANNERS = ["", "clamd", "tcp://host", "tcp://:3310", "tcp://host:port", "unix://relative/path", "http://host:1"]


@pytest.mark.parametrize("address", NO_SCANNERS)
def test_what_names_no_scanner_is_refused(address):
    """An address that is none is not guessed at."""
    assert scanner_at(address) is None
