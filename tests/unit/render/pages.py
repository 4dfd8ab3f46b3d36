"""Pages of policies for the tests: made from the bundled documents or from a text, and read back as a browser would."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from xml.etree import ElementTree

from clausewise.policy.case_file import read_cases
from clausewise.policy.library import EVERYWHERE, Library
from clausewise.render.annotated_policy import AnnotatedPolicy, shown_cases
from clausewise.vocab.document import PolicyDocument
from tests.conftest import ROOT

POLICIES = ROOT / "policies"


@cache
def library() -> Library:
    """The bundled documents."""
    files = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.rglob("*.md")}
    return Library({path: content for path, content in files.items() if not path.endswith(("notes.md", "README.md"))})


def bundled(name: str, on: date | None = None) -> AnnotatedPolicy:
    """A bundled document with its ladder, the documents it uses, and the cases beside it."""
    document = library().document(name)
    beside = [shelf for shelf in library().together(name) if shelf.id == name or shelf.kind not in EVERYWHERE]
    documents = tuple(library().document(shelf.id) for shelf in beside)
    ladder = document if document.steps else next((one for one in documents if one.id == document.ladder), None)
    folder = (POLICIES / document.file).parent
    paths = sorted((*folder.glob("cases.yaml"), *folder.glob("cases/*.yaml")))
    files = [read_cases(path.read_bytes(), path.name)[0] for path in paths]
    cases = tuple(shown_cases(files, clause_names(document)))
    return AnnotatedPolicy(document, ladder, documents, cases, sum(len(file.clinical) for file in files), None, on)


def clause_names(document: PolicyDocument) -> list[str]:
    """The clauses of a document as they are cited outside, found in the text and not by the code under test."""
    from clausewise.compiler.link import walk_items

    return [f"{document.ids}{item.clause}" for item in walk_items(document.sections) if item.numbered]


@dataclass(frozen=True, eq=False)
class Element:
    """An element of a page: its tag, attributes, and all text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    parents: tuple["Element", ...] = field(default=(), repr=False)


class Reader:
    """Reads a page, which is well-formed XML besides, and keeps every element."""

    def __init__(self, page: str) -> None:
        self.elements: list[Element] = []
        self._keep(ElementTree.fromstring(page), ())

    def _keep(self, node: ElementTree.Element, parents: tuple[Element, ...]) -> None:
        element = Element(node.tag, dict(node.attrib), "".join(node.itertext()), parents)
        self.elements.append(element)
        for child in node:
            self._keep(child, (*parents, element))

    def with_id(self, name: str) -> Element:
        """The one element with an id."""
        (found,) = [element for element in self.elements if element.attributes.get("id") == name]
        return found


def words_of(text: str) -> str:
    """A text with every run of white space as one blank."""
    return " ".join(text.split())
