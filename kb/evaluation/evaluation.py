"""Runs a judged collection through the very code that the site runs, and keeps what came back for each question."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from kb.evaluation.abstention import AbstentionPoint, Offer, point
from kb.evaluation.asking import ask_message
from kb.evaluation.collection import Collection, JudgedQuery
from kb.evaluation.measures import MEASURES, percentile
from kb.index.embedded import EmbeddedEngine
from kb.model import Query
from kb.search.searcher import Searcher
from kb.semantic.model import SentenceModel
from kb.support.calibration import SHIPPED, load_calibration
from kb.support.confidence import Calibration

DEPTH = 100
"""How deep runs are written and recall is measured."""


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """One line of a run."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question and what came back for it."""

    id: str
    text: str
    ranked: tuple[RankedDocument, ...]
    measures: Mapping[str, float]
    seconds: float
    """How long a page of ten hits with snippets took."""
    offer: Offer


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one collection's questions brought."""

    collection: str
    lang: str
    documents: int
    threshold: float
    """The confidence that the site asks of suggestions."""
    questions: tuple[AskedQuestion, ...]
    unanswerable: tuple[Offer, ...]

    @property
    def queries(self) -> int:
        return len(self.questions)

    @property
    def measures(self) -> Mapping[str, float]:
        """The mean of each measure."""
        return {name: fmean(asked.measures[name] for asked in self.questions) for name in MEASURES}

    @property
    def offers(self) -> list[Offer]:
        """What would be suggested for the answerable questions."""
        return [asked.offer for asked in self.questions]

    @property
    def suggestions(self) -> AbstentionPoint:
        """What the suggester did with the same questions, at the site's threshold."""
        return point(self.offers, self.unanswerable, self.threshold)

    def latency(self, share: float) -> float:
        """A percentile of the time that a page of hits took, in milliseconds."""
        return 1000 * percentile([asked.seconds for asked in self.questions], share)


def evaluate(
    collection: Collection,
    lang: str,
    on_query: Callable[[int, int], None] | None = None,
    model: SentenceModel | None = None,
) -> Evaluation:
    """Index the collection in a temporary folder and ask its questions; a model adds what they mean."""
    calibration = load_calibration(SHIPPED)
    with indexed(collection, lang, model) as searcher:
        total = len(collection.queries) + len(collection.unanswerable)
        questions = []
        for done, judged in enumerate(collection.queries):
            if on_query:
                on_query(done, total)
            questions.append(_ask(searcher, calibration, judged, lang))
        unanswerable = tuple(
            _offer(searcher, calibration, text, {}, lang) for text in collection.unanswerable
        )
        if on_query:
            on_query(total, total)
    return Evaluation(
        collection=collection.name,
        lang=lang,
        documents=len(collection.documents),
        threshold=calibration.threshold,
        questions=tuple(questions),
        unanswerable=unanswerable,
    )


@contextmanager
def indexed(collection: Collection, lang: str, model: SentenceModel | None = None) -> Iterator[Searcher]:
    """What searches a collection, indexed in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="kb-eval-") as folder:
        engine = EmbeddedEngine(Path(folder), passages=model.passages if model else nullcontext)
        engine.rebuild(collection.documents)
        yield Searcher(engine.reader, lang, model.questions if model else None)


def _ask(searcher: Searcher, calibration: Calibration, judged: JudgedQuery, lang: str) -> AskedQuestion:
    ranking = searcher.rank(Query(judged.text, lang=lang, limit=DEPTH))
    ranked = tuple(RankedDocument(c.id, c.score) for c in ranking.candidates[:DEPTH])
    began = time.perf_counter()
    searcher.search(Query(judged.text, lang=lang))
    seconds = time.perf_counter() - began
    ids = [document.id for document in ranked]
    measures = {name: measure(ids, judged.grades) for name, measure in MEASURES.items()}
    offer = _offer(searcher, calibration, judged.text, judged.grades, lang)
    return AskedQuestion(judged.id, judged.text, ranked, measures, seconds, offer)


def _offer(
    searcher: Searcher, calibration: Calibration, text: str, answers: Iterable[str], lang: str
) -> Offer:
    asked = ask_message(searcher, text, lang, answers, by_words=calibration.by_words)
    return asked.offer(calibration)


def run_lines(evaluation: Evaluation, tag: str = "kb") -> list[str]:
    """The run in TREC's format: query, Q0, document, rank, score, tag."""
    return [
        f"{asked.id} Q0 {document.id} {rank} {document.score:.6f} {tag}"
        for asked in evaluation.questions
        for rank, document in enumerate(asked.ranked, start=1)
    ]
