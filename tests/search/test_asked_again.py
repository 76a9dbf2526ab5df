"""What is asked again is answered from memory, as long as the answer is the same."""

from __future__ import annotations

from pathlib import Path

from kb.index.embedded import EmbeddedEngine
from kb.model import Query
from kb.search.searcher import Searcher
from tests.corpus import DOCUMENTS

WIFI = "en/apps-sync/wi-fi"


def test_a_page_that_was_asked_for_before_is_the_same_one(corpus: EmbeddedEngine) -> None:
    searcher = Searcher(corpus.reader, "en")
    first = searcher.search(Query("password"))
    assert searcher.search(Query("password")) is first
    assert searcher.search(Query("password", offset=1)) is not first
    assert searcher.search(Query("password", explain=True)).hits[0].matches


def test_what_was_found_in_an_index_before_is_not_shown_of_a_new_one(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(DOCUMENTS)
    searcher = Searcher(engine.reader, "en")
    assert WIFI in [hit.id for hit in searcher.search(Query("wifi")).hits]
    engine.rebuild([found for found in DOCUMENTS if found.id != WIFI])
    assert WIFI not in [hit.id for hit in searcher.search(Query("wifi")).hits]
