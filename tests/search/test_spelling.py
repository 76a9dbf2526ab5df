"""What is looked up to tell what a misspelt word meant, and what is not."""

from __future__ import annotations

from typing import cast

import pytest

from kb.index.engine import IndexReader
from kb.search.spelling import correct


class Words:
    """An index of one word that is asked for misspelt ones, and remembers for which."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def languages(self) -> tuple[str, ...]:
        return ("en",)

    def frequency(self, lang: str, term: str) -> int:
        return 9 if (lang, term) == ("en", "password") else 0

    def close_words(self, lang: str, word: str, edits: int) -> tuple[str, ...]:
        self.asked.append(word)
        return ("password",) if word.startswith("passwor") else ()


def corrected(text: str, words: Words) -> str:
    found = correct(text, "en", cast("IndexReader", words), lambda _: False)
    return found.text if found else ""


def test_a_misspelt_word_is_looked_up() -> None:
    assert corrected("forgotten passworf", Words()) == "forgotten password"


@pytest.mark.parametrize("typed", ["oassword", "qassword", "ppassword", "apassword"])
def test_a_slip_at_the_first_letter_of_a_long_word_is_mended(typed: str) -> None:
    assert corrected(f"forgotten {typed}", Words()) == "forgotten password"


@pytest.mark.parametrize("typed", ["assword", "bass", "oasswore"])
def test_a_short_word_or_two_slips_are_left(typed: str) -> None:
    assert corrected(f"forgotten {typed}", Words()) == ""


def test_of_many_words_that_nobody_knows_only_the_first_are_looked_up() -> None:
    words = Words()
    unknown = [f"zqx{'abcdefghijklmnopqrst'[n]}vv" for n in range(20)]
    assert corrected(" ".join([*unknown, "passworf"]), words) == ""
    assert set(words.asked) == set(unknown[:8])


def test_a_word_that_nobody_typed_is_left_as_it_is() -> None:
    words = Words()
    assert corrected("ﷺ" * 10_000, words) == ""
    assert words.asked == []
