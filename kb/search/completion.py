"""Titles that may complete what is being typed. Asked at each keystroke, so it reads one small table only."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.index.engine import IndexReader
from kb.model import Card, Completion
from kb.search.query import printable
from kb.text.analyzer import analyzer, fold, is_unspaced

LEAST_TYPED = 2
"""Letters; in a script without spaces one says enough."""
_MOST_READ = 200
"""Characters that are read, the last ones: nobody types more before looking at what is offered."""
_SPARE = 3
"""Titles read for each one shown: several pages may have the same."""
_BETWEEN = re.compile(r"""[\s._‐‑\-,;:!?"«»“”()*]+""")


def complete(reader: IndexReader, text: str, lang: str, limit: int) -> tuple[Completion, ...]:
    """At most ``limit`` titles that hold the words typed, the last of which may go on."""
    typed = _words(printable(text[-_MOST_READ:]), lang)
    if not typed or (len(typed) == 1 and len(typed[0]) < LEAST_TYPED and not is_unspaced(typed[0])):
        return ()
    for one in (lang, *(other for other in reader.languages() if other != lang)):
        cards = reader.titles(one, typed[:-1], typed[-1], _SPARE * limit)
        if cards:
            return _different(cards)[:limit]
    return ()


def _different(cards: Iterable[Card]) -> tuple[Completion, ...]:
    """The titles, each once."""
    found: dict[str, Completion] = {}
    for card in cards:
        found.setdefault(fold(card.title), Completion(card.title, card.url, card.kind, card.lang))
    return tuple(found.values())


def _words(text: str, lang: str) -> list[str]:
    """What was typed, word by word, as titles are kept."""
    elision = analyzer(lang).language.elision
    parts = (part for part in _BETWEEN.split(text) if part)
    cut = (elision.sub("", part) if elision else part for part in parts)
    return [word for part in cut if (word := fold(part))]
