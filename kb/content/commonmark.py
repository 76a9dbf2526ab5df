"""Lets python-markdown read what writers write for GitHub and help desks: CommonMark's lists, fences and headings.

python-markdown wants four spaces for anything inside a list item, a blank line before every list, and fences only at
the left margin. Most Markdown in the wild follows CommonMark instead, where the content of an item begins below its
first letter. The lines are rewritten into the form python-markdown wants before it sees them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from markdown import Markdown
from markdown.preprocessors import Preprocessor

STEP = 4
"""Columns python-markdown wants for one level of nesting."""
MAX_QUOTES = 20

_ITEM = re.compile(r"([*+-]|\d{1,9}[.)])( +)(?=\S)")
_FOUR_COLUMNS = re.compile(r"!!! |\?\?\? |\[\^[^\]]+\]: ?|: {1,3}(?=\S)")
_RULE = re.compile(r"([*_-])( *\1){2,} *$")
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r"#{1,6}(?= |$)")
_DELIMITER_ROW = re.compile(r"\|? *:?-+:? *(\| *:?-+:? *)+\|?$|\| *:?-+:? *\|$")
_ATTRIBUTES_AFTER_SPACE = re.compile(r"(?<=\)) (?=\{:?[.#][^{}\n]*\})")
_ATTRIBUTES_OF_HEADING = re.compile(r"(?<=[^\s{])(?=\{:?[.#][^{}\n]*\} *$)")
_HTML_BLOCK = re.compile(
    r"</?(address|aside|blockquote|center|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|iframe|li|main|"
    r"nav|ol|p|pre|section|script|style|summary|table|tbody|td|tfoot|th|thead|tr|ul|video)\b|<!--",
    re.IGNORECASE,
)


class CommonMarkBlocks(Preprocessor):
    """Runs after white space is normalised (tabs are spaces by then) and before raw HTML is set aside."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._stash = md.htmlStash

    def run(self, lines: list[str]) -> list[str]:
        return _Rewriter(lines, lambda html: self._stash.store(html), quotes=0).run()


@dataclass(slots=True)
class _Container:
    """A list item, footnote, definition or admonition that later lines may belong to."""

    kind: str
    content: int
    """The column its content begins at."""
    has_blocks: bool = False
    """Whether a blank line has divided it into blocks."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its place: the containers it stays in, and the outermost one that it closes."""

    whole: str
    text: str
    indent: int
    depth: int
    closed: _Container | None


class _Rewriter:
    """Rewrites the lines of one text, or of one quote in it."""

    def __init__(self, lines: list[str], stash: Callable[[str], str], quotes: int) -> None:
        self._lines = deque(lines)
        self._stash = stash
        self._quotes = quotes
        self._out: list[str] = []
        self._open: list[_Container] = []
        self._in_paragraph = False
        """The line before belongs to a paragraph that this one may continue."""
        self._opened_item_at = -1
        """The depth inside the item that the line before opened: a nested list may follow it at once."""
        self._after_blank = False

    def run(self) -> list[str]:
        while self._lines:
            whole = self._lines.popleft()
            text = whole.lstrip(" ")
            if text:
                self._line(whole, text)
            else:
                self._out.append("")
                self._in_paragraph, self._opened_item_at = False, -1
            self._after_blank = not text
        return self._out

    def _line(self, whole: str, text: str) -> None:
        indent = len(whole) - len(text)
        depth = 0
        while depth < len(self._open) and indent >= self._open[depth].content:
            depth += 1
        base = self._open[depth - 1].content if depth else 0
        if self._after_blank:
            for container in self._open[:depth]:
                container.has_blocks = True
        is_code = indent - base >= STEP
        if self._in_paragraph and depth < len(self._open) and (is_code or not _opens_block(text)):
            self._out.append(" " * STEP * len(self._open) + text)  # CommonMark's lazy continuation
            return
        line = _Line(whole, text, indent, depth, self._open[depth] if depth < len(self._open) else None)
        del self._open[depth:]
        if is_code and not self._in_paragraph:
            self._out.append(" " * STEP * depth + whole[base:])
            self._opened_item_at = -1
        elif fence := _FENCE.match(text):
            self._fence(line, fence[1])
        elif text.startswith(">") and self._quotes < MAX_QUOTES:
            self._quote(line, base)
        elif not self._item(line):
            self._text(line, base)

    def _fence(self, line: _Line, fence: str) -> None:
        """Set the block aside as HTML: python-markdown knows no fences inside lists and quotes."""
        closing = re.compile(rf" *{re.escape(fence[0])}{{{len(fence)},}} *$")
        code: list[str] = []
        while self._lines:
            inner = self._lines.popleft()
            if closing.match(inner):
                break
            code.append(inner[min(line.indent, len(inner) - len(inner.lstrip(" "))) :])
        else:
            while (
                code and not code[-1]
            ):  # never closed: python-markdown's own blank lines at the end are not code
                code.pop()
        text = escape("\n".join([*code, ""]), quote=False)
        self._out += ["", " " * STEP * line.depth + self._stash(f"<pre><code>{text}</code></pre>"), ""]
        self._in_paragraph, self._opened_item_at = False, -1

    def _quote(self, line: _Line, base: int) -> None:
        """Rewrite what is quoted as a text of its own."""
        inner = [line.text[1:].removeprefix(" ")]
        while self._lines:
            text = self._lines[0].lstrip(" ")
            if not text.startswith(">") or len(self._lines[0]) - len(text) < base:
                break
            inner.append(text[1:].removeprefix(" "))
            self._lines.popleft()
        if self._in_paragraph:
            self._out.append("")
        pad = " " * STEP * line.depth
        quoted = _Rewriter(inner, self._stash, self._quotes + 1).run()
        self._out += [f"{pad}> {one}".rstrip() for one in quoted]
        self._in_paragraph, self._opened_item_at = True, -1

    def _item(self, line: _Line) -> bool:
        """Open a list item, if the line is the beginning of one."""
        item = None if _RULE.match(line.text) else _ITEM.match(line.text)
        if item is None or (self._in_paragraph and not _may_interrupt(item[1], line.closed)):
            return False
        kind = "ordered" if item[1][0].isdigit() else "bullet"
        is_sibling = line.closed is not None and line.closed.kind == kind
        if is_sibling and line.closed is not None:
            needs_blank = line.closed.has_blocks  # or python-markdown takes it for text of the last block
        else:
            needs_blank = self._in_paragraph and self._opened_item_at != line.depth
        if needs_blank:
            self._out.append("")
        spaces = len(item[2]) if len(item[2]) <= STEP else 1
        content = line.indent + len(item[1]) + spaces
        rest = line.text[len(item[1]) + spaces :]
        if _FENCE.match(rest) or _ITEM.match(rest):
            self._lines.appendleft(
                " " * content + rest
            )  # what opens with the item gets a line of its own in it
            rest = ""
        self._open.append(_Container(kind, content))
        self._out.append(f"{' ' * STEP * line.depth}{item[1].replace(')', '.')} {_plain(rest)}")
        self._in_paragraph, self._opened_item_at = True, line.depth + 1
        return True

    def _text(self, line: _Line, base: int) -> None:
        if self._in_paragraph and self._starts_table(line.text):
            self._out.append("")
        self._out.append(" " * STEP * line.depth + _plain(line.text) if line.depth else _plain(line.whole))
        if _FOUR_COLUMNS.match(line.text):
            self._open.append(_Container("four columns", base + STEP))
        ends = _RULE.match(line.text) or _HEADING.match(line.text) or _HTML_BLOCK.match(line.text)
        self._in_paragraph, self._opened_item_at = not ends, -1

    def _starts_table(self, text: str) -> bool:
        return "|" in text and bool(self._lines) and bool(_DELIMITER_ROW.match(self._lines[0].strip()))


def _opens_block(text: str) -> bool:
    """Whether a line ends the paragraph before it instead of continuing it."""
    return text[0] == ">" or any(form.match(text) for form in (_ITEM, _FENCE, _HEADING, _RULE, _HTML_BLOCK))


def _may_interrupt(marker: str, closed: _Container | None) -> bool:
    """A list may follow a paragraph at once where its marker cannot be the text of it ("…in\\n1984. Then")."""
    return (
        not marker[0].isdigit() or int(marker[:-1]) == 1 or (closed is not None and closed.kind == "ordered")
    )


def _plain(text: str) -> str:
    """A line with the small things mended that python-markdown takes another way than other systems do.

    A heading needs a space after its ``#``, and closing ones need a space before: ``#1`` and ``C#`` are text.
    """
    if "{" in text:
        text = _ATTRIBUTES_AFTER_SPACE.sub("", text)
        if text.startswith("#"):
            text = _ATTRIBUTES_OF_HEADING.sub(" ", text)
    if not text.startswith("#"):
        return text
    if not _HEADING.match(text):
        return "\\" + text
    content = text.rstrip()
    bare = content.rstrip("#")
    if bare and bare != content and not bare.endswith(" "):
        return bare + content[len(bare) :].replace("#", "\\#")
    return text
