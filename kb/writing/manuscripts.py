"""Articles together with the text they were written as, so that what is wrong can be shown by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from kb.content import front_matter
from kb.content.front_matter import FrontMatter
from kb.content.links import without_code
from kb.model import Article

_ID = re.compile(r'\sid="([^"]*)"')
_HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
_KEY = re.compile(r"^([\w-]+)[ \t]*:", re.MULTILINE)


@dataclass(frozen=True)
class Manuscript:
    """An article and its source; ``path`` is how the file is shown, ``text`` the whole of it."""

    article: Article
    file: Path
    path: str
    text: str

    @cached_property
    def _parts(self) -> front_matter.Split:
        return front_matter.split(self.text)

    @property
    def body(self) -> str:
        return self._parts.body

    @property
    def body_line(self) -> int:
        """The line of the file that the body begins on."""
        return self._parts.body_line

    @cached_property
    def front(self) -> FrontMatter:
        """The front matter, with what is wrong in it."""
        return front_matter.read(self._parts.block)

    @cached_property
    def prose(self) -> str:
        """The body with code and comments blanked out: offsets and lines are those of the body."""
        return without_code(self.body)

    @cached_property
    def key_lines(self) -> Mapping[str, int]:
        """The line of each key of the front matter."""
        block = self._parts.block
        return {match[1]: block.count("\n", 0, match.start()) + 2 for match in _KEY.finditer(block)}

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every id on the rendered page."""
        return frozenset(unescape(found) for found in _ID.findall(self.article.html))

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Where the rendered page links to, as served and decoded."""
        return tuple(unquote(unescape(found)) for found in _HREF.findall(self.article.html))

    def line_of_key(self, *keys: str) -> int:
        """The line of the first of these keys that is there; otherwise the first line."""
        return next((self.key_lines[key] for key in keys if key in self.key_lines), 1)

    def line_at(self, offset: int) -> int:
        """The line of the file on which a place of the body stands."""
        return self.body.count("\n", 0, offset) + self.body_line

    def line_of(self, words: str) -> int:
        """The line of the first place in the body where ``words`` stand; where they do not, that of the body."""
        at = self.prose.casefold().find(words.casefold())
        return self.line_at(max(at, 0))

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of the body with their numbers in the file, code blanked out."""
        yield from enumerate(self.prose.split("\n"), start=self.body_line)
