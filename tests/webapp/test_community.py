from __future__ import annotations

from flask.testing import FlaskClient

from tests.webapp.conftest import Page


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
