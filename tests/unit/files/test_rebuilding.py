"""A file that is taken in shows what it showed, and carries nothing else; a hostile one is refused within its bounds."""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from clausewise.files.kinds import FileKind, kind_of
from clausewise.files.outcome import Rebuilt, Removed
from clausewise.files.taking import take_in
from clausewise.vocab.problem import Problem
from tests.unit.files import corpus, oracle

CARRIERS = {
    "JPEG with everything": corpus.full_jpeg,
    "JPEG held upright": lambda: corpus.jpeg(exif=corpus.exif(6)),
    "JPEG of two pictures": corpus.several_in_jpeg,
    "JPEG in four colours": lambda: corpus.jpeg(corpus.scene(mode="CMYK"), exif=corpus.exif()),
    "JPEG with a script": lambda: corpus.jpeg_with(corpus.segment(0xFE, corpus.SCRIPT.encode())) + corpus.SCRIPT.encode(),
    "JPEG and archive": lambda: corpus.with_archive(corpus.jpeg()),
    "PNG with everything": corpus.full_png,
    "PNG with a palette": lambda: corpus.png(corpus.scene(mode="P"), exif=corpus.exif()),
    "PNG and archive": lambda: corpus.with_archive(corpus.png()),
    "HEIC with everything": corpus.full_heic,
    "PDF with scripts": lambda: corpus.document(corpus.with_script),
    "PDF with attachments": lambda: corpus.document(corpus.with_attachment),
    "PDF with properties": lambda: corpus.document(corpus.with_properties),
    "PDF with a form": lambda: corpus.document(corpus.with_form),
    "PDF with an earlier version": corpus.updated,
    "PDF and archive": lambda: corpus.with_archive(corpus.document()),
}


def rebuilt(content: bytes) -> Rebuilt:
    """A file taken in."""
    found = take_in(content)
    assert isinstance(found, Rebuilt), found
    return found


def unpacked(content: bytes) -> bytes:
    """A file with everything in it readable: the streams of a document are unpacked."""
    if not content.startswith(b"%PDF"):
        return content
    with pikepdf.open(io.BytesIO(content)) as opened:
        streams = [one for one in opened.objects if isinstance(one, pikepdf.Stream)]
        whole = [one.read_raw_bytes() if one.get("/Filter") == "/DCTDecode" else one.read_bytes() for one in streams]
        return content + repr(list(opened.objects)).encode() + b"\n".join(whole)


def colour(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    """The colour of a pixel."""
    found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return found


def pixels(content: bytes) -> Image.Image:
    """A photograph as anybody sees it, in colours."""
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.slow
@pytest.mark.parametrize("name", CARRIERS)
def test_nothing_is_left_that_exiftool_knows(name):
    """Of whatever a file carried, exiftool finds nothing in the rebuilt one, and no name is left in its bytes."""
    content = CARRIERS[name]()
    made = rebuilt(content)
    assert set() == oracle.left_over(made.content)
    assert corpus.CANARY.encode() not in unpacked(made.content)


@pytest.mark.slow
def test_the_oracle_finds_what_is_there():
    """exiftool finds the name in the files before they are rebuilt: it does not look away."""
    for name in ("JPEG with everything", "PNG with everything", "HEIC with everything", "PDF with properties"):
        found = oracle.told(CARRIERS[name]())
        assert corpus.CANARY in str(found), name
        assert oracle.left_over(CARRIERS[name]()), name


COUNTED = {
    "JPEG with everything": "camera records 1, colour profiles 1, comments 1, metadata blocks 1, other entries 2, "
    "parts after the end 1",
    "JPEG of two pictures": "further pictures 1, parts after the end 1",
    "PNG with everything": "camera records 1, colour profiles 1, other entries 2, parts after the end 1, "
    "texts beside the picture 4",
    "HEIC with everything": "camera records 1, colour profiles 1, metadata blocks 1",
    "PDF with scripts": "annotations 1, scripts 4",
    "PDF with attachments": "annotations 1, attached files 2",
    "PDF with properties": "document properties 1, marks in the text 1, metadata blocks 2, other entries 4",
    "PDF with a form": "annotations 1, form fields 1, marks in the text 1",
    "PDF with an earlier version": "earlier versions 1",
}


@pytest.mark.parametrize("name", COUNTED)
def test_what_was_left_out_is_counted(name):
    """The sender is told how many of what stayed behind, by words of a closed list and never by what they held."""
    removed = rebuilt(CARRIERS[name]()).removed
    assert COUNTED[name] == ", ".join(sorted(f"{what.value} {count}" for what, count in removed.items()))


@pytest.mark.slow
def test_a_bare_file_has_nothing_removed():
    """Where nothing was carried, nothing is reported."""
    for content in (corpus.jpeg(), corpus.png(), corpus.heic(), corpus.document()):
        assert {} == rebuilt(content).removed


@pytest.mark.slow
def test_the_same_file_gives_the_same_bytes():
    """Rebuilt twice, a file comes out equal."""
    for content in (corpus.full_jpeg(), corpus.full_png(), corpus.full_heic(), corpus.jpeg_in_document()):
        assert rebuilt(content).content == rebuilt(content).content


# ---- what is shown stays ---------------------------------------------------------------------------------------------


# What turns the stored pixels upright, by the number that the camera records (Exif 2.32, 4.6.4).
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photograph_comes_out_upright(orientation):
    """However the camera was held, the pixels stand as its record says, and the record is gone."""
    stored = corpus.scene(64, 32)
    upright = stored.transpose(UPRIGHT[orientation])
    made = pixels(rebuilt(corpus.png(stored, exif=corpus.exif(orientation))).content)
    assert (upright.size, upright.tobytes()) == (made.size, made.tobytes())


@pytest.mark.parametrize("make", [corpus.jpeg, corpus.heic, corpus.png])
def test_the_pixels_stay(make):
    """Red stays red and blue stays blue, in their places and in the size that was sent."""
    made = pixels(rebuilt(make(corpus.scene(64, 64))).content)
    assert (64, 64) == made.size
    red, blue = colour(made, (10, 10)), colour(made, (54, 54))
    assert red[0] > 180 and max(red[1:]) < 40 and blue[2] > 180 and max(blue[:2]) < 40


@pytest.mark.slow
def test_every_mode_of_pixels_is_kept_or_made_plain():
    """Grey, two colours, palettes, transparency and 16 bits come through as what they show."""
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        picture = corpus.scene(mode="L").convert("I;16") if mode == "I;16" else corpus.scene(mode=mode)
        made = Image.open(io.BytesIO(rebuilt(corpus.png(picture)).content))
        if mode != "I;16":
            assert picture.convert("RGBA").tobytes() == made.convert("RGBA").tobytes(), mode
        assert made.mode == {"P": "RGB"}.get(mode, mode)


def test_a_photograph_in_wider_colours_looks_the_same():
    """Colours are converted by the profile before it is dropped: a telephone's red would else come out paler."""
    made = pixels(rebuilt(corpus.png(corpus.scene(), icc_profile=swapped_profile())).content)
    red, blue = colour(made, (5, 5)), colour(made, (35, 20))
    assert red[2] > red[0] and blue[0] > blue[2]


def swapped_profile() -> bytes:
    """sRGB with red and blue exchanged: whoever does not convert shows another picture."""
    plain = corpus.profile()
    return plain.replace(b"rXYZ", b"qXYZ").replace(b"bXYZ", b"rXYZ").replace(b"qXYZ", b"bXYZ")


def test_what_a_form_shows_is_drawn_onto_its_page():
    """A filled-in field is read on the page after the form itself is gone."""
    made = rebuilt(corpus.document(corpus.with_form)).content
    assert b"Filled in" in unpacked(made)
    assert b"/AcroForm" not in unpacked(made) and b"/Annots" not in unpacked(made)


def test_the_last_version_is_what_is_seen():
    """Of a document that was added to, the pages as they were last come through."""
    assert b"Seen by all" in unpacked(rebuilt(corpus.updated()).content)


def test_a_document_holds_only_what_pages_need():
    """Every key of the rebuilt catalogue, page and picture is one of the list."""
    made = rebuilt(corpus.jpeg_in_document()).content
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert {"/Type", "/Pages"} == set(opened.Root.keys())
        assert {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"} == set(opened.pages[0].obj.keys())
        picture = opened.pages[0].obj.Resources.XObject.Im
        assert "/DeviceRGB" == picture.ColorSpace and "/DCTDecode" == picture.Filter
        assert colour(Image.open(io.BytesIO(picture.read_raw_bytes())), (5, 5))[0] > 180
        assert "/Info" not in opened.trailer


def test_inherited_boxes_and_turns_come_through():
    """What a page has from the node above it is its own in the new document."""

    def dress(pdf, page):
        for key in ("/MediaBox", "/Resources"):
            pdf.Root.Pages[key] = page[key]
            del page[key]
        pdf.Root.Pages.Rotate = 90

    with pikepdf.open(io.BytesIO(rebuilt(corpus.document(dress)).content)) as opened:
        page = opened.pages[0].obj
        assert ["0", "0", "200", "200"] == [str(edge) for edge in page.MediaBox]
        assert "90 True" == f"{page.Rotate} {'/F1' in page.Resources.Font}"


# ---- what is refused -------------------------------------------------------------------------------------------------

GOLDEN = Path(__file__).resolve().parents[2] / "bad" / "files" / "refused.txt"
HOSTILE = {
    "no known kind": lambda: b"nothing of the kind",
    "an empty file": lambda: b"",
    "a printer's program named as a photograph": corpus.postscript,
    "a TIFF": corpus.tiff,
    "a GIF": lambda: b"GIF89a" + bytes(20),
    "a drawing with a script": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "an archive": lambda: corpus.with_archive(b""),
    "a script before a PDF": lambda: corpus.SCRIPT.encode() + corpus.document(),
    "a cut-off JPEG": lambda: corpus.jpeg(corpus.scene(400, 400))[:-900],
    "a JPEG of two bytes and a half": lambda: b"\xff\xd8\xff",
    "a cut-off PNG": lambda: corpus.png(corpus.scene(400, 400))[:-60],
    "a PNG with a wrong sum": lambda: corpus.png().replace(b"IDATx", b"IDATy"),
    "a cut-off HEIC": lambda: corpus.full_heic()[:-200],
    "a cut-off PDF": lambda: corpus.document()[:-200],
    "a PDF without pages to find": lambda: corpus.document().replace(b"/Type /Pages", b"/Type /Sages").replace(b"xref", b"fref"),
    "a PDF with unreadable operators": lambda: corpus.document(corpus.packed_stream(b"no zlib", pikepdf.Name.FlateDecode)),
    "a moving PNG": corpus.moving_png,
    "a HEIC of two pictures": corpus.several_in_heic,
    "a locked PDF": lambda: corpus.document(encryption=pikepdf.Encryption(user="secret", owner="other")),
    "a JPEG that says it is huge": corpus.jpeg_bomb,
    "a HEIC that says it is huge": corpus.heic_bomb,
    "a PNG text of 64 MB": corpus.text_bomb,
    "a PDF picture of one pixel and 100 MB": corpus.pdf_picture_bomb,
    "a PDF of 1001 pages": lambda: corpus.pdf_of_many_pages(1001),
    "a PDF of 3000 forms in each other": lambda: corpus.pdf_of_forms(3000),
}
HEAVY = {
    "a PNG of 100 million pixels": lambda: corpus.png_bomb(10_000, 10_000),
    "a PNG of 900 million pixels": lambda: corpus.png_bomb(30_000, 30_000),
    "a TIFF of 100 million pixels": lambda: corpus.tiff(10_000, 10_000),
    "a PDF of 2 KB and 1 GiB": corpus.pdf_bomb,
    "more bytes than are taken": lambda: b"%PDF-" + bytes(33 * 2**20),
}


def golden() -> dict[str, str]:
    """The message of each refused file, by what it is."""
    parts = re.split(r"^# (.*)\n", GOLDEN.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def message(found: Rebuilt | Problem) -> str:
    """A refusal as the golden file holds it."""
    assert isinstance(found, Problem), found.removed
    return f"{found.code} {found.message}\n    help: {found.help}\n"


@pytest.mark.parametrize("name", [*HOSTILE, *(pytest.param(name, marks=pytest.mark.slow) for name in HEAVY)])
def test_a_hostile_file_is_refused_in_a_sentence(name):
    """Each bomb, each damaged file and each that is something else is told word for word, and nothing comes of it."""
    assert golden()[name] == message(take_in((HOSTILE | HEAVY)[name]()))


def test_the_golden_file_holds_no_others():
    """Every message of the golden file belongs to a file."""
    assert set(golden()) == {*HOSTILE, *HEAVY}


def test_a_form_that_draws_itself_is_copied_once():
    """A circle in a document neither hangs nor grows."""
    assert len(rebuilt(corpus.pdf_of_circles()).content) < 2000


def test_the_name_stands_in_the_problem_alone():
    """What the sender calls a file is repeated to the sender; the kind is told from the bytes, whatever the name says."""
    found = take_in(corpus.postscript(), "wound.jpg")
    assert isinstance(found, Problem) and "wound.jpg" == found.file
    assert FileKind.PNG is rebuilt(corpus.png()).kind is kind_of(corpus.png())


@pytest.mark.slow
def test_every_kind_of_removed_part_is_met():
    """No word of the closed list is without a file that shows it."""
    met = {what for make in CARRIERS.values() for what in rebuilt(make()).removed}
    assert set(Removed) == met
