"""A process that has everything loaded and makes another one for each who connects, so that killing one costs little.

`python -m tests.soak.nursery SOCKET [FAULT]`.  Each child opens the database by itself, serves one client, and acknowledges an
act by one line.  With FAULT it does what must not be done, so that it can be seen that the soak programs notice.
"""

import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TextIO
from uuid import UUID

from clausewise.wiring import start
from clausewise.wiring.setting import Setting, open_setting
from tests.soak.life import Told, perform

FAULTS = ("early", "keyless")


def serve(channel: TextIO, setting: Setting, fault: str) -> None:
    """Do what one client asks for, act by act, until it goes."""

    told: list[object] = []

    def tell(done: object) -> None:
        told.append(done)
        print(json.dumps(asdict(Told.of(done))), file=channel, flush=True)

    plant(fault, tell)
    print(os.getpid(), file=channel, flush=True)
    for line in channel:
        wanted = json.loads(line)
        told.clear()
        done = perform(UUID(wanted.pop("tenant")), setting, **wanted)
        if not told:
            tell(done)


def plant(fault: str, tell: Callable[[object], None]) -> None:
    """Break a promise: acknowledge before it is on disk, or forget under which key something was done."""
    from clausewise.store import cases, writing
    from clausewise.store.acting import for_tenant

    def early(acting: Any, work: Callable[[], Any]) -> Any:
        with for_tenant(acting.tenant):
            done = work()
            tell(done)
            time.sleep(0.05)
        return done

    def forgotten(acting: Any, wanted: Any) -> None:
        return None

    def remembered(acting: Any, wanted: Any, receipt: Any, usual: Any = writing._remember) -> None:
        usual(acting, type(wanted)(f"{wanted.key} {secrets.token_hex(4)}", wanted.body), receipt)

    replaced: dict[str, list[tuple[Any, str, Any]]] = {
        "early": [(writing, "_in_transaction", early)],
        "keyless": [(writing, "answered", forgotten), (cases, "answered", forgotten), (writing, "_remember", remembered)],
    }
    for module, name, function in replaced.get(fault, ()):
        setattr(module, name, function)


def main(path: str, fault: str = "") -> None:
    """Listen, and make a process for each who comes."""
    problems = start.start(os.environ)
    assert not problems, problems
    import clausewise.wiring.storing  # noqa: F401  loaded here once, not by each child

    setting = open_setting()
    perform_once_without_storage(setting)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)
        print("ready", flush=True)
        while True:
            connected, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                with connected.makefile("rw", encoding="utf-8") as channel:
                    serve(channel, setting, fault)
                os._exit(0)
            connected.close()


def perform_once_without_storage(setting: Setting) -> None:
    """Judge one request, so that the policies are compiled before anybody is made."""
    from clausewise.payer.runs import judge
    from clausewise.payer.submission import Submission, submission_of
    from tests.soak.life import request_of

    submission = submission_of(request_of("warm"))
    assert isinstance(submission, Submission)
    judge(submission, setting, setting.now)


if __name__ == "__main__":
    main(*sys.argv[1:])
