from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kb import KnowledgeBase, Query
from kb.errors import StorageError
from kb.model import SearchResult
from tests.webapp.conftest import Centre, Page, with_kb


class Watched(KnowledgeBase):
    """Notes what is recorded, and answers as the real one."""

    recorded: list[tuple[str, str, int]]
    asked: list[Query]

    @classmethod
    def over(cls, kb: KnowledgeBase) -> Watched:
        watched = cls(kb.settings, kb._engine)
        watched.recorded, watched.asked = [], []
        return watched

    def search(self, query: Query) -> SearchResult:
        self.asked.append(query)
        return super().search(query)

    def record_search(self, query: str, lang: str, total: int) -> None:
        self.recorded.append((query, lang, total))


def test_results_tell_official_and_community_apart(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=phone+recovery+code"))
    assert "Official article" in page.text
    assert "Accepted answer" in page.text
    assert "/community/outvoted" in page.links


def test_matched_words_are_marked(client: FlaskClient) -> None:
    assert "<mark>" in client.get("/search?q=HM-1008").text


def test_hit_links_to_the_section_that_matches(client: FlaskClient) -> None:
    assert (
        "/articles/en/sign-in/lost-phone#with-a-recovery-code"
        in Page(client.get("/search?q=telephone")).links
    )


def test_tabs_count_each_kind_and_keep_the_query(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=phone"))
    tab = next(link for link in page.links if "kind=thread" in link)
    assert parse_qs(urlsplit(tab).query)["q"] == ["phone"]
    only = Page(client.get(tab))
    assert "/community/outvoted" in only.links
    assert "/articles/en/sign-in/lost-phone" not in only.links


def test_topic_filter_leaves_other_topics_out(client: FlaskClient) -> None:
    assert "/articles/en/billing/refund" in Page(client.get("/search?q=days&topic=billing")).links
    assert "/articles/en/billing/refund" not in Page(client.get("/search?q=days&topic=sign-in")).links


def test_other_languages_are_labelled(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=codice+di+recupero&lang=en"))
    assert "In Italian" in page.text


def test_paging_leads_through_all_hits(client: FlaskClient) -> None:
    seen: set[str] = set()
    for number in (1, 2, 3):
        links = Page(client.get(f"/search?q=printer&page={number}")).links
        seen |= {link for link in links if link.startswith("/articles/en/printing/")}
    assert len(seen) == 23


def test_page_beyond_the_last_shows_the_last(client: FlaskClient) -> None:
    assert "Page 3 of 3" in Page(client.get("/search?q=printer&page=40")).text


@pytest.mark.parametrize("page", ["-1", "0", "abc", "1.5", "9" * 5000, "%00", "²"])
def test_page_that_is_none_shows_a_page(client: FlaskClient, page: str) -> None:
    response = client.get(f"/search?q=printer&page={page}")
    assert response.status_code == 200
    assert "Printer" in Page(response).text


@pytest.mark.parametrize(
    "query",
    [
        "a" * 5000,
        "%00",
        "%FF%FE",
        "%ED%A0%80",
        "%F0%9F%98%80",
        '"',
        "-",
        "*",
        "title:",
        "(" * 300,
        "lang:xx",
        "%0A%0D",
    ],
)
def test_no_query_is_an_error(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?q={query}").status_code == 200


def test_query_is_shown_as_text(client: FlaskClient) -> None:
    html = client.get("/search?q=<script>alert(1)</script>").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_long_query_is_capped(centre: Centre) -> None:
    kb = Watched.over(centre.kb)
    with_kb(centre, kb).get("/search?q=" + "w" * 2000)
    assert [len(query.text) for query in kb.asked] == [500]


def test_nothing_found_offers_topics_and_contact_with_the_query(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=zzqqxxyy"))
    assert "/topics/en/sign-in" in page.links
    assert "/contact?subject=zzqqxxyy" in page.links


def test_correction_is_said_and_can_be_refused(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=recvery"))
    assert "Showing results for recovery." in page.text
    exact = next(link for link in page.links if "exact=1" in link)
    assert "Showing results for" not in Page(client.get(exact)).text


def test_empty_query_offers_the_topics(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=++"))
    assert "/topics/en/sign-in" in page.links
    assert page.fields["q"] == ""


def test_search_is_recorded_once_for_its_first_page(centre: Centre) -> None:
    kb = Watched.over(centre.kb)
    client = with_kb(centre, kb)
    client.get("/search?q=printer&lang=en")
    client.get("/search?q=printer&lang=en&page=2")
    client.get("/search?q=")
    assert kb.recorded == [("printer", "en", 23)]


def test_search_survives_a_log_that_cannot_be_written(centre: Centre) -> None:
    class Forgetful(Watched):
        def record_search(self, query: str, lang: str, total: int) -> None:
            raise StorageError("The disk is full.")

    assert with_kb(centre, Forgetful.over(centre.kb)).get("/search?q=printer").status_code == 200
