"""What is looked up to tell what a misspelt word meant, and what is not."""

from __future__ import annotations

from typing import cast

import pytest
from rapidfuzz.distance import OSA

from kb.index.engine import IndexReader
from kb.search.spelling import Correction, correct
from kb.text.analyzer import analyzer


class Words:
    """An index of a few words, each in some documents, that remembers for which misspelt ones it was asked."""

    def __init__(self, lang: str = "en", **held: int) -> None:
        self.lang = lang
        self.held = held or {"password": 9}
        self.asked: list[str] = []

    def languages(self) -> tuple[str, ...]:
        return (self.lang,)

    def frequency(self, lang: str, term: str) -> int:
        return sum(count for word, count in self.held.items() if analyzer(lang).term(word) == term)

    def close_words(self, lang: str, word: str, edits: int) -> tuple[str, ...]:
        assert lang == self.lang
        self.asked += [word] if edits else []
        return tuple(held for held in self.held if held[0] == word[0] and OSA.distance(held, word) <= edits)


def correction(text: str, words: Words) -> Correction | None:
    return correct(text, words.lang, cast("IndexReader", words), lambda _: False)


def corrected(text: str, words: Words) -> str:
    found = correction(text, words)
    return found.text if found else ""


def test_a_misspelt_word_is_looked_up() -> None:
    assert corrected("forgotten passworf", Words()) == "forgotten password"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("oassword", "password"),
        ("qassword", "password"),
        ("ppassword", "password"),
        ("apassword", "password"),
        ("assword", "password"),
        ("apssword", "password"),
        ("rmail", "email"),
        ("eamil", "email"),
    ],
)
def test_a_slip_at_the_first_letter_is_mended(typed: str, meant: str) -> None:
    assert corrected(f"forgotten {typed}", Words(password=9, email=9)) == f"forgotten {meant}"


def test_of_two_words_that_may_be_meant_the_more_frequent_is() -> None:
    assert corrected("lost dhone", Words(done=5, phone=60)) == "lost phone"
    assert corrected("lost dhone", Words(done=60, phone=5)) == "lost done"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fone", "phone"),
        ("foto", "photo"),
        ("skool", "school"),
        ("kode", "code"),
        ("teknikal", "technical"),
        ("akount", "account"),
    ],
)
def test_a_word_spelt_by_ear_is_the_one_that_sounds_so(typed: str, meant: str) -> None:
    words = Words(fine=99, done=99, phone=5, photo=5, school=5, code=5, technical=5, account=5, amount=99)
    assert corrected(f"my {typed}", words) == f"my {meant}"


def test_letters_of_one_sound_are_looked_up_both_ways_and_in_every_language() -> None:
    assert corrected("telephono rotto", Words("it", telefono=9)) == "telefono rotto"
    assert corrected("la kiave", Words("it", chiave=9)) == "la chiave"


def test_a_word_that_documents_have_is_not_exchanged_for_one_that_sounds_so() -> None:
    assert corrected("a fone", Words(fone=1, phone=49)) == ""
    assert corrected("a fone", Words(fone=1, phone=50)) == "a phone"


@pytest.mark.parametrize("typed", ["xail", "xmail", "oasswore"])
def test_at_the_first_letter_a_short_word_or_a_second_slip_is_left(typed: str) -> None:
    assert corrected(f"forgotten {typed}", Words(password=9, mail=9)) == ""


def test_with_another_first_letter_only_a_word_is_meant_that_documents_have_as_it_is() -> None:
    assert corrected("forgotten xasswords", Words(password=9)) == ""


@pytest.mark.parametrize(
    ("lang", "typed", "held"),
    [
        ("en", "i hope it helps", {"home": 9}),
        ("en", "bear attack", {"beer": 9}),
        ("it", "farebbe comodo", {"farebe": 9}),
        ("ru", "оплата картой не проходит", {"приходит": 9}),
        ("de", "Wann kommt es", {"wenn": 9}),
        ("it", "200 mega costano 2 euro", {"meta": 9, "ero": 9}),
        ("de", "im letzten Quarter", {"quartar": 9}),
    ],
)
def test_a_common_word_is_no_misspelt_one_though_no_document_holds_it(
    lang: str, typed: str, held: dict[str, int]
) -> None:
    assert correction(typed, Words(lang, **held)) is None


def test_two_words_typed_as_one_are_words_themselves() -> None:
    words = Words(reset=9, password=9, sleeping=9, xyzzyx=9)
    assert corrected("how to resetpassword", words) == "how to reset password"
    assert (
        corrected("how to resetpasswords", words) == "how to reset passwords"
    )  # common, if not as it stands
    assert corrected("how to resetxyzzyxs", words) == ""


def test_a_prefix_is_no_word_of_two() -> None:
    assert corrected("подсказавшие", Words("ru", под=9, сказать=9)) == ""


def test_far_more_frequent_words_are_offered_for_a_common_one() -> None:
    found = correction("massage not sent", Words(message=60, sent=60))
    assert found is not None
    assert found.text == "message not sent"
    assert not found.certain


def test_of_many_words_that_nobody_knows_only_the_first_are_looked_up() -> None:
    words = Words()
    unknown = [f"zqx{'abcdefghijklmnopqrst'[n]}vv" for n in range(20)]
    assert corrected(" ".join([*unknown, "passworf"]), words) == ""
    assert set(words.asked) == set(unknown[:8])


def test_a_word_that_nobody_typed_is_left_as_it_is() -> None:
    words = Words()
    assert corrected("ﷺ" * 10_000, words) == ""
    assert words.asked == []
