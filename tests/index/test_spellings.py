from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kb.index.spellings import Spellings, write_base, write_delta

letters = st.text(st.sampled_from("abcxyzàèéжбвйё漢字"), min_size=1, max_size=9)


def written(fitted: set[str], later: set[str]) -> Spellings:
    with tempfile.TemporaryDirectory() as folder:
        base, delta = Path(folder) / "base", Path(folder) / "delta"
        for each, write, words in ((base, write_base, fitted), (delta, write_delta, later)):
            each.mkdir()
            write(each, words)
        return Spellings.load(base, delta)


@given(st.sets(letters, max_size=40), st.sets(letters, max_size=5), letters, st.sampled_from([1, 2]))
@settings(max_examples=200, deadline=None)
def test_close_words_are_all_that_so_many_edits_reach(
    fitted: set[str], later: set[str], word: str, edits: int
) -> None:
    close = written(fitted, later).close(word, edits)
    assert list(close) == sorted(
        known for known in fitted | later if known[0] == word[0] and OSA.distance(known, word) <= edits
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasword", "password"),
        ("passwrod", "password"),
        ("acount", "account"),
        ("fattrua", "fattura"),
        ("пороль", "пароль"),
        ("почтта", "почта"),
    ],
)
def test_what_people_mistype_is_close_to_what_they_meant(typed: str, meant: str) -> None:
    words = {"password", "account", "fattura", "пароль", "почта", "passport", "recount"}
    assert meant in written(words, set()).close(typed, 2)


def test_every_word_is_kept() -> None:
    spellings = written({"zoo", "ant", "ящик"}, {"late"})
    assert sorted(spellings.every()) == ["ant", "late", "zoo", "ящик"]
    assert spellings.later == ("late",)


def test_nothing_is_close_to_nothing() -> None:
    assert written({"a"}, set()).close("", 1) == ()
