"""What other systems write in Markdown, in ours: their callouts, and links without words."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from kb.content.sanitizer import CALLOUTS

_SAME_AS = {"success": "tip", "error": "danger", "secondary": "note", "check": "tip"}
_CONTAINER = re.compile(
    r"^:::+[ \t]*(\w+)[ \t]*(?:\[([^\]\n]*)\]|([^\n]*))\n(.*?)^:::+[ \t]*$", re.MULTILINE | re.DOTALL
)
"""Docusaurus, VuePress: ``:::note Title`` … ``:::``."""
_HINT = re.compile(
    r"^\{%\s*hint\s+style=[\"']?(\w+)[\"']?\s*%\}[ \t]*\n(.*?)^\{%\s*endhint\s*%\}[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
"""GitBook: ``{% hint style="info" %}`` … ``{% endhint %}``."""
_EMPTY_LINK = re.compile(r"<a\b([^>]*?\bhref\s*=\s*[\"']([^\"'\n]*)[\"'][^>]*)>\s*</a>", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"^\d+[-_]")


def in_our_markdown(text: str) -> str:
    """The text with callouts of other systems as ours, and words in links that have none."""
    if ":::" in text:
        text = _CONTAINER.sub(
            lambda found: _callout(found, found[1], found[2] or found[3] or "", found[4]), text
        )
    if "{%" in text:
        text = _HINT.sub(lambda found: _callout(found, found[1], "", found[2]), text)
    return _EMPTY_LINK.sub(_named, text) if "<a" in text else text


def _callout(found: re.Match[str], kind: str, title: str, inner: str) -> str:
    kind = _SAME_AS.get(kind.lower(), kind.lower())
    if kind not in CALLOUTS:
        return found[0]
    heading = f' "{title.strip()}"' if title.strip() else ""
    lines = "\n".join(f"    {line}".rstrip() for line in inner.strip("\n").split("\n"))
    return f"!!! {kind}{heading}\n{lines}\n"


def _named(found: re.Match[str]) -> str:
    """A screen reader needs words in a link: those of its address are better than none."""
    last = unquote(urlsplit(found[2]).path.rstrip("/").rpartition("/")[2])
    words = _NUMBER_BEFORE.sub("", last).replace("-", " ").replace("_", " ").strip()
    return f"<a{found[1]}>{words}</a>" if words else found[0]
