"""What is sent, read within limits: 12 MB in all, JSON by its own standard, files by plain relative names.

Control characters that turn the direction of text are refused in names of files and in keys; in texts they are kept as they came,
and shown as what they are.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDictKeyError
from ninja.parser import Parser

from clausewise.payer.submission import ANSWERS
from clausewise.policy.case_file import Source
from clausewise.policy.case_tree import Fields, Node, Text, plain, problem_at, quoted, read_json
from clausewise.vocab.problem import Problem
from clausewise.web.answers import Refused

BYTES_MAX = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)  # the largest request is 8 MB, of which base64 makes more
PATH_LENGTH_MAX = 200
JSON_TYPE, MULTIPART = "application/json", "multipart/form-data"
YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml")
NAME = "request"  # what messages call what was sent
FILES, FACTS, DOCUMENTS = "files", "facts", "documents"
_FILE_HELP = 'Write a file as {"text": "..."} or {"base64": "..."}.'


class StrictParser(Parser):
    """Reads the bodies of the interface: JSON within limits, or problems."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the plain value of a JSON body.

        Raises:
            Refused: it is none, or too large.
        """
        if request.content_type != JSON_TYPE:
            raise Refused(wrong_type(JSON_TYPE))
        body = body_of(request)
        _json(body)
        return json.loads(body)


def body_of(request: HttpRequest) -> bytes:
    """Return what was sent.

    Raises:
        Refused: it is more than 12 MB.
    """
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused(too_large()) from None


def refuse_large(request: HttpRequest) -> None:
    """Refuse what says that it is too large, before any of it is read.

    Raises:
        Refused: it says so.
    """
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isdecimal() or int(said[:18]) > BYTES_MAX:
        raise Refused(too_large())


def too_large() -> Problem:
    """Return the problem of what is larger than is taken."""
    return Problem("CW922", f"This is larger than {BYTES_MAX // 1024**2} MB.", help="Send large documents one by one, as evidence.")


def wrong_type(*taken: str) -> Problem:
    """Return the problem of a kind of content that is not taken."""
    return Problem("CW923", "This kind of content is not taken here.", help=f"Send {', '.join(taken)}; say so as Content-Type.")


def _json(body: bytes) -> Node:
    tree = read_json(body)
    if isinstance(tree, Problem):
        raise Refused(tree)
    if not isinstance(tree, Text) and tree.problems:
        raise Refused(*tree.problems)
    return tree


# ---- requests and evidence -------------------------------------------------------------------------------------------


def source_sent(request: HttpRequest) -> Source:
    """Return the request that was sent: a case file in YAML or JSON, or a directory as parts or as `{"files": {...}}`.

    Raises:
        Refused: it is none of these.
    """
    if request.content_type == MULTIPART:
        return Source(NAME, files=_parts(request))
    if request.content_type in YAML_TYPES:
        return Source(NAME, body_of(request))
    if request.content_type != JSON_TYPE:
        raise Refused(wrong_type(JSON_TYPE, YAML_TYPES[0], MULTIPART))
    body = body_of(request)
    tree = _json(body)
    if not isinstance(tree, Fields) or [key.text for key, _ in tree.entries] != [FILES]:
        return Source(NAME, body)
    return Source(NAME, files=_files(tree.get(FILES)))


def evidence_sent(request: HttpRequest) -> dict[str, bytes]:
    """Return the evidence that was sent by path: parts, or JSON with `files`, `facts` or both; facts become `answers.yaml`.

    Raises:
        Refused: it is none, or of no kind that is taken.
    """
    if request.content_type == MULTIPART:
        return _parts(request)
    if request.content_type != JSON_TYPE:
        raise Refused(wrong_type(JSON_TYPE, MULTIPART))
    tree = _json(body_of(request))
    given = {key.text: value for key, value in tree.entries} if isinstance(tree, Fields) else {}
    if not given or not given.keys() <= {FILES, FACTS}:
        raise Refused(problem_at(tree, "CW920", "Evidence is `files`, `facts`, or both, and nothing else.", _FILE_HELP))
    files = _files(given[FILES]) if FILES in given else {}
    if FACTS in given:
        files[_once(ANSWERS, files)] = json.dumps({FACTS: plain(given[FACTS])}, ensure_ascii=False).encode()
    return files


def _once(path: str, files: Mapping[str, bytes]) -> str:
    if path in files:
        raise Refused(Problem("CW920", f"`{path}` was sent twice.", help="Send it once, or under two names."))
    return path


def _files(node: Node | None) -> dict[str, bytes]:
    if not isinstance(node, Fields) or not node.entries:
        at = node or Text("")
        raise Refused(problem_at(at, "CW920", "`files` is no mapping from names to files.", _FILE_HELP))
    return {_path(key.text): _content(value) for key, value in node.entries}


def _content(node: Node) -> bytes:
    match plain(node):
        case {"text": str(text), **rest} if not rest:
            return text.encode()
        case {"base64": str(written), **rest} if not rest:
            try:
                return base64.b64decode(written, validate=True)
            except (binascii.Error, ValueError):
                raise Refused(problem_at(node, "CW920", "This is not base64.", _FILE_HELP)) from None
    raise Refused(problem_at(node, "CW920", "This is no file.", _FILE_HELP))


def _parts(request: HttpRequest) -> dict[str, bytes]:
    """Return the parts of a form by their names, which are the paths; the names of the files themselves decide nothing."""
    refuse_large(request)
    try:
        sent = request.FILES
        found = {_path(name): sent.getlist(name) for name in sent}
    except (MultiPartParserError, MultiValueDictKeyError, SuspiciousOperation, UnicodeError):
        raise Refused(Problem("CW920", "These are no parts of a form.", help="Let a library write multipart/form-data.")) from None
    if not found or any(len(parts) > 1 for parts in found.values()):
        help = "Name each part by the path of its file, such as `case.yaml`."
        raise Refused(Problem("CW920", "There is no file, or two have one name.", help=help))
    return {path: part.read() for path, (part,) in found.items()}


def documents_sent(request: HttpRequest) -> dict[str, bytes]:
    """Return the documents that were chosen in a page's form, below `documents` by their own names.

    Raises:
        Refused: two have one name, or one has none that a file can have.
    """
    found: dict[str, bytes] = {}
    for part in request.FILES.getlist(DOCUMENTS):
        found[_once(_path(f"{DOCUMENTS}/{part.name}"), found)] = part.read()
    return found


def _path(path: str) -> str:
    whole = path.isprintable() and "\\" not in path and len(path) <= PATH_LENGTH_MAX
    if not whole or any(part in ("", ".", "..") for part in path.split("/")):
        help = f"Write a relative path of up to {PATH_LENGTH_MAX} printable characters, such as `notes/visit.md`."
        raise Refused(Problem("CW921", f"{quoted(path)} is no name for a file.", help=help))
    return path
