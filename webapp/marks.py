"""Snippets as HTML: the text escaped, the matched stretches marked."""

from __future__ import annotations

from markupsafe import Markup, escape

from kb.model import Snippet


def marked(snippet: Snippet) -> Markup:
    """The snippet with ``<mark>`` around each span; a span outside the text is ignored."""
    parts: list[Markup] = []
    done = 0
    for span in snippet.spans:
        if not done <= span.start < span.end <= len(snippet.text):
            continue
        parts.append(escape(snippet.text[done : span.start]))
        parts.append(Markup("<mark>{}</mark>").format(snippet.text[span.start : span.end]))
        done = span.end
    parts.append(escape(snippet.text[done:]))
    return Markup("").join(parts)
