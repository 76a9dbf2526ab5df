from __future__ import annotations

from datetime import UTC, date, datetime

from flask.testing import FlaskClient

from kb.model import Answer, Card, ForumThread, Kind
from tests.webapp.conftest import Page
from webapp.community import _is_newer


def test_accepted_answer_stands_before_a_more_popular_one(client: FlaskClient) -> None:
    text = Page(client.get("/community/outvoted")).text
    assert (
        text.index("Accepted answer")
        < text.index("Use a recovery code.")
        < text.index("Just buy a new account.")
    )


def test_thread_warns_and_names_the_official_article(client: FlaskClient) -> None:
    page = Page(client.get("/community/outvoted"))
    assert "written by other users" in page.text
    assert "/articles/en/sign-in/lost-phone" in page.links


def test_thread_links_to_the_original(client: FlaskClient) -> None:
    assert "https://community.example/t/1" in Page(client.get("/community/outvoted")).links


def test_thread_without_answers_says_so(client: FlaskClient) -> None:
    assert "Ответов пока нет" in Page(client.get("/community/lonely?lang=ru")).text


def test_content_in_another_language_is_marked_for_screen_readers(client: FlaskClient) -> None:
    page = Page(client.get("/community/lonely?lang=en"))
    assert page.first("html")["lang"] == "en"
    assert page.first("h1")["lang"] == "ru"


def test_votes_agree_with_their_number_in_russian(client: FlaskClient) -> None:
    text = Page(client.get("/community/outvoted?lang=ru")).text
    assert "7 голосов" in text
    assert "3 голоса" in text
    assert "30 голосов" in text
    assert "2 голоса" in text.replace("−", "-")


def test_unknown_thread_is_404(client: FlaskClient) -> None:
    assert client.get("/community/none").status_code == 404


def test_thread_says_when_the_official_article_is_newer(client: FlaskClient) -> None:
    text = Page(client.get("/community/outvoted")).text
    assert "The official article on this is newer (September 28, 2026): Lost phone" in text


def test_thread_that_is_newer_than_the_article_says_nothing_of_the_kind() -> None:
    card = Card("en/a/b", Kind.ARTICLE, "en", "a", "/articles/en/a/b", "B", updated=date(2026, 6, 1))

    def thread(*answers: Answer) -> ForumThread:
        asked = datetime(2026, 5, 1, tzinfo=UTC)
        return ForumThread("t", "en", "T", "", "", "", created=asked, answers=answers)

    def answer(month: int, *, accepted: bool = False) -> Answer:
        return Answer("a", "", "", "", accepted=accepted, created=datetime(2026, month, 2, tzinfo=UTC))

    assert not _is_newer(card, thread(answer(7)))
    assert _is_newer(card, thread(answer(5, accepted=True), answer(7)))
    assert not _is_newer(card, thread(answer(6, accepted=True)))
    assert _is_newer(card, thread())
    assert not _is_newer(None, thread())
