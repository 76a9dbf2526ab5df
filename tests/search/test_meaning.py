from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Floats
from kb.model import Document, Kind, Query, Section
from kb.search.meaning import QueryMeaning, WeightModel, meaning_of
from kb.search.searcher import Searcher
from kb.semantic.model import SentenceModel
from kb.semantic.questions import QuestionVector
from tests.corpus import DOCUMENTS, article
from tests.tiny_model import write_model

SIGNED_OUT = from_article(  # shares no word with "it keeps kicking me"
    article(
        "en/sign-in/signed-out",
        "Why am I signed out?",
        sections=(
            Section("", "", 2, "There are several reasons."),
            Section("Choose colours", "colours", 2, "Labels have colours."),
            Section("Your session ended", "ended", 2, "A session ended after sixty days."),
        ),
    )
)
PARCEL = from_article(article("en/shop/parcel", "Tracking", "Where the delivery is."))
ALL: tuple[Document, ...] = (*DOCUMENTS, SIGNED_OUT, PARCEL)
AMPLE = 60.0


@dataclass
class Listening:
    """Passes questions on and remembers them."""

    model: SentenceModel
    asked: list[str] = field(default_factory=list)

    def vector(self, text: str) -> Any:
        self.asked.append(text)
        return self.model.questions.vector(text)


class Late:
    """A model that never answers in time."""

    def vector(self, text: str) -> None:
        return None


@pytest.fixture(scope="module")
def model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> SentenceModel:
    return SentenceModel(tiny_model, tmp_path_factory.mktemp("cache") / "vectors.sqlite", AMPLE)


@pytest.fixture(scope="module")
def indexed(model: SentenceModel, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("meaning") / "index", passages=model.passages)
    engine.rebuild(ALL)
    return engine


@pytest.fixture
def listening(model: SentenceModel) -> Listening:
    return Listening(model)


@pytest.fixture
def searcher(indexed: EmbeddedEngine, listening: Listening) -> Searcher:
    return Searcher(indexed.reader, "en", listening)


@pytest.fixture
def by_words(indexed: EmbeddedEngine) -> Searcher:
    return Searcher(indexed.reader, "en")


def test_what_shares_no_word_is_found_and_opens_at_the_section_that_answers(
    searcher: Searcher, by_words: Searcher
) -> None:
    assert SIGNED_OUT.id not in [hit.id for hit in by_words.search(Query("kicking me, thrown")).hits]
    found = searcher.search(Query("kicking me, thrown"))
    assert found.hits[0].id == SIGNED_OUT.id
    assert found.total >= len(found.hits) >= 1
    ended = searcher.search(Query("thrown off, session ended")).hits[0]
    assert (ended.section.anchor, ended.snippet.text) == ("ended", "A session ended after sixty days.")


def test_explaining_shows_what_words_and_meaning_said(searcher: Searcher) -> None:
    first = searcher.search(Query("kicking me, thrown", explain=True)).hits[0]
    assert first.scores is not None
    assert first.scores.words < 0.5 < first.scores.meaning
    assert searcher.search(Query("kicking me, thrown")).hits[0].scores is None


def test_without_a_vector_in_time_the_search_is_that_of_words(
    indexed: EmbeddedEngine, by_words: Searcher
) -> None:
    for text in ("kicking me, thrown", "reset my password", "giraffe"):
        assert Searcher(indexed.reader, "en", Late()).search(Query(text)) == by_words.search(Query(text))


def test_a_page_without_the_meaning_is_not_kept_for_the_next_time(
    indexed: EmbeddedEngine, model: SentenceModel, by_words: Searcher
) -> None:
    class LateOnce:
        asked = 0

        def vector(self, text: str) -> QuestionVector | None:
            self.asked += 1
            return model.questions.vector(text) if self.asked > 1 else None

    found, query = Searcher(indexed.reader, "en", LateOnce()), Query("kicking me, thrown")
    assert found.search(query) == by_words.search(query)
    assert found.search(query) != by_words.search(query)


def test_an_index_of_another_model_is_searched_by_words(
    indexed: EmbeddedEngine, by_words: Searcher, tmp_path: Path
) -> None:
    another = SentenceModel(write_model(tmp_path / "m", seed=1), tmp_path / "vectors.sqlite", AMPLE)
    found = Searcher(indexed.reader, "en", another.questions).search(Query("reset my password"))
    assert found == by_words.search(Query("reset my password"))


@pytest.mark.parametrize("text", ["HM-1008", "error HM-1008", "5.2.1", "ERR_CONNECTION_RESET", "0x80070005"])
def test_a_code_is_searched_by_words(searcher: Searcher, listening: Listening, text: str) -> None:
    searcher.search(Query(text))
    assert listening.asked == []


def test_what_is_still_being_typed_is_searched_by_words(searcher: Searcher, listening: Listening) -> None:
    assert searcher.complete("reset your pass", "en", 5)
    searcher.search(Query("passw*"))
    assert listening.asked == []


def test_a_language_the_model_does_not_know_is_searched_by_words(
    searcher: Searcher, listening: Listening
) -> None:
    assert searcher.search(Query("eliminare l'account", lang="it", only_lang=True)).hits
    assert listening.asked == []


def test_a_search_may_ask_for_words_alone(searcher: Searcher, by_words: Searcher) -> None:
    asked = Query("kicking me, thrown", by_words=True)
    assert searcher.search(asked) == by_words.search(asked)


def test_a_title_as_it_stands_comes_first(searcher: Searcher) -> None:
    english = [document for document in ALL if document.lang == "en"]
    assert {d.id: searcher.search(Query(d.title)).hits[0].id for d in english} == {
        d.id: d.id for d in english
    }


def test_kind_and_topic_narrow_what_is_close_too(searcher: Searcher) -> None:
    asked = Query("kicking me, thrown")
    assert {hit.topic for hit in searcher.search(replace(asked, topic="shop")).hits} <= {"shop"}
    assert {hit.kind for hit in searcher.search(replace(asked, kind=Kind.THREAD)).hits} <= {Kind.THREAD}


def test_conditions_are_met_by_every_hit(searcher: Searcher) -> None:
    found = searcher.search(Query("kicking me thrown title:giraffe"))
    assert {hit.id for hit in found.hits} == {"en/zoo/giraffe", "community/t-7"}
    without = searcher.search(Query("kicking thrown -signed"))
    assert SIGNED_OUT.id not in [hit.id for hit in without.hits]


def test_a_message_leads_to_what_answers_it(searcher: Searcher) -> None:
    text = "Hello,\nkicked today, thrown again, kicked.\nAda"
    assert searcher.rank_message(Query(text, lang="en")).candidates[0].id == SIGNED_OUT.id


scores = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30)


@given(scores, st.data())
def test_a_fused_score_lies_between_0_and_1(words: list[float], data: st.DataObject) -> None:
    near = data.draw(st.lists(st.floats(0, 1, width=32), min_size=len(words), max_size=len(words)))
    fused = _fused(words, near)
    assert len(fused) == len(words)
    assert np.isfinite(fused).all()
    assert (fused >= 0).all()
    assert (fused <= 1 + 1e-5).all()


@given(scores)
def test_a_document_best_by_both_is_ranked_first(words: list[float]) -> None:
    fused = _fused([*words, 2.0], [0.1] * len(words) + [1.0])
    assert (fused[-1] >= fused).all()


def test_where_no_word_is_known_meaning_decides() -> None:
    assert _fused([0.0, 0.0], [0.25, 1.0]).tolist() == [0.25, 1.0]


def test_the_more_documents_there_are_the_more_the_words_count() -> None:
    weights = WeightModel(1.0, -0.2, -0.5)
    assert weights.weight(100, 0.5) > weights.weight(1000, 0.5)
    assert weights.weight(10**6, 0.5) == weights.weight(10**7, 0.5)  # nothing is claimed beyond
    assert weights.weight(100, 1.0) < weights.weight(100, 0.0)


@pytest.mark.parametrize("text", ["", "  ", "HM-1008", "1" * 10_000, "https://a.example/" + "1" * 9_000])
def test_what_means_nothing_is_not_asked(text: str) -> None:
    assert meaning_of(text, Late()) is None


@pytest.mark.parametrize(
    "text", ["wi-fi is slow", "2 accounts in one app please", "I have error HM-1008 since Monday"]
)
def test_a_sentence_with_a_code_or_a_number_means_something(text: str, listening: Listening) -> None:
    assert meaning_of(text, listening) is not None


def _fused(words: list[float], nearness: list[float]) -> Floats:
    said, near = np.array(words, np.float32), np.array(nearness, np.float32)
    half = np.full(len(said), 0.5, np.float32)
    return QueryMeaning(np.zeros(2, np.float32), "", 0.5).fused(said, near, half, 100)
