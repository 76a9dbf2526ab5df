"""Near-duplicates: articles that answer the same thing, with the sections they share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.model import Article, Section
from kb.writing.likeness import Pair, Text, close_pairs, each_with_each

LEAST = 0.6
"""Likeness from which a pair is worth a writer's time: below it, most pairs are only of one subject."""
_MOST_EXPLAINED = 100
"""Pairs whose shared sections are looked for: a centre with more of them begins at the top."""
_SHARED = 0.55
"""Likeness from which two sections say the same."""
_LEAST_WORDS = 8
"""A shorter section is a caption, and alike by chance."""
_OTHERWISE = 0.6
"""What is left of the likeness where the titles say that the two are about different things."""

# Words that make opposites of two articles of one mould, by language.
_OPPOSITES = """
enable disable, install uninstall, add remove, add delete, connect disconnect, import export, upgrade downgrade,
open close, start stop, block unblock, upload download, create delete, subscribe unsubscribe, lock unlock,
attiva disattiva, attivare disattivare, installare disinstallare, aggiungi rimuovi, aggiungere rimuovere,
aggiungere eliminare, creare eliminare, importare esportare, bloccare sbloccare,
включить выключить, включить отключить, установить удалить, добавить удалить, создать удалить, импорт экспорт,
заблокировать разблокировать, подписаться отписаться
"""
_WORD = re.compile(r"[\w-]+")
_CODE = re.compile(r"(?=\S*\d)(?=\S*[a-zа-я])[\w.-]{5,}", re.IGNORECASE)
"""A name that numbers tell apart: ASEC-25-003, HM-1008, 0x80070005."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two sections that say the same."""

    first: Section
    second: Section
    likeness: float


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two articles of one language that say nearly the same; ``first`` is the younger, which should give way."""

    first: str
    second: str
    likeness: float
    overlaps: tuple[Overlap, ...] = ()
    """Looked for in the pairs that are most alike only."""


def find_duplicates(articles: Sequence[Article], least: float = LEAST) -> list[DuplicatePair]:
    """The pairs of articles that are at least so much alike, most alike first."""
    shelves: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        shelves[article.lang].append(article)
    found = []
    for lang, shelf in shelves.items():
        for pair in close_pairs([_text(article) for article in shelf], lang, least):
            one, other = shelf[pair.first], shelf[pair.second]
            likeness = pair.likeness * (_OTHERWISE if _about_different_things(one, other) else 1.0)
            if likeness >= least:
                found.append(_pair(one, other, likeness))
    found.sort(key=lambda pair: (-pair.likeness, pair.first, pair.second))
    by_id = {article.id: article for article in articles}
    return [
        replace(pair, overlaps=overlaps(by_id[pair.first], by_id[pair.second]))
        if place < _MOST_EXPLAINED
        else pair
        for place, pair in enumerate(found)
    ]


def overlaps(one: Article, other: Article) -> tuple[Overlap, ...]:
    """The sections of two articles that say the same, each once, in the order of the first."""
    first, second = _telling(one), _telling(other)
    if not first or not second:
        return ()
    alike = each_with_each([s.text for s in first], [s.text for s in second], one.lang)
    pairs = [
        Pair(int(i), int(j), float(alike[i, j])) for i, j in zip(*(alike >= _SHARED).nonzero(), strict=True)
    ]
    taken: list[Pair] = []
    for pair in sorted(pairs, key=lambda pair: -pair.likeness):
        if all(pair.first != t.first and pair.second != t.second for t in taken):
            taken.append(pair)
    ordered = sorted(taken, key=lambda pair: pair.first)
    return tuple(Overlap(first[p.first], second[p.second], p.likeness) for p in ordered)


def _pair(one: Article, other: Article, likeness: float) -> DuplicatePair:
    elder, younger = sorted((one, other), key=lambda article: (article.updated or date.min, article.id))
    return DuplicatePair(younger.id, elder.id, round(likeness, 4))


def _text(article: Article) -> Text:
    said = (f"{section.title} {section.text}" for section in article.sections)
    return Text(
        " ".join((article.title, *article.questions)), " ".join((article.title, article.summary, *said))
    )


def _telling(article: Article) -> list[Section]:
    return [section for section in article.sections if len(section.text.split()) >= _LEAST_WORDS]


def _about_different_things(one: Article, other: Article) -> bool:
    """Whether the titles name different codes, or are opposites."""
    codes = [set(map(str.lower, _CODE.findall(article.title))) for article in (one, other)]
    if all(codes) and not codes[0] & codes[1]:
        return True
    words = [set(map(str.lower, _WORD.findall(article.title.replace("-", " ")))) for article in (one, other)]
    for pair in _OPPOSITES.split(","):
        this, that = pair.split()
        if (this in words[0] and that in words[1]) or (that in words[0] and this in words[1]):
            return True
    return False
