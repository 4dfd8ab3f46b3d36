"""A scanner as far as its protocol goes: it takes what clamd takes, and finds the one harmless file that all scanners find."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

# The EICAR test file, in two parts: nobody's scanner shall stop at this line.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def answered(asked: socketserver.StreamRequestHandler) -> None:
    """Take a file (INSTREAM, parts with their lengths, an empty one) and say what it is, up to a zero byte."""
    assert b"zINSTREAM\0" == asked.rfile.read(10)
    content = b""
    while length := int.from_bytes(asked.rfile.read(4), "big"):
        content += asked.rfile.read(length)
    found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
    asked.wfile.write(getattr(asked.server, "answer", None) or found)


Session = type("Session", (socketserver.StreamRequestHandler,), {"handle": answered})


@contextmanager
def listening(address: Path | None = None, answer: bytes | None = None) -> Iterator[str]:
    """Run a scanner at a path, else at a free port, and yield its address; with `answer` it says that whatever comes."""
    unix, tcp = socketserver.ThreadingUnixStreamServer, socketserver.ThreadingTCPServer
    with unix(str(address), Session) if address else tcp(("127.0.0.1", 0), Session) as server:
        server.answer = answer  # type: ignore[union-attr]
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"unix://{address}" if address else f"tcp://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
