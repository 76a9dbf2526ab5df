"""The fitted weights against their sources: scikit-learn for the cosine, the plain formula for BM25."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from kb.index.documents import FIELDS, passages
from kb.index.embedded import EmbeddedEngine
from kb.index.generation import Generation
from kb.index.partition import _best
from kb.index.similarity import Scores
from kb.index.weights import K1, B
from kb.model import Document
from kb.text.analyzer import analyzer
from tests.corpus import DOCUMENTS, document

ENGLISH = sorted((d for d in DOCUMENTS if d.lang == "en"), key=lambda d: d.id)
QUERIES = [
    "password",
    "forgot password code",
    "code code code password",
    "wi-fi log-in page of the hotel",
    "Error HM-1008 version 5.2.1",
    "giraffe giraffe ladder xyzzy",
    "xyzzy",
    "",
    "Select Forgot password on the sign-in page. A code with six digits comes by text message.",
]


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return indexed(ENGLISH, tmp_path_factory)


def indexed(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Generation:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("weights") / "index")
    engine.rebuild(documents)
    return engine.reader()


def scores(reader: Generation, terms: list[str]) -> Scores:
    """By document, in the order of their ids, which is that of a first fit."""
    return reader.partitions["en"].similarity.score(terms)


def words_and_pairs(lists: list[list[str]]) -> list[str]:
    """Terms, and the pairs of neighbours within each passage."""
    found = []
    for terms in lists:
        found += terms
        found += [f"{one} {other}" for one, other in pairwise(terms)]
    return found


def passages_in_terms(found: Document) -> list[list[str]]:
    return [analyzer("en").terms(passage.text) for passage in passages(found)]


@pytest.mark.parametrize("query", QUERIES)
def test_the_cosine_is_scikit_learns(english: Generation, query: str) -> None:
    vectorizer = TfidfVectorizer(analyzer=words_and_pairs, sublinear_tf=True)
    matrix = vectorizer.fit_transform([passages_in_terms(d) for d in ENGLISH])
    terms = analyzer("en").terms(query)
    expected = (matrix @ vectorizer.transform([[terms]]).T).toarray().ravel()
    np.testing.assert_allclose(scores(english, terms).cosine, expected, atol=1e-5)


@pytest.mark.parametrize("query", QUERIES)
def test_word_scores_are_bm25_with_weighted_fields(english: Generation, query: str) -> None:
    weight = {field.name: field.weight for field in FIELDS}
    counts: list[Counter[str]] = []
    for found in ENGLISH:
        counted: Counter[str] = Counter()
        for passage, terms in zip(passages(found), passages_in_terms(found), strict=True):
            for term in terms:
                counted[term] += weight[passage.field]  # type: ignore[assignment] # weighted counts
        counts.append(counted)
    mean = sum(map(Counter.total, counts)) / len(counts)
    terms = analyzer("en").terms(query)
    expected = []
    for counted in counts:
        score = 0.0
        for term in terms:
            holding = sum(term in other for other in counts)
            idf = math.log(1 + (len(counts) - holding + 0.5) / (holding + 0.5))
            norm = K1 * (1 - B + B * counted.total() / mean)
            score += idf * counted[term] * (K1 + 1) / (counted[term] + norm)
        expected.append(score)
    np.testing.assert_allclose(scores(english, terms).exact, expected, rtol=1e-5)


def test_a_misspelt_word_reaches_the_document_of_the_word(english: Generation) -> None:
    found = scores(english, ["girafe"])
    assert not found.exact.any()
    assert {ENGLISH[place].id for place in np.flatnonzero(found.fused)} == {"en/zoo/giraffe", "community/t-7"}


def test_a_code_is_never_nearly_right(english: Generation) -> None:
    assert not scores(english, ["hm-1009"]).fused.any()


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.5, 1.0]) | st.floats(0, 1, width=32), max_size=60),
    st.integers(0, 20),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_the_best_are_those_of_a_full_sort(numbers: list[float], limit: int, data: st.DataObject) -> None:
    every = list(range(len(numbers)))
    places = sorted(data.draw(st.sets(st.sampled_from(every)))) if every else []
    values = np.array(numbers, np.float32)
    expected = sorted(places, key=lambda place: (-values[place], place))[:limit]
    assert _best(values, np.array(places, np.intp), limit).tolist() == expected


@given(
    st.lists(st.text(st.sampled_from("abc 1-"), max_size=12), min_size=1, max_size=6),
    st.text("abc ", max_size=9),
)
@settings(max_examples=8, deadline=None)
def test_postings_hold_exactly_the_documents_with_the_word(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str], query: str
) -> None:
    documents = [document(f"en/a/{n}", body, body) for n, body in enumerate(bodies)]
    reader = indexed(documents, tmp_path_factory)
    for term in analyzer("en").terms(query):
        holding = [n for n, body in enumerate(bodies) if term in analyzer("en").terms(body)]
        assert np.flatnonzero(scores(reader, [term]).exact).tolist() == holding
        assert reader.frequency("en", term) == len(holding)
