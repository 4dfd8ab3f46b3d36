"""A process that submits requests one after the other, and says on its output what was acknowledged; see `test_failures`."""

import os
import sys
from itertools import count
from uuid import UUID

from clausewise.wiring import start
from clausewise.wiring.setting import open_setting


def main(tenant: UUID, number: int | None) -> None:
    """Submit `number` requests under fixed keys, or without end."""
    problems = start.start(os.environ)
    assert not problems, problems
    from clausewise.vocab.history import Receipt
    from clausewise.wiring import storing
    from tests.unit.conftest import request_of

    setting = open_setting()
    for index in count() if number is None else range(number):
        done = storing.submit(tenant, setting, request_of(f"S{index}"), f"key {index}")
        assert isinstance(done, Receipt), done
        print(f'{{"id": "{done.case}", "index": "{index}"}}', flush=True)


if __name__ == "__main__":
    main(UUID(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
