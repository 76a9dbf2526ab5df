"""Snippets as HTML: the text escaped, the matched stretches marked."""

from __future__ import annotations

from markupsafe import Markup, escape

from kb.model import Snippet


def marked(snippet: Snippet) -> Markup:
    """The snippet with ``<mark>`` around each span; a span outside the text is ignored."""
    parts: list[str] = []
    done = 0
    for span in snippet.spans:
        if not done <= span.start < span.end <= len(snippet.text):
            continue
        parts.append(escape(snippet.text[done : span.start]))
        parts.append(f"<mark>{escape(snippet.text[span.start : span.end])}</mark>")
        done = span.end
    parts.append(escape(snippet.text[done:]))
    return Markup("".join(parts))  # noqa: S704  # every part is escaped
