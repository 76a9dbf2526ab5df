"""The documents that a query's words find first: how many there are, and the few that are worth comparing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.postings import Floats, Ints
from kb.model import Kind

KINDS = tuple(Kind)
EMPTY = 255
"""The kind of an empty slot."""
_COLUMNS = 16  # for each of the best: so that few of them stand in the same
ANY_KIND = -1
ANY_TOPIC = -2
"""-1 is the topic of an empty slot, and of a name that is no topic."""

Slots = NDArray[np.bool_]
"""Some slots: one truth for each of all."""


@dataclass(frozen=True)
class Attributes:
    """What each slot holds: the code of its kind, the number of its topic."""

    kinds: NDArray[np.uint8]
    topics: Ints

    @cached_property
    def gone(self) -> NDArray[np.intp]:
        """The empty slots."""
        return np.flatnonzero(self.kinds == EMPTY)

    @cached_property
    def _codes(self) -> frozenset[int]:
        """The kinds that there are: mostly one, and whole arrays need not be compared."""
        return frozenset(np.flatnonzero(np.bincount(self.kinds)).tolist()) - {EMPTY}

    def of_kind(self, slots: Slots, code: int) -> Slots:
        """Which of some slots, none of them empty, hold a document of a kind, or of any."""
        if code == ANY_KIND or self._codes <= {code}:
            return slots
        chosen: Slots = slots & (self.kinds == code)
        return chosen

    def counts(self, slots: Slots) -> tuple[int, ...]:
        """How many of some slots, none of them empty, hold a document of each kind."""
        return tuple(
            int(np.count_nonzero(self.of_kind(slots, code))) if code in self._codes else 0
            for code in range(len(KINDS))
        )


class Wanted(Struct, frozen=True):
    """How many of the best documents, of which kind and which topic."""

    limit: int
    kind: int = ANY_KIND
    topic: int = ANY_TOPIC


class Shortlist(Struct, frozen=True):
    """Slots and their scores, best first, ties by slot; and how many there are by kind, before any choice."""

    slots: Ints
    scores: Floats
    counts: tuple[int, ...]

    def beyond(self, first: int) -> Shortlist:
        """Less the ``first`` best."""
        return Shortlist(self.slots[first:], self.scores[first:], self.counts)

    def without(self, slots: Ints) -> Shortlist:
        """Less some slots."""
        kept = ~np.isin(self.slots, slots)
        return Shortlist(self.slots[kept], self.scores[kept], self.counts)


def choose(scores: Floats, found: Slots, attributes: Attributes, wanted: Wanted) -> tuple[Shortlist, Slots]:
    """The best of the slots that were found, none of them empty, and which of them are wanted.

    :param scores: 0 where nothing was found, and afterwards where nothing is wanted.
    """
    chosen = found if wanted.topic == ANY_TOPIC else found & (attributes.topics == wanted.topic)
    counts = attributes.counts(chosen)
    chosen = attributes.of_kind(chosen, wanted.kind)
    if chosen is not found:
        scores *= chosen  # in place: new memory as large as the index would cost more than the sums
    least = _least(scores, wanted.limit)
    slots = best(scores, np.flatnonzero(scores >= least if least > 0 else chosen), wanted.limit)
    return Shortlist(slots, scores[slots], counts), chosen


def _least(scores: Floats, limit: int) -> float:
    """A score that ``limit`` of these reach, and not many more: so many columns have a best that does."""
    columns = _COLUMNS * limit
    table = scores[: len(scores) // columns * columns].reshape(-1, columns)
    return float(np.partition(table.max(axis=0), -limit)[-limit]) if len(table) else 0.0


def best(scores: Floats, places: Any, limit: int) -> Ints:
    """The ``limit`` places with the highest scores, best first, ties by place."""
    if len(places) > 4 * limit > 0:
        chosen = scores[places]
        least = np.partition(chosen, -limit)[-limit]
        places = places[chosen >= least]
    order = np.lexsort((places, -scores[places]))[:limit]
    return np.asarray(places[order], np.int32)
