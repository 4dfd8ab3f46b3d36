"""Files that people send, good and hostile, made by this program: nothing of the kind lies in the project."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms, PngImagePlugin

CANARY = "Wilhelmina-Quarrington"  # a name that must not come through
PLACE = {1: "N", 2: (38.0, 53.0, 50.0), 3: "W", 4: (77.0, 2.0, 10.0)}
SCRIPT = f"<script>alert('{CANARY}')</script>"


def scene(width: int = 40, height: int = 24, mode: str = "RGB") -> Image.Image:
    """A picture whose left upper corner is red and whose right lower one is blue."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((200, 10, 10), (0, 0, width // 2, height // 2))
    picture.paste((10, 10, 200), (width // 2, height // 2, width, height))
    return picture.convert(mode)


def exif(orientation: int = 1) -> bytes:
    """What a telephone writes: who, where, with what, and how it was held."""
    records = Image.Exif()
    records[0x0112] = orientation
    records[0x010E] = records[0x013B] = CANARY
    records[0x010F] = "Telephones"
    records.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + CANARY.encode()
    records.get_ifd(0x8825).update(PLACE)
    return records.tobytes()


def xmp() -> bytes:
    """A block of metadata that names a person."""
    body = f"<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' dc:creator='{CANARY}'/>"
    rdf = f"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{body}</rdf:RDF>"
    return f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{rdf}</x:xmpmeta>".encode()


def profile() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


# ---- photographs -----------------------------------------------------------------------------------------------------


def jpeg(picture: Image.Image | None = None, **more: Any) -> bytes:
    """A JPEG with nothing in it, or with what is named."""
    out = io.BytesIO()
    (picture or scene()).save(out, "JPEG", quality=95, **more)
    return out.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(*segments: bytes) -> bytes:
    """A JPEG with segments after its start."""
    plain = jpeg()
    return plain[:2] + b"".join(segments) + plain[2:]


def several_in_jpeg() -> bytes:
    """A JPEG with a second picture behind the first, as telephones and stereo cameras write it (CIPA DC-007)."""
    out = io.BytesIO()
    scene().save(out, "MPO", save_all=True, append_images=[scene(20, 12)])
    return out.getvalue()


def full_jpeg() -> bytes:
    """A JPEG with all that a JPEG can carry."""
    own = segment(0xEC, CANARY.encode()), segment(0xED, b"Photoshop 3.0\x008BIM" + CANARY.encode())
    whole = jpeg(exif=exif(), comment=CANARY, icc_profile=profile(), xmp=xmp())
    return whole[:2] + b"".join(own) + whole[2:] + CANARY.encode()


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(picture: Image.Image | None = None, **more: Any) -> bytes:
    """A PNG with nothing in it, or with what is named."""
    out = io.BytesIO()
    (picture or scene()).save(out, "PNG", **more)
    return out.getvalue()


def full_png() -> bytes:
    """A PNG with all that a PNG can carry."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", CANARY)
    texts.add_text("Comment", CANARY, zip=True)
    texts.add_itxt("Title", CANARY)
    texts.add_itxt("XML:com.adobe.xmp", xmp().decode())
    whole = png(pnginfo=texts, exif=exif(), icc_profile=profile())
    clock = chunk(b"tIME", b"\x07\xea\x03\x10\x0c\0\0")
    return whole[:33] + clock + chunk(b"prVt", CANARY.encode()) + whole[33:] + CANARY.encode()


def moving_png() -> bytes:
    """A PNG of two pictures."""
    return png(save_all=True, append_images=[scene().rotate(180)])


def heic(picture: Image.Image | None = None, **more: Any) -> bytes:
    """A HEIC with nothing in it, or with what is named."""
    out = io.BytesIO()
    pillow_heif.from_pillow(picture or scene(64, 64)).save(out, quality=90, **more)
    return out.getvalue()


def full_heic() -> bytes:
    """A HEIC with all that a telephone writes."""
    picture = scene(64, 64)
    picture.info["icc_profile"] = profile()
    return heic(picture, exif=exif(), xmp=xmp())


def several_in_heic() -> bytes:
    """A HEIC of two pictures."""
    both = pillow_heif.from_pillow(scene(64, 64))
    both.add_from_pillow(scene(64, 64).rotate(180))
    out = io.BytesIO()
    both.save(out, quality=50)
    return out.getvalue()


# ---- documents -------------------------------------------------------------------------------------------------------

PAGE = b"q 0.8 0 0 rg 10 10 50 50 re f Q BT /F1 18 Tf 20 120 Td (Seen by all) Tj ET"
FONT: dict[str, Any] = {"Type": Name.Font, "Subtype": Name.Type1, "BaseFont": Name.Helvetica}


def document(dress: Callable[[pikepdf.Pdf, pikepdf.Object], None] | None = None, content: bytes = PAGE, **saved: Any) -> bytes:
    """A PDF of one page, dressed up."""
    pdf = pikepdf.new()
    fonts = Dictionary(F1=pdf.make_indirect(Dictionary(**FONT)))
    page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 200, 200], Resources=Dictionary(Font=fonts))
    page.Contents = pdf.make_stream(content)
    pdf.pages.append(pikepdf.Page(page))
    if dress:
        dress(pdf, pdf.pages[0].obj)
    out = io.BytesIO()
    pdf.save(out, static_id=True, **saved)
    return out.getvalue()


def with_script(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    """Scripts wherever they can stand: on opening, by name, on a page, on a link."""

    def script() -> pikepdf.Object:
        return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{CANARY}')"))

    pdf.Root.OpenAction = pdf.make_indirect(script())
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String(CANARY), script()])))
    page.AA = Dictionary(O=script())
    page.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=script()))])


def with_attachment(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    """A file attached to the document, and one to a place of its page; names and contents say who it is about."""
    pdf.attachments[f"{CANARY}.exe"] = attached(pdf)
    spec = attached(pdf).obj
    clip = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec, Contents=String(CANARY))
    page.Annots = Array([pdf.make_indirect(clip)])


def attached(pdf: pikepdf.Pdf) -> pikepdf.AttachedFileSpec:
    """A file within a document."""
    named = {"filename": f"{CANARY}.exe", "mime_type": "text/plain", "creation_date": "", "mod_date": ""}
    return pikepdf.AttachedFileSpec(pdf, CANARY.encode(), description=CANARY, **named)


def with_properties(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    """Properties and metadata of the document, of its page, of a picture, a form and a font, and private parts."""
    block = pdf.make_stream(xmp(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.docinfo["/Author"] = CANARY
    pdf.Root.Metadata = page.Metadata = block
    page.PieceInfo = Dictionary(Scanner=Dictionary(Private=String(CANARY), LastModified=String("D:20260310")))
    page.Resources.Font.F1.Metadata = block
    form = pdf.make_stream(b"% " + CANARY.encode() + b"\n0 0 5 5 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 5, 5])
    form.Metadata, form.PieceInfo = block, Dictionary(Private=String(CANARY))
    picture = pdf.make_stream(full_jpeg(), Type=Name.XObject, Subtype=Name.Image, Width=40, Height=24, BitsPerComponent=8)
    picture.ColorSpace, picture.Metadata = Array([Name.ICCBased, pdf.make_stream(profile(), N=3)]), block
    picture.Filter = Name.DCTDecode
    page.Resources.XObject = Dictionary(Fm=form, Im=picture)
    marks = f"% {CANARY}\n/Span <</ActualText ({CANARY}) /Lang (en)>> BDC q 50 0 0 30 99 99 cm /Im Do Q /Fm Do EMC ".encode()
    page.Contents = pdf.make_stream(marks + PAGE)


def with_form(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    """A form with a filled-in field."""
    written = b"/Tx BMC BT /F1 9 Tf 2 4 Td (Filled in) Tj ET EMC"
    shown = pdf.make_stream(written, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 20])
    shown.Resources = page.Resources
    named: dict[str, Any] = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Tx, "T": String(CANARY)}
    named["V"] = String("Filled in")
    entry = pdf.make_indirect(Dictionary(**named, Rect=[50, 150, 149, 170], F=4, AP=Dictionary(N=shown)))
    page.Annots = Array([entry])
    pdf.Root.AcroForm = Dictionary(Fields=Array([entry]), DR=page.Resources, DA=String("/F1 9 Tf"))


def updated() -> bytes:
    """A document that was changed by adding to its end: what it said before still lies in it."""
    before = document(content=f"BT /F1 9 Tf ({CANARY}) Tj ET".encode())
    opened = pikepdf.open(io.BytesIO(before))
    number, root = opened.pages[0].obj.Contents.objgen[0], opened.Root.objgen[0]
    start, last = len(before) + 1, before.rindex(b"startxref\n") + 10
    changed = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(PAGE), PAGE)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
    before_that = int(before[last:].split()[0])
    trailer = b"trailer\n<</Size 50 /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (root, before_that, start + len(changed))
    return before + b"\n" + changed + table + trailer


def jpeg_in_document() -> bytes:
    """A document that shows a photograph with all it can carry."""
    return document(with_properties)


# ---- bombs -----------------------------------------------------------------------------------------------------------


def zeros(count: int) -> bytes:
    """That many zero bytes, packed."""
    packing, whole = zlib.compressobj(9), []
    for _ in range(count // 2**20):
        whole.append(packing.compress(bytes(2**20)))
    whole += [packing.compress(bytes(count % 2**20)), packing.flush()]
    return b"".join(whole)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of that many black pixels, one bit each."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zeros((width + 7) // 8 * height + height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a text that unpacks to 64 MB."""
    plain = png()
    return plain[:33] + chunk(b"zTXt", b"Comment\0\0" + zeros(2**26)) + plain[33:]


def jpeg_bomb() -> bytes:
    """A small JPEG whose header says 65,500 x 65,500 pixels."""
    plain = bytearray(jpeg())
    place = plain.index(b"\xff\xc0") + 5
    plain[place : place + 4] = struct.pack(">HH", 65500, 65500)
    return bytes(plain)


def heic_bomb() -> bytes:
    """A small HEIC whose header says 60,000 x 60,000 pixels."""
    plain = heic()
    said = b"ispe" + bytes(4) + struct.pack(">II", 64, 64)
    assert said in plain
    return plain.replace(said, b"ispe" + bytes(4) + struct.pack(">II", 60000, 60000))


def packed_stream(packed: bytes, filters: pikepdf.Object, **more: Any) -> Callable[[pikepdf.Pdf, pikepdf.Object], None]:
    """Let the page have a stream that is packed already."""

    def dress(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
        page.Contents = pdf.make_stream(b"")
        page.Contents.write(packed, filter=filters)

    return dress


def pdf_bomb() -> bytes:
    """A PDF of 2 KB with a page of 1 GiB of spaces, packed twice."""
    packed = zlib.compress(zeros(2**30), 9)
    return document(packed_stream(packed, Array([Name.FlateDecode, Name.FlateDecode])), compress_streams=False)


def pdf_picture_bomb() -> bytes:
    """A PDF that shows one pixel, which unpacks to 100 MB."""

    def dress(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
        named = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 1, "Height": 1, "BitsPerComponent": 8}
        picture = pdf.make_stream(b"", ColorSpace=Name.DeviceGray, **named)
        picture.write(zeros(10**8), filter=Name.FlateDecode)
        page.Resources.XObject = Dictionary(Im=picture)
        page.Contents = pdf.make_stream(b"/Im Do")

    return document(dress)


def pdf_of_many_pages(pages: int) -> bytes:
    """A PDF of many pages, all the same."""
    pdf = pikepdf.new()
    page = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=[0, 0, 9, 9]))
    for _ in range(pages):
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def pdf_of_circles() -> bytes:
    """A PDF with a form that draws itself."""

    def dress(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
        form = pdf.make_stream(b"/Fm Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 5, 5])
        form.Resources = Dictionary(XObject=Dictionary(Fm=form))
        page.Resources.XObject = Dictionary(Fm=form)

    return document(dress)


def pdf_of_forms(levels: int) -> bytes:
    """A PDF of forms within forms."""

    def dress(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
        inner = Dictionary()
        for _ in range(levels):
            form = pdf.make_stream(b"/Fm Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 5, 5])
            form.Resources = Dictionary(XObject=inner)
            inner = Dictionary(Fm=form)
        page.Resources.XObject = inner

    return document(dress)


# ---- others than they say --------------------------------------------------------------------------------------------


def with_archive(content: bytes) -> bytes:
    """A file that is an archive as well, read from its end."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{CANARY}.exe", CANARY)
    return content + out.getvalue()


def postscript() -> bytes:
    """A program for a printer, under whatever name."""
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(%stdin) (r) file pop\nshowpage\n"


def tiff(width: int = 20, height: int = 20) -> bytes:
    """A TIFF of that many pixels, packed."""
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "TIFF", compression="tiff_deflate")
    return out.getvalue()
