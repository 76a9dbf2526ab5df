"""Images that articles show: read, checked by content, named by content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kb.content.paths import slugify
from kb.model import MediaFile

MAX_BYTES = 20_000_000
SUFFIXES = frozenset(("png", "jpg", "jpeg", "gif", "webp", "avif"))


class ImageError(Exception):
    """A file cannot be shown as an image; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Size:
    """An image's size in pixels: a page that knows it does not jump while images load."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Image:
    """An image ready to be shown."""

    media: MediaFile
    size: Size | None

    @property
    def url(self) -> str:
        return f"/media/{self.media.name}"


def read_image(path: Path) -> Image:
    """Read an image from disk.

    :raises ImageError: it is of no kind we show, or not what its name says.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix == "svg":
        raise ImageError("SVG images can carry scripts and are not shown: export it as PNG")
    if suffix not in SUFFIXES:
        raise ImageError("only PNG, JPEG, GIF, WebP and AVIF images are shown: convert it")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImageError(f"the image is over {MAX_BYTES // 1_000_000} MB: make it smaller")
        content = path.read_bytes()
    except OSError as error:
        raise ImageError(f"the image cannot be read ({error.strerror}): check the file") from error
    if _kind(content) != suffix.replace("jpeg", "jpg"):
        raise ImageError(f"the file is not the {suffix.upper()} image its name says: export it again")
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Image(MediaFile(f"{digest}-{slugify(path.stem)}.{suffix}", path), _size(content))


def _kind(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return "avif" if content[4:12] in {b"ftypavif", b"ftypavis"} else ""


def _size(content: bytes) -> Size | None:
    """The size in the header of a PNG, GIF or JPEG; None for the rest and for a damaged header."""
    kind = _kind(content)
    if kind == "png" and content[12:16] == b"IHDR":
        return _positive(int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))
    if kind == "gif":
        return _positive(int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little"))
    return _jpeg_size(content) if kind == "jpg" else None


def _jpeg_size(content: bytes) -> Size | None:
    """Walk the segments to the frame header (ITU T.81, B.2.2); its length, precision, height and width follow."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return _positive(int.from_bytes(width, "big"), int.from_bytes(height, "big"))
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _positive(width: int, height: int) -> Size | None:
    return Size(width, height) if width and height else None
