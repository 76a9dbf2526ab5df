"""Threads whose accepted answer is older than an official article on the same question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kb.index.engine import Candidate, IndexReader
from kb.model import Card, Document, ForumThread, Kind, Query
from kb.search.ranking import Ranker

_RESEMBLES = 0.75
"""The least share of the thread title's information (IDF) that the article covers: less is another question."""
_IN_NAMES = 0.5
"""The least share that its title and questions cover: an article that only mentions the words is about another."""
_NAMES = frozenset({"title", "questions"})
_AS_GOOD = 0.5
"""The share of the thread's score that the article needs to be put above it: an exact answer is never buried."""
_PLACES = 10
"""How far below the thread the article may stand: so many candidates beyond the page are known on every page of
hits, so that all pages agree on the order."""
_CONSIDERED = 2
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Reordered:
    """Candidates with newer articles above older threads, and by id of a thread its newer article."""

    candidates: tuple[Candidate, ...]
    newer: Mapping[str, Card]


class NewerArticles:
    """Finds, for threads with an accepted answer, the official article that has come since."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._known = lru_cache(maxsize=_REMEMBERED)(_Known)

    def reordered(self, reader: IndexReader, candidates: Sequence[Candidate], wanted: int) -> Reordered:
        """Put each thread among the first ``wanted`` candidates below its newer article, if that is about as good."""
        ordered, newer = list(candidates), dict[str, Card]()
        place = {candidate.id: place for place, candidate in enumerate(candidates)}
        looked: set[str] = set()
        while solved := [c for c in ordered[:wanted] if c.facts.accepted and c.id not in looked]:
            looked.update(thread.id for thread in solved)  # what moves down lets others in
            newer |= {c.id: card for c in solved if (card := self.of(reader, c.id))}
            for thread in reversed(solved):
                above = place.get(newer[thread.id].id, 0) if thread.id in newer else 0
                if 0 < above - place[thread.id] <= _PLACES and _is_as_good(candidates[above], thread):
                    ordered.remove(thread)
                    ordered.insert(ordered.index(candidates[above]) + 1, thread)
        return Reordered(tuple(ordered), newer)

    def of(self, reader: IndexReader, thread_id: str) -> Card | None:
        """The article on a thread's question that is newer than its accepted answer, if there is one.

        :raises NotFound: there is no thread with that id.
        """
        known = self._known(reader.generation, thread_id)
        if not known.looked:
            known.card = self._find(reader, reader.document(thread_id))
            known.looked = True
        return known.card

    def _find(self, reader: IndexReader, thread: Document) -> Card | None:
        answered = _answered(thread)
        if answered is None:
            return None
        title = Query(
            thread.title, thread.lang, Kind.ARTICLE, only_lang=True, limit=_CONSIDERED, by_words=True
        )
        found = self._ranker.rank(reader, title)
        for candidate in found.candidates[:_CONSIDERED]:
            article = reader.document(candidate.id)
            if article.lang == thread.lang and article.updated and article.updated > answered:
                terms = found.terms.get(article.lang, ())
                resembles = candidate.coverage >= _RESEMBLES
                if resembles and _in_names(reader, article.lang, candidate, terms) >= _IN_NAMES:
                    return article.card
        return None


class _Known:
    """What is known of one thread in one generation, filled when it is first asked for.

    Remembering ``of`` itself would need the reader as a key, and keep old generations open.
    """

    def __init__(self, generation: str, thread_id: str) -> None:  # noqa: ARG002 - keys of the cache
        self.looked = False
        self.card: Card | None = None


def _answered(thread: Document) -> date | None:
    """The day of the accepted answer; of the thread's last word where the answer has no date."""
    page = thread.page
    answer = page.accepted_answer if isinstance(page, ForumThread) else None
    if answer is None:
        return None
    return answer.created.date() if answer.created else thread.updated


def _in_names(reader: IndexReader, lang: str, candidate: Candidate, terms: Sequence[str]) -> float:
    """The share of the terms' information that the title and questions of an article cover.

    The candidate covers some of it: its ``evidence`` is not 0.
    """
    weights = {
        token.term: token.weight
        for token in reader.matched_tokens(lang, [candidate.ordinal], terms)[0]
        if token.field in _NAMES
    }
    return sum(weights.values()) * candidate.coverage / candidate.evidence


def _is_as_good(article: Candidate, thread: Candidate) -> bool:
    return article.score >= _AS_GOOD * thread.score
