"""The one place that decides which HTML may reach a reader."""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3

MAX_DEPTH = 200
"""The HTML parser is quadratic in depth, and nothing can interrupt it: 100,000 open tags take a minute and a half."""

_TEXT_TAGS = (
    "a abbr b blockquote br cite code dd del dfn dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp "
    "small span strong sub sup table tbody td tfoot th thead tr u ul var"
)
ARTICLE_TAGS = set(
    f"{_TEXT_TAGS} caption col colgroup details div figcaption figure img section summary".split()
)
_COMMUNITY_TAGS = set(f"{_TEXT_TAGS} img".split())  # img only so that its alt text can take its place

# The content goes with the tag: code, controls and embedded documents hold no text meant for the page.
_HOLDING_NO_TEXT = (
    "script style template iframe object embed svg math form select textarea button canvas audio video noscript "
    "noembed noframes xmp plaintext title"
)
DROPPED_WITH_CONTENT = frozenset(_HOLDING_NO_TEXT.split())

_CELL = {"colspan", "rowspan"}
_ARTICLE_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "title", "lang", "dir", "hidden"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": _CELL,
    "th": {*_CELL, "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
}
# No ids: a stranger's text must not take the name of an element of the page.
_COMMUNITY_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"alt"},
    "ol": {"start"},
}

CALLOUTS = ("note", "tip", "hint", "info", "important", "warning", "caution", "attention", "danger")
_BLOCK_CLASSES = {"admonition", "footnote", "missing-image", *CALLOUTS}
_ARTICLE_CLASSES: dict[str, set[str]] = {
    "div": _BLOCK_CLASSES,
    "p": {"admonition-title", "automatic"},
    "a": {"footnote-ref", "footnote-backref"},
}

_ALIGNMENTS = {tag: {"align": {"left", "right", "center"}} for tag in ("td", "th")}
_SCHEMES = {"http", "https", "mailto", "tel"}
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void tags, and those the parser closes by itself, add no depth.
_FLAT_TAGS = "area base br col embed hr img input link meta source track wbr p li td th tr dt dd"
_FLAT = frozenset(_FLAT_TAGS.split())
_HIDDEN = re.compile(r"""\sstyle\s*=\s*(["'])\s*display\s*:\s*none\s*;?\s*\1""", re.IGNORECASE)

Resolve = Callable[[str, str], str | None]
"""Maps (attribute, value) of a link or an image to the value to serve; None drops the attribute."""


class TooDeep(Exception):
    """The tags are nested more deeply than any page needs."""


class Sanitizer:
    """Keeps the safe part of HTML. Not safe to share between threads."""

    def __init__(self, *, community: bool = False) -> None:
        self._resolve: Resolve = _as_written
        if community:
            self._cleaner = nh3.Cleaner(
                tags=_COMMUNITY_TAGS,
                attributes=_COMMUNITY_ATTRIBUTES,
                clean_content_tags=set(DROPPED_WITH_CONTENT),
                tag_attribute_values=_ALIGNMENTS,
                url_schemes=_SCHEMES,
                link_rel=None,
            )
        else:
            self._cleaner = nh3.Cleaner(
                tags=ARTICLE_TAGS,
                attributes=_ARTICLE_ATTRIBUTES,
                attribute_filter=self._filter,
                allowed_classes=_ARTICLE_CLASSES,
                clean_content_tags=set(DROPPED_WITH_CONTENT),
                tag_attribute_values=_ALIGNMENTS,
                url_schemes=_SCHEMES,
                link_rel=None,  # set for links that leave the site only, when the page is put together
            )

    def clean(self, html: str, resolve: Resolve | None = None) -> str:
        """Safe HTML; links and images of an article go through ``resolve``.

        :raises TooDeep: tags are nested over ``MAX_DEPTH`` deep.
        """
        _check_depth(html)
        self._resolve = resolve or _as_written
        # Styles are dropped, but what they hid must not appear because of that.
        return self._cleaner.clean(_HIDDEN.sub(" hidden", html))

    def _filter(self, _tag: str, attribute: str, value: str) -> str | None:
        return self._resolve(attribute, value) if attribute in {"href", "src"} else value


def _as_written(_attribute: str, value: str) -> str:
    return value


def _check_depth(html: str) -> None:
    if html.count("<") <= MAX_DEPTH:
        return
    depth = 0
    for closing, name in _OPENING.findall(html):
        if name.lower() in _FLAT:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > MAX_DEPTH:
            raise TooDeep
