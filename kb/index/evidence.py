"""What the candidates of a query hold of it, read from their own tokens: how well, how close together, where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.characters import NAMING
from kb.index.postings import Floats, Ints
from kb.index.question import Question
from kb.index.ragged import Offsets, owners, ranges
from kb.index.tokens import TokenTable
from kb.index.weights import FIELD_WEIGHTS, K1

STRETCH = 16
"""Tokens that are read together: a sentence or two."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The tokens of some candidates that a question asks for, candidate by candidate, in reading order."""

    candidates: int
    owner: Ints
    """The candidate that each token belongs to."""
    row: Ints
    """The question's row that each token is of."""
    place: Offsets
    """Where each token stands among all tokens."""
    passage: Offsets
    fields: NDArray[np.uint8]


def match(table: TokenTable, documents: Ints, row_of_term: Ints) -> Matches:
    """The tokens of ``documents`` that ``row_of_term`` has a row for; -1 stands for terms that nobody asked for."""
    first = table.token_of_passage[table.passage_of_doc[documents]]
    lengths = table.token_of_passage[table.passage_of_doc[documents + 1]] - first
    places = ranges(first, lengths)
    rows = row_of_term[table.terms[places]]
    found = np.flatnonzero(rows >= 0)
    places = places[found]
    passage = np.searchsorted(table.token_of_passage, places, side="right") - 1
    return Matches(
        len(documents), owners(lengths)[found], rows[found], places, passage, table.fields[passage]
    )


def amounts(found: Matches, question: Question) -> Floats:
    """How much of each row each candidate holds: candidates × rows, occurrences weighed by field."""
    rows = len(question.terms)
    cells = found.owner.astype(np.int64) * rows + found.row
    counted = np.bincount(cells, FIELD_WEIGHTS[found.fields], minlength=found.candidates * rows)
    return counted.reshape(found.candidates, rows).astype(np.float32)


def bm25(held: Floats, question: Question, idf: Floats, norms: Floats) -> Floats:
    """The BM25F score of each candidate; ``idf`` of each row, ``norms`` of each candidate."""
    weights = held * np.float32(K1 + 1) / (held + norms[:, None])
    return np.asarray(weights @ (question.factors * idf), np.float32)


def covered(held: Floats, question: Question) -> Floats:
    """The information of the question's words that each candidate holds; a close word counts in part."""
    if not len(question.words):
        return np.zeros(len(held), np.float32)
    first = np.flatnonzero(np.concatenate([[True], question.words[1:] != question.words[:-1]]))
    best = np.maximum.reduceat((held > 0) * question.shares, first, axis=1)
    return np.asarray(best @ question.masses[question.words[first]], np.float32)


def named(found: Matches, question: Question) -> Floats:
    """The share of the question's information that the best name (title or question) of each candidate holds."""
    naming = NAMING[found.fields]
    return np.asarray(
        _best_group(found, question, naming, found.passage) / np.float32(question.mass), np.float32
    )


def together(found: Matches, question: Question) -> Floats:
    """The share of the question's information that stands in the best stretch of each candidate."""
    everywhere = np.ones(len(found.place), bool)
    early = _best_group(found, question, everywhere, found.place // STRETCH)
    late = _best_group(found, question, everywhere, (found.place + STRETCH // 2) // STRETCH)
    return np.asarray(np.maximum(early, late) / np.float32(question.mass), np.float32)


def followed(found: Matches, question: Question) -> Floats:
    """The information of the question's pairs of words that each candidate has side by side, each pair once."""
    words = len(question.masses)
    asked = np.zeros(words * words, bool)
    for one, other in question.following:
        asked[one * words + other] = True
    word = question.words[found.row].astype(np.int64)
    pairs = word[:-1] * words + word[1:]
    side_by_side = (
        (found.place[1:] == found.place[:-1] + 1)
        & (found.passage[1:] == found.passage[:-1])
        & (found.owner[1:] == found.owner[:-1])
    )
    chosen = np.flatnonzero(side_by_side & asked[pairs]) if len(pairs) else np.zeros(0, np.int64)
    cells = np.unique(found.owner[1:][chosen].astype(np.int64) * words * words + pairs[chosen])
    owner, pair = np.divmod(cells, words * words)
    mass = (question.masses[pair // words] + question.masses[pair % words]) / 2
    return np.bincount(owner, mass, minlength=found.candidates).astype(np.float32)


def _best_group(found: Matches, question: Question, chosen: Any, group: Offsets) -> Floats:
    """The information of the different rows in the best group of tokens of each candidate."""
    best = np.zeros(found.candidates, np.float32)
    places = np.flatnonzero(chosen)
    if not len(places):
        return best
    rows = len(question.terms)
    group = group[places] - group[places].min()
    groups = int(group.max()) + 1
    keys = (found.owner[places].astype(np.int64) * groups + group) * rows + found.row[places]
    different = np.unique(keys)
    of_group, row = np.divmod(different, rows)
    mass = question.masses[question.words[row]] * question.shares[row]
    first = np.flatnonzero(np.concatenate([[True], of_group[1:] != of_group[:-1]]))
    sums = np.add.reduceat(mass, first)
    np.maximum.at(best, of_group[first] // groups, sums)
    return best
