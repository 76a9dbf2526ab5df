from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Response, request, session
from flask.testing import FlaskClient

from kb import Settings, open_knowledge_base
from kb.errors import IndexMissing
from kb.model import Query, SearchResult
from kb.search.searcher import Searcher
from tests.webapp.conftest import ARTICLES, Centre
from webapp import create_app
from webapp.again import again

PAGES = ["/api/search?q=phone", "/search?q=phone"]


class Counting:
    """Searches, and counts how often it did."""

    def __init__(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[Query] = []
        self._search = centre.kb.search
        monkeypatch.setattr(centre.kb, "search", self)

    def __call__(self, query: Query) -> SearchResult:
        self.asked.append(query)
        return self._search(query)


@pytest.fixture
def fresh(centre: Centre) -> FlaskClient:
    """A visitor of a site that nobody has asked yet."""
    return create_app(centre.settings, centre.kb).test_client()


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_the_same_request_is_answered_the_same_without_a_search(
    centre: Centre, fresh: FlaskClient, monkeypatch: pytest.MonkeyPatch, url: str, accepted: str
) -> None:
    counting = Counting(centre, monkeypatch)
    first, second = (fresh.get(url, headers={"Accept-Encoding": accepted}) for _ in range(2))
    assert (first.status, first.data, list(first.headers)) == (
        second.status,
        second.data,
        list(second.headers),
    )
    assert second.headers.get("Content-Encoding", "") == accepted
    assert len(counting.asked) == 1


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize(
    "other", ["&lang=it", "&in=en", "&page=2", "&kind=thread", "&topic=billing", "&exact=1"]
)
def test_another_reader_or_filter_is_another_answer(
    centre: Centre, fresh: FlaskClient, monkeypatch: pytest.MonkeyPatch, url: str, other: str
) -> None:
    counting = Counting(centre, monkeypatch)
    fresh.get(url)
    fresh.get(url + other)
    fresh.set_cookie("lang", "ru")
    fresh.get(url)
    fresh.delete_cookie("lang")
    fresh.get(url, headers={"Accept-Language": "it"})
    langs = [query.lang for query in counting.asked]
    assert (langs[0], langs[-2:]) == ("en", ["ru", "it"])
    assert len(set(counting.asked)) >= 3


def test_another_address_of_the_site_is_another_answer(centre: Centre) -> None:
    app = create_app(centre.settings, centre.kb)

    @app.get("/address")
    def view() -> Response:
        return again(Response(request.host_url), centre.kb.searcher.edition)

    for address in ("http://one.example/", "https://one.example/", "https://two.example/"):
        for _ in range(2):
            assert app.test_client().get("/address", base_url=address).text == address


def test_only_the_head_is_sent_to_who_asks_for_it(fresh: FlaskClient) -> None:
    for _ in range(2):
        whole, head = fresh.get("/api/search?q=phone"), fresh.head("/api/search?q=phone")
        assert head.data == b""
        assert head.headers["Content-Length"] == str(len(whole.data))


def test_explained_answer_is_made_each_time(
    centre: Centre, fresh: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(centre, monkeypatch)
    for _ in range(2):
        fresh.get("/api/search?q=phone&explain=1")
    assert len(counting.asked) == 2


def test_what_is_kept_is_not_sent_once_the_index_is_gone(
    fresh: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_searcher: Searcher) -> str:
        raise IndexMissing("No index.")

    assert fresh.get("/api/search?q=phone").status_code == 200
    monkeypatch.setattr(Searcher, "edition", property(gone))
    assert fresh.get("/api/search?q=phone").status_code == 503


def test_answer_with_a_cookie_is_for_one_visitor(centre: Centre) -> None:
    app = create_app(centre.settings, centre.kb)

    @app.get("/one-visitor")
    def view() -> Response:
        session["visits"] = session.get("visits", 0) + 1
        return again(Response(str(session["visits"])), centre.kb.searcher.edition)

    for _ in range(2):
        assert app.test_client().get("/one-visitor").headers["Set-Cookie"]


def test_answer_is_that_of_the_newest_index_and_synonyms(tmp_path: Path) -> None:
    file = tmp_path / "articles" / "en" / "billing" / "refund.md"
    file.parent.mkdir(parents=True)
    file.write_text(ARTICLES["en/billing/refund.md"], encoding="utf-8")
    settings = Settings(
        data=tmp_path / "data", articles=(tmp_path / "articles",), secret_key="a key for tests"
    )
    kb = open_knowledge_base(settings)
    kb.reindex()
    client = create_app(replace(settings), kb).test_client()

    def titles(asked: str) -> list[str]:
        found = client.get(f"/api/search?q={asked}").json
        assert found is not None
        return [] if found["nearest"] else [hit["title"] for hit in found["hits"]]

    assert (titles("refund"), titles("reimbursement")) == (["Get a refund"], [])
    (tmp_path / "articles" / "en" / "_synonyms.txt").write_text("reimbursement => refund\n", encoding="utf-8")
    file.write_text(ARTICLES["en/billing/refund.md"].replace("Get a refund", "Money back"), encoding="utf-8")
    kb.reindex()
    assert (titles("refund"), titles("reimbursement")) == (["Money back"], ["Money back"])
    kb.close()
