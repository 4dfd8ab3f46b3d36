"""What a release writes, kept for the test of the upgrade from it: one case, row by row, by the names of tables and columns.

`python -m tools.keep_release` writes the file of this release into tests/releases; run it once for each release, at its end.
Chance and the clock are fixed, so the same release gives the same file.
"""

import base64
import json
import os
import random
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from clausewise import __version__
from clausewise.policy.case_file import Source
from clausewise.wiring import start
from clausewise.wiring.setting import open_setting

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "releases"
POLICIES = ROOT / "policies"
DOCUMENTS = ("examples/ladder.md", "examples/visual-field/policy.md", "examples/visual-field/facts.md", "shared/um.facts.md")
TENANT = UUID("5e1f0c62-8a1b-4c3d-9e2f-7a6b5c4d3e2f")
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
CASE = b"""clinical:
- id: VF-1
  plan: example_vision_plan
  service_date: '2026-03-16'
  facts: {records_provided: yes}
  lines:
  - code: '67904'
"""


def main() -> None:
    """Write the file of this release."""
    with TemporaryDirectory() as place:
        os.environ["CLAUSEWISE_DATA"] = str(Path(place) / "data")
        problems = start.migrate(os.environ)
        if problems:
            sys.exit(problems[0].message)
        _take_in(Path(place) / "policies")
        kept = {"release": __version__, "migrations": _migrations(), "tables": _tables()}
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{__version__}.json"
    file.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")
    print(file.relative_to(ROOT))


def _take_in(policies: Path) -> None:
    from clausewise.store import cases
    from clausewise.store.acting import Acting, for_tenant
    from clausewise.store.models import Tenant
    from clausewise.vocab.history import Receipt

    for document in DOCUMENTS:
        (policies / document).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(POLICIES / document, policies / document)
    with for_tenant(TENANT):
        Tenant(id=TENANT, name="Example plan", opened_at=NOON).save(force_insert=True)
    acting = Acting(TENANT, UUID(int=0), NOON, open_setting(policies, cache=False), random.Random(0).randbytes)
    done = cases.submit(acting, Source("case.yaml", CASE), "key")
    assert isinstance(done, Receipt), done


def _migrations() -> dict[str, str]:
    """Return the last migration of each application whose rows are kept."""
    from django.db.migrations.loader import MigrationLoader

    return {app: name for app, name in MigrationLoader(None).graph.leaf_nodes() if app in ("store", "accounts")}


def _tables() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of our tables, in an order in which they can be put back."""
    from django.db import connection

    order = ("tenant", "case", "act", "documenttext", "keptlibrary", "determinationrun", "idempotencykey", "outbox", "ledgerentry")
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.startswith("store_")]
        first = [f"store_{name}" for name in order]
        found = {}
        for name in (*first, *sorted(set(names) - set(first))):
            rows = cursor.execute(f"SELECT * FROM {name} ORDER BY 1")
            columns = [column[0] for column in rows.description]
            found[name] = [dict(zip(columns, map(_plain, row), strict=True)) for row in rows.fetchall()]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return value if isinstance(value, int) or value is None else str(value)


if __name__ == "__main__":
    main()
