from __future__ import annotations

import pytest

from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.model import Query, SearchResult
from kb.search.searcher import Searcher
from tests.corpus import article, document

RESET, REFUND = "en/a/reset", "en/a/refund"
RESET_RU, MAIL_RU = "ru/a/reset", "ru/a/mail"


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """English and Russian pages about the same."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("bilingual") / "index")
    engine.rebuild(
        [
            document(RESET, "Reset your password", "I forgot my password on the iPhone."),
            document(REFUND, "Get a refund", "Money comes back within ten days."),
            document(
                RESET_RU, "Забыли пароль", "Если вы забыли пароль, задайте новый. Экран: ёлка, хобби, юбка."
            ),
            from_article(article(MAIL_RU, "Не приходят письма", "Письма не приходят, объём ящика исчерпан.")),
        ]
    )
    return Searcher(engine.reader, "en")


def found(searcher: Searcher, text: str, lang: str) -> SearchResult:
    return searcher.search(Query(text, lang=lang))


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("gfhjkm", "пароль", RESET_RU),
        ("Gfhjkm", "пароль", RESET_RU),
        ("GFHJKM", "пароль", RESET_RU),
        ("pf,skb gfhjkm", "забыли пароль", RESET_RU),
        ("pf,skb gfhjkm?", "забыли пароль", RESET_RU),
        ("gfhjkm.", "пароль", RESET_RU),
        ("yt ghb[jlzn gbcmvf", "не приходят письма", MAIL_RU),
        ("j,]`v", "объём", MAIL_RU),
        ("зфыыцщкв", "password", RESET),
        ("Куыуе ьн зфыыцщкв", "reset my password", RESET),
        ("куагтв", "refund", REFUND),
    ],
)
def test_words_typed_with_the_other_layout_are_understood(
    bilingual: Searcher, typed: str, meant: str, first: str, lang: str
) -> None:
    result = found(bilingual, typed, lang)
    assert result.corrected
    assert result.did_you_mean == meant
    assert first in [hit.id for hit in result.hits][:2]


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("parol", "пароль", RESET_RU),
        ("Zabyli parol", "забыли пароль", RESET_RU),
        ("ne prihodyat pisma", "не приходят письма", MAIL_RU),
        ("ne prikhodyat pis'ma", "не приходят письма", MAIL_RU),
        ("pisma ne prihodjat", "письма не приходят", MAIL_RU),
    ],
)
def test_russian_in_latin_letters_is_understood(
    bilingual: Searcher, typed: str, meant: str, first: str
) -> None:
    result = found(bilingual, typed, "ru")
    assert result.corrected
    assert result.did_you_mean == meant
    assert result.hits[0].id == first


@pytest.mark.parametrize(
    ("typed", "meant"), [("OOO", ""), ("ooo message", ""), ("net", "нет"), ("sol", "соль")]
)
def test_a_short_word_in_latin_letters_is_written_otherwise_by_a_soft_sign_at_most(
    tmp_path_factory: pytest.TempPathFactory, typed: str, meant: str
) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("short") / "index")
    engine.rebuild([from_article(article("ru/a/short", "Соль", "Оно и соль, когда её нет."))])
    assert found(Searcher(engine.reader, "ru"), typed, "ru").did_you_mean == meant


@pytest.mark.parametrize(
    "typed",
    [
        "password",
        "пароль",
        "forgot password",
        "xyzzy",
        "ыфлд",
        "password zzzzz",
        "title:gfhjkm",
        '"gfhjkm"',
        "gf",
        "12345",
    ],
)
def test_nothing_else_is_read_so(bilingual: Searcher, typed: str) -> None:
    for lang in ("en", "ru"):
        assert not found(bilingual, typed, lang).did_you_mean


def test_a_word_of_a_query_in_another_language_is_not_read_so(bilingual: Searcher) -> None:
    assert not found(bilingual, "money refund iphone yubka", "en").did_you_mean


def test_a_stem_of_another_language_is_not_the_word(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("stem") / "index")
    engine.rebuild(
        [
            from_article(article("it/a/words", "Le parole giuste", "Parole e posta.")),
            from_article(article(RESET_RU, "Забыли пароль", "Задайте новый.")),
        ]
    )
    searcher = Searcher(engine.reader, "en")
    assert found(searcher, "parol", "en").hits[0].id == RESET_RU
    assert found(searcher, "parol", "ru").hits[0].id == RESET_RU
    assert found(searcher, "parole", "ru").hits[0].id == "it/a/words"
    assert not found(searcher, "parol", "it").did_you_mean


def test_a_single_letter_that_is_held_makes_no_word_of_the_rest(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("letter") / "index")
    engine.rebuild(
        [
            document(RESET, "Reset your password", "Repeat it n times."),
            from_article(article(RESET_RU, "Забыли пароль", "Задайте новый.")),
        ]
    )
    assert not found(
        Searcher(engine.reader, "ru"), "счета улетают", "ru"
    ).did_you_mean  # "улетают" is "ektnf.n"


def test_words_that_are_known_stay(bilingual: Searcher) -> None:
    assert found(bilingual, "iphone gfhjkm", "ru").did_you_mean == "iphone пароль"


def test_what_was_typed_can_be_searched_for_all_the_same(bilingual: Searcher) -> None:
    assert not bilingual.search(Query("gfhjkm", exact=True)).hits


def test_a_misspelt_word_is_mended_before_it_is_taken_for_russian(bilingual: Searcher) -> None:
    assert found(bilingual, "refond", "en").did_you_mean == "refund"


def test_without_russian_pages_nothing_is_read_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("english") / "index")
    engine.rebuild([document(RESET, "Reset your password", "I forgot it.")])
    assert not Searcher(engine.reader, "en").search(Query("gfhjkm")).did_you_mean
