"""Fits how much the meaning of a question counts beside its words, and predicts what that is worth.

Each collection is predicted with the weights fitted on the others, so that its figure is one that new articles can
hope for; the weights printed last are fitted on all. Copy them to WEIGHT and SIZES in kb/search/meaning.py.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kb.evaluation.collection import Collection, load_collection
from kb.evaluation.measures import ndcg
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Floats, Retrieval
from kb.index.retrieval import COMPARED
from kb.search.meaning import WEIGHT, WeightModel
from kb.search.query import parse_query
from kb.semantic.model import SentenceModel
from kb.text.analyzer import analyzer

SHARPNESS = 12.0  # of the softmax over them: near 1 / the difference of scores that decides a place
RIDGE = 0.01


@dataclass(slots=True)
class Recorder:
    """Implements :class:`kb.index.engine.Meaning`: keeps what the index said, and ranks in the order it was said."""

    vector: Floats
    fingerprint: str
    least_lead: float = 0.0
    words: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    nearness: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    coverage: float = 0.0
    documents: int = 0

    def fused(self, words: Floats, nearness: Floats, coverage: Floats, documents: int) -> Floats:
        self.words, self.nearness, self.documents = words / (words.max() or 1), nearness, documents
        self.coverage = float(coverage[np.argmax(words)])
        return np.arange(len(words), 0, -1, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: both scores of the documents that were compared, and which answer it."""

    words: Floats
    nearness: Floats
    coverage: float
    documents: int
    ids: Sequence[str]
    grades: Mapping[str, int]
    answers: NDArray[np.float64]
    """A distribution over the documents that answer; all 0 where none was compared."""

    def ndcg(self, weight: float) -> float:
        scores = (1 - weight) * self.words + weight * self.nearness
        best = np.argsort(-scores, kind="stable")[:10]
        return ndcg([self.ids[place] for place in best], self.grades, 10)


@click.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--model", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--cache", default=Path("data/vectors.sqlite"), type=click.Path(path_type=Path))
def main(collections: tuple[Path, ...], folder: Path, cache: Path) -> None:
    """Fit on judged English COLLECTIONS."""
    model = SentenceModel(folder, cache, budget=60.0)
    asked = {path.name: ask(load_collection(path, "en"), model) for path in collections}
    sizes = [each[0].documents for each in asked.values()]
    click.echo(
        "| collection | words | meaning | fitted on the others | as shipped |\n|---|---:|---:|---:|---:|"
    )
    rows = []
    for name, questions in asked.items():
        others = fit([each for other, each in asked.items() if other != name])
        rows.append([measured(questions, by) for by in (lambda _: 0.0, lambda _: 1.0, others, shipped)])
        click.echo(f"| {name} | {' | '.join(f'{figure:.4f}' for figure in rows[-1])} |")
    click.echo(f"| mean | {' | '.join(f'{fmean(column):.4f}' for column in zip(*rows, strict=True))} |\n")
    weights = fit(list(asked.values())).model
    click.echo(f"WEIGHT = {weights}\nSIZES = ({min(sizes)}, {max(sizes)})")


def ask(collection: Collection, model: SentenceModel) -> list[Asked]:
    """Index a collection and ask its questions, by words and by meaning."""
    with tempfile.TemporaryDirectory(prefix="kb-fit-") as folder:
        engine = EmbeddedEngine(Path(folder), passages=model.passages)
        engine.rebuild(collection.documents)
        reader = engine.reader()
        found = []
        for judged in collection.queries:
            text = parse_query(judged.text).words
            vector = model.questions.vector(text)
            if vector is None:
                raise click.ClickException(f"The model does not answer: {model.questions.problem}")
            heard = Recorder(vector.values, vector.fingerprint)
            asked = Retrieval(
                "en", tuple(analyzer("en").terms(text)), text=text, meaning=heard, limit=2 * COMPARED
            )
            ids = [candidate.id for candidate in reader.retrieve(asked).candidates][: len(heard.words)]
            answers = np.array([document in judged.grades for document in ids], float)
            answers /= max(answers.sum(), 1.0)
            found.append(
                Asked(
                    heard.words,
                    heard.nearness,
                    heard.coverage,
                    heard.documents,
                    ids,
                    judged.grades,
                    answers,
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """A weight for each question."""

    model: WeightModel

    def __call__(self, question: Asked) -> float:
        return self.model.weight(question.documents, question.coverage)


def shipped(question: Asked) -> float:
    """The weight that the search uses today."""
    return WEIGHT.weight(question.documents, question.coverage)


def measured(questions: Sequence[Asked], weight: Callable[[Asked], float]) -> float:
    """The mean nDCG@10 of a collection."""
    return fmean(question.ndcg(weight(question)) for question in questions)


def fit(collections: Sequence[Sequence[Asked]]) -> Fitted:
    """The weights under which the documents that answer come first; every collection counts the same."""
    features = [np.array([[1.0, math.log(q.documents), q.coverage] for q in each]) for each in collections]
    every = np.concatenate(features)[:, 1:]
    mean, spread = every.mean(axis=0), np.maximum(every.std(axis=0), 1e-9)
    padded = [Padded.of(each) for each in collections]

    def loss(coefficients: NDArray[np.float64]) -> float:
        total = 0.0
        for questions, rows in zip(padded, features, strict=True):
            z = coefficients[0] + (rows[:, 1:] - mean) / spread @ coefficients[1:]
            total += questions.surprise(1 / (1 + np.exp(-z)))
        return total / len(collections) + RIDGE * float(coefficients[1:] @ coefficients[1:])

    found = minimize(loss, np.zeros(3), method="L-BFGS-B").x
    slopes = found[1:] / spread
    return Fitted(WeightModel(*(round(float(v), 3) for v in (found[0] - slopes @ mean, *slopes))))


@dataclass(frozen=True, slots=True)
class Padded:
    """The questions of a collection as rows of equal length."""

    words: NDArray[np.float64]
    nearness: NDArray[np.float64]
    answers: NDArray[np.float64]

    @classmethod
    def of(cls, questions: Sequence[Asked]) -> Padded:
        """Rows end with documents that are nowhere near, and do not answer."""
        longest = max(len(question.words) for question in questions)

        def rows(values: Sequence[NDArray[Any]], filler: float) -> NDArray[np.float64]:
            return np.array(
                [np.pad(each, (0, longest - len(each)), constant_values=filler) for each in values], float
            )

        return cls(
            rows([q.words for q in questions], -1.0),
            rows([q.nearness for q in questions], -1.0),
            rows([q.answers for q in questions], 0.0),
        )

    def surprise(self, weights: NDArray[np.float64]) -> float:
        """How far the softmax of the scores is from the documents that answer (ListNet, Cao et al. 2007)."""
        weight = weights[:, None]
        logits = SHARPNESS * ((1 - weight) * self.words + weight * self.nearness)
        surprise = self.answers * (np.log(np.exp(logits).sum(axis=1, keepdims=True)) - logits)
        return float(surprise.sum() / len(weights))


if __name__ == "__main__":
    main()
