"""What drawing a page needs, copied key by key into another document (ISO 32000-1, chapters 7 to 9 and 11).

The lists are the standard's, without what only describes (`Metadata`, `PieceInfo`, `LastModified`), acts (`A`, `AA`), refers
outside (`F`, `Ref`, `OPI`) or belongs to the logical structure.  Pages' operators are read and written again, without
comments and marks; pictures keep their coding and lose what was written beside it; colour profiles give way to the
device's colours of as many parts.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from clausewise.files.codestreams import bare_jpeg, bare_jpeg2000
from clausewise.files.outcome import PIXELS_MAX, Refusal, Refused, Removed

OBJECTS_MAX = 200_000
DEPTH_MAX = 60
# By what they name: resources by family, glyphs of a font, colorants.
FAMILIES = ("/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font")
NAMES = ("/CharProcs", "/Colorants")
_KEYS = """
    Type Subtype S N Name
    BBox Matrix Group FormType K I CS
    Width Height BitsPerComponent ColorSpace Decode ImageMask Mask SMask SMaskInData Matte Interpolate Intent
    Filter DecodeParms Columns Rows BlackIs1 EncodedByteAlign EndOfLine EndOfBlock DamagedRowsBeforeError
    Colors Predictor EarlyChange ColorTransform JBIG2Globals
    LW LC LJ ML D RI OP op OPM Font BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM CA ca AIS TK G BC
    HalftoneType HalftoneName Frequency Angle SpotFunction AccurateScreens TransferFunction Xsquare Ysquare
    PatternType PaintType TilingType XStep YStep Shading ExtGState
    ShadingType Background AntiAlias Domain Function Coords Extend BitsPerCoordinate BitsPerFlag VerticesPerRow
    FunctionType Range Size BitsPerSample Order Encode C0 C1 Functions Bounds
    WhitePoint BlackPoint Gamma Colorants Process Components MixingHints Solidities PrintingOrder DotGain
    BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode FontBBox FontMatrix CharProcs Resources DescendantFonts
    CIDSystemInfo Registry Ordering Supplement DW W DW2 W2 CIDToGIDMap BaseEncoding Differences CMapName WMode UseCMap
    FontName FontStretch FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth
    MissingWidth FontFile FontFile2 FontFile3 CharSet CIDSet Style Panose FD Length1 Length2 Length3
"""
DRAWN = frozenset(f"/{key}" for key in _KEYS.split())
_OPERATORS = """
    b B b* B* BT c cm cs CS d d0 d1 Do ET f F f* g G gs h i j J k K l m M n q Q re RG rg ri s S sc SC scn SCN sh T* Tc Td TD Tf
    Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' "
"""
OPERATORS = frozenset(_OPERATORS.split())
MARKING = frozenset(("BMC", "BDC", "MP", "DP"))
CODED = {"/DCTDecode": bare_jpeg, "/JPXDecode": bare_jpeg2000}
LEFT_AS_CODED = ("/CCITTFaxDecode", "/JBIG2Decode")
DEVICES = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB, 4: pikepdf.Name.DeviceCMYK}
UNPACKED_MAX = 128 * 1024 * 1024  # of one stream
SAMPLE_BYTES_MAX, SLACK = 40, 65536  # of one pixel: more colours than any printer has; and of the rows


@dataclass(frozen=True, slots=True)
class Copying:
    """A document that others are copied into: what was left out, by kind, and what was copied, by its number there."""

    into: pikepdf.Pdf
    removed: Counter[Removed]
    done: dict[tuple[tuple[int, int], bool], Any] = field(default_factory=dict)


def copied(copying: Copying, value: Any, depth: int = 0, draws: bool = False) -> Any:
    """Return a value for the new document, what it refers to included; `draws` where a stream holds operators whatever it says.

    Raises:
        Refusal: nested deeper, or more of it, than any page needs.
    """
    if depth > DEPTH_MAX or len(copying.done) > OBJECTS_MAX:
        raise Refusal(Refused.DAMAGED)
    if isinstance(value, pikepdf.Stream):
        return _once(copying, value, depth, draws)
    if isinstance(value, pikepdf.Dictionary | pikepdf.Array):
        return _once(copying, value, depth, draws) if value.is_indirect else _container(copying, value, depth)
    return pikepdf.String(bytes(value)) if isinstance(value, pikepdf.String) else value


def _once(copying: Copying, value: Any, depth: int, draws: bool) -> Any:
    """Copy what has a number once.  Its place is made before its parts are copied: one of them may lead back to it."""
    if isinstance(value, pikepdf.Array) and (device := _device(value)) is not None:
        return device
    key = (value.objgen, draws)
    if key not in copying.done:
        if isinstance(value, pikepdf.Stream):
            copying.done[key] = place = copying.into.make_stream(b"")
            _fill_stream(copying, value, place, depth, draws)
        else:
            copying.done[key] = empty = copying.into.make_indirect(_empty(value))
            _fill(copying, value, empty, depth)
    return copying.done[key]


def _container(copying: Copying, value: Any, depth: int) -> Any:
    if isinstance(value, pikepdf.Array) and (device := _device(value)) is not None:
        return device
    new = _empty(value)
    _fill(copying, value, new, depth)
    return new


def _empty(value: Any) -> Any:
    return pikepdf.Array() if isinstance(value, pikepdf.Array) else pikepdf.Dictionary()


def _device(value: Any) -> pikepdf.Name | None:
    """Return the device's colours of as many parts in place of a colour profile: a profile holds texts, and programs."""
    if len(value) == 2 and value[0] == "/ICCBased" and isinstance(value[1], pikepdf.Stream):
        return DEVICES.get(int(value[1].get("/N", 0)), pikepdf.Name.DeviceRGB)
    return None


def _fill(copying: Copying, value: Any, new: Any, depth: int) -> None:
    if isinstance(value, pikepdf.Array):
        for item in value:
            new.append(copied(copying, item, depth + 1))
        return
    for key, item in _kept(copying, value):
        new[key] = _by_key(copying, key, item, depth + 1)


def _kept(copying: Copying, value: Any) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if key in DRAWN:
            yield key, item
        copying.removed[Removed.OTHER] += key not in DRAWN and key != "/Length"


def _by_key(copying: Copying, key: str, item: Any, depth: int) -> Any:
    if key == "/Resources":
        return resources(copying, item, depth)
    if key in NAMES and isinstance(item, pikepdf.Dictionary):
        return _named(copying, item, depth, draws=key == "/CharProcs")
    return copied(copying, item, depth)


def resources(copying: Copying, value: Any, depth: int = 0) -> pikepdf.Dictionary:
    """Return the resources of a page, form, pattern or font: the families that drawing knows, each by its names."""
    new = pikepdf.Dictionary()
    if isinstance(value, pikepdf.Dictionary):
        for family in FAMILIES:
            if isinstance(named := value.get(family), pikepdf.Dictionary):
                new[family] = _named(copying, named, depth + 1)
    return new


def _named(copying: Copying, value: Any, depth: int, draws: bool = False) -> pikepdf.Dictionary:
    return pikepdf.Dictionary({name: copied(copying, item, depth + 1, draws) for name, item in value.items()})


# ---- operators -------------------------------------------------------------------------------------------------------


def contents(copying: Copying, page: pikepdf.Page) -> pikepdf.Object:
    """Return the operators of a page as a stream of the new document."""
    found = page.obj.get("/Contents")
    parts = list(found) if isinstance(found, pikepdf.Array) else [found]
    return copying.into.make_stream(_operators(copying, [part for part in parts if isinstance(part, pikepdf.Stream)]))


def _operators(copying: Copying, parts: Iterable[Any]) -> bytes:
    """Return the operators that draw, written anew: without comments, marks and what no list names."""
    read = copying.into.make_stream(b"\n".join(map(_unpacked, parts)))
    return pikepdf.unparse_content_stream([one for one in pikepdf.parse_content_stream(read) if _draws(copying, one)])


def _draws(copying: Copying, one: Any) -> bool:
    if isinstance(one, pikepdf.ContentStreamInlineImage):
        if any(name in ("/DCTDecode", "/DCT") for name in one.iimage.filters):
            raise Refusal(Refused.DAMAGED)  # the standard allows some 4 KB in this place; a photograph in it is something else
        return True
    operator = str(one.operator)
    copying.removed[Removed.MARKS] += operator in MARKING
    return operator in OPERATORS


# ---- streams ---------------------------------------------------------------------------------------------------------


def _fill_stream(copying: Copying, value: Any, place: Any, depth: int, draws: bool) -> None:
    subtype = value.get("/Subtype")
    for key, item in _kept(copying, value.stream_dict):
        if key not in ("/Filter", "/DecodeParms"):
            place[key] = _by_key(copying, key, item, depth + 1)
    if subtype == "/Image":
        _fill_picture(copying, value, place, depth)
    elif subtype == "/PS":
        place.write(b"")  # a program for a printer
    elif draws or subtype == "/Form" or value.get("/PatternType") == 1:
        place.write(_operators(copying, (value,)))
    else:
        place.write(_unpacked(value))


def _unpacked(value: Any) -> bytes:
    """Return the bytes of a stream; there is a bound to each (`documents` sets it).

    Raises:
        Refusal: it unpacks to more, or cannot be unpacked.
    """
    try:
        content: bytes = value.read_bytes()
    except pikepdf.PdfError as fault:
        raise Refusal(Refused.TOO_MUCH_WORK if "limit exceeded" in str(fault) else Refused.DAMAGED) from None
    return content


def _fill_picture(copying: Copying, value: Any, place: Any, depth: int) -> None:
    pixels = int(value.get("/Width", 0)) * int(value.get("/Height", 0))
    if not 0 < pixels <= PIXELS_MAX:
        raise Refusal(Refused.TOO_MANY_PIXELS if pixels else Refused.DAMAGED)
    filters, settings = _filters(value)
    if filters and filters[-1] in (*CODED, *LEFT_AS_CODED):
        coded = _outer_unpacked(copying, value, filters[:-1], settings[:-1])
        bare = CODED[filters[-1]](coded) if filters[-1] in CODED else coded
        place.write(bare, filter=pikepdf.Name(filters[-1]), decode_parms=copied(copying, settings[-1], depth + 1))
        return
    if filters == ["/FlateDecode"]:
        packed = _flate(value.read_raw_bytes(), pixels * SAMPLE_BYTES_MAX + SLACK)
        place.write(packed, filter=pikepdf.Name.FlateDecode, decode_parms=copied(copying, settings[0], depth + 1))
        return
    content = _unpacked(value)
    if len(content) > pixels * SAMPLE_BYTES_MAX + SLACK:
        raise Refusal(Refused.TOO_MUCH_WORK)
    place.write(content)


def _filters(value: Any) -> tuple[list[str], list[Any]]:
    """Return the filters of a stream in order, and the settings of each."""
    named, set_to = value.get("/Filter"), value.get("/DecodeParms")
    filters = [str(name) for name in named] if isinstance(named, pikepdf.Array) else [str(named)] if named is not None else []
    settings = list(set_to) if isinstance(set_to, pikepdf.Array) else [set_to]
    return filters, (settings + [None] * len(filters))[: len(filters)]


def _outer_unpacked(copying: Copying, value: Any, filters: list[str], settings: list[Any]) -> bytes:
    """Return a coded picture without what it was packed in besides."""
    content: bytes = value.read_raw_bytes()
    if not filters:
        return content
    packed = copying.into.make_stream(content)
    parms = pikepdf.Array([copied(copying, one) for one in settings])
    packed.write(content, filter=pikepdf.Array([pikepdf.Name(name) for name in filters]), decode_parms=parms)
    return _unpacked(packed)


def _flate(packed: bytes, most: int) -> bytes:
    """Return a packed picture as it is, without what follows its end.

    Raises:
        Refusal: it unpacks to more than its pixels need, or cannot be unpacked.
    """
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed, min(most, UNPACKED_MAX))
    except zlib.error:
        raise Refusal(Refused.DAMAGED) from None
    if unpacking.unconsumed_tail:
        raise Refusal(Refused.TOO_MUCH_WORK)
    return packed[: len(packed) - len(unpacking.unused_data)]
