"""Images: without words for those who cannot see them, too heavy for a phone, or shown by nobody."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from kb.content.links import references
from kb.content.media import SUFFIXES, Image, ImageError, read_image
from kb.writing.findings import Finding, Severity
from kb.writing.library import Library, shown
from kb.writing.manuscripts import Manuscript

HEAVIEST = 600_000
"""Bytes: more than two seconds on a slow phone connection (2.4 Mbit/s)."""
WIDEST = 2400
"""Pixels: twice the width of the page, for the sharpest screens."""

_MARKDOWN = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\s>]+)")
_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_EMPTY_WORDS = frozenset(
    ("image", "img", "picture", "screenshot", "photo", "immagine", "картинка", "скриншот")
)


def check(library: Library) -> Iterator[Finding]:
    """Alternative text, weight, and files that no article shows."""
    sizes: dict[Path, Image | None] = {}
    used: set[Path] = set()
    for one in library.manuscripts:
        yield from _without_words(one)
        for target, offset in _image_references(one):
            path = _resolved(one, target, library)
            used.add(path)
            if path not in sizes:
                sizes[path] = _read(path)
                yield from _heavy(one, one.line_at(offset), target, path, sizes[path])
    for path in library.images():
        if path.resolve() not in used:
            message = "no article shows this image: remove it, or show it"
            yield Finding(shown(path), 1, "unused-image", Severity.NOTICE, message)


def _image_references(one: Manuscript) -> Iterator[tuple[str, int]]:
    for reference in references(one.prose):
        if reference.target.partition("?")[0].rpartition(".")[2].lower() in SUFFIXES:
            yield reference.target, reference.offset


def _resolved(one: Manuscript, target: str, library: Library) -> Path:
    path = unquote(target.partition("?")[0].partition("#")[0])
    if path.startswith("/"):
        folder = next((f for f in library.folders if one.file.is_relative_to(f)), one.file.parent)
        return Path(posixpath.normpath(folder.resolve() / path.lstrip("/")))
    return Path(posixpath.normpath(one.file.parent.resolve() / path))


def _read(path: Path) -> Image | None:
    try:
        return read_image(path)
    except ImageError:  # that it cannot be shown was said when it was loaded
        return None


def _without_words(one: Manuscript) -> Iterator[Finding]:
    for number, line in one.lines():
        found = [(match[1], match[2]) for match in _MARKDOWN.finditer(line)]
        for tag in _TAG.findall(line):
            alt = _ALT.search(tag)
            found.append((alt[alt.lastindex or 0] if alt else "", tag))
        for words, what in found:
            if not words.strip() or words.strip().casefold() in _EMPTY_WORDS:
                message = f"the image {what[:60]} has no text for those who cannot see it: say what it shows"
                yield Finding(one.path, number, "image-alt", Severity.WARNING, message)


def _heavy(one: Manuscript, line: int, target: str, path: Path, image: Image | None) -> Iterator[Finding]:
    if image is None:
        return
    size = path.stat().st_size
    if size > HEAVIEST:
        message = (
            f"{target} has {size / 1e6:.1f} MB and is slow on a phone: bring it under {HEAVIEST // 1000} kB"
        )
        yield Finding(one.path, line, "image-size", Severity.WARNING, message)
    elif image.size is not None and image.size.width > WIDEST:
        message = f"{target} is {image.size.width} pixels wide: {WIDEST} are enough for any screen"
        yield Finding(one.path, line, "image-size", Severity.NOTICE, message)
