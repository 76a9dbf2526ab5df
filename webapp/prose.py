"""The HTML of an article or thread as the site shows it.

It comes sanitised from the index, so its tags have one known shape.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from webapp.codes import unbroken_html
from webapp.texts import text

_HEADING = re.compile(r'<h([2-4]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_EMPTY_HEADER = re.compile(r"<th([^>]*)>\s*</th>")
_CODE = re.compile(r"<pre(?=[ >])")
_TAG = re.compile(r"<[^>]*>")


def prose(html: str) -> Markup:
    """The same HTML: headings can be linked to, code can be scrolled with the keyboard, and error codes are whole."""
    html = _EMPTY_HEADER.sub(r"<td\1></td>", html)  # screen readers would announce an empty header
    html = _CODE.sub('<pre tabindex="0"', _HEADING.sub(_linked, html))
    return unbroken_html(html)


def _linked(heading: re.Match[str]) -> str:
    level, anchor, inner = heading.groups()
    name = text("prose.link", title=Markup(_TAG.sub("", inner)))  # noqa: S704  # sanitised, and without tags
    return (
        f'<div class="heading heading-{level}">{heading[0]}'
        f'<a class="anchor" href="#{escape(anchor)}" aria-label="{name}">#</a></div>'
    )
