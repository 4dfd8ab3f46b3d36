"""A photograph rebuilt: its pixels, turned upright and in sRGB, written into a new file.  Runs in the confined process only."""

import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping

import pillow_heif
from PIL import Image, ImageCms, ImageOps, MpoImagePlugin

from clausewise.files.codestreams import COMMENT, segments
from clausewise.files.kinds import FileKind
from clausewise.files.outcome import PIXELS_MAX, Rebuilt, Refusal, Refused, Removed

JPEG_QUALITY = 95
READERS = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.HEIC: "HEIF"}
MODES = {FileKind.JPEG: ("L", "RGB"), FileKind.HEIC: ("L", "RGB"), FileKind.PNG: ("1", "L", "LA", "I;16", "RGB", "RGBA")}
DRAWING_CHUNKS = ("IHDR", "PLTE", "IDAT", "IEND", "tRNS")
TEXT_CHUNKS = ("tEXt", "zTXt", "iTXt")
_CHUNK = re.compile(rb"[A-Za-z]{4}")

# The one bound of pixels, which the library looks at before it unpacks: past it there is only a warning, unless it is an error.
warnings.simplefilter("error", Image.DecompressionBombWarning)
Image.MAX_IMAGE_PIXELS = PIXELS_MAX
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False
pillow_heif.register_heif_opener()
# All readers are loaded now, the one of JPEG with several pictures too: later no file can be opened.
Image.preinit()
assert MpoImagePlugin


def rebuild_photograph(content: bytes, kind: FileKind) -> Rebuilt:
    """Return a photograph with its pixels alone; HEIC becomes JPEG, which every reader's browser shows.

    Raises:
        Refusal: too many pixels, several pictures, or damaged.
    """
    try:
        with Image.open(io.BytesIO(content), formats=(READERS[kind],)) as opened:
            _refuse_several(opened, kind)
            removed = _carried(opened, content, kind)
            upright = _upright(opened, kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refusal(Refused.TOO_MANY_PIXELS) from None
    except ValueError as fault:
        raise Refusal(Refused.TOO_MUCH_WORK if _short_of_memory(fault) else Refused.DAMAGED) from None
    return _written(upright, kind, removed)


def _short_of_memory(fault: ValueError) -> bool:
    """Tell whether a library gave up for want of memory; the decoder of HEIC then says that there is no picture."""
    return any(words in str(fault) for words in ("too large", "emory", "did not give a decompressed image"))


def _refuse_several(opened: Image.Image, kind: FileKind) -> None:
    # A telephone's JPEG may carry a second picture for brightness; the first one is what was taken.
    if kind is not FileKind.JPEG and getattr(opened, "n_frames", 1) != 1:
        raise Refusal(Refused.SEVERAL_PICTURES)


def _upright(opened: Image.Image, kind: FileKind) -> Image.Image:
    """Return the pixels turned as the camera was held, in sRGB, in a mode that the new file can hold."""
    profile = opened.info.get("icc_profile")
    ImageOps.exif_transpose(opened, in_place=True)
    modes = MODES[kind]
    picture = opened if opened.mode in modes else opened.convert(_mode(opened))
    return _in_srgb(picture, profile) if profile else picture


def _mode(opened: Image.Image) -> str:
    return "RGBA" if "transparency" in opened.info or opened.mode in ("PA", "RGBa") else "RGB"


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Convert colours; a profile that cannot be used or is for other colours leaves them as they are."""
    if picture.mode not in ("RGB", "RGBA"):
        return picture
    try:
        there = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(picture, there, ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return picture


def _written(picture: Image.Image, kind: FileKind, removed: Mapping[Removed, int]) -> Rebuilt:
    """Write the pixels into a new file; nothing that was read beside them is passed on."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    if kind is FileKind.PNG:
        bare.save(out, "PNG", compress_level=4)
        return Rebuilt(FileKind.PNG, out.getvalue(), removed)
    bare.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return Rebuilt(FileKind.JPEG, out.getvalue(), removed)


# ---- what is left out ------------------------------------------------------------------------------------------------


def _carried(opened: Image.Image, content: bytes, kind: FileKind) -> Mapping[Removed, int]:
    found = {FileKind.JPEG: _in_jpeg, FileKind.PNG: _in_png}.get(kind)
    return Counter(found(content) if found else _in_heic(opened))


def _in_jpeg(content: bytes) -> Iterator[Removed]:
    found, end = segments(content)
    for one in found:
        if one.marker == COMMENT:
            yield Removed.COMMENTS
        elif one.marker == 0xE1:
            yield Removed.CAMERA_RECORDS if one.body.startswith(b"Exif\0") else Removed.METADATA
        elif one.marker == 0xE2 and one.body.startswith(b"ICC_PROFILE\0"):
            yield Removed.COLOUR_PROFILES
        elif one.marker == 0xE2 and one.body.startswith(b"MPF\0"):
            yield Removed.FURTHER_PICTURES
        elif 0xE2 <= one.marker <= 0xEF and one.marker != 0xEE:
            yield Removed.OTHER
    if len(content) > end:
        yield Removed.BYTES_AFTER_THE_END


def _in_png(content: bytes) -> Iterator[Removed]:
    place = 8
    while _CHUNK.fullmatch(name := content[place + 4 : place + 8]):
        place += 12 + int.from_bytes(content[place : place + 4], "big")
        chunk = name.decode()
        if chunk in TEXT_CHUNKS:
            yield Removed.TEXTS
        elif chunk not in DRAWING_CHUNKS:
            yield {"eXIf": Removed.CAMERA_RECORDS, "iCCP": Removed.COLOUR_PROFILES}.get(chunk, Removed.OTHER)
        if chunk == "IEND":
            break
    if len(content) > place:
        yield Removed.BYTES_AFTER_THE_END


def _in_heic(opened: Image.Image) -> Iterator[Removed]:
    named = {"exif": Removed.CAMERA_RECORDS, "xmp": Removed.METADATA, "icc_profile": Removed.COLOUR_PROFILES}
    yield from (removed for name, removed in named.items() if opened.info.get(name))
    yield from (Removed.METADATA for _ in opened.info.get("metadata") or ())
