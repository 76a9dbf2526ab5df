"""Fits what the words of a language are about: a table of vectors with which no encoder is needed.

The vector of a text is to be the sum of those of its words, each times the root of its IDF, so least squares finds
the words' vectors from an encoder's vectors of many short texts (as Model2Vec's tokenlearn does by gradient descent).
docs/relevance.md says which texts the table that ships was fitted on, and what was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from kb.index.statistics import bm25_idf
from kb.semantic.directory import read_directory
from kb.semantic.encoder import Encoder
from kb.text.analyzer import analyzer
from kb.text.word_vectors import save_word_vectors

Floats = NDArray[np.float32]

LONGEST = 16  # bytes of a term: longer ones are rare and cost every row
RIDGE = 0.3  # of each word's vector: more costs words that few texts have
STEPS = 50
COMMON = 1.4  # what texts have in common, the first component, counts so much more
_ENCODED_AT_ONCE = 10_000


@click.command()
@click.argument(
    "texts", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1, required=True
)
@click.option(
    "--model", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True
)
@click.option("--lang", default="en", show_default=True)
@click.option("--terms", default=32_000, show_default=True, help="The most frequent ones.")
@click.option("--dimensions", default=96, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="word_vectors.npy", show_default=True)
def main(texts: tuple[Path, ...], folder: Path, lang: str, terms: int, dimensions: int, out: Path) -> None:
    """Fit a table. TEXTS are files with one sentence or word a line; their vectors are kept beside them."""
    encoder = Encoder(read_directory(folder))
    lines = [line for path in texts for line in _lines(path)]
    vectors = np.concatenate([_encoded(path, encoder) for path in texts]).astype(np.float32)
    analyze = analyzer(lang).terms
    bags = [list(analyze(line)) for line in lines]
    counted = Counter(term for bag in bags for term in set(bag) if len(term.encode()) <= LONGEST)
    vocabulary = {term: row for row, (term, _) in enumerate(counted.most_common(terms))}
    click.echo(f"{len(lines)} texts, {len(counted)} terms, of which {len(vocabulary)} are kept")
    save_word_vectors(out, list(vocabulary), fitted(bags, vocabulary, vectors, dimensions))
    click.echo(f"{out}: {out.stat().st_size} bytes")


def fitted(
    bags: Sequence[Sequence[str]], vocabulary: dict[str, int], vectors: Floats, dimensions: int
) -> Floats:
    """The vector of each term: the first principal components of what the texts mean, fitted word by word."""
    counts = _counts(bags, vocabulary)
    held = np.flatnonzero(np.diff(counts.indptr))
    counts, vectors = counts[held], vectors[held]
    idf = bm25_idf(np.bincount(counts.indices, minlength=len(vocabulary)), len(held))
    weighed = counts @ diags(np.sqrt(idf))
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed = csr_matrix(diags(1 / lengths) @ weighed, dtype=np.float32)
    _, axes = np.linalg.eigh(np.cov(vectors.T))
    found = _least_squares(weighed, vectors @ axes[:, ::-1][:, :dimensions].astype(np.float32))
    frequency = np.sqrt(np.bincount(counts.indices, minlength=len(vocabulary)))
    _, shared = np.linalg.eigh((found * frequency[:, None]).T @ (found * frequency[:, None]))
    common = shared[:, -1:].astype(np.float32)
    return np.asarray(found + (COMMON - 1) * (found @ common) @ common.T, np.float32)


def _least_squares(design: Any, goal: Floats) -> Floats:
    """Conjugate gradients for ridge regression, every dimension at once."""
    found = np.zeros((design.shape[1], goal.shape[1]), np.float32)
    rest = design.T @ goal
    direction, length = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(STEPS):
        image = design.T @ (design @ direction) + RIDGE * direction
        step = length / np.maximum((direction * image).sum(axis=0), 1e-12)
        found += step * direction
        rest -= step * image
        before, length = length, (rest * rest).sum(axis=0)
        direction = rest + length / np.maximum(before, 1e-12) * direction
    return found


def _counts(bags: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> Any:
    """Texts × terms: how often each occurs."""
    rows = [[vocabulary[term] for term in bag if term in vocabulary] for bag in bags]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], np.int32)
    counts = csr_matrix((np.ones(len(columns), np.float32), columns, ends), (len(bags), len(vocabulary)))
    counts.sum_duplicates()
    return counts


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").strip("\n").split("\n")


def _encoded(path: Path, encoder: Encoder) -> NDArray[np.float16]:
    """The vectors of a file's lines; computed once, and kept a part at a time."""
    parts = []
    lines = _lines(path)
    for first in range(0, len(lines), _ENCODED_AT_ONCE):
        kept = path.with_suffix(f".{first}.npy")
        if not kept.exists():
            some = lines[first : first + _ENCODED_AT_ONCE]
            np.save(kept, np.stack([encoder.encode_question(line) for line in some]).astype(np.float16))
        parts.append(np.load(kept))
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
