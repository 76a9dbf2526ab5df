"""What the front matter says: values of the wrong kind, misspelt keys, dates and addresses that cannot be right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date

from kb.content.front_matter import known_keys
from kb.writing.findings import Finding, Mend, Severity
from kb.writing.library import Library
from kb.writing.manuscripts import Manuscript

_OUR_KEYS = frozenset(("translation_of", "original_hash"))
_CLOSE = 0.8
"""difflib's ratio: ``tittle`` and ``sumary`` are close to a key, ``created`` is not."""
_OTHER_DATE = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_DATES = ("updated", "review_by")


def check(library: Library, today: date) -> Iterator[Finding]:
    """Complaints of the reader, keys that are nearly one we know, dates, summary and questions."""
    for one in library.manuscripts:
        yield from _complaints(one)
        yield from _misspelt(one)
        yield from _dates(one, today)
        yield from _summary(one)
        yield from _redirects(one, library)


def _complaints(one: Manuscript) -> Iterator[Finding]:
    lines = one.text.split("\n")
    for complaint in one.front.complaints:
        line = lines[complaint.line - 1] if complaint.line <= len(lines) else ""
        mend = None
        if line.partition(":")[0].strip() in _DATES and (written := _OTHER_DATE.search(line)):
            mend = Mend(one.file, complaint.line, written[0], _iso(written))
        yield Finding(one.path, complaint.line, "front-matter", Severity.ERROR, complaint.message, mend)


def _iso(written: re.Match[str]) -> str:
    return f"{written[1]}-{int(written[2]):02}-{int(written[3]):02}"


def _misspelt(one: Manuscript) -> Iterator[Finding]:
    known = known_keys() | _OUR_KEYS
    for key in one.article.extra:
        close = difflib.get_close_matches(key.lower().replace("-", "_"), known, 1, _CLOSE)
        if not close or key in known or close[0] in one.key_lines:
            continue
        line = one.line_of_key(key)
        yield Finding(
            one.path,
            line,
            "front-matter",
            Severity.WARNING,
            f"`{key}:` means nothing here: did you mean `{close[0]}:`?",
            Mend(one.file, line, f"{key}:", f"{close[0]}:"),
        )


def _dates(one: Manuscript, today: date) -> Iterator[Finding]:
    article = one.article
    if article.updated and article.updated > today:
        message = f"`updated:` {article.updated} is in the future: put the day of the last change"
        yield Finding(one.path, one.line_of_key("updated"), "front-matter", Severity.WARNING, message)
    if article.updated and article.review_by and article.review_by < article.updated:
        message = (
            f"`review_by:` {article.review_by} is before `updated:` {article.updated}: choose a later day"
        )
        yield Finding(one.path, one.line_of_key("review_by"), "front-matter", Severity.WARNING, message)


def _summary(one: Manuscript) -> Iterator[Finding]:
    if not one.article.summary:
        message = (
            "no `summary:`: add the sentence that answers; lists, search results and the contact form show it"
        )
        yield Finding(one.path, one.line_of_key("title"), "summary", Severity.NOTICE, message)


def _redirects(one: Manuscript, library: Library) -> Iterator[Finding]:
    for old, address in zip(one.article.redirect_from, one.article.old_urls, strict=True):
        owner = library.redirects.get(address, one)
        if re.search(r"[\s?#]|://", old):
            message = f"`redirect_from:` {old} is not a path of this site, such as /help/new-phone: mend it"
        elif address == one.article.url:
            message = f"`redirect_from:` {old} is the address of this very article: remove it"
        elif address in library.by_url:
            there = library.by_url[address].path
            message = (
                f"`redirect_from:` {old} is where {there} stands, so it never leads here: remove one of them"
            )
        elif owner is not one:
            message = f"`redirect_from:` {old} is claimed by {owner.path} too: keep it in one of them"
        else:
            continue
        yield Finding(one.path, one.line_of_key("redirect_from"), "redirect", Severity.ERROR, message)
