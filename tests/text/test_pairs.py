"""Two English words that are as often written as one: what is found does not depend on how it was typed."""

from __future__ import annotations

import pytest

from kb.text.analyzer import analyzer


def terms(text: str, lang: str = "en") -> list[str]:
    return analyzer(lang).terms(text)


@pytest.mark.parametrize(
    ("ways", "shared"),
    [
        (
            ("log in", "login", "log-in", "Log In", "logged in", "logging in", "logs me in", "log back in"),
            "login",
        ),
        (("sign up", "signup", "sign-up", "signing them up"), "signup"),
        (("set up", "setup", "set-up", "setting up", "set it up"), "setup"),
        (("back up", "backup", "backing it up"), "backup"),
        (("can't", "cant", "cannot", "can not", "CAN’T", "won't", "doesnt", "isn’t"), "cant"),
    ],
)
def test_every_way_to_write_it_gives_the_same_term(ways: tuple[str, ...], shared: str) -> None:
    assert [way for way in ways if shared not in terms(f"I {way} here")] == []


@pytest.mark.parametrize(
    "text",
    ["log. In", "log\nin", "log, in", "log file in", "blog in", "in log", "not can", "can in", "log not"],
)
def test_words_that_only_stand_near_each_other_stay_apart(text: str) -> None:
    assert not {"login", "cant", "cain", "lognt"} & set(terms(text))


def test_the_two_together_stand_over_both_words() -> None:
    found = analyzer("en").analyze("it logs me out daily")
    places = {w: (s, e) for w, s, e in zip(found.words, found.starts, found.ends, strict=True)}
    assert places["logout"] == (3, 14)
    assert places["daily"] == (15, 20)


def test_other_languages_have_no_english_pairs() -> None:
    assert "login" not in terms("log in", "de")
