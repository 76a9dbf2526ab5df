"""Findability: every question that an article answers, asked of the real search. A score for each article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

from kb.model import Hit, Kind, Query, SearchResult
from kb.text.analyzer import analyzer
from kb.writing.library import Library
from kb.writing.manuscripts import Manuscript
from kb.writing.questions import Question

SHOWN = 3
"""Places that people look at."""
DEPTH = 10
"""Places that are looked through: a page of results. Beyond it an article is not found."""
_MOST_WORDS = 5


class Search(Protocol):
    """What answers the questions: the search that the site runs."""

    def search(self, query: Query) -> SearchResult:
        """One page of hits."""


@dataclass(frozen=True, slots=True)
class Rival:
    """What stood before the article."""

    id: str
    title: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """How a question went. ``place`` counts from 1; 0 is not on the first page of results."""

    question: Question
    place: int
    before: tuple[Rival, ...]
    """What stood before it, at most three."""
    words: tuple[str, ...] = ()
    """Words of the question that would help, in the title or, where the article lacks them, in its text."""
    contested: tuple[str, ...] = ()
    """Other articles that scored nearly as well, or better."""

    @property
    def is_found(self) -> bool:
        return 0 < self.place <= SHOWN


@dataclass(frozen=True, slots=True)
class Findability:
    """The outcomes of all questions, in order."""

    outcomes: tuple[QuestionOutcome, ...]

    @property
    def lost(self) -> tuple[QuestionOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.is_found)

    @property
    def scores(self) -> Mapping[str, float]:
        """For each article the mean of 1 ÷ place over its questions, from 0 (never found) to 1 (always first)."""
        places: dict[str, list[float]] = defaultdict(list)
        for outcome in self.outcomes:
            places[outcome.question.article].append(1 / outcome.place if outcome.place else 0.0)
        return {article: round(fmean(found), 3) for article, found in places.items()}


_CONTESTED = 0.85
"""Of the article's own score: who comes that close wins as soon as somebody words the question otherwise."""


def ask_all(
    library: Library,
    questions: Iterable[Question],
    search: Search,
    on_progress: Callable[[int, int], None] | None = None,
) -> Findability:
    """Ask every question and see where its article stands.

    :raises IndexMissing: nothing was indexed.
    """
    asked = list(questions)
    outcomes = []
    for done, question in enumerate(asked, start=1):
        outcomes.append(_ask(library.by_id[question.article], question, search))
        if on_progress:
            on_progress(done, len(asked))
    return Findability(tuple(outcomes))


def _ask(one: Manuscript, question: Question, search: Search) -> QuestionOutcome:
    lang = one.article.lang
    hits = search.search(Query(question.text, lang=lang, limit=SHOWN)).hits
    place = _place(hits, question.article)
    if not place:
        hits = search.search(Query(question.text, lang=lang, limit=DEPTH)).hits
        place = _place(hits, question.article)
    before = hits[: place - 1 if place else DEPTH][:SHOWN]
    return QuestionOutcome(
        question=question,
        place=place,
        before=tuple(Rival(hit.id, hit.title, hit.kind) for hit in before),
        words=() if 0 < place <= SHOWN else _words(one, question),
        contested=_contested(hits, place, question.article, lang),
    )


def _place(hits: tuple[Hit, ...], article: str) -> int:
    return next((place for place, hit in enumerate(hits, start=1) if hit.id == article), 0)


def _contested(hits: tuple[Hit, ...], place: int, article: str, lang: str) -> tuple[str, ...]:
    own = hits[place - 1].score if place else 0.0
    return tuple(
        hit.id
        for hit in hits[:SHOWN]
        if hit.id != article
        and hit.kind is Kind.ARTICLE
        and hit.lang == lang
        and hit.score >= _CONTESTED * own
    )


def _words(one: Manuscript, question: Question) -> tuple[str, ...]:
    """The words that the article lacks; where it has them all, those that its title lacks."""
    article = one.article
    words = analyzer(article.lang)
    asked = words.analyze(question.text)
    sections = (f"{section.title} {section.text}" for section in article.sections)
    everything = set(words.terms(" ".join((article.title, article.summary, *article.questions, *sections))))
    title = set(words.terms(article.title))
    pairs = list(dict.fromkeys(zip(asked.terms, asked.words, strict=True)))
    lacking = [word for term, word in pairs if term not in everything]
    found = lacking or [word for term, word in pairs if term not in title]
    return tuple(dict.fromkeys(found))[:_MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Contest:
    """Two articles that compete for the same questions, each of which one of them is known to answer."""

    first: str
    second: str
    questions: tuple[str, ...]


FEWEST_QUESTIONS = 2
"""One question in common is chance."""


def contests(found: Findability) -> list[Contest]:
    """The pairs of articles that compete, those with most questions first."""
    questions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for outcome in found.outcomes:
        for other in outcome.contested:
            pair = (min(outcome.question.article, other), max(outcome.question.article, other))
            questions[pair].append(outcome.question.text)
    pairs = [
        Contest(*pair, tuple(asked)) for pair, asked in questions.items() if len(asked) >= FEWEST_QUESTIONS
    ]
    return sorted(pairs, key=lambda pair: (-len(pair.questions), pair.first, pair.second))
