"""`clausewise worker`: does what acts leave to be done and what recurs, tells how that stands, tries again what gave up."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from clausewise.cli.terminal import print_lines, print_object, print_problems
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.wiring import start
from clausewise.wiring.setting import open_setting

if TYPE_CHECKING:
    from clausewise.wiring.worker import WorkState

EXIT_FOUND, EXIT_UNREADABLE = 1, 2


def work(tenant: str, once: bool, policies: Path | None) -> int:
    """Work until told to stop, or once; return the exit status: 0 all well, 1 something failed, 2 not started."""
    chosen = _started(tenant)
    if isinstance(chosen, Problem):
        return _refused(chosen)
    from clausewise.wiring.logs import configure_logs
    from clausewise.wiring.worker import employ

    setting = open_setting(policies)
    print_problems(setting.problems)
    configure_logs()
    done = employ(setting, next(iter(chosen), None), once)
    if isinstance(done, NotDone):
        return _refused(*done.problems)
    print_object(done)
    return EXIT_FOUND if done.keys() & {"failed", "dead"} else 0


def work_beside() -> None:
    """Work in a process that a server keeps running, until it is told to stop or the server is gone; tell all in log lines."""
    from clausewise.wiring.beside import obey_parent
    from clausewise.wiring.logs import configure_logs, log

    obey_parent()
    configure_logs()
    problems = start.start(os.environ)
    if not problems:
        from clausewise.wiring.worker import employ

        done = employ(open_setting(), None, once=False)
        problems = done.problems if isinstance(done, NotDone) else ()
    for problem in problems:
        log("worker.refused", "error", code=problem.code)
    sys.exit(EXIT_UNREADABLE if problems else 0)


def status(tenant: str, as_json: bool) -> int:
    """Print how the work stands; return the exit status: 0 all well, 1 something is dead, 2 not started."""
    chosen = _started(tenant)
    if isinstance(chosen, Problem):
        return _refused(chosen)
    from clausewise.wiring.worker import work_state

    state = work_state(chosen)
    if isinstance(state, NotDone):
        return _refused(*state.problems)
    if as_json:
        print_object(_plain(state))
    else:
        print_lines(_told(state, start.now()))
    return EXIT_FOUND if any(box.dead for _, box in state.outboxes) or any(job.status == "failed" for job in state.jobs) else 0


def _told(state: "WorkState", now: datetime) -> Iterator[str]:
    for job in state.jobs:
        last = f"{job.slot.astimezone(UTC):%Y-%m-%d %H:%M}" if job.slot else "never"
        yield f"{job.name}: every {job.every}, last {last}, {job.status}" + (f" ({job.fault})" if job.fault else "")
    for tenant, box in state.outboxes:
        since = f", the oldest for {max(0, int((now - box.oldest).total_seconds()))} s" if box.oldest else ""
        yield f"outbox of {tenant}: {box.waiting} waiting{since}, {box.troubled} to be tried again, {len(box.dead)} dead"
        for line in box.dead:
            yield f"  dead: line {line.id} of case {line.case}, {line.topic}, after {line.attempts} attempts ({line.fault})"


def _plain(state: "WorkState") -> dict[str, Any]:
    jobs = [
        {"job": job.name, "every_s": int(job.every.total_seconds()), "slot": job.slot.isoformat() if job.slot else None}
        | {"status": job.status, "attempts": job.attempts, "fault": job.fault}
        for job in state.jobs
    ]
    boxes = [
        {"tenant": str(tenant), "waiting": box.waiting, "troubled": box.troubled}
        | {"oldest": box.oldest.isoformat() if box.oldest else None}
        | {"dead": [{"line": one.id, "case": str(one.case), "topic": one.topic, "fault": one.fault} for one in box.dead]}
        for tenant, box in state.outboxes
    ]
    return {"jobs": jobs, "outboxes": boxes}


def retry(tenant: str) -> int:
    """Have what is dead tried again; return the exit status."""
    chosen = _started(tenant)
    if isinstance(chosen, Problem):
        return _refused(chosen)
    from clausewise.wiring.worker import revive

    revived = revive(chosen)
    if isinstance(revived, NotDone):
        return _refused(*revived.problems)
    print_lines((f"{revived} will be tried again.",))
    return 0


def _started(tenant: str) -> tuple[UUID, ...] | Problem:
    """Start the storage, and return the tenant that was named, if one was."""
    problems = start.start(os.environ)
    if problems or not tenant:
        return problems[0] if problems else ()
    from clausewise.wiring import storing

    found = storing.tenant_named(tenant)
    return found if isinstance(found, Problem) else (found,)


def _refused(*problems: Problem) -> int:
    print_problems(problems)
    return EXIT_UNREADABLE
