"""What people ask of the corpus, cut from it with a fixed seed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.model import Document
from kb.text.analyzer import analyzer
from speed.corpus import LANG, SEED, text_of

MESSAGE = 100  # words
EXPONENT = 0.83
"""Of the law by which people ask: the query of rank r comes 1 / r ** EXPONENT as often as the first.

That queries of a search engine follow Zipf's law is shown by Xie and O'Hallaron, "Locality in search engine queries
and its implications for caching", INFOCOM 2002. By this exponent about half of the requests measured here were made
before: of seven million made to AltaVista caches could answer just over 0.53 (Lempel and Moran, "Predictive caching
and prefetching of query results in search engines", WWW 2003).
"""
_EDGES = re.compile(r"(?<!\w)[^\w\s]+|[^\w\s]+(?!\w)")
"""Signs around words: quotes and hyphens would be operators, and plain words are asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as typed and as terms, the same for every system."""

    text: str
    terms: tuple[str, ...]
    words: tuple[str, ...]
    """As written, folded: what a completion begins with. The last may be unfinished."""


@dataclass(frozen=True, slots=True)
class Queries:
    """Equally many of each kind."""

    short: tuple[Asked, ...]
    """2 to 4 neighbouring words."""
    message: tuple[Asked, ...]
    """100 neighbouring words."""
    prefix: tuple[Asked, ...]
    """The beginning of a title: up to two words, and 2 to 4 letters of the next."""


def make_queries(documents: Sequence[Document], count: int) -> Queries:
    """``count`` queries of each kind."""
    chance = random.Random(SEED)
    return Queries(
        tuple(_stretch(documents, chance.randint(2, 4), chance) for _ in range(count)),
        tuple(_stretch(documents, MESSAGE, chance) for _ in range(count)),
        tuple(_beginning(documents, chance) for _ in range(count)),
    )


def short_queries(documents: Sequence[Document], count: int) -> list[str]:
    """The texts of so many different short queries."""
    chance = random.Random(SEED)
    found: dict[str, None] = {}
    while len(found) < count:
        found[_stretch(documents, chance.randint(2, 4), chance).text] = None
    return list(found)


def as_people_ask(texts: Sequence[str], count: int) -> list[str]:
    """So many requests for some queries, the first of which are the most popular."""
    popularity = [1 / rank**EXPONENT for rank in range(1, len(texts) + 1)]
    return random.Random(SEED).choices(texts, popularity, k=count)


def repeated(requests: Sequence[str], first: int, last: int) -> float:
    """The share of ``requests[first:last]`` that repeat an earlier request."""
    seen = {text: place for place, text in reversed(list(enumerate(requests)))}
    return sum(seen[requests[place]] < place for place in range(first, last)) / (last - first)


def _stretch(documents: Sequence[Document], length: int, chance: random.Random) -> Asked:
    """So many neighbouring words that say something."""
    while True:
        words = text_of(chance.choice(documents)).split()
        first = chance.randint(0, max(0, len(words) - length))
        asked = _asked(" ".join(words[first : first + length]))
        if len(words) >= length and asked.terms:
            return asked


def _beginning(documents: Sequence[Document], chance: random.Random) -> Asked:
    """Up to two words, and 2 to 4 letters of the next."""
    while True:
        words = chance.choice(documents).title.split()
        whole = chance.randint(0, min(2, len(words) - 1))
        asked = _asked(" ".join([*words[:whole], words[whole][: chance.randint(2, 4)]]))
        if asked.words:
            return asked


def _asked(text: str) -> Asked:
    text = " ".join(_EDGES.sub(" ", text).split())
    return Asked(text, tuple(analyzer(LANG).terms(text)), tuple(analyzer(LANG).words(text)))
