from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.conftest import Page


def test_home_offers_search_topics_news_solved_questions_and_contact(client: FlaskClient) -> None:
    page = Page(client.get("/"))
    assert page.fields["q"] == ""
    assert {
        "/topics/en/sign-in",
        "/articles/en/sign-in/lost-phone",
        "/community/outvoted",
        "/contact",
    } <= set(page.links)
    assert "2 articles" in page.text


def test_home_lists_only_solved_threads(client: FlaskClient) -> None:
    assert "/community/lonely" not in Page(client.get("/?lang=ru")).links


def test_newest_article_comes_first_on_home(client: FlaskClient) -> None:
    links = Page(client.get("/")).links
    assert links.index("/articles/en/sign-in/lost-phone") < links.index("/articles/en/sign-in/locked")


def test_topic_lists_articles_before_threads(client: FlaskClient) -> None:
    links = Page(client.get("/topics/en/sign-in")).links
    assert links.index("/articles/en/sign-in/locked") < links.index("/community/outvoted")


def test_tag_lists_what_carries_it(client: FlaskClient) -> None:
    page = Page(client.get("/tags/en/two-step"))
    assert "/articles/en/sign-in/lost-phone" in page.links
    assert "/articles/en/sign-in/locked" not in page.links


@pytest.mark.parametrize(
    "url", ["/topics/en/none", "/topics/xx/sign-in", "/tags/en/none", "/articles/en/sign-in/none"]
)
def test_unknown_page_is_404_with_a_search_box(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 404
    assert "q" in Page(response).fields


def test_article_shows_summary_date_outline_tags_and_translations(client: FlaskClient) -> None:
    page = Page(client.get("/articles/en/sign-in/lost-phone"))
    assert "Sign in with a recovery code, then select Replace phone." in page.text
    assert "September 28, 2026" in page.text
    assert {
        "#with-a-recovery-code",
        "/tags/en/two-step",
        "/articles/it/sign-in/lost-phone",
        "/articles/ru/sign-in/lost-phone",
        "/contact",
    } <= set(page.links)


def test_article_keeps_the_questions_it_answers_to_itself(client: FlaskClient) -> None:
    assert "my phone was stolen" not in Page(client.get("/articles/en/sign-in/lost-phone")).text


def test_article_names_community_threads_as_such(client: FlaskClient) -> None:
    html = Page(client.get("/articles/en/sign-in/lost-phone")).html
    after = html[html.index("/community/outvoted") :]
    assert ">Community</span>" in after[:300]


def test_title_is_escaped(client: FlaskClient) -> None:
    assert (
        "<title>Lost phone &amp; two-step · Help Centre</title>"
        in client.get("/articles/en/sign-in/lost-phone").text
    )


def test_article_is_not_sent_twice_to_a_browser_that_has_it(client: FlaskClient) -> None:
    first = client.get("/articles/en/sign-in/lost-phone")
    again = client.get("/articles/en/sign-in/lost-phone", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Security-Policy" in again.headers


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    response = client.head("/articles/en/sign-in/lost-phone")
    assert (response.status_code, response.data) == (200, b"")


def test_old_address_leads_to_the_article(client: FlaskClient) -> None:
    response = client.get("/old/lost-phone")
    assert (response.status_code, response.location) == (301, "/articles/en/sign-in/lost-phone")


def test_image_of_an_article_may_be_kept_for_ever(client: FlaskClient) -> None:
    source = Page(client.get("/articles/en/sign-in/lost-phone")).first("img")["src"]
    response = client.get(source, buffered=True)
    assert response.mimetype == "image/png"
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["..%2Fkb.db", "kb.db", "x.svg", "X.PNG", "%2e%2e%2fsecret_key", "a.png%00"])
def test_only_images_are_served_as_media(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_every_id_on_a_page_is_unique(client: FlaskClient) -> None:
    for url in ("/", "/articles/en/sign-in/lost-phone", "/community/outvoted", "/search?q=phone", "/contact"):
        ids = re.findall(r'\sid="([^"]*)"', client.get(url).text)
        assert len(ids) == len(set(ids)), url


def test_every_page_has_one_main_heading_and_a_skip_link(client: FlaskClient) -> None:
    for url in ("/", "/topics/en/sign-in", "/tags/en/phone", "/search", "/search?q=x", "/contact", "/none"):
        page = Page(client.get(url))
        assert [tag for tag, _ in page.tags].count("h1") == 1, url
        assert page.links[0] == "#_main"


def test_no_page_carries_inline_script_or_style(app: Flask, client: FlaskClient) -> None:
    for url in (
        "/",
        "/articles/en/sign-in/lost-phone",
        "/community/outvoted",
        "/search?q=phone",
        "/contact",
        "/none",
    ):
        for tag, attributes in Page(client.get(url)).tags:
            assert tag != "style"
            assert "style" not in attributes
            assert not [name for name in attributes if name.startswith("on")]
            assert tag != "script" or attributes.get("type") == "application/ld+json" or attributes["src"]


def test_article_leads_to_the_ones_before_and_after_in_its_topic(client: FlaskClient) -> None:
    page = Page(client.get("/articles/en/sign-in/lost-phone"))
    assert [
        (a["rel"], a["href"]) for tag, a in page.tags if tag == "a" and a.get("rel") in {"prev", "next"}
    ] == [("prev", "/articles/en/sign-in/locked")]
    middle = Page(client.get("/articles/en/printing/printer-10"))
    assert [a["rel"] for tag, a in middle.tags if tag == "a" and a.get("rel") in {"prev", "next"}] == [
        "prev",
        "next",
    ]
