"""What each candidate holds of a query, read from its tokens: which words, how often, where, how close together."""

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

_SHORT = 1 << 16
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
    key: NDArray[np.integer[Any]]
    """The owner and the row as one number."""
    by_row: NDArray[np.intp]
    """The tokens' places here by owner, row and reading order."""

    def only(self, chosen: NDArray[np.intp]) -> Matches:
        """Some of the tokens, ascending."""
        key = self.key[chosen]
        return Matches(
            self.candidates,
            self.owner[chosen],
            self.row[chosen],
            self.place[chosen],
            self.passage[chosen],
            self.fields[chosen],
            key,
            np.argsort(key, kind="stable"),
        )


@dataclass(frozen=True, slots=True)
class TokenScores:
    """What the tokens of each candidate say of a question."""

    words: Floats
    evidence: Floats
    named: Floats
    followed: Floats
    together: Floats


def weigh_tokens(
    table: TokenTable,
    documents: Ints,
    row_of_term: NDArray[np.int16],
    question: Question,
    idf: Floats,
    norms: Floats,
) -> TokenScores:
    """Read the tokens of ``documents``; ``idf`` of each row, ``norms`` of each document (BM25's length norm)."""
    found = match(table, documents, row_of_term, len(question.terms))
    held = amounts(found, question)
    return TokenScores(
        words=bm25(held, question, idf, norms),
        evidence=covered(held, question),
        named=named(found, question),
        followed=followed(found, question),
        together=together(found, question),
    )


def match(table: TokenTable, documents: Ints, row_of_term: NDArray[np.int16], width: int) -> Matches:
    """The tokens of ``documents`` that are asked for: ``row_of_term`` has their row, below ``width``, not -1."""
    first, last = table.passage_of_doc[documents], table.passage_of_doc[documents + 1]
    passages = ranges(first, last - first)
    ends = table.token_of_passage[passages + 1]
    lengths = ends - table.token_of_passage[passages]
    read = np.cumsum(lengths)
    terms = table.terms.between(table.token_of_passage[first], table.token_of_passage[last]).whole()
    rows = row_of_term.take(terms)
    found = np.flatnonzero(rows >= 0)
    within = owners(lengths).take(found)
    owner, row = owners(last - first).take(within), rows.take(found).astype(np.int32)
    passage = passages.take(within)
    places = found + (ends - read).take(within)
    key = owner.astype(np.int64) * width + row
    if len(documents) * width <= _SHORT:
        key = key.astype(np.uint16)  # numpy sorts these in linear time
    return Matches(
        len(documents),
        owner,
        row,
        places,
        passage,
        table.fields.take(passage),
        key,
        np.argsort(key, kind="stable"),
    )


def amounts(found: Matches, question: Question) -> Floats:
    """How much of each row each candidate holds: candidates × rows, occurrences weighed by field."""
    rows = len(question.terms)
    counted = np.bincount(found.key, FIELD_WEIGHTS.take(found.fields), minlength=found.candidates * rows)
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
    in_names = np.flatnonzero(NAMING.take(found.fields))
    return _best_group(found.only(in_names), question, found.passage[in_names])


def together(found: Matches, question: Question) -> Floats:
    """The share of the question's information that stands in the best stretch of each candidate."""
    early = _best_group(found, question, found.place // STRETCH)
    late = _best_group(found, question, (found.place + STRETCH // 2) // STRETCH)
    return np.maximum(early, late)


def followed(found: Matches, question: Question) -> Floats:
    """The information of the question's pairs of words that each candidate has side by side, each pair once."""
    one, other = question.following.T
    if not len(one) or not len(found.place):
        return np.zeros(found.candidates, np.float32)
    words = len(question.masses)
    asked = one * words + other  # ascending
    side_by_side = np.flatnonzero(
        (found.place[1:] == found.place[:-1] + 1)
        & (found.passage[1:] == found.passage[:-1])
        & (found.owner[1:] == found.owner[:-1])
    )
    word = question.words.take(found.row)
    stand = word[side_by_side] * words + word[side_by_side + 1]
    pair = np.minimum(np.searchsorted(asked, stand), len(asked) - 1)
    holds = np.zeros((found.candidates, len(asked)), np.float32)
    is_asked = asked[pair] == stand
    holds[found.owner[side_by_side[is_asked]], pair[is_asked]] = 1
    return np.asarray(holds @ ((question.masses[one] + question.masses[other]) / 2), np.float32)


def _best_group(found: Matches, question: Question, group: Offsets) -> Floats:
    """The largest share of the question's information that one group of a candidate's tokens holds.

    :param group: that of each token, ascending within a candidate. A word counts once in a group.
    """
    best = np.zeros(found.candidates, np.float32)
    if not len(group):
        return best
    again = np.zeros(len(group), bool)  # whether the token's row stands in its group before it
    order = found.by_row
    keys, groups = found.key.take(order), group.take(order)
    again[order[1:]] = (keys[1:] == keys[:-1]) & (groups[1:] == groups[:-1])
    mass = np.where(again, np.float32(0), (question.masses[question.words] * question.shares).take(found.row))
    first = np.flatnonzero(
        np.concatenate([[True], (group[1:] != group[:-1]) | (found.owner[1:] != found.owner[:-1])])
    )
    sums = np.add.reduceat(mass, first)
    owner = found.owner[first]
    begins = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    best[owner[begins]] = np.maximum.reduceat(sums, begins) / np.float32(question.mass)
    return best
