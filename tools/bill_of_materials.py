"""The software bill of materials of what runs: every pinned requirement with its hashes, as CycloneDX JSON.

`python -m tools.bill_of_materials FILE` writes it.  It is made of requirements/run.txt, and the same pins give the same bytes;
where a machine fetches its packages from is no part of it.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAKER = (sys.executable, "-m", "cyclonedx_py", "requirements")
COMMAND = (*MAKER, "--output-reproducible", "--short-PURLs", "--of", "JSON", "-o", "-")


def main(file: Path) -> None:
    """Write the bill into a file."""
    pins, project = ROOT / "requirements" / "run.txt", ROOT / "pyproject.toml"
    made = subprocess.run([*COMMAND, "--pyproject", str(project), str(pins)], check=True, capture_output=True, text=True).stdout
    bill = json.loads(made)
    for component in bill["components"]:
        component.pop("externalReferences", None)  # the host that this machine fetches from
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
