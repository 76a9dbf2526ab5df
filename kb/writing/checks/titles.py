"""Titles: what people read in a list of results, and the words they are found by."""

from __future__ import annotations

from collections.abc import Iterator

from kb.writing.findings import Finding, Severity
from kb.writing.library import Library

LONGEST = 75
"""Characters: more is cut off on a phone and in search engines."""

_VAGUE_WORDS = """
faq faqs help info information general overview introduction intro misc miscellaneous other problem problems issue
issues error errors question questions settings account support troubleshooting
aiuto informazioni generale introduzione varie altro problema problemi errore errori domande impostazioni
помощь справка информация общее введение разное другое проблема проблемы ошибка ошибки вопросы настройки
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())


def title_advice(title: str) -> str:
    """What would make a title better, or nothing."""
    words = title.strip(" ?!.:").casefold().split()
    if len(words) <= 2 and words and all(word in _VAGUE for word in words):
        return f"the title {title!r} fits any article: say what the reader wants, as in Change your password"
    if len(title) > LONGEST:
        return f"the title has {len(title)} characters and is cut off in lists: bring it under {LONGEST}"
    letters = [char for char in title if char.isalpha()]
    if len(letters) > 12 and all(char.isupper() for char in letters):
        return "the title shouts: write it in sentence case"
    if title.endswith((".", "!")) and not title.endswith("..."):
        return f"the title ends with {title[-1]!r}: leave it out"
    return ""


def check(library: Library) -> Iterator[Finding]:
    """Vague, long and shouted titles; two articles of a language with one title."""
    first: dict[tuple[str, str], str] = {}
    for one in library.manuscripts:
        line = one.line_of_key("title")
        if advice := title_advice(one.article.title):
            yield Finding(one.path, line, "title", Severity.NOTICE, advice)
        key = (one.article.lang, " ".join(one.article.title.casefold().split()))
        other = first.setdefault(key, one.path)
        if other != one.path:
            message = f"has the same title as {other}: readers cannot tell them apart; say what is different"
            yield Finding(one.path, line, "title", Severity.WARNING, message)
