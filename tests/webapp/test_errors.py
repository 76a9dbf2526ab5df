from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import KnowledgeBase, Query, errors
from kb.model import SearchResult
from tests.webapp.conftest import Centre, Page, with_kb
from webapp import create_app
from webapp.errors import ANSWERS, STATUS_MESSAGES


def all_errors(kind: type[errors.KBError] = errors.KBError) -> list[type[errors.KBError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in all_errors(child))]


class Broken(KnowledgeBase):
    """Fails each search in the way the test says."""

    failure: Exception

    @classmethod
    def over(cls, kb: KnowledgeBase, failure: Exception) -> Broken:
        broken = cls(kb.settings, kb._engine)
        broken.failure = failure
        return broken

    def search(self, query: Query) -> SearchResult:
        raise self.failure


@pytest.mark.parametrize(
    "url", ["/", "/topics/en/x", "/articles/en/x/y", "/community/x", "/search?q=x", "/search"]
)
def test_site_without_an_index_says_kindly_that_it_is_being_prepared(unindexed: Flask, url: str) -> None:
    response = unindexed.test_client().get(url)
    page = Page(response)
    assert response.status_code == 503
    assert response.headers["Retry-After"].isdigit()
    assert "being prepared" in page.text
    assert "/contact" in page.links


def test_every_error_of_the_knowledge_base_has_an_answer(centre: Centre) -> None:
    for kind in all_errors():
        failure = kind.__new__(kind)
        Exception.__init__(failure, "what happened")
        response = with_kb(centre, Broken.over(centre.kb, failure)).get("/search?q=x")
        expected = next(ANSWERS[base].status for base in kind.__mro__ if base in ANSWERS)
        assert response.status_code == expected, kind
        assert "what happened" not in response.text


def test_unforeseen_error_is_a_kind_500(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    response = with_kb(centre, Broken.over(centre.kb, RuntimeError("secret detail"))).get("/search?q=x")
    assert response.status_code == 500
    assert "Something broke on our side" in Page(response).text
    assert "secret detail" not in response.text
    assert "secret detail" in caplog.text


def test_missing_page_searches_for_the_words_of_its_address(client: FlaskClient) -> None:
    assert Page(client.get("/articles/en/sign-in/lost-my_phone")).fields["q"] == "lost my phone"


@pytest.mark.parametrize(
    "url", ["/%00", "/%FF", "/" + "x" * 5000, "/%ED%A0%80", "//", "/articles/%2e%2e/x/y"]
)
def test_no_address_is_a_server_error(client: FlaskClient, url: str) -> None:
    assert client.get(url).status_code in {301, 308, 404}


def test_method_that_is_not_allowed_is_405_and_says_which_are(client: FlaskClient) -> None:
    response = client.delete("/contact")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert "cannot be used that way" in Page(response).text


def test_error_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    assert "Такой страницы нет" in Page(client.get("/articles/ru/x/y")).text
    assert "Questa pagina non c’è" in Page(client.get("/none", headers={"Accept-Language": "it"})).text


def test_api_answers_errors_as_json(client: FlaskClient) -> None:
    response = client.get("/api/none")
    assert (response.status_code, response.json) == (404, {"error": "not_found", "status": 404})


def test_errors_are_never_kept_by_caches(client: FlaskClient) -> None:
    assert client.get("/none").headers["Cache-Control"] == "no-store"


def test_table_covers_the_promised_statuses() -> None:
    assert {400, 404, 405, 413, 500} <= set(STATUS_MESSAGES)


def test_missing_page_shows_what_it_may_have_been(client: FlaskClient) -> None:
    links = Page(client.get("/kb/articles/lost-phone.html")).links
    assert "/articles/en/sign-in/lost-phone" in links
    assert "/articles/en/billing/refund" not in links


@pytest.mark.parametrize("path", ["/phoonix-bilge", "/telefax.php"])
def test_nonsense_is_answered_with_an_empty_search_box(
    path: str, client: FlaskClient, centre: Centre
) -> None:
    words = path.strip("/").removesuffix(".php").replace("-", " ")
    assert centre.kb.search(Query(words, "en")).nearest  # something is near it as letters go
    page = Page(client.get(path))
    assert page.fields["q"] == ""
    assert not [link for link in page.links if link.startswith(("/articles/", "/community/"))]


def test_kind_of_a_missing_file_is_no_word_of_it(client: FlaskClient) -> None:
    assert Page(client.get("/lost-phone.html")).fields["q"] == "lost phone"


def test_missing_file_is_not_searched_for(client: FlaskClient) -> None:
    assert Page(client.get("/static/lost-phone")).fields["q"] == ""


def test_missing_page_is_404_when_searching_fails_too(centre: Centre) -> None:
    failing = with_kb(centre, Broken.over(centre.kb, errors.StorageError("locked")))
    response = failing.get("/lost-phone")
    assert response.status_code == 404
    assert "This page is not here" in response.text


def test_error_page_comes_even_when_its_template_is_broken(centre: Centre, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('templates = "own"', encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "base.html").write_text("{{ 1 / 0 }}", encoding="utf-8")
    app = create_app(replace(centre.settings, articles=(tmp_path,)), centre.kb)
    response = app.test_client().get("/")
    assert response.status_code == 500
    assert "<h1>Something broke on our side</h1>" in response.text
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/search?q=phone&page=-1", 200),
        ("/search?q=phone&page=999999999999999999999", 200),
        ("/search?q=phone&page=x&kind=nonsense&lang=%3Cb%3E&in=../..&topic=%00", 200),
        ("/search?q=" + "x+" * 2500, 200),
        ("/search?q=%ff%fe%ed%a0%80", 200),
        ("/search?q[]=phone&q=", 200),
        ("/complete?q=%ff&lang=", 200),
        ("/contact?subject=" + "x" * 5000, 200),
        ("/topics/en/sign-in?page=-1", 200),
        ("/feedback/why", 404),
        ("/feedback/thanks?article=../../etc/passwd", 404),
        ("/language/zz?to=//evil.example", 303),
        ("/articles/en/sign-in/lost-phone%0d%0aSet-Cookie:x", 404),
        ("/sitemap/en/99999999999999999999.xml", 404),
    ],
)
def test_bad_address_gets_the_right_status_and_a_page_that_helps(
    client: FlaskClient, url: str, status: int
) -> None:
    response = client.get(url)
    assert response.status_code == status
    if status == 404:
        assert "q" in Page(response).fields
    assert "evil" not in response.headers.get("Location", "")


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "/search"),
        ("PUT", "/"),
        ("PATCH", "/articles/en/sign-in/lost-phone"),
        ("POST", "/sitemap.xml"),
        ("DELETE", "/feedback"),
        ("TRACE", "/"),
    ],
)
def test_method_that_no_page_takes_is_405(client: FlaskClient, method: str, url: str) -> None:
    response = client.open(url, method=method)
    assert response.status_code == 405
    assert "q" in Page(response).fields


def test_body_that_is_too_large_is_413(client: FlaskClient) -> None:
    response = client.post("/feedback", data={"article": "x" * 300_000})
    assert response.status_code == 413
    assert "too much at once" in Page(response).text
