"""What a query asks of one language's documents, in the numbers of its vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct

from kb.index.grams import GramWeights
from kb.index.neighbours import NeighbourFinder
from kb.index.postings import Floats, Ints
from kb.index.statistics import Statistics
from kb.index.vocabulary import Vocabulary

_MOST_TERMS = 2000  # terms of a query that are read, to bound the work for pasted logs
_MOST_UNKNOWN = 12  # unknown words whose close words are looked for
_NEAR = 0.5  # share of a word that only resembles the one asked for, times its similarity squared


class Question(Struct, frozen=True):
    """What a query asks. Its different words are numbered from 0.

    A known word has one row, another one a row for each known word close to it. Each row stands for one term.
    """

    masses: Floats
    """How much each word says: its IDF; an unknown one says as much as the rarest."""
    terms: Ints
    """The vocabulary's number of each row."""
    words: Ints
    """The word that each row stands for, ascending."""
    shares: Floats
    """1 for the word itself, less for a word close to it."""
    factors: Floats
    """What the row's weights count: how often the word is asked for, times the share."""
    following: Ints
    """Pairs of words that follow each other in the query, each once, ascending; one pair a row."""
    grams: GramWeights
    """Of the query's text, each times its IDF; the query's vector has length 1 before that."""
    mass: float
    """The information of the whole query; never 0."""


def ask(
    terms: Sequence[str],
    grams: GramWeights,
    vocabulary: Vocabulary,
    statistics: Statistics,
    near: NeighbourFinder,
) -> Question:
    """The question that a query's analysed terms, and the n-grams of its text, ask."""
    terms = terms[:_MOST_TERMS]
    counted = Counter(terms)
    word_of = {term: word for word, term in enumerate(counted)}
    numbers = {term: vocabulary.number(term) for term in counted}
    masses = [float(statistics.idf[n]) if n >= 0 else statistics.rarest for n in numbers.values()]
    asked = set(numbers.values())
    rows: list[tuple[int, int, float, float]] = []
    unknown = 0
    for term, amount in counted.items():
        word, number = word_of[term], numbers[term]
        if number >= 0:
            rows.append((number, word, 1.0, float(amount)))
        elif unknown < _MOST_UNKNOWN:
            unknown += 1
            found = near.of(term)
            for close, similarity in zip(found.numbers.tolist(), found.similarities.tolist(), strict=True):
                if close not in asked:
                    asked.add(close)
                    share = _NEAR * similarity**2
                    rows.append((close, word, share, amount * share))
    ordered = [word_of[term] for term in terms]
    return Question(
        np.array(masses, np.float32),
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], np.float32),
        np.array([row[3] for row in rows], np.float32),
        np.array(sorted(set(pairwise(ordered))), np.int32).reshape(-1, 2),
        grams,
        sum(masses) or 1.0,
    )
