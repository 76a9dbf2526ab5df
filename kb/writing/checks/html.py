"""HTML that never reaches a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from kb.content.sanitizer import ARTICLE_TAGS, DROPPED_WITH_CONTENT
from kb.writing.findings import Finding, Severity
from kb.writing.library import Library

_TAG = re.compile(r"<([a-zA-Z][\w-]*)(?=[ >/])[^<>\n]*>")


def check(library: Library) -> Iterator[Finding]:
    """Tags that are taken out, such as embedded films, and words in pointed brackets, which look like tags."""
    for one in library.manuscripts:
        for tag in _TAG.finditer(one.prose):
            name = tag[1].lower()
            as_text = escape(tag[0].replace("\\>", ">"), quote=False)
            if as_text in one.article.html:  # escaped, or in indented code
                continue
            if name in DROPPED_WITH_CONTENT:
                message = f"<{tag[1]}> is taken out of the page, with all that is in it: link to it instead"
            elif name not in ARTICLE_TAGS:
                words = f"<{tag[1]}>" if "=" in tag[0] else tag[0]
                message = f"{words} is taken out of the page: put it in backquotes where it is to be read"
            else:
                continue
            yield Finding(one.path, one.line_at(tag.start()), "html", Severity.WARNING, message)
