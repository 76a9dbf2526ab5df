"""Gaps: the subjects that people ask about and no article answers, those of most people first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.model import Card, Kind, Query
from kb.support.context import Cards
from kb.writing.asked import AskedText, people
from kb.writing.clusters import MOST, group
from kb.writing.findability import Search

FEWEST_PEOPLE = 5
"""What fewer people asked may be one person's business, and is not shown."""

_QUESTIONS = 8
"""Wordings that are shown, and put into a draft."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One subject. ``people`` is the least number of people who asked, ``times`` how often it was asked."""

    lang: str
    title: str
    people: int
    times: int
    how: dict[str, int]
    """How often each way that nothing answered was met."""
    questions: tuple[str, ...]
    """As people asked, the most frequent wordings first."""
    nearest: Card | None
    """The article that comes nearest, to be extended rather than a new one to be written."""


def find_gaps(asked: Sequence[AskedText], search: Search, cards: Cards, limit: int) -> list[Gap]:
    """Subjects by people affected.

    :raises IndexMissing: nothing was indexed yet.
    """
    gaps = []
    for lang in sorted({one.lang for one in asked}):
        spoken = [one for one in asked if one.lang == lang]
        wordings = Counter(_wording(one.text) for one in spoken)
        texts = [text for text, _ in wordings.most_common(MOST)]
        by_wording: dict[str, list[AskedText]] = {}
        for one in spoken:
            by_wording.setdefault(_wording(one.text), []).append(one)
        for places in group(texts, lang):
            members = [texts[place] for place in places]
            gap = _gap(lang, members, [one for text in members for one in by_wording[text]], search, cards)
            if gap:
                gaps.append(gap)
    return sorted(gaps, key=lambda gap: (-gap.people, -gap.times, gap.lang, gap.title))[:limit]


def _gap(
    lang: str, wordings: Sequence[str], asked: Sequence[AskedText], search: Search, cards: Cards
) -> Gap | None:
    count = people(asked)
    if count < FEWEST_PEOPLE:
        return None
    often = Counter(_wording(one.text) for one in asked)
    questions = tuple(sorted(wordings, key=lambda text: (-often[text], len(text), text))[:_QUESTIONS])
    title = questions[0][:1].upper() + questions[0][1:]
    hits = search.search(
        Query(" ".join(questions[:3]), lang=lang, kind=Kind.ARTICLE, only_lang=True, limit=1)
    ).hits
    nearest = next(iter(cards([hit.id for hit in hits])), None)
    how = Counter(one.how.value for one in asked)
    return Gap(lang, title, count, len(asked), dict(sorted(how.items())), questions, nearest)


def _wording(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" ?!.")
