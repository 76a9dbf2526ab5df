"""Priors: votes, acceptance and a writer's boost decide between candidates that score nearly the same."""

from __future__ import annotations

import math
from collections.abc import Iterable

from kb.index.engine import Candidate, Facts

STRENGTH = 0.03
"""The most that votes and acceptance can add, as a share of the score: less than one matching word."""


def with_priors(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates, their scores multiplied by their priors, best first, ties by id."""
    weighed = (
        c if (prior := _prior(c.facts)) == 1 else c._replace(score=c.score * prior) for c in candidates
    )
    return tuple(sorted(weighed, key=lambda c: (-c.score, c.id)))


def _prior(facts: Facts) -> float:
    """A factor near 1. A writer's boost counts as its square root: 2 is a nudge, not a takeover."""
    if facts.boost == 1 and not facts.votes and not facts.accepted:
        return 1.0  # as of most
    trusted = 0.5 * facts.accepted + 0.5 * math.tanh(facts.votes / 10)
    return math.sqrt(facts.boost) * (1 + STRENGTH * trusted)
