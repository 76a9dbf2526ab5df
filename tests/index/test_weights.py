"""The fitted weights against their sources: scikit-learn for the cosine, the plain formula for BM25."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from kb.index import evidence
from kb.index.documents import FIELDS, passages
from kb.index.embedded import EmbeddedEngine
from kb.index.generation import Generation
from kb.index.postings import Floats
from kb.index.shortlist import best
from kb.index.similarity import Scores
from kb.index.weights import K1, B, Weights, length_norms
from kb.model import Document
from kb.text.analyzer import analyzer, fold
from tests.corpus import DOCUMENTS, document

ENGLISH = sorted((d for d in DOCUMENTS if d.lang == "en"), key=lambda d: d.id)
STEP = 0.02
"""Of a weight of a byte: half a step of the smallest that occur."""
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


@dataclass(frozen=True)
class Found:
    """What a query finds, by document, in the order of their ids, which is that of a first fit."""

    first: Floats
    """BM25F from the postings."""
    compared: Scores


def scores(reader: Generation, query: str) -> Found:
    similarity = reader.partitions["en"].similarity
    question = similarity.ask(analyzer("en").terms(query), query)
    everything = np.arange(similarity.documents, dtype=np.int32)
    return Found(similarity.found(question), similarity.compare(question, everything))


def grams(text: str) -> list[str]:
    """Four characters each, of words parted and edged by one space."""
    spaced = " ".join(re.findall(r"[^\W_]+", fold(text)))
    return [f" {spaced} "[i : i + 4] for i in range(len(spaced) - 1)]


def passages_in_terms(found: Document) -> list[list[str]]:
    return [analyzer("en").terms(passage.text) for passage in passages(found)]


@pytest.mark.parametrize("query", QUERIES)
def test_the_cosine_is_scikit_learns(english: Generation, query: str) -> None:
    naming = {field.name for field in FIELDS if field.names_document}
    texts = [
        " ".join([p.text for p in passages(d) if p.field in naming] + [p.text for p in passages(d)])
        for d in ENGLISH
    ]
    vectorizer = TfidfVectorizer(analyzer=grams, sublinear_tf=True)
    expected = (vectorizer.fit_transform(texts) @ vectorizer.transform([query]).T).toarray().ravel()
    cosine = scores(english, query).compared.cosine
    if all(gram in vectorizer.vocabulary_ for gram in grams(query)):
        np.testing.assert_allclose(cosine, expected, atol=0.02)  # n-grams that share a bucket
    else:  # scikit-learn forgets what no document holds; here it lengthens the query's vector
        assert (cosine <= expected + 0.02).all()


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
    similarity = english.partitions["en"].similarity
    known = [term for term in terms if similarity.vocabulary.number(term) >= 0]
    np.testing.assert_allclose(similarity.found(similarity.ask(known, "")), expected, rtol=STEP)


@pytest.mark.parametrize("query", QUERIES)
def test_the_words_of_a_candidate_score_what_its_postings_say(english: Generation, query: str) -> None:
    similarity = english.partitions["en"].similarity
    question = similarity.ask(analyzer("en").terms(query), query)
    [table] = english.partitions["en"].tables
    rows = np.full(len(similarity.vocabulary), -1, np.int16)
    rows[question.terms] = np.arange(len(question.terms))
    found = evidence.match(table, np.arange(table.documents, dtype=np.int32), rows, len(question.terms))
    weights = Weights.load(english.partitions["en"].folder / "base")
    norms = length_norms(weights.lengths, similarity.statistics.mean_length)
    idf = similarity.statistics.idf[question.terms]
    from_tokens = evidence.bm25(evidence.amounts(found, question), question, idf, norms)
    np.testing.assert_allclose(from_tokens, similarity.found(question), rtol=STEP)


def test_a_misspelt_word_reaches_the_document_of_the_word(english: Generation) -> None:
    found = scores(english, "girafe")
    assert {ENGLISH[place].id for place in np.flatnonzero(found.first)} == {"en/zoo/giraffe", "community/t-7"}


def test_a_code_is_never_nearly_right(english: Generation) -> None:
    similarity = english.partitions["en"].similarity
    assert not similarity.ask(["hm-1009", "1009"], "").terms.size


def test_a_word_that_is_known_is_not_replaced_by_one_close_to_it(english: Generation) -> None:
    holding = {d.id for d in ENGLISH if "code" in passages_in_terms(d)[-1]}
    found = {ENGLISH[place].id for place in np.flatnonzero(scores(english, "code").first)}
    assert holding <= found
    assert all(
        "code" in [t for terms in passages_in_terms(d) for t in terms] for d in ENGLISH if d.id in found
    )


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
    assert best(values, np.array(places, np.intp), limit).tolist() == expected


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
        if holding:  # otherwise the words close to it are found
            assert np.flatnonzero(scores(reader, term).first).tolist() == holding
        assert reader.frequency("en", term) == len(holding)
