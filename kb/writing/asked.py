"""What people asked and no article answered: one value for every place it is learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from kb.storage.events import ScrubbedText
from kb.text.analyzer import analyzer

_ALIKE = 0.5
"""The share of the shorter wording's words in the other: from it on, two of one day may be one person's two tries."""


class Unanswered(StrEnum):
    """How it is known that nothing answered."""

    NOTHING_FOUND = "nothing found"
    NOT_OPENED = "nothing opened"
    SENT_ANYWAY = "message sent"


@dataclass(frozen=True, slots=True)
class AskedText:
    """Something somebody asked; its personal data was taken out."""

    text: ScrubbedText
    lang: str
    day: date
    how: Unanswered
    person: str = ""
    """What tells people apart, where that is known; never shown."""


class AskedSource(Protocol):
    """Where unanswered texts are learnt from."""

    def unanswered(self, since: date) -> Iterator[AskedText]:
        """What was asked from that day on."""


def everything_asked(sources: Sequence[AskedSource], since: date) -> list[AskedText]:
    """What all sources know, the newest first."""
    found = [asked for source in sources for asked in source.unanswered(since)]
    return sorted(found, key=lambda asked: asked.day, reverse=True)


def people(asked: Iterable[AskedText]) -> int:
    """How many people asked, at the least.

    The search log does not know who searches: wordings of one day that are alike may be one person trying again, so
    they count as one.
    """
    known = set()
    tries: dict[date, list[frozenset[str]]] = {}
    for one in asked:
        if one.person:
            known.add(one.person)
            continue
        terms = frozenset(analyzer(one.lang).terms(one.text))
        others = tries.setdefault(one.day, [])
        if not any(_may_be_one(terms, other) for other in others):
            others.append(terms)
    return len(known) + sum(map(len, tries.values()))


def _may_be_one(terms: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(terms & other)
    return terms == other or shared >= _ALIKE * max(1, min(len(terms), len(other)))
