"""The linter: what is written soundly and yet deserves a look, in one document of a library.

    lint_use     what is declared and never used, defaults, scopes, ladders
    lint_text    sentences against their tests: and/or, "such as", numbers
    lint_order   clause numbers that stand behind later ones
    lint_codes   codes: malformed, twice, stale, carried by nothing
    lint_source  known defects of the source, odd references, readings nobody ratified, periods

Warnings ask for a look and notes only tell; a code that no claim can carry on the days of its set is an error.
"""

from clausewise.policy.library import Library
from clausewise.policy.lint_codes import lint_codes
from clausewise.policy.lint_order import lint_order
from clausewise.policy.lint_source import lint_source
from clausewise.policy.lint_text import lint_text
from clausewise.policy.lint_use import lint_use
from clausewise.policy.nearby import nearby
from clausewise.policy.remarks import in_order
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem


def lint(document: PolicyDocument, library: Library) -> tuple[Problem, ...]:
    """Return what deserves a look in a document of the library, in the order of its lines."""
    beside = nearby(document, library)
    found = (lint_use(beside, library), lint_text(beside), lint_order(beside), lint_codes(beside), lint_source(beside, library))
    return in_order([problem for problems in found for problem in problems])
