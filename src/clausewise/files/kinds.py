"""Which files are taken in, told by their first bytes and never by their names."""

from enum import Enum

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis")
BRANDS_MAX = 64  # compatible brands that are looked at
PLAIN_IMAGE_BRANDS = (b"mif1", b"MiHE", b"MiPr")


class FileKind(Enum):
    """The kinds of file that are taken in, by the ending of their names; a HEIC photograph is served as JPEG."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    HEIC = "heic"

    @property
    def media_type(self) -> str:
        """The kind as the web names it (RFC 6838)."""
        return {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "heic": "image/heic"}[self.value]


def kind_of(content: bytes) -> FileKind | None:
    """Return the kind of file that begins with these bytes, or None where it is none that is taken in."""
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    return FileKind.HEIC if _is_heic(content) else None


def _is_heic(content: bytes) -> bool:
    """Tell whether the first box names HEVC-coded still pictures (ISO/IEC 23008-12, annex B)."""
    if content[4:8] != b"ftyp":
        return False
    length = min(int.from_bytes(content[:4], "big"), 16 + 4 * BRANDS_MAX, len(content))
    brands = {content[place : place + 4] for place in range(16, length, 4)}
    major = content[8:12]
    return major in HEIC_BRANDS or (major in PLAIN_IMAGE_BRANDS and not brands.isdisjoint(HEIC_BRANDS))
