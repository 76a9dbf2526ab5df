from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.analyzer import analyzer, fingerprint, fold
from kb.text.languages import language

LANGUAGES = ["en", "it", "ru", "de", "fr", "ja", "hi", "zz"]

tricky = st.text(st.sampled_from("aЁё'’-_.1Éß日本กไΏि\u200d\ud800\U0001f600 \n\t")) | st.text()


def joined(text: str) -> str:
    return re.sub("[._‐‑-]", "", fold(text))  # folded first: "⒈" is "1."


def terms(text: str, lang: str = "en") -> list[str]:
    return analyzer(lang).terms(text)


@given(st.sampled_from(LANGUAGES), tricky)
@settings(max_examples=400, deadline=None)
def test_spans_lie_inside_the_text_in_order_and_hold_their_word(lang: str, text: str) -> None:
    found = analyzer(lang).analyze(text)
    assert len(found.words) == len(found.terms) == len(found.starts) == len(found.ends)
    assert all(found.terms)
    for word, start, end in zip(found.words, found.starts, found.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert joined(word) == joined(text[start:end])


@given(st.sampled_from(LANGUAGES), st.lists(tricky, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_text_has_the_terms_of_its_lines(lang: str, lines: list[str]) -> None:
    together = [term for line in lines for term in terms(line, lang)]
    assert terms("\n".join(lines), lang) == together


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Can't", "cannot"),
        ("can’t", "cant"),
        ("PASSWORDS", "password"),
        ("café", "cafe"),
        ("email's", "email"),
        ("ｐａｓｓｗｏｒｄ", "password"),
    ],
)
def test_ways_to_write_one_english_word(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("compound", "joined"), [("wi-fi", "wifi"), ("log-in", "login"), ("e-mail", "email")]
)
def test_a_compound_is_also_the_word_joined_up(compound: str, joined: str) -> None:
    assert terms(joined)[0] in terms(compound)


@pytest.mark.parametrize(
    ("compound", "found"), [("e-mail", ["mail", "email"]), ("E-books", ["book", "ebook"])]
)
def test_a_letter_before_a_hyphen_is_no_word_of_its_own(compound: str, found: list[str]) -> None:
    assert terms(compound) == found


@pytest.mark.parametrize(
    "code", ["HM-1008", "5.2.1", "ERR_4_RESET", "0x80070005", "5.1.1", "16.5", "KB5034441"]
)
def test_codes_and_versions_come_whole(code: str) -> None:
    assert fold(code) in terms(f"Error {code}.")


def test_a_compound_stands_where_it_was_written() -> None:
    found = analyzer("en").analyze("your log-in page")
    places = {w: (s, e) for w, s, e in zip(found.words, found.starts, found.ends, strict=True)}
    assert places == {"log": (5, 8), "login": (5, 11), "page": (12, 16)}


@pytest.mark.parametrize("text", ["_password_", "password_", "__password"])
def test_underscores_around_a_word_do_not_make_it_two(text: str) -> None:
    assert terms(text) == terms("password")


def test_italian_articles_are_parted_from_the_word() -> None:
    assert terms("l'account", "it") == terms("dell’account", "it") == terms("account", "it")


def test_french_articles_are_parted_from_the_word() -> None:
    assert terms("L'adresse qu'utilise", "fr") == terms("adresse utilise", "fr")


def test_ё_is_е_and_й_is_not_и() -> None:
    assert terms("Ёлка", "ru") == terms("елка", "ru")
    assert fold("йод") != fold("иод")


def test_inflected_words_share_a_term() -> None:
    assert terms("changing changes changed") == [terms("change")[0]] * 3
    assert len(set(terms("письмо письма письмами", "ru"))) == 1


def test_scripts_without_spaces_give_pairs_of_characters() -> None:
    assert terms("東京都", "ja") == ["東京", "京都"]
    assert terms("ไทย", "th") == ["ไท", "ทย"]


def test_a_script_with_vowel_signs_keeps_its_words_whole() -> None:
    found = analyzer("hi").analyze("हिन्दी में")
    assert [(s, e) for s, e in zip(found.starts, found.ends, strict=True)] == [(0, 6), (7, 10)]


def test_words_that_say_nothing_are_left_out_but_question_words_stay() -> None:
    assert terms("how can I get it to the phone") == terms("how can get phone")
    assert len(terms("how can get phone")) == 4


@pytest.mark.parametrize(
    ("code", "base"), [("pt-BR", "pt"), ("pt_br", "pt"), ("EN", "en"), ("zz", "zz"), ("", "")]
)
def test_a_language_code_may_name_a_region(code: str, base: str) -> None:
    assert language(code).code == base


def test_an_unknown_language_is_folded_and_not_stemmed() -> None:
    assert terms("Changing PASSWORDS", "zz") == ["changing", "passwords"]


def test_fingerprints_tell_languages_apart_and_stay_the_same() -> None:
    assert fingerprint("en") == fingerprint("en")
    assert len({fingerprint(code) for code in LANGUAGES}) == len(LANGUAGES)
