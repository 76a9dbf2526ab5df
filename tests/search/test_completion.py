from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.documents import from_thread
from kb.index.embedded import EmbeddedEngine
from kb.model import Document, ForumThread, Kind
from kb.search.searcher import Searcher
from tests.corpus import document


def titled(*titles: str, lang: str = "en") -> list[Document]:
    return [document(f"{lang}/a/{place:03}", title) for place, title in enumerate(titles)]


def thread(title: str) -> Document:
    return from_thread(ForumThread("t1", "en", title, "", "Text.", "hash"))


TITLES = (
    "Reset your password",
    "Password",
    "How to set up Wi-Fi",
    "Error HM-1008 on sign-in",
    "Too many password attempts in one day",
    "Café opening hours",
    "Can't sign in",
)
DOCUMENTS = [
    *titled(*TITLES),
    *titled("Eliminare l'account", "Perché la posta è lenta", lang="it"),
    *titled("東京のデータ", lang="ja"),
    thread("Password rules?"),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("titles") / "index")
    engine.rebuild(DOCUMENTS)
    return engine


@pytest.fixture(scope="module")
def searcher(engine: EmbeddedEngine) -> Searcher:
    return Searcher(engine.reader, "en")


def offered(searcher: Searcher, typed: str, lang: str = "en", limit: int = 8) -> list[str]:
    return [completion.title for completion in searcher.complete(typed, lang, limit)]


def test_titles_that_begin_so_come_first_then_short_ones_then_threads(searcher: Searcher) -> None:
    assert offered(searcher, "pass") == [
        "Password",
        "Password rules?",
        "Reset your password",
        "Too many password attempts in one day",
    ]


def test_every_beginning_of_a_title_offers_it(searcher: Searcher) -> None:
    for title in TITLES:
        for length in range(3, len(title) + 1):
            assert title in offered(searcher, title[:length]), title[:length]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("how to se", "How to set up Wi-Fi"),
        ("to", "How to set up Wi-Fi"),
        ("wifi", "How to set up Wi-Fi"),
        ("wi-fi", "How to set up Wi-Fi"),
        ("WI FI", "How to set up Wi-Fi"),
        ("password res", "Reset your password"),
        ("hm-10", "Error HM-1008 on sign-in"),
        ("hm1008", "Error HM-1008 on sign-in"),
        ("cafe", "Café opening hours"),
        ("CAFÉ op", "Café opening hours"),
        ("cant s", "Can't sign in"),
        ("can't s", "Can't sign in"),
        ("reset my pass", "Reset your password"),
        ('"reset your', "Reset your password"),
    ],
)
def test_what_is_typed_in_other_ways_leads_to_the_title(searcher: Searcher, typed: str, title: str) -> None:
    assert title in offered(searcher, typed)


@pytest.mark.parametrize(
    ("typed", "lang"), [("l'acc", "it"), ("acc", "it"), ("perche", "it"), ("posta", "it")]
)
def test_italian_titles_are_found_with_and_without_elision_and_accents(
    searcher: Searcher, typed: str, lang: str
) -> None:
    assert len(offered(searcher, typed, lang)) == 1


@pytest.mark.parametrize("typed", ["東", "東京", "京", "デー"])
def test_one_character_is_enough_in_a_script_without_spaces(searcher: Searcher, typed: str) -> None:
    assert offered(searcher, typed, "ja") == ["東京のデータ"]


@pytest.mark.parametrize("typed", ["", " ", "p", "p ", "...", "zzqx", "\ud800", "-"])
def test_too_little_or_nothing_known_offers_nothing(searcher: Searcher, typed: str) -> None:
    assert offered(searcher, typed) == []


def test_another_language_is_offered_only_where_the_readers_has_nothing(searcher: Searcher) -> None:
    assert offered(searcher, "elim") == ["Eliminare l'account"]
    assert offered(searcher, "pass", "sv")[0] == "Password"


def test_no_more_than_asked_for(searcher: Searcher) -> None:
    assert len(offered(searcher, "pass", limit=2)) == 2


def test_a_title_is_offered_once_however_many_pages_have_it(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(titled(*["Overview"] * 5, "Overview of plans"))
    assert offered(Searcher(engine.reader, "en"), "over") == ["Overview", "Overview of plans"]


def test_what_came_later_is_offered_and_what_has_gone_is_not(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    many = titled(*(f"Printer {number}" for number in range(200)))
    engine.rebuild(many)
    searcher = Searcher(engine.reader, "en")
    assert offered(searcher, "printer 19")[0] == "Printer 19"
    engine.rebuild([*many[:19], *many[20:], document("en/a/new", "Scanner")])
    assert (engine.reader().path / "similarity" / "en" / "delta").is_dir()
    assert "Printer 19" not in offered(searcher, "printer 19")
    assert offered(searcher, "scan") == ["Scanner"]


def test_titles_move_with_the_documents_when_all_is_fitted_anew(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    first = titled("One fish", "Two fish")
    engine.rebuild(first)
    engine.update([document("en/a/0", "Red fish")])
    assert sorted(offered(Searcher(engine.reader, "en"), "fish")) == ["One fish", "Red fish", "Two fish"]


@given(st.text(max_size=300) | st.text(st.sampled_from("aé-. \ud800\u0000東")))
@settings(max_examples=200, deadline=None)
def test_nothing_typed_is_an_error(engine: EmbeddedEngine, typed: str) -> None:
    found = Searcher(engine.reader, "en").complete(typed, "en", 3)
    assert len(found) <= 3
    assert all(completion.kind in Kind for completion in found)
