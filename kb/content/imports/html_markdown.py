"""HTML as help desks store it, as Markdown that a writer can go on with."""

from __future__ import annotations

import re
from typing import Any

import markdownify
from markdownify import ATX

from kb.content.sanitizer import CALLOUTS

MAX_HTML = 1_000_000
"""Characters: a longer body is a page no editor made."""

_SAME_AS = {"success": "tip", "error": "danger", "alert": "warning", "info-box": "info"}
_BLOCKS_IN_CELLS = ["p", "ul", "ol", "pre", "table", "h1", "h2", "h3", "h4", "blockquote", "details"]
_ANCHOR = re.compile(r"[\w.-]+\Z")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


def to_markdown(html: str) -> str:
    """The Markdown of a page. What Markdown cannot say (tables with joined cells, folded parts) stays HTML.

    :raises ValueError: it is too long, or nested so deeply that no editor made it.
    """
    if len(html) > MAX_HTML:
        raise ValueError(f"the text is over {MAX_HTML // 1_000_000} MB: split it into several articles")
    try:
        text = _Converter(heading_style=ATX, bullets="-").convert(html)
    except RecursionError as error:
        raise ValueError("the HTML is nested too deeply: make it flatter") from error
    lines = (line if line.strip() else "" for line in text.split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


_MarkdownConverter: Any = markdownify.MarkdownConverter
"""Its methods are added as it is made, so that no type checker sees them."""


class _Converter(_MarkdownConverter):  # type: ignore[misc] # known as Any, see above
    """Adds what help desks use: callouts, anchors on headings, videos, folded parts."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        text = _ENTITY.sub("&amp;", str(super().escape(text, parent_tags)))
        return text.replace("<", "\\<")

    def convert_script(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return ""

    convert_style = convert_template = convert_script

    def convert_div(self, el: Any, text: str, parent_tags: set[str]) -> str:
        kind = _callout(el)
        if kind and text.strip() and "td" not in parent_tags:
            inner = "\n".join(f"    {line}".rstrip() for line in text.strip().split("\n"))
            return f"\n\n!!! {kind}\n{inner}\n\n"
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""

    convert_aside = convert_section = convert_div

    def convert_p(self, el: Any, text: str, parent_tags: set[str]) -> str:
        if _callout(el) and "td" not in parent_tags:
            return self.convert_div(el, text, parent_tags)
        return str(super().convert_p(el, text, parent_tags))

    def convert_hN(self, n: int, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: N802 - markdownify's name
        if not text.strip():
            return ""
        heading = str(super().convert_hN(n, el, " ".join(text.split()), parent_tags))
        anchor = str(el.get("id") or "")
        if not anchor or not _ANCHOR.match(anchor):
            return heading
        return f"{heading.rstrip()} {{#{anchor}}}\n\n"

    def convert_table(self, el: Any, text: str, parent_tags: set[str]) -> str:
        cells = el.find_all(["td", "th"])
        spans = any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for cell in cells)
        if spans or any(cell.find(_BLOCKS_IN_CELLS) for cell in cells):
            return f"\n\n{_one_line(el)}\n\n"
        return str(super().convert_table(el, text, parent_tags))

    def convert_details(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"\n\n{_one_line(el)}\n\n"

    def convert_iframe(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        source = str(el.get("src") or "")
        source = f"https:{source}" if source.startswith("//") else source
        title = str(el.get("title") or "") or source
        return f"\n\n[{title}]({source})\n\n" if source else ""

    convert_video = convert_iframe

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
        if not el.get("href"):
            name = str(el.get("name") or el.get("id") or "")
            return f'<a id="{name}"></a>{text}' if name and _ANCHOR.match(name) else text
        return str(super().convert_a(el, text, parent_tags))


def _callout(el: Any) -> str:
    """The kind of callout that an element's classes say it is, or nothing."""
    for name in el.get("class") or ():
        for word in re.split(r"[-_]+", name.lower()):
            kind = _SAME_AS.get(word, word)
            if kind in CALLOUTS:
                return kind
    return ""


def _one_line(el: Any) -> str:
    """The element's HTML without line ends between its tags: Markdown would end it at a blank line."""
    return re.sub(r">\s*\n\s*<", "><", str(el)).replace("\n", " ")
