"""What each candidate holds of a query, read from its tokens: which words, how often, where, how close together."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.characters import NAMING
from kb.index.postings import Floats, Ints
from kb.index.question import Question
from kb.index.ragged import Offsets, changes, owners, ranges
from kb.index.tokens import TokenTable
from kb.index.weights import FIELD_WEIGHTS, K1

_SHORT = 1 << 16
STRETCH = 16
"""Tokens that are read together: a sentence or two."""


class Matches(Struct, frozen=True):
    """The tokens of some candidates that a question asks for, candidate by candidate, in reading order."""

    candidates: int
    owner: Ints
    """The candidate that each token belongs to."""
    opens: NDArray[np.bool_]
    """Whether it is the first of them."""
    row: NDArray[np.int16]
    """The question's row that each token is of."""
    place: Offsets
    """Where each token stands among all tokens."""
    passage: Offsets
    fields: NDArray[np.uint8]
    key: NDArray[np.integer[Any]]
    """The owner and the row as one number."""
    earlier: NDArray[np.intp]
    """The tokens here whose row stands in their candidate once more, and in ``later`` the next one of it."""
    later: NDArray[np.intp]


class TokenScores(Struct, frozen=True):
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
    shares = question.masses[question.words] * question.shares / np.float32(question.mass)
    said = shares.take(found.row)
    return TokenScores(
        words=bm25(held, question, idf, norms),
        evidence=covered(held, question),
        named=named(found, said),
        followed=followed(found, question),
        together=together(found, said),
    )


def match(table: TokenTable, documents: Ints, row_of_term: NDArray[np.int16], width: int) -> Matches:
    """The tokens of ``documents`` that are asked for: ``row_of_term`` has their row, below ``width``, not -1."""
    first, last = table.passage_of_doc[documents], table.passage_of_doc[documents + 1]
    passages = ranges(first, last - first)
    ends = table.token_of_passage[passages + 1]
    lengths = ends - table.token_of_passage[passages]
    read = lengths.cumsum()
    terms = table.terms.between(table.token_of_passage[first], table.token_of_passage[last]).whole()
    rows = row_of_term.take(terms)
    tokens = (rows >= 0).nonzero()[0]
    within = owners(lengths).take(tokens)
    owner, row = owners(last - first).take(within), rows.take(tokens)
    passage = passages.take(within)
    key = owner * width + row
    if len(documents) * width <= _SHORT:
        key = key.astype(np.uint16)  # numpy sorts these in linear time
    by_row = key.argsort(kind="stable")
    again = (~changes(key.take(by_row))).nonzero()[0]
    return Matches(
        len(documents),
        owner,
        changes(owner),
        row,
        tokens + (ends - read).take(within),
        passage,
        table.fields.take(passage),
        key,
        by_row[again - 1],
        by_row[again],
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
    first = changes(question.words).nonzero()[0]
    best = np.maximum.reduceat((held > 0) * question.shares, first, axis=1)
    return np.asarray(best @ question.masses[question.words[first]], np.float32)


def named(found: Matches, said: Floats) -> Floats:
    """The most that a name (title or question) of each candidate holds of what was ``said``."""
    return _best_group(found, said * NAMING.take(found.fields), found.passage)


def together(found: Matches, said: Floats) -> Floats:
    """The most that a stretch of each candidate holds of what was ``said``."""
    early = _best_group(found, said, found.place // STRETCH)
    late = _best_group(found, said, (found.place + STRETCH // 2) // STRETCH)
    return np.maximum(early, late)


def followed(found: Matches, question: Question) -> Floats:
    """The information of the question's pairs of words that each candidate has side by side, each pair once."""
    one, other = question.following.T
    if not len(one) or not len(found.place):
        return np.zeros(found.candidates, np.float32)
    words = len(question.masses)
    asked = one * words + other  # ascending
    adjacent = (found.place[1:] == found.place[:-1] + 1) & (found.passage[1:] == found.passage[:-1])
    side_by_side = adjacent.nonzero()[0]
    word = question.words.take(found.row)
    stand = word[side_by_side] * words + word[side_by_side + 1]
    pair = np.minimum(asked.searchsorted(stand), len(asked) - 1)
    holds = np.zeros((found.candidates, len(asked)), np.float32)
    is_asked = asked[pair] == stand
    holds[found.owner[side_by_side[is_asked]], pair[is_asked]] = 1
    return np.asarray(holds @ ((question.masses[one] + question.masses[other]) / 2), np.float32)


def _best_group(found: Matches, said: Floats, group: Offsets) -> Floats:
    """The most that one group of a candidate's tokens says; a row counts once in a group.

    :param said: the share of the question's information that each token is worth.
    :param group: that of each token, ascending within a candidate.
    """
    once = said.copy()
    once[found.later[group[found.later] == group[found.earlier]]] = 0
    first = (changes(group) | found.opens).nonzero()[0]
    best = np.zeros(found.candidates, np.float32)
    np.maximum.at(best, found.owner[first], np.add.reduceat(once, first))
    return best
