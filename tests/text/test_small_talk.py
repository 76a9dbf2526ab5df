from __future__ import annotations

from pathlib import Path

import pytest

from kb.content import load_articles
from kb.text.small_talk import asking, is_small_talk


@pytest.mark.parametrize(
    "text",
    [
        "Hello there!",
        "Tried everything. Pls help",
        "it doesn't work",
        "hello how are you",
        "how does it work?",
        "Buongiorno, ho un problema",
        "non va niente",
        "Добрый вечер. У меня вопрос",
        "ничего не работает",
        "привет, как дела",
        "🙏 ...",
        "",
    ],
)
def test_courtesies_and_cries_for_help_ask_nothing(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "How much is it?",
        "how many can I have",
        "How soon?",
        "Should I still go to work?",
        "I can't get in",
        "Please help, no code",
        "hello 550",
        "HM-1008",
        "quanto costa",
        "non posso entrare",
        "сколько стоит",
        "не могу войти",
        "こんにちは",
    ],
)
def test_a_word_of_the_matter_asks_something(text: str) -> None:
    assert not is_small_talk(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Cant sign in. Tried everything. Pls help", "Cant sign in."),
        ("Can I change my address? How do I do this?", "Can I change my address?"),
        ("Hi! My invoice is wrong... Thanks", "My invoice is wrong..."),
        ("Buonasera.\nIl codice non arriva.\nGrazie mille", "Il codice non arriva."),
        ("Здравствуйте! Код не приходит", "Код не приходит"),
        ("Please help. Thank you.", "Please help. Thank you."),
        ("please help me sign in", "please help me sign in"),
        ("version 5.1.1 does not start. 5.1 did.", "version 5.1.1 does not start. 5.1 did."),
    ],
)
def test_sentences_that_ask_nothing_are_left_out_beside_one_that_does(text: str, asked: str) -> None:
    assert asking(text) == asked


def test_nothing_that_the_sample_centre_answers_is_a_courtesy() -> None:
    articles = load_articles([Path(__file__).parents[2] / "articles"], language="en").articles
    asked = [text for article in articles for text in (article.title, *article.questions)]
    assert len(asked) > 500
    assert [text for text in asked if is_small_talk(text)] == []
