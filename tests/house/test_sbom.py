"""The bill of materials names what the program needs to run."""

import importlib.util
import json
import re
import subprocess
import sys

import pytest

from tests.house.texts import ROOT

PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!-]+)", re.MULTILINE)


@pytest.mark.slow
def test_the_bill_lists_every_run_requirement(tmp_path):
    """What `make sbom` writes is CycloneDX, names each pinned run requirement with its version, and no host it is fetched from."""
    assert importlib.util.find_spec("cyclonedx_py"), "`make env` brings it"
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, "-m", "tools.bill_of_materials", str(file)], check=True, cwd=ROOT, capture_output=True)
    bill = json.loads(file.read_text(encoding="utf-8"))
    listed = {(one["name"].lower().replace("_", "-"), one["version"]) for one in bill["components"]}
    pins = PIN.findall((ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"))
    pinned = {(name.lower().replace("_", "-"), version) for name, version in pins}
    assert "CycloneDX" == bill["bomFormat"]
    assert len(pinned) > 30
    assert pinned == listed
    assert "http" not in json.dumps([one.get("externalReferences", []) for one in bill["components"]])


def test_make_writes_it():
    """`make sbom` runs the same tool, into the folder of what is built."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "-m tools.bill_of_materials build/sbom.json" in makefile
