"""What a file is, told by its content; its name only has to agree that text is meant to be text."""

from __future__ import annotations

import puremagic

from kb.support.images import FORMATS

PDF = "application/pdf"
TEXT = "text/plain"
ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    PDF: ".pdf",
    TEXT: ".txt",
}
"""What is taken, and the ending its stored name gets."""

_TEXT_ENDINGS = (".txt", ".log")
_HEAD = 8192
_TAIL = 2048
_CONTROL = frozenset(range(32)) - set(b"\t\n\r\x0c\x1b") | {0x7F}
"""Bytes that no text has; escape colours the logs of terminals."""


def media_type(content: bytes, name: str) -> str:
    """One of :data:`ENDINGS`, or nothing for what is not taken."""
    if content.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in content[-_TAIL:] else ""
    found = _by_magic(content)
    if found in FORMATS:
        return found
    is_text = (
        name.lower().endswith(_TEXT_ENDINGS) and not found.startswith("application/") and _reads(content)
    )
    return TEXT if is_text else ""


def _by_magic(content: bytes) -> str:
    """The likeliest type of a signature at the file's beginning."""
    try:
        found = puremagic.magic_string(content[:_HEAD])
    except (puremagic.PureError, ValueError):
        return ""
    types = [one.mime_type.lower() for one in found if one.mime_type]
    return next((kind for kind in types if kind in FORMATS), types[0] if types else "")


def _reads(content: bytes) -> bool:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            return False
        return not any(ord(character) in _CONTROL for character in text)
    return not _CONTROL.intersection(content)
