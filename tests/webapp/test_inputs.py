from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from webapp.inputs import LAST_PAGE, clean_line, clean_text, language_code, page_number

anything = st.text(st.characters(codec=None), max_size=200)


@given(anything, st.integers(0, 50))
def test_clean_line_is_one_printable_line_within_its_limit(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in line)
    assert line == line.strip()


@given(anything)
def test_clean_line_of_a_clean_line_is_the_same(text: str) -> None:
    line = clean_line(text, 100)
    assert clean_line(line, 100) == line


@given(anything)
def test_clean_text_can_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert "\r" not in cleaned


def test_clean_text_keeps_lines() -> None:
    assert clean_text("one\r\ntwo\rthree\n\nfour\n") == "one\ntwo\nthree\n\nfour"


@given(anything)
def test_page_number_is_always_a_page(text: str) -> None:
    assert 1 <= page_number(text) <= LAST_PAGE


def test_page_number_reads_numbers() -> None:
    assert [page_number(text) for text in ("1", "7", "0", "-3", "999", "x", "")] == [
        1,
        7,
        1,
        1,
        LAST_PAGE,
        1,
        1,
    ]


def test_language_code_looks_like_one() -> None:
    codes = ("it", "pt-BR", "zho", "english", "../it", "IT", "it\n")
    assert [language_code(text) for text in codes] == ["it", "pt-BR", "zho", "", "", "", ""]
