"""Snippets as HTML: the text escaped, the matched stretches marked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from kb.model import Snippet, Span
from webapp import codes


def marked(snippet: Snippet) -> Markup:
    """The snippet with ``<mark>`` around each span, its codes whole; a span outside the text is ignored."""
    parts: list[str] = []
    done = 0
    for start, end in codes.places(snippet.text):
        parts += [_marked(snippet, done, start), codes.OPEN, _marked(snippet, start, end), codes.CLOSE]
        done = end
    parts.append(_marked(snippet, done, len(snippet.text)))
    return Markup("".join(parts))  # noqa: S704  # every part is escaped


def _marked(snippet: Snippet, begin: int, end: int) -> str:
    """The part of a snippet from one place to another."""
    parts: list[str] = []
    done = begin
    for span in _inside(snippet):
        start, stop = max(span.start, begin), min(span.end, end)
        if start < stop:
            parts.append(escape(snippet.text[done:start]))
            parts.append(f"<mark>{escape(snippet.text[start:stop])}</mark>")
            done = stop
    parts.append(escape(snippet.text[done:end]))
    return "".join(parts)


def _inside(snippet: Snippet) -> Sequence[Span]:
    """The spans that follow each other inside the text."""
    found: list[Span] = []
    done = 0
    for span in snippet.spans:
        if done <= span.start < span.end <= len(snippet.text):
            found.append(span)
            done = span.end
    return found
