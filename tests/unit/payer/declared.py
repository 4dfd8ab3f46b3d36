"""Declarations made by hand, one fact of each kind of answer, for the tests that read cases."""

from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration


def declared(*answers: tuple[str, Answer]) -> dict[str, FactDeclaration]:
    """Return the declarations of facts by name."""
    return {name: FactDeclaration(name, "", answer) for name, answer in answers}


FACTS = declared(
    ("scar", Answer(AnswerKind.YES_NO)),
    ("pain", Answer(AnswerKind.YES_NO_SINCE)),
    ("aim", Answer(AnswerKind.CHOICE, ("appearance", "function", "both"))),
    ("scope", Answer(AnswerKind.CHOICE, ("yes", "partly"))),
    ("causes", Answer(AnswerKind.ANY_OF, ("illness", "trauma", "tumor"))),
    ("grade", Answer(AnswerKind.GRADE, ("I", "II", "III"))),
    ("age", Answer(AnswerKind.NUMBER, unit="years")),
    ("weight", Answer(AnswerKind.NUMBER, unit="g")),
    ("breast_weight", Answer(AnswerKind.NUMBER, unit="g", each_side=True)),
    ("onset", Answer(AnswerKind.DATE)),
    ("infections", Answer(AnswerKind.EVENTS)),
    ("therapy", Answer(AnswerKind.COURSES)),
    ("photograph", Answer(AnswerKind.DOCUMENTS)),
    ("description", Answer(AnswerKind.TEXT)),
    ("funding", Answer(AnswerKind.CHOICE, ("insured", "self_funded"))),
)
PLANS = ("qualchoice", "ambetter_ar")
