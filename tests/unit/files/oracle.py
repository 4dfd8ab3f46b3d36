"""exiftool, which knows more places for metadata than we do, says what a rebuilt file still tells."""

import json
import os
import shutil
import subprocess

import pytest

# What a file cannot be without: how large it is, how it is coded, and what is computed from that.
BARE = {
    "SourceFile", "ExifTool:ExifToolVersion", "File:FileType", "File:FileTypeExtension", "File:MIMEType", "File:ImageWidth",
    "File:ImageHeight", "File:EncodingProcess", "File:BitsPerSample", "File:ColorComponents", "File:YCbCrSubSampling",
    "JFIF:JFIFVersion", "JFIF:ResolutionUnit", "JFIF:XResolution", "JFIF:YResolution", "PNG:ImageWidth", "PNG:ImageHeight",
    "PNG:BitDepth", "PNG:ColorType", "PNG:Compression", "PNG:Filter", "PNG:Interlace", "PNG:Palette", "PNG:Transparency",
    "PDF:PDFVersion", "PDF:Linearized", "PDF:PageCount", "PDF:EmbeddedImage", "PDF:EmbeddedImageWidth",
    "PDF:EmbeddedImageHeight", "PDF:EmbeddedImageColorSpace", "PDF:EmbeddedImageFilter", "Composite:ImageSize",
    "Composite:Megapixels",
}  # fmt: skip


def told(content: bytes) -> dict[str, object]:
    """All that exiftool finds in a file, embedded files and unknown tags included."""
    program = shutil.which("exiftool")
    if program is None:
        sentence = "Metadata is not looked for: exiftool is not installed (on Debian: apt-get install libimage-exiftool-perl)"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    command = [program, "-json", "-a", "-u", "-U", "-ee3", "-G", "-api", "RequestAll=2", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
    found: dict[str, object] = json.loads(done.stdout)[0]
    return found


def left_over(content: bytes) -> set[str]:
    """What a file tells beyond what it cannot be without, by the names of the tags."""
    found = told(content)
    clock = {name for name in found if name.startswith(("File:File", "ExifTool:"))}
    return set(found) - BARE - clock - {"System:Now", "ExifTool:Now", "Composite:Now"}
