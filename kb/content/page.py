"""The last step of rendering: from sanitised HTML to a page with anchors, a title and its sections as plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from kb.content.media import Size
from kb.content.paths import anchor as anchor_of
from kb.model import Section

_VOID = frozenset(("br", "hr", "img", "col"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BREAKS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "table",
        "pre",
        "blockquote",
        "figure",
        "figcaption",
        "details",
        "summary",
        "section",
        "hr",
        "br",
        "caption",
    ]
)
_UNSPOKEN = frozenset(("footnote-ref", "footnote-backref", "automatic"))
"""Classes of elements whose text is furniture: a footnote's number, a title no writer wrote."""
_EXTERNAL = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered text. ``heading`` is the title it began with, when it was lifted off."""

    html: str
    sections: tuple[Section, ...]
    heading: str

    @property
    def text(self) -> str:
        return "\n".join(part for section in self.sections for part in (section.title, section.text) if part)


@dataclass(slots=True)
class _OpenSection:
    title: str = ""
    anchor: str = ""
    level: int = 1
    text: list[str] = field(default_factory=list)

    def close(self) -> Section | None:
        lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
        text = "\n".join(line for line in lines if line)
        return Section(self.title, self.anchor, self.level, text) if text or self.title else None


def build_page(
    html: str, *, title: str = "", sizes: Mapping[str, Size] | None = None, community: bool = False
) -> Page:
    """Put a page together from sanitised HTML.

    A first heading of level 1 that is the title, or stands in for a missing one, is lifted off; where others of
    level 1 remain, all headings move down one level, since the page's title is its only ``<h1>``.
    """
    builder = _PageBuilder(title, sizes or {}, community, h1_count=html.count("<h1"))
    builder.feed(html)
    builder.close()
    return builder.page()


class _PageBuilder(HTMLParser):
    def __init__(self, title: str, sizes: Mapping[str, Size], community: bool, h1_count: int) -> None:
        super().__init__(convert_charrefs=True)
        self._title = title
        self._sizes = sizes
        self._community = community
        self._h1_count = h1_count
        self._shift: int | None = None
        self._out: list[str] = []
        self._sections: list[Section] = []
        self._section = _OpenSection()
        self._ids: set[str] = set()
        self._heading_at = -1
        self._heading_attributes = ""
        self._heading_id = ""
        self._heading_text: list[str] = []
        self._lifted = ""
        self._silent = 0
        self._tables = 0
        self._keep_spaces = 0

    def page(self) -> Page:
        self._close_section()
        html = _EMPTY_PARAGRAPH.sub("", "".join(self._out)).strip()
        return Page(html, tuple(self._sections), self._lifted)

    def updatepos(self, _start: int, end: int) -> int:
        return end  # nobody asks for line numbers, and counting them is a tenth of the parser's time

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id") and not self._claim(given["id"]):
            del given["id"]
        if tag in _HEADINGS:
            self._open_heading(given)
            return
        if tag == "img":
            self._image(given)
            return
        if tag in _BREAKS:
            self._say("\n")
        if tag == "pre":
            self._keep_spaces += 1
        if self._silent or _UNSPOKEN.intersection(given.get("class", "").split()):
            self._silent += tag not in _VOID
        if tag == "a":
            self._relate(given)
        if tag == "table":
            self._open_table()
        self._out.append(f"<{tag}{_attributes(given)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._close_heading(tag)
            return
        if tag in _VOID:
            return
        self._out.append(f"</{tag}>")
        if self._silent:
            self._silent -= 1
        if tag == "pre":
            self._keep_spaces -= 1
        if tag == "table":
            self._tables -= 1
            if not self._tables:
                self._out.append("</div>")
        if tag in _BREAKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        self._out.append(escape(data, quote=False))
        self._say(data if self._keep_spaces else data.replace("\n", " "))

    def _say(self, text: str) -> None:
        if self._silent:
            return
        if self._heading_at >= 0:
            self._heading_text.append(text)
        else:
            self._section.text.append(text)

    def _claim(self, name: str) -> bool:
        """Whether an id was still free; each id stands on a page once."""
        if name in self._ids or not name.strip() or any(char.isspace() for char in name):
            return False
        self._ids.add(name)
        return True

    def _relate(self, given: dict[str, str]) -> None:
        if not _EXTERNAL.match(given.get("href", "")):
            return
        given["rel"] = "nofollow noopener ugc" if self._community else "noopener noreferrer"

    def _image(self, given: dict[str, str]) -> None:
        alt = " ".join(given.get("alt", "").split())
        self._say(f" {alt} ")
        source = given.get("src", "")
        if not source:
            self._out.append(escape(alt, quote=False))
            return
        size = self._sizes.get(source)
        if size is not None and not {"width", "height"} & given.keys():
            given |= {"width": str(size.width), "height": str(size.height)}
        self._out.append(f"<img{_attributes({**given, 'alt': alt, 'loading': 'lazy'})}>")

    def _open_table(self) -> None:
        self._tables += 1
        if self._tables > 1:
            return
        name = self._section.anchor
        # The nearest heading names the region; without one a nameless region would only be noise to a screen reader.
        region = f' role="region" aria-labelledby="{escape(name)}"' if name and not self._community else ""
        self._out.append(f'<div class="table-scroll" tabindex="0"{region}>')

    def _open_heading(self, given: dict[str, str]) -> None:
        self._heading_at = len(self._out)
        self._heading_id = given.pop("id", "")
        self._heading_attributes = _attributes(given)
        self._heading_text = []

    def _close_heading(self, tag: str) -> None:
        start, self._heading_at = self._heading_at, -1
        if start < 0:
            return
        inner = "".join(self._out[start:])
        del self._out[start:]
        words = " ".join("".join(self._heading_text).split())
        if self._shift is None:
            first = tag == "h1" and not self._section.close() and not self._sections and not self._community
            if first and words and (not self._title or _same(words, self._title)):
                self._lifted = words
                self._shift = int(self._h1_count > 1)
                return
            self._shift = int(self._h1_count > 0)
        if not words:
            self._out.append(inner)  # a heading of nothing but an image is not a heading
            return
        level = min(int(tag[1]) + self._shift, 6)
        if self._community:
            self._out.append(f"<p><strong>{inner}</strong></p>")
            self._section.text.append(f"\n{words}\n")
            return
        name = self._heading_id or self._unique(anchor_of(words))
        self._close_section()
        self._section = _OpenSection(words, name, level)
        self._out.append(f'<h{level} id="{escape(name)}"{self._heading_attributes}>{inner}</h{level}>')

    def _unique(self, name: str) -> str:
        candidate, number = name, 0
        while not self._claim(candidate):
            number += 1
            candidate = f"{name}-{number}"
        return candidate

    def _close_section(self) -> None:
        section = self._section.close()
        if section is not None:
            self._sections.append(section)


def _attributes(given: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value or name != "class")


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
