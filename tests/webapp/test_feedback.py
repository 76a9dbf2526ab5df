from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import open_knowledge_base
from tests.storage.damage import make_read_only
from tests.webapp.conftest import Centre, Page
from webapp import create_app
from webapp.feedback import FRAGMENT

ARTICLE = "en/sign-in/locked"
YES = {"article": ARTICLE, "helpful": "yes"}
NO = {"article": ARTICLE, "helpful": "no"}


def stored(app: Flask) -> list[tuple[str, int, str, str]]:
    """The votes on the article."""
    with app.extensions["site"].kb._database.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT document, helpful, reasons, comment FROM votes ORDER BY rowid"
        )
        return [tuple(row) for row in found]


@pytest.fixture
def app(centre: Centre, tmp_path: Path) -> Flask:
    """The centre with a database of its own."""
    url = f"sqlite:///{tmp_path / 'kb.db'}"
    settings = replace(centre.settings, database_url=url)
    return create_app(settings, open_knowledge_base(settings))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_article_asks_whether_it_helped(client: FlaskClient) -> None:
    page = Page(client.get(f"/articles/{ARTICLE}"))
    assert page.fields["article"] == ARTICLE
    buttons = [a for tag, a in page.tags if tag == "button" and a.get("name") == "helpful"]
    assert [button["value"] for button in buttons] == ["yes", "no"]


def test_vote_without_script_leads_to_the_reasons_and_to_thanks(client: FlaskClient, app: Flask) -> None:
    voted = client.post("/feedback", data=NO)
    assert voted.status_code == 303
    page = Page(client.get(voted.location))
    reasons = [a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "reason"]
    assert reasons == ["unsolved", "unclear", "incomplete", "outdated", "other"]
    sent = client.post(
        "/feedback/why", data={"article": ARTICLE, "reason": ["unclear", "outdated"], "comment": "Step 2?"}
    )
    assert Page(client.get(sent.location)).text.count("Thank you") == 2  # title and heading
    assert stored(app) == [(ARTICLE, 0, '["unclear", "outdated"]', "Step 2?")]


def test_there_are_five_reasons_each_way(client: FlaskClient) -> None:
    for vote in (YES, NO):
        html = client.post("/feedback", data=vote, follow_redirects=True).text
        assert html.count('name="reason"') == 5


def test_second_thought_replaces_the_first(client: FlaskClient, app: Flask) -> None:
    client.post("/feedback", data=YES)
    client.post("/feedback", data=NO)
    assert [helpful for _, helpful, _, _ in stored(app)] == [0]


def test_script_gets_a_fragment(client: FlaskClient) -> None:
    response = client.post("/feedback", data=YES, headers={"X-Requested-With": FRAGMENT})
    assert response.status_code == 200
    assert "<html" not in response.text
    assert response.text.count("<h2") == 1


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
def test_other_sites_cannot_vote_for_their_visitors(
    client: FlaskClient, app: Flask, headers: dict[str, str]
) -> None:
    assert client.post("/feedback", data=YES, headers=headers).status_code == 400
    assert stored(app) == []


def test_own_pages_can_vote(client: FlaskClient, app: Flask) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert client.post("/feedback", data=YES, headers=headers).status_code == 303
    assert len(stored(app)) == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"article": "en/none/none", "helpful": "yes"}, 404),
        ({"article": "community/outvoted", "helpful": "yes"}, 404),
        ({"helpful": "yes"}, 404),
        ({"article": ARTICLE}, 400),
        ({"article": ARTICLE, "helpful": "perhaps"}, 400),
    ],
)
def test_vote_that_makes_no_sense_is_refused(
    client: FlaskClient, app: Flask, fields: dict[str, str], status: int
) -> None:
    assert client.post("/feedback", data=fields).status_code == status
    assert stored(app) == []


def test_reasons_of_nobody_are_thanked_for_and_dropped(client: FlaskClient, app: Flask) -> None:
    sent = client.post("/feedback/why", data={"article": ARTICLE, "reason": "clear"})
    assert sent.status_code == 303
    assert stored(app) == []


def test_reasons_page_of_who_has_not_voted_is_the_article(client: FlaskClient) -> None:
    assert client.get(f"/feedback/why?article={ARTICLE}").location == f"/articles/{ARTICLE}"


def test_vote_that_cannot_be_stored_is_told(client: FlaskClient, app: Flask) -> None:
    client.get(f"/articles/{ARTICLE}")
    make_read_only(app.extensions["site"].kb._database)
    response = client.post("/feedback", data=YES)
    assert response.status_code == 503
    assert "could not be saved" in response.text


def test_who_floods_has_to_wait_and_can_send_the_same_again(app: Flask) -> None:
    limit = app.extensions["site"].kb.desk.rules.limits.votes
    for _ in range(limit.amount):  # each without the cookie of the one before: a reader of its own
        assert app.test_client().post("/feedback", data=YES).status_code == 303
    late = app.test_client()
    refused = late.post("/feedback", data=NO)
    page = Page(refused)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= limit.get_expiry()
    assert "wait a few minutes" in page.text
    assert (page.fields["article"], page.fields["helpful"]) == (ARTICLE, "no")
    assert len(stored(app)) == limit.amount
    other = late.post("/feedback", data=NO, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 303


def test_comment_of_who_has_to_wait_is_kept(client: FlaskClient, app: Flask) -> None:
    client.post("/feedback", data=NO)
    limit = app.extensions["site"].kb.desk.rules.limits.votes
    why = {"article": ARTICLE, "reason": ["unclear", "other"], "comment": 'Step "2"?'}
    for _ in range(limit.amount - 1):
        assert client.post("/feedback/why", data=why).status_code == 303
    refused = client.post("/feedback/why", data=why, headers={"X-Requested-With": FRAGMENT})
    again = [(a["name"], a["value"]) for tag, a in Page(refused).tags if a.get("type") == "hidden"]
    assert refused.status_code == 429
    assert "<html" not in refused.text
    assert again == [
        ("article", ARTICLE),
        ("reason", "unclear"),
        ("reason", "other"),
        ("comment", 'Step "2"?'),
    ]
    assert 'action="/feedback/why"' in refused.text


def test_reading_is_counted_and_shown_on_home(app: Flask, centre: Centre) -> None:
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    client = app.test_client()
    tag = client.get(f"/articles/{ARTICLE}", headers=browser).headers["ETag"]
    assert client.get(f"/articles/{ARTICLE}", headers={**browser, "If-None-Match": tag}).status_code == 304
    client.get("/articles/en/sign-in/lost-phone", headers=browser)
    for headers in (
        {"User-Agent": "ExampleBot/2.1 (+https://bot.example)"},
        {**browser, "Sec-Purpose": "prefetch"},
    ):
        for _ in range(3):
            client.get("/articles/en/billing/refund", headers=headers)
    client.head("/articles/en/billing/refund", headers=browser)
    app.extensions["site"].kb.readership.flush()
    html = client.get("/").text
    listed = html[html.index('id="_read"') : html.index('id="_recent"')]
    assert listed.index(ARTICLE) < listed.index("en/sign-in/lost-phone")
    assert "refund" not in listed


def test_pages_are_served_when_nothing_can_be_counted(client: FlaskClient, app: Flask) -> None:
    kb = app.extensions["site"].kb
    kb.status()
    make_read_only(kb._database)
    browser = {"User-Agent": "Mozilla/5.0"}
    for url in (
        "/",
        f"/articles/{ARTICLE}",
        "/community/outvoted",
        "/search?q=phone",
        "/complete?q=ph",
        "/complete",
    ):
        assert client.get(url, headers=browser).status_code == 200
    kb.readership.flush()
