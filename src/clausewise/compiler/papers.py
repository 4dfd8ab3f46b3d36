"""Documents that a policy tests for, as questions: a fact that no table declares, for the request's papers answer it."""

from collections.abc import Sequence

from clausewise.compiler.facts_used import facts_of_test
from clausewise.vocab.criterion import DocumentProvided, Test
from clausewise.vocab.wording import duration

WHERE = "the papers of the request: those listed under `documents`, or those in its folder"


def paper_question(name: str, tests: Sequence[Test]) -> str:
    """Return what is asked by the fact `document TYPE`: type, attributes and how recent, each wish of the tests once.

    The empty text for any other name.

    >>> from clausewise.vocab.criterion import Duration
    >>> paper_question("document x_ray", [DocumentProvided("x_ray", (("posture", "standing"),), Duration(12, "months"))])
    'Is there a document of type x ray, posture standing, dated at most 12 months before the service?'
    """
    wanted = dict.fromkeys(_wish(test) for test in tests if isinstance(test, DocumentProvided) and name in facts_of_test(test))
    if not wanted:
        return ""
    kind = name.partition(" ")[2].replace("_", " ")
    wishes = tuple(filter(None, wanted))
    if len(wanted) == 1:
        return f"Is there a document of type {kind}{''.join(f', {wish}' for wish in wishes)}?"
    several = "; ".join(f"{number}. {wish or 'whatever it shows'}" for number, wish in enumerate(wanted, 1))
    return f"Which documents of type {kind} are there: {several}?"


def _wish(test: DocumentProvided) -> str:
    attributes = [f"{attribute} {value.replace('_', ' ')}" for attribute, value in test.attributes]
    recent = [] if test.within is None else [f"dated at most {duration(test.within)} before the service"]
    return ", ".join((*attributes, *recent))
