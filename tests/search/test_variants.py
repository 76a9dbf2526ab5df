"""Words that people write as one or as two, and documents otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from kb.index.embedded import EmbeddedEngine
from kb.index.engine import IndexReader
from kb.model import ExpansionKind, Query, SearchResult
from kb.search.searcher import Searcher
from kb.search.synonyms import Thesaurus
from kb.search.variants import variants
from tests.corpus import document

NETWORK = "en/a/network"
PAGES = [
    document(NETWORK, "If your device can't connect to a Wi-Fi network", "Switch Wi-Fi off and on again."),
    document("en/a/bands", "Bands", "Some Wi-Fi networks use 5 GHz."),
    document(
        "en/a/uno", "The WiFi board", "WiFi on the board. My WiFi board: WiFi, WiFi and WiFi, on my board."
    ),
    document("en/a/mkr", "Firmware of MKR WiFi 1010", "The MKR WiFi is on the board."),
    document("en/a/last", "A stall", "St. La Salle: the last street before the hotspot."),
    document("en/a/spot", "A hot spot", "The hot spot is hot, the hotspot is not. Hot, hot, hot."),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder: Path = tmp_path_factory.mktemp("hyphens")
    engine = EmbeddedEngine(folder / "index")
    engine.rebuild(PAGES)
    return Searcher(engine.reader, "en")


def split(result: SearchResult) -> list[str]:
    return [each.used for each in result.expansions if each.kind is ExpansionKind.COMPOUND]


@pytest.mark.parametrize("typed", ["wifi", "WiFi", "wi-fi", "wi fi"])
def test_what_documents_join_by_a_hyphen_may_be_typed_in_any_way(searcher: Searcher, typed: str) -> None:
    assert searcher.search(Query(f"{typed} wont connect on my board")).hits[0].id == NETWORK


def test_a_word_is_split_only_where_its_halves_stand_together(searcher: Searcher) -> None:
    assert split(searcher.search(Query("wifi"))) == ["wi fi"]
    assert split(searcher.search(Query("last hotspot"))) == []


@pytest.mark.parametrize(
    ("held", "typed", "joined"),
    [
        ("I backup", "my back ups", ["backups"]),
        ("The website", "two web sites", ["websites"]),
        ("The CANH pin", "can he do it", []),
    ],
)
def test_two_words_are_one_only_if_its_stem_reaches_into_the_second(
    tmp_path_factory: pytest.TempPathFactory, held: str, typed: str, joined: list[str]
) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("joined") / "index")
    engine.rebuild([document("en/a/held", "Held", held)])
    assert split(Searcher(engine.reader, "en").search(Query(typed))) == joined


@pytest.mark.parametrize("text", ["wi fi " * 20, "wifi/" * 1000])
def test_a_message_is_not_looked_through_for_words_written_as_one(text: str) -> None:
    class Nothing:
        """Whoever asks it for anything gets an error."""

    assert variants(text, "en", Thesaurus("en", ()), cast(IndexReader, Nothing())) == ()
