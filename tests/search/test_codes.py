from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import IndexReader
from kb.model import Query
from kb.search.codes import terms_of
from kb.search.searcher import Searcher
from kb.text.analyzer import analyzer
from tests.corpus import article, document

LOCKED, LIMIT, VERSION, PHONE = "en/a/locked", "en/a/limit", "en/a/version", "en/a/phone"
RUSSIAN = "ru/a/session"


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Pages that name codes, and more that name other codes that begin alike."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("coded") / "index")
    engine.rebuild(
        [
            document(LOCKED, "Too many attempts", "HM-1008 means that the account is locked."),
            document(LIMIT, "Sending limit (HM-2050)", "HM-2050: too many messages. The HM stands for mail."),
            document(
                VERSION, "An old app", "Version 5.2 is too old on days 5 to 25, and ERR_CONN_7 is shown."
            ),
            document(PHONE, "A new phone", "On an iPhone 15 open the settings, on 2 or 5 phones as well."),
            from_article(article(RUSSIAN, "Сеанс окончен", "Код HM-1020: войдите снова.")),
        ]
    )
    return Searcher(engine.reader, "en")


def ids(searcher: Searcher, text: str, lang: str = "en") -> list[str]:
    return [hit.id for hit in searcher.search(Query(text, lang=lang)).hits]


@pytest.mark.parametrize(
    "typed",
    [
        "HM-1008",
        "hm-1008",
        "hm1008",
        "HM1008",
        "HM_1008",
        "hm.1008",
        "HM‑1008",  # a hyphen that breaks no line, as copied from a page
        "HM–1008",  # a dash, as word processors make of it
        "НМ1008",  # in Cyrillic
        "нм-1008",
        "HM-1OO8",
        "hm1oo8",
        "(HM-1008)",
        '"HM-1008"',
    ],
)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_code_is_found_however_it_is_typed(coded: Searcher, typed: str, lang: str) -> None:
    result = coded.search(Query(typed, lang=lang))
    assert [hit.id for hit in result.hits] == [LOCKED]
    assert result.total == 1


@pytest.mark.parametrize("typed", ["5.2", "v5.2", "V5.2", "5,2", "v5,2", "Version 5.2"])
def test_a_version_is_whole(coded: Searcher, typed: str) -> None:
    assert ids(coded, typed) == [VERSION]


@pytest.mark.parametrize("typed", ["hm1008 or HM2050", "HM1008,HM2050", "НМ-1008/НМ-2050"])
def test_several_codes_are_each_found(coded: Searcher, typed: str) -> None:
    assert set(ids(coded, typed)) >= {LOCKED, LIMIT}


def test_a_code_in_the_readers_other_language_is_found_there(coded: Searcher) -> None:
    assert ids(coded, "НМ1020") == [RUSSIAN]


def test_only_the_code_asked_for_is_marked(coded: Searcher) -> None:
    (hit,) = coded.search(Query("hm2050")).hits
    marked = [hit.snippet.text[span.start : span.end] for span in hit.snippet.spans]
    assert marked == ["HM-2050"]


def test_a_code_that_nothing_holds_is_left_as_it_is(coded: Searcher) -> None:
    result = coded.search(Query("HM-1009", explain=True))
    assert not result.expansions
    assert not result.did_you_mean


@pytest.mark.parametrize("typed", ["HM-1009", "hm1009", "НМ1009", "HM 1009", "HM-1009 attempts"])
def test_of_a_code_that_nothing_holds_only_what_comes_near_is_found(coded: Searcher, typed: str) -> None:
    result = coded.search(Query(typed, lang="en"))
    assert result.nearest
    assert result.total == 0
    assert result.hits


def test_a_code_of_several_numbers_may_be_missing_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("advisories") / "index")
    engine.rebuild(
        [document("en/a/one", "ASEC-25-001", "It is mended."), document("en/a/two", "CVE", "Read on.")]
    )
    searcher = Searcher(engine.reader, "en")
    assert searcher.search(Query("ASEC-25-999")).nearest
    assert not searcher.search(Query("ASEC-25-001")).nearest
    assert not searcher.search(Query("CVE-2021-22569")).nearest


@pytest.mark.parametrize(
    "typed", ["HM-1009 or HM-1008", "an account that HM-1009 or so has locked", "phone 1009"]
)
def test_other_words_and_codes_are_found_as_ever(coded: Searcher, typed: str) -> None:
    result = coded.search(Query(typed, lang="en"))
    assert not result.nearest
    assert result.total


@pytest.mark.parametrize("typed", ["hm 1008", "НМ 1008", "HM 1008?"])
def test_a_space_in_a_code_is_a_hyphen(coded: Searcher, typed: str) -> None:
    assert ids(coded, typed) == [LOCKED]


def test_a_number_that_stands_elsewhere_too_is_no_part_of_a_code(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("systems") / "index")
    engine.rebuild(
        [
            document("en/a/one", "On Windows-10", "Press the key."),
            document("en/a/two", "On Windows 10", "Press the key."),
        ]
    )
    assert len(ids(Searcher(engine.reader, "en"), "windows 10")) == 2


@pytest.mark.parametrize("typed", ["iphone15", "iphone15settings", "iPhone15"])
def test_words_and_a_number_may_be_typed_as_one(coded: Searcher, typed: str) -> None:
    assert ids(coded, typed)[0] == PHONE


def test_in_a_pasted_log_without_spaces_no_code_is_looked_up(coded: Searcher) -> None:
    log = "HM-1008:" * 1250
    assert ids(coded, log)[0] == LOCKED
    reader = create_autospec(IndexReader, instance=True)
    assert terms_of(log, "en", reader) == list(analyzer("en").terms(log))
    reader.frequency.assert_not_called()
