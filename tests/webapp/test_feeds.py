from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.conftest import Centre
from webapp import create_app, feeds

SPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "search": "http://a9.com/-/spec/opensearch/1.1/",
}


def addresses(client: FlaskClient, url: str) -> list[str]:
    root = ElementTree.fromstring(client.get(url).data)
    return [loc.text or "" for loc in root.iterfind(".//map:loc", SPACES)]


def test_sitemaps_list_every_page_once(client: FlaskClient, centre: Centre) -> None:
    files = addresses(client, "/sitemap.xml")
    pages = [page for file in files for page in addresses(client, file)]
    assert len(pages) == len(set(pages)) == centre.kb.status().documents
    assert "http://localhost/articles/en/sign-in/lost-phone" in pages
    assert "http://localhost/community/outvoted" in pages


def test_long_sitemap_is_cut(client: FlaskClient, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAP_SIZE", 10)
    client = create_app(centre.settings, centre.kb).test_client()
    pages = [page for file in addresses(client, "/sitemap.xml") for page in addresses(client, file)]
    assert len(pages) == len(set(pages)) == centre.kb.status().documents


def test_sitemap_names_translations_and_dates(client: FlaskClient) -> None:
    root = ElementTree.fromstring(client.get("/sitemap/it/1.xml").data)
    (url,) = root.iterfind("map:url", SPACES)
    assert url.findtext("map:lastmod", namespaces=SPACES) == "2026-10-01"
    assert {link.get("hreflang") for link in url.iterfind("xhtml:link", SPACES)} == {"en", "it", "ru"}


@pytest.mark.parametrize(
    "url", ["/sitemap/en/9.xml", "/sitemap/zz/1.xml", "/feeds/zz.xml", "/sitemap/en/-1.xml"]
)
def test_feed_that_does_not_exist_is_404(client: FlaskClient, url: str) -> None:
    assert client.get(url).status_code == 404


def test_news_are_the_articles_by_date(client: FlaskClient) -> None:
    response = client.get("/feeds/en.xml")
    assert response.mimetype == "application/rss+xml"
    items = list(ElementTree.fromstring(response.data).iterfind("channel/item"))
    assert [item.findtext("title") for item in items][:2] == ["Lost phone & two-step", "Account locked"]
    assert items[0].findtext("pubDate") == "Mon, 28 Sep 2026 00:00:00 GMT"


def test_news_speak_the_language_asked_for(client: FlaskClient) -> None:
    assert (
        "Articoli nuovi e aggiornati" in client.get("/feeds/it.xml", headers={"Accept-Language": "ru"}).text
    )


def test_browser_learns_to_search(client: FlaskClient) -> None:
    root = ElementTree.fromstring(client.get("/opensearch.xml").data)
    (url,) = root.iterfind("search:Url", SPACES)
    template = url.get("template", "").replace("http://localhost", "").replace("{searchTerms}", "phone")
    assert "Lost phone" in client.get(template).text


def test_robots_are_told_of_the_sitemap_and_kept_from_searches(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /search", "Sitemap: http://localhost/sitemap.xml"} <= set(lines)


def test_llms_txt_links_each_article_with_its_summary(client: FlaskClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# Help Centre\n")
    assert (
        "- [Account locked](http://localhost/articles/en/sign-in/locked): Wait 30 minutes after HM-1008.\n"
        in text
    )
    assert "&" not in text.replace("Lost phone & two-step", "")


def test_public_address_is_used_where_it_is_set(centre: Centre) -> None:
    settings = replace(centre.settings, public_url="https://help.example.org/")
    client = create_app(settings, centre.kb).test_client()
    assert "Sitemap: https://help.example.org/sitemap.xml" in client.get("/robots.txt").text
    assert '<link rel="canonical" href="https://help.example.org/articles/en/sign-in/locked">' in (
        client.get("/articles/en/sign-in/locked").text
    )


def test_feeds_before_the_first_index_are_503(unindexed: Flask) -> None:
    assert unindexed.test_client().get("/sitemap.xml").status_code == 503
