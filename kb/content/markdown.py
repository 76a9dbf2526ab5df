"""Markdown to HTML, before it is made safe."""

from __future__ import annotations

import re
from string import punctuation
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from kb.content.commonmark import CommonMarkBlocks
from kb.content.sanitizer import CALLOUTS

_ALERT = re.compile(r"\[!(\w+)\]\s*")

CALLOUT_TITLES = {
    "en": {
        "note": "Note",
        "tip": "Tip",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
    },
    "it": {
        "note": "Nota",
        "tip": "Suggerimento",
        "important": "Importante",
        "warning": "Attenzione",
        "caution": "Attenzione",
    },
    "ru": {
        "note": "Примечание",
        "tip": "Совет",
        "important": "Важно",
        "warning": "Внимание",
        "caution": "Осторожно",
    },
}
"""The words above a callout whose writer gave it no title. Other languages, and other kinds, show no title."""
_SAME_AS = {"hint": "tip", "info": "note", "attention": "warning", "danger": "caution"}


class MarkdownRenderer:
    """Turns Markdown into HTML that still has to be sanitised. Not safe to share between threads."""

    def __init__(self, *, community: bool = False) -> None:
        extensions: list[str | Extension] = ["tables", "sane_lists", _Dialect()]
        if not community:
            extensions += ["admonition", "attr_list", "def_list", "footnotes", "md_in_html"]
        self._markdown = Markdown(
            extensions=extensions,
            extension_configs={"tables": {"use_align_attribute": True}},
            output_format="html",
        )
        self._markdown.ESCAPED_CHARS = list(
            punctuation
        )  # all that CommonMark escapes: \\<port\\> is text, not a tag
        self._lang = ""
        self._markdown.treeprocessors.register(_Callouts(self), "callouts", 25)

    @property
    def callout_titles(self) -> dict[str, str]:
        return CALLOUT_TITLES.get(self._lang.partition("-")[0], {})

    def render(self, text: str, *, lang: str = "") -> str:
        """HTML of any text; nothing in it may be trusted. ``lang`` chooses the words above callouts."""
        self._lang = lang
        self._markdown.reset()
        return self._markdown.convert(text)


class _Dialect(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name python-markdown calls
        md.preprocessors.register(CommonMarkBlocks(md), "commonmark", 28)


class _Callouts(Treeprocessor):
    """Makes callouts of ``> [!NOTE]`` quotes, and gives every callout a title in the article's language."""

    def __init__(self, renderer: MarkdownRenderer) -> None:
        super().__init__()
        self._renderer = renderer

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "blockquote":
                self._from_alert(element)
            elif element.tag == "div" and element.get("class", "").startswith("admonition"):
                self._retitle(element)

    def _from_alert(self, quote: Element) -> None:
        first = quote[0] if len(quote) else None
        match = _ALERT.match(first.text) if first is not None and first.tag == "p" and first.text else None
        if first is None or match is None or match[1].lower() not in CALLOUTS:
            return
        kind = match[1].lower()
        quote.tag = "div"
        quote.set("class", f"admonition {kind}")
        first.text = (first.text or "")[match.end() :]
        if not first.text.strip() and not len(first):
            quote.remove(first)
        self._add_title(quote, kind)

    def _retitle(self, callout: Element) -> None:
        """python-markdown writes an English title where there is none: put one in the right language there."""
        kind = callout.get("class", "").split()[1:2]
        title = next((child for child in callout if child.get("class") == "admonition-title"), None)
        if kind and title is not None and title.text == kind[0].capitalize():
            callout.remove(title)
            self._add_title(callout, kind[0])

    def _add_title(self, callout: Element, kind: str) -> None:
        words = self._renderer.callout_titles.get(_SAME_AS.get(kind, kind))
        if words:
            title = Element("p", {"class": "admonition-title automatic"})
            title.text = words
            callout.insert(0, title)
