"""Images of imported articles: taken from the export's folder, or out of the text itself."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import posixpath
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kb.content.imports.destination import Destination
from kb.content.media import SUFFIXES, ImageError, read_image
from kb.content.paths import slugify

FOLDER = "images"

_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)>?(\s+\"[^\"]*\")?\s*\)")
_TAG = re.compile(r"(<img\b[^>]*?\bsrc\s*=\s*)([\"'])([^\"']+)\2", re.IGNORECASE)
_NUMBER = re.compile(r"/article_attachments/(?:token/)?(\d+)")
_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s%]+)\Z")
_LONGEST_DATA = 8_000_000


class Attachments:
    """The images in ``folder``, found by number or by name."""

    def __init__(self, folder: Path, names: Mapping[str, str], destination: Destination) -> None:
        self._folder = folder
        self._names = names
        self._destination = destination

    def embed(self, text: str, path: str) -> str:
        """The text of the article at ``path``, showing images at the destination, where they are put for it."""

        def markdown(match: re.Match[str]) -> str:
            return f"![{match[1]}]({self._copied(match[2], path)}{match[3] or ''})"

        def tag(match: re.Match[str]) -> str:
            return f"{match[1]}{match[2]}{self._copied(match[3], path)}{match[2]}"

        return _TAG.sub(tag, _IMAGE.sub(markdown, text))

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Every image below the folder, by lower-case name, and by the number that its name or folder begins with."""
        found: dict[str, Path] = {}
        for folder, _, names in os.walk(self._folder):
            for name in sorted(names):
                if name.rpartition(".")[2].lower() in SUFFIXES:
                    file = Path(folder, name)
                    for part in (name, Path(folder).name):
                        number = re.match(r"\d{3,}", part)
                        if number:
                            found.setdefault(number[0], file)
                    found.setdefault(name.lower(), file)
        return found

    def _copied(self, source: str, path: str) -> str:
        """Where an image is now, relative to the article; as it was where it is not in the export."""
        data = _DATA.match(source)
        if data:
            return self._decoded(data, path) or source
        found = self._find(source)
        if found is None:
            self._destination.complain(
                path, 1, f"the image {source[:120]} is not in the export: save it beside the articles"
            )
            return source
        try:
            content = found.read_bytes()
            read_image(found)
        except (OSError, ImageError) as error:
            self._destination.complain(path, 1, f"the image {found.name} cannot be used ({error})")
            return source
        return self._put(found.stem, found.suffix.lower(), content, path)

    def _find(self, source: str) -> Path | None:
        number = _NUMBER.search(source)
        name = unquote(posixpath.basename(urlsplit(source).path)).lower()
        wanted = [number[1], self._names.get(number[1], "").lower()] if number else []
        return next((self._files[key] for key in (*wanted, name) if key and key in self._files), None)

    def _decoded(self, data: re.Match[str], path: str) -> str:
        if len(data[2]) > _LONGEST_DATA:
            self._destination.complain(path, 1, "an image in the text is over 6 MB: save it as a file")
            return ""
        try:
            content = base64.b64decode(unquote(data[2]), validate=False)
        except (binascii.Error, ValueError):
            self._destination.complain(path, 1, "an image in the text cannot be decoded: save it as a file")
            return ""
        return self._put("image", f".{data[1]}", content, path)

    def _put(self, stem: str, suffix: str, content: bytes, path: str) -> str:
        digest = hashlib.sha256(content).hexdigest()[:8]
        place = f"{FOLDER}/{slugify(stem)[:60]}-{digest}{suffix}"
        self._destination.files[place] = content
        return posixpath.relpath(place, posixpath.dirname(path))
