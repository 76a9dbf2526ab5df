from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kb import KnowledgeBase, Query, Settings, open_knowledge_base
from kb.errors import StorageError
from kb.model import Kind, SearchResult
from tests.webapp.conftest import ARTICLES, Centre, Page, with_kb
from webapp import create_app


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


def test_pages_that_only_come_near_are_called_so(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=recvery&exact=1"))
    assert "Nothing here answers recvery yet. These pages come nearest:" in page.text
    assert "/articles/en/sign-in/lost-phone" in page.links
    assert "data-searched" not in page.html
    assert "come nearest" not in Page(client.get("/search?q=recovery")).text


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
    for url in ("/search?q=printer&lang=en", "/search?q=printer&lang=en&page=2", "/search?q="):
        client.get(url).close()  # what is written down waits for the response to be sent
    assert kb.recorded == [("printer", "en", 23)]


def test_page_that_is_asked_for_again_is_the_same_and_recorded_again(centre: Centre) -> None:
    kb = Watched.over(centre.kb)
    client = with_kb(centre, kb)
    pages = [client.get("/search?q=printer", buffered=True).text for _ in range(3)]
    assert pages[0] == pages[1] == pages[2]
    assert kb.recorded == [("printer", "en", 23)] * 3


def test_page_of_another_reader_or_filter_is_another_one(client: FlaskClient) -> None:
    def shown(url: str) -> str:
        return Page(client.get(url)).text

    assert shown("/search?q=phone") != shown("/search?q=phone&kind=thread") != shown("/search?q=phone&in=it")
    english = shown("/search?q=phone")
    client.set_cookie("lang", "it")
    italian = shown("/search?q=phone")
    assert italian != english
    assert shown("/search?q=phone&lang=en") != italian
    client.delete_cookie("lang")
    assert shown("/search?q=phone") == english


def test_page_is_that_of_the_newest_index(tmp_path: Path) -> None:
    file = tmp_path / "articles" / "en" / "billing" / "refund.md"
    file.parent.mkdir(parents=True)
    settings = Settings(
        data=tmp_path / "data", articles=(tmp_path / "articles",), secret_key="a key for tests"
    )
    kb = open_knowledge_base(settings)
    client = create_app(settings, kb).test_client()
    for title in ("Get a refund", "Money back"):
        file.write_text(ARTICLES["en/billing/refund.md"].replace("Get a refund", title), encoding="utf-8")
        kb.reindex()
        assert title in Page(client.get("/search?q=refund")).text
    kb.close()


def test_search_survives_a_log_that_cannot_be_written(centre: Centre) -> None:
    class Forgetful(Watched):
        def record_search(self, query: str, lang: str, total: int) -> None:
            raise StorageError("The disk is full.")

    assert with_kb(centre, Forgetful.over(centre.kb)).get("/search?q=printer").status_code == 200


def test_one_language_alone_can_be_searched(client: FlaskClient) -> None:
    both = Page(client.get("/search?q=refund&lang=it")).links
    only = Page(client.get("/search?q=refund&lang=it&in=it")).links
    assert "/articles/en/billing/refund" in both
    assert "/articles/en/billing/refund" not in only


def test_filters_stay_while_paging_and_changing_tabs(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=printer&in=en&topic=printing"))
    kept = [parse_qs(urlsplit(link).query) for link in page.links if link.startswith("/search?")]
    assert len(kept) == 4  # three tabs and the next page
    assert all(query["in"] == ["en"] and query["topic"] == ["printing"] for query in kept)


def test_nothing_found_under_a_filter_offers_to_drop_it(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=refund&in=it"))
    assert "Search all topics" in page.text
    (everywhere,) = [link for link in page.links if link.startswith("/search?") and "in=" not in link]
    assert "/articles/en/billing/refund" in Page(client.get(everywhere)).links


def test_box_offers_titles_and_the_search_itself(client: FlaskClient) -> None:
    page = Page(client.get("/complete?q=lost"))
    options = [a["data-url"] for tag, a in page.tags if a.get("role") == "option"]
    assert options == ["/articles/en/sign-in/lost-phone", "/search?q=lost&lang=en"]
    assert next(a["data-status"] for _, a in page.tags if "data-status" in a) == "1 suggestion"


def test_box_counts_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert 'data-status="1 подсказка"' in client.get("/complete?q=телеф&lang=ru").text


def test_box_offers_nothing_for_nothing(client: FlaskClient) -> None:
    assert "option" not in client.get("/complete?q=&lang=it").text


class Outdated(KnowledgeBase):
    """Answers with a thread that an official article has overtaken."""

    def search(self, query: Query) -> SearchResult:
        result = super().search(replace(query, kind=Kind.THREAD))
        newer = self.recent("en", Kind.ARTICLE, 1)[0]
        return replace(result, hits=tuple(hit._replace(newer_article=newer) for hit in result.hits))


def test_thread_that_an_article_has_overtaken_says_so(centre: Centre) -> None:
    html = (
        with_kb(centre, Outdated(centre.kb.settings, centre.kb._engine)).get("/search?q=phone+drowned").text
    )
    newer = html[html.index('class="newer"') :]
    assert newer.index("Newer official answer:") < newer.index('href="/articles/en/sign-in/lost-phone"')


def test_result_says_why_it_was_found_when_asked(client: FlaskClient) -> None:
    assert "Why this result" not in client.get("/search?q=refund").text
    page = Page(client.get("/search?q=refund&explain=1"))
    assert "Why this result" in page.text
    assert "refund" in [piece.strip() for piece in page.pieces]
    found_in = Page(client.get("/search?q=refund&explain=1&lang=it"))
    assert "titolo" in [piece.strip() for piece in found_in.pieces]
