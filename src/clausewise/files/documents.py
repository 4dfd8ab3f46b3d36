"""A PDF rebuilt: a new document whose pages hold what draws, and nothing else.  Runs in the confined process only.

Taking known dangers out of a document leaves those nobody thought of, so nothing is taken out: pages are copied into an empty
document, key by key, from lists of what drawing needs (`drawing`).  What no list names stays behind: scripts, attached files,
links, forms, earlier versions, properties.  What a form or a stamp shows is first drawn onto its page: a filled-in
form would else come out empty.
"""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf

from clausewise.files.drawing import UNPACKED_MAX, Copying, contents, copied, resources
from clausewise.files.kinds import FileKind
from clausewise.files.outcome import PAGES_MAX, Rebuilt, Refusal, Refused, Removed

NESTING_MAX = 100
TREE_DEPTH_MAX = 50

# More is damage or an attack; without an end to errors qpdf would stop reading a page in the middle and say nothing.
pikepdf.settings.set_qpdf_limits(
    parser_max_nesting=NESTING_MAX,
    parser_max_errors=0,
    max_stream_filters=4,
    flate_max_memory=UNPACKED_MAX,
    run_length_max_memory=UNPACKED_MAX,
    png_max_memory=UNPACKED_MAX,
    tiff_max_memory=UNPACKED_MAX,
)


def rebuild_document(content: bytes) -> Rebuilt:
    """Return a document with its pages as they are seen, and nothing else.

    A damaged document is refused and not mended: mending one that is cut off loses pages, and nobody would know.

    Raises:
        Refusal: locked, damaged, or too many pages.
    """
    try:
        opened = pikepdf.open(io.BytesIO(content), attempt_recovery=False)
    except pikepdf.PasswordError:
        raise Refusal(Refused.LOCKED) from None
    except pikepdf.PdfError:
        raise Refusal(Refused.DAMAGED) from None
    with opened as document:
        if len(document.pages) > PAGES_MAX:
            raise Refusal(Refused.TOO_MANY_PAGES)
        removed = Counter(_carried(document, content))
        _draw_annotations(document)
        copying = Copying(pikepdf.new(), removed)
        for page in document.pages:
            _add_page(copying, page)
        out = io.BytesIO()
        copying.into.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return Rebuilt(FileKind.PDF, out.getvalue(), removed)


def _draw_annotations(document: pikepdf.Pdf) -> None:
    """Draw onto each page what its form fields, stamps and notes show."""
    document.generate_appearance_streams()
    document.flatten_annotations("screen")


def _add_page(copying: Copying, page: pikepdf.Page) -> None:
    new = pikepdf.Dictionary(Type=pikepdf.Name.Page)
    for key in ("/MediaBox", "/CropBox", "/Rotate"):
        value = _inherited(page.obj, key)
        if value is not None:
            new[key] = copied(copying, value)
    new["/Resources"] = resources(copying, _inherited(page.obj, "/Resources"))
    new["/Contents"] = contents(copying, page)
    copying.into.pages.append(pikepdf.Page(copying.into.make_indirect(new)))


def _inherited(node: Any, key: str) -> Any:
    """Return what a page has under a key, or the nodes of the tree above it."""
    for _ in range(TREE_DEPTH_MAX):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    raise Refusal(Refused.DAMAGED)


# ---- what is left out ------------------------------------------------------------------------------------------------


def _carried(document: pikepdf.Pdf, content: bytes) -> Iterator[Removed]:
    yield from (Removed.DOCUMENT_PROPERTIES for _ in document.trailer.get("/Info", {}))
    versions = content.count(b"startxref") - (2 if document.is_linearized else 1)
    yield from (Removed.EARLIER_VERSIONS for _ in range(versions))
    for one in document.objects:
        yield from _in_object(one, 0)


def _in_object(value: Any, depth: int) -> Iterator[Removed]:
    """Look at an object and what lies directly in it; what it refers to is an object of its own."""
    if depth > NESTING_MAX:
        raise Refusal(Refused.DAMAGED)
    if isinstance(value, pikepdf.Array):
        for item in value:
            yield from _in_object(item, depth + 1) if not getattr(item, "is_indirect", False) else ()
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield from _named(value)
        for _, item in value.items():
            yield from _in_object(item, depth + 1) if not getattr(item, "is_indirect", False) else ()


def _named(value: Any) -> Iterator[Removed]:
    if "/JS" in value:
        yield Removed.SCRIPTS
    if "/EF" in value:
        yield Removed.ATTACHMENTS
    if value.get("/Type") == "/Metadata":
        yield Removed.METADATA
    if "/Rect" in value and "/Subtype" in value:
        yield Removed.ANNOTATIONS
    if "/FT" in value:
        yield Removed.FORM_FIELDS
