"""Problems as SARIF 2.1.0, which editors and code-review pages read."""

from collections.abc import Iterable
from typing import Any

from clausewise.vocab.problem import Level, Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}


def sarif(problems: Iterable[Problem], version: str) -> dict[str, Any]:
    """Return a SARIF log with one run: a rule for each code, a result for each problem."""
    found = tuple(problems)
    rules = [{"id": code} for code in sorted({problem.code for problem in found})]
    driver = {"name": "clausewise", "semanticVersion": version, "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(one) for one in found]}],
    }


def _result(problem: Problem) -> dict[str, Any]:
    text = f"{problem.message.removesuffix('.')}. {problem.help}" if problem.help else problem.message
    result: dict[str, Any] = {"ruleId": problem.code, "level": LEVELS[problem.level], "message": {"text": text}}
    if problem.file:
        result["locations"] = [{"physicalLocation": _location(problem)}]
    if problem.clause:
        result["properties"] = {"clause": problem.clause}
    return result


def _location(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": problem.file}}
    if problem.line:
        region = {"startLine": problem.line}
        location["region"] = region | ({"startColumn": problem.column} if problem.column else {})
    return location
