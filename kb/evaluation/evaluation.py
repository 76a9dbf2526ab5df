"""Runs a judged collection through the very code that the site runs, and measures what comes back."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from kb.evaluation.collection import Collection
from kb.evaluation.measures import MEASURES, percentile
from kb.index.embedded import EmbeddedEngine
from kb.model import Query, TicketDraft
from kb.search.searcher import Searcher
from kb.support.suggester import Suggester

DEPTH = 100
"""How deep runs are written and recall is measured."""


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """One line of a run."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class SuggestionFigures:
    """What the suggester did with the same questions, as shares of 1."""

    coverage: float
    """Answerable questions for which something was suggested."""
    precision: float
    """Of those, where one of the three suggestions answers."""
    false_alarms: float
    """Unanswerable questions for which something was suggested; 0 where the collection has none."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one collection. Latencies in milliseconds, of a page of ten hits with snippets."""

    collection: str
    lang: str
    documents: int
    queries: int
    measures: Mapping[str, float]
    latency_p50: float
    latency_p95: float
    suggestions: SuggestionFigures
    run: Mapping[str, tuple[RankedDocument, ...]]


def evaluate(
    collection: Collection, lang: str, on_query: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Index the collection in a temporary folder and ask its questions."""
    with tempfile.TemporaryDirectory(prefix="kb-eval-") as folder:
        engine = EmbeddedEngine(Path(folder))
        engine.rebuild(collection.documents)
        searcher = Searcher(engine.reader, lang)
        suggester = Suggester(searcher)
        run: dict[str, tuple[RankedDocument, ...]] = {}
        seconds: list[float] = []
        for done, judged in enumerate(collection.queries):
            if on_query:
                on_query(done, len(collection.queries))
            ranking = searcher.rank(Query(judged.text, lang=lang, limit=DEPTH))
            run[judged.id] = tuple(RankedDocument(c.id, c.score) for c in ranking.candidates[:DEPTH])
            began = time.perf_counter()
            searcher.search(Query(judged.text, lang=lang))
            seconds.append(time.perf_counter() - began)
        suggestions = _suggestions(collection, suggester, lang)
    ranked = {query: [document.id for document in documents] for query, documents in run.items()}
    return Evaluation(
        collection=collection.name,
        lang=lang,
        documents=len(collection.documents),
        queries=len(collection.queries),
        measures={
            name: fmean(measure(ranked[q.id], q.grades) for q in collection.queries)
            for name, measure in MEASURES.items()
        },
        latency_p50=1000 * percentile(seconds, 0.5),
        latency_p95=1000 * percentile(seconds, 0.95),
        suggestions=suggestions,
        run=run,
    )


def _suggestions(collection: Collection, suggester: Suggester, lang: str) -> SuggestionFigures:
    made = right = 0
    for judged in collection.queries:
        shown = suggester.suggest(TicketDraft("", judged.text, lang=lang), 3).suggestions
        made += bool(shown)
        right += any(suggestion.id in judged.grades for suggestion in shown)
    alarms = sum(
        not suggester.suggest(TicketDraft("", text, lang=lang), 3).abstained
        for text in collection.unanswerable
    )
    return SuggestionFigures(
        coverage=made / len(collection.queries),
        precision=right / made if made else 0.0,
        false_alarms=alarms / len(collection.unanswerable) if collection.unanswerable else 0.0,
    )


def run_lines(evaluation: Evaluation, tag: str = "kb") -> list[str]:
    """The run in TREC's format: query, Q0, document, rank, score, tag."""
    return [
        f"{query} Q0 {document.id} {rank} {document.score:.6f} {tag}"
        for query, documents in evaluation.run.items()
        for rank, document in enumerate(documents, start=1)
    ]
