"""How the documents of one language answer a query: the likeliest are found first, and only those are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from kb.index.engine import Candidate, Retrieval, Retrieved
from kb.index.partition import Partition
from kb.index.postings import Ints
from kb.index.question import Question
from kb.index.shortlist import ANY_KIND, ANY_TOPIC, KINDS, Shortlist, Slots, Wanted, best, choose
from kb.index.vectors import Closeness, VectorIndex

COMPARED = 64
"""Candidates that all scorers compare with the query: as good as 1,000 on judged collections."""
NEAREST = 32
"""Candidates that are compared since they come close in meaning, beside those found by words."""


class _Selected(Struct, frozen=True):
    """The slots that match, by kind in ``rest.counts``: those to compare, ascending, and those below them."""

    compared: Ints
    rest: Shortlist


def retrieve(
    part: Partition, retrieval: Retrieval, matching: Slots | None = None, vectors: VectorIndex | None = None
) -> Retrieved:
    """The documents that match, best first.

    :param matching: the slots that meet the conditions of the query; None where it has none.
    :param vectors: what the meaning of the query is compared with; None where it cannot be.
    """
    meaning = retrieval.meaning if vectors else None
    question = part.similarity.ask(retrieval.terms, retrieval.text)
    close = vectors.closeness(meaning.vector, part.there) if vectors and meaning else None
    selected = _select(part, question, retrieval, matching, close)
    counts = dict(zip(KINDS, selected.rest.counts, strict=True))
    if not retrieval.limit:
        return Retrieved((), counts)
    compared = _compare(part, question, retrieval, selected.compared, close)
    below = _below(part, selected.rest, compared, retrieval.limit - len(compared))
    return Retrieved((*compared, *below), counts)


def _select(
    part: Partition, question: Question, retrieval: Retrieval, matching: Slots | None, close: Closeness | None
) -> _Selected:
    """The slots that match; a query of plain words and no meaning needs no score of every document for that."""
    wanted = Wanted(
        max(retrieval.limit, COMPARED),
        KINDS.index(retrieval.kind) if retrieval.kind else ANY_KIND,
        part.topic_number(retrieval.topic) if retrieval.topic else ANY_TOPIC,
    )
    if close is None and matching is None:
        shortlist = part.similarity.shortlist(question, part.attributes, wanted)
        return _Selected(np.sort(shortlist.slots[:COMPARED]), shortlist.beyond(COMPARED))
    scores = part.similarity.found(question)
    scores[part.attributes.gone] = 0
    held = scores > 0
    if close and retrieval.meaning:
        held |= close.near(retrieval.meaning.least_lead)
    matched = _matched(retrieval, held, matching)
    scores *= matched
    shortlist, found = choose(scores, matched, part.attributes, wanted)
    compared, rest = np.sort(shortlist.slots[:COMPARED]), shortlist.beyond(COMPARED)
    if close:
        compared = np.union1d(compared, best(close.nearness, np.flatnonzero(found), NEAREST))
        rest = rest.without(compared)
    return _Selected(compared, rest)


def _matched(retrieval: Retrieval, held: Slots, matching: Slots | None) -> Slots:
    """The slots that match. ``held`` says which hold some of what is asked."""
    if matching is None:
        return held
    if retrieval.terms and all(clause.negated for clause in retrieval.clauses):
        return matching & held  # an exclusion narrows the plain words, it does not replace them
    return matching


def _compare(
    part: Partition, question: Question, retrieval: Retrieval, slots: Ints, close: Closeness | None
) -> list[Candidate]:
    """The best of the documents in ``slots`` by all scorers, and by their meaning where that is known."""
    by = part.similarity.compare(question, slots)
    coverage = by.evidence / np.float32(question.mass)
    scores = by.fused
    if close and retrieval.meaning:
        scores = retrieval.meaning.fused(by.fused, close.nearness[slots], coverage, close.compared)
    order = np.lexsort((slots, -scores))[: retrieval.limit]
    columns = (scores, by.cosine, coverage, by.evidence, by.fused)
    chosen: list[int] = slots[order].tolist()
    candidates = [
        Candidate(slot + part.first, facts.id, score, cosine, covered, evidence, words, facts=facts)
        for slot, facts, score, cosine, covered, evidence, words in zip(
            chosen, part.facts(chosen), *(column[order].tolist() for column in columns), strict=True
        )
    ]
    if close is None:
        return candidates
    return [
        each._replace(
            closeness=float(close.cosines[slot]),
            section=close.section(slot),
            runner_up=close.runner_up(slot),
        )
        for each, slot in zip(candidates, chosen, strict=True)
    ]


def _below(part: Partition, rest: Shortlist, compared: Sequence[Candidate], limit: int) -> list[Candidate]:
    """What was not compared: in the order of its first score, which is scaled to lie below all that was."""
    if limit <= 0 or not len(rest.slots):
        return []
    scale = compared[-1].score / (float(rest.scores[0]) or 1.0)
    slots: list[int] = rest.slots[:limit].tolist()
    return [
        Candidate(slot + part.first, facts.id, scale * score, 0.0, 0.0, evidence=score, facts=facts)
        for slot, facts, score in zip(slots, part.facts(slots), rest.scores[:limit].tolist(), strict=True)
    ]
