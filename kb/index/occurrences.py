"""Where some terms stand in documents: the arithmetic of what is marked in a snippet."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.postings import Ints
from kb.index.ragged import Offsets, ranges
from kb.index.tokens import TokenTable


class Occurrences(Struct, frozen=True):
    """The tokens of some documents that are of some terms, document after document, in reading order."""

    until: NDArray[np.intp]
    """How many there are up to the end of each document."""
    which: Ints
    """The place of each one's term among those asked for."""
    fields: NDArray[np.integer[Any]]
    passages: Ints
    """The passage of its document that each stands in."""
    starts: Ints
    """Where it begins there, in characters."""
    ends: Ints


def occurrences(table: TokenTable, documents: Offsets, terms: Ints) -> Occurrences:
    """Those of ``terms``, at least one, in ``documents``; both ascend."""
    passages, after = table.passage_of_doc[documents], table.passage_of_doc[documents + 1]
    first, last = table.token_of_passage[passages], table.token_of_passage[after]
    tokens = table.terms.between(first, last).whole()
    which = np.minimum(terms.searchsorted(tokens), len(terms) - 1)
    found = (terms[which] == tokens).nonzero()[0]
    ends = (last - first).cumsum()
    owner = ends.searchsorted(found, "right")
    moved = (last - ends)[owner]
    every = ranges(passages, after - passages)
    begins = table.token_of_passage[every]
    passage = begins.searchsorted(found + moved, "right") - 1
    places = table.spans.read(first, last)
    reached = np.concatenate([[0], places.ends()])
    token_ends = reached[found + 1] - reached[begins[passage] - moved]
    return Occurrences(
        found.searchsorted(ends),
        which[found],
        table.fields[every][passage],
        every[passage] - passages[owner],
        token_ends - places.lengths[found],
        token_ends,
    )
