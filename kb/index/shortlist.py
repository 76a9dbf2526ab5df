"""The documents that a query's words find first: how many there are, and the few that are worth comparing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.postings import Floats, Ints
from kb.index.ragged import Offsets
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
    likely = _likely(scores, wanted.limit)
    slots = best(scores, np.flatnonzero(chosen) if likely is None else likely, wanted.limit)
    return Shortlist(slots, scores[slots], counts), chosen


def _likely(scores: Floats, limit: int) -> Offsets | None:
    """Places that the ``limit`` best are among, and not many more; None where no more than that have a score.

    Of the columns of a table so many have a best of at least some score; more of them are only in such columns, and
    in what is left after the table.
    """
    columns = _COLUMNS * limit
    whole = len(scores) // columns * columns
    table = scores[:whole].reshape(-1, columns)
    tops = table.max(axis=0, initial=0)
    least = np.partition(tops, -limit)[-limit]
    if least <= 0:
        return None
    lead = (tops >= least).nonzero()[0]
    rows, own = np.divmod((table.take(lead, axis=1) >= least).ravel().nonzero()[0], len(lead))
    after = (scores[whole:] >= least).nonzero()[0]
    return np.concatenate([rows * columns + lead[own], after + whole])


def best(scores: Floats, places: Any, limit: int) -> Ints:
    """The ``limit`` places with the highest scores, best first, ties by place."""
    if len(places) > 4 * limit > 0:
        chosen = scores[places]
        least = np.partition(chosen, -limit)[-limit]
        places = places[chosen >= least]
    order = np.lexsort((places, -scores[places]))[:limit]
    return np.asarray(places[order], np.int32)
