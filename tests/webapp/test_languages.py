from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.webapp.conftest import Centre, Page
from webapp import create_app


def language_of(client: FlaskClient, url: str, accept: str = "") -> str:
    return Page(client.get(url, headers={"Accept-Language": accept})).first("html")["lang"]


def test_address_beats_path_beats_cookie_beats_browser_beats_default(client: FlaskClient) -> None:
    assert language_of(client, "/") == "en"
    assert language_of(client, "/", "ru, en;q=0.5") == "ru"
    client.set_cookie("lang", "it")
    assert language_of(client, "/", "ru") == "it"
    assert language_of(client, "/articles/ru/sign-in/lost-phone") == "ru"
    assert language_of(client, "/articles/ru/sign-in/lost-phone?lang=en") == "en"


@pytest.mark.parametrize("lang", ["xx", "../it", "", "IT%00", "e" * 300])
def test_unknown_language_is_ignored(client: FlaskClient, lang: str) -> None:
    assert language_of(client, f"/?lang={lang}") == "en"


def test_regional_browser_language_finds_its_language(client: FlaskClient) -> None:
    assert language_of(client, "/", "it-CH, fr;q=0.8") == "it"


def switch(client: FlaskClient, url: str, lang: str) -> str:
    """Where the switch on a page leads."""
    link = next(link for link in Page(client.get(url)).links if link.startswith(f"/language/{lang}"))
    return client.get(link).location or ""


def test_switch_leads_from_an_article_to_its_translation(client: FlaskClient) -> None:
    assert switch(client, "/articles/en/sign-in/lost-phone", "it") == "/articles/it/sign-in/lost-phone"


def test_switch_leads_home_where_there_is_no_translation(client: FlaskClient) -> None:
    assert switch(client, "/articles/en/sign-in/locked", "it") == "/"
    assert language_of(client, "/") == "it"


def test_switch_leads_from_a_topic_to_the_same_topic(client: FlaskClient) -> None:
    assert switch(client, "/topics/en/sign-in", "ru") == "/topics/ru/sign-in"
    assert switch(client, "/topics/en/billing", "ru") == "/"


def test_switch_keeps_a_search(client: FlaskClient) -> None:
    assert (
        switch(client, "/search?q=a%26b&lang=en&kind=article", "it") == "/search?q=a%26b&lang=it&kind=article"
    )


def test_switch_keeps_a_thread(client: FlaskClient) -> None:
    assert switch(client, "/community/outvoted", "it") == "/community/outvoted"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "http://[",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
    ],
)
def test_switch_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    response = client.get("/language/it", query_string={"to": target})
    assert (response.status_code, response.location) == (303, "/")


def test_reader_of_a_linked_article_stays_in_its_language(client: FlaskClient) -> None:
    page = Page(client.get("/articles/it/sign-in/lost-phone", headers={"Accept-Language": "en"}))
    assert "/contact?lang=it" in page.links
    assert page.fields["lang"] == "it"


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for url in ("/", "/?lang=it", "/articles/en/sign-in/lost-phone", "/search?q=phone", "/none"):
        assert "Set-Cookie" not in client.get(url).headers, url


def test_language_without_texts_falls_back_to_english(centre: Centre) -> None:
    settings = type(centre.settings)(
        data=centre.settings.data, articles=(), language="de", languages=("de", "fr"), secret_key="k"
    )
    client = create_app(settings, centre.kb).test_client()
    assert language_of(client, "/contact") == "en"
