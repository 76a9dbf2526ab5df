"""The private page of a ticket."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from kb.errors import StorageError
from kb.model import TicketStatus
from tests.webapp.conftest import Centre, Page
from tests.webapp.test_contact import Visitor, visitor_of


@pytest.fixture
def visitor(centre: Centre) -> Visitor:
    return visitor_of(centre)


@pytest.fixture
def link(visitor: Visitor) -> str:
    """The private link of a ticket, as the receipt's address without what makes it a receipt."""
    return visitor.send().location.replace("&new=1", "")


def post(visitor: Visitor, link: str, **fields: str) -> TestResponse:
    hidden = Page(visitor.client.get(link)).fields
    kept = {name: hidden[name] for name in ("csrf_token", "key", "once")}
    return visitor.client.post("/contact/ticket", data={**kept, **fields})


def test_the_link_shows_the_ticket_and_where_it_stands(visitor: Visitor, link: str) -> None:
    page = Page(visitor.client.get(link))
    assert "Waiting for our answer" in page.text
    assert "I lost my phone. Now it wants a code." in page.text


def test_the_page_is_private(visitor: Visitor, link: str) -> None:
    response = visitor.client.get(link)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert 'content="noindex"' in Page(response).html


@pytest.mark.parametrize("key", ["", "x", "T-7K2P-94QX", "A" * 32, "%00"])
def test_the_link_cannot_be_guessed(visitor: Visitor, link: str, key: str) -> None:
    assert visitor.client.get(f"/contact/ticket?key={key}").status_code == 404


def test_a_message_is_added_masked_and_shown(visitor: Visitor, link: str) -> None:
    response = post(visitor, link, body="Also, my password: hunter22 fails")
    assert response.status_code == 303
    page = Page(visitor.client.get(response.location))
    assert "Also, my password: [password] fails" in page.text


def test_a_message_sent_twice_is_added_once(visitor: Visitor, link: str) -> None:
    hidden = Page(visitor.client.get(link)).fields
    sent = {name: hidden[name] for name in ("csrf_token", "key", "once")} | {"body": "Only once, please"}
    for _ in range(2):
        assert visitor.client.post("/contact/ticket", data=sent).status_code == 303
    assert Page(visitor.client.get(link)).text.count("Only once, please") == 1


def test_an_empty_message_is_refused_at_its_field(visitor: Visitor, link: str) -> None:
    response = post(visitor, link, body="  ")
    page = Page(response)
    assert response.status_code == 400
    assert page.first("textarea")["aria-invalid"] == "true"


def test_a_ticket_can_be_closed_and_opened_again(visitor: Visitor, link: str) -> None:
    post(visitor, link, do="close")
    assert "Closed" in Page(visitor.client.get(link)).text
    post(visitor, link, body="It is back")
    assert "Waiting for our answer" in Page(visitor.client.get(link)).text


def test_a_last_word_is_kept_when_the_ticket_is_closed(visitor: Visitor, link: str) -> None:
    post(visitor, link, do="close", body="A restart did it")
    page = Page(visitor.client.get(link))
    assert "Closed" in page.text
    assert "A restart did it" in page.text


def test_how_long_an_answer_takes_is_said_while_it_is_our_turn(visitor: Visitor, link: str) -> None:
    assert "We usually answer" in Page(visitor.client.get(link)).text
    ticket = visitor.desk.tickets.by_access_key(link.partition("key=")[2])
    visitor.desk.answer(ticket, "Try a recovery code.")
    assert "We usually answer" not in Page(visitor.client.get(link)).text


def test_closing_needs_our_form(visitor: Visitor, link: str) -> None:
    key = link.partition("key=")[2]
    response = visitor.client.post(
        "/contact/ticket", data={"key": key, "do": "close", "csrf_token": "forged"}
    )
    assert response.status_code == 400
    assert visitor.desk.tickets.by_access_key(key).status is TicketStatus.OPEN


def test_what_was_typed_survives_a_full_disk(
    visitor: Visitor, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(visitor.desk, "add_message", refuse)
    response = post(visitor, link, body="Do not lose me")
    assert response.status_code == 503
    assert "Do not lose me" in Page(response).html


def test_what_an_agent_wrote_is_told_apart(visitor: Visitor, link: str) -> None:
    ticket = visitor.desk.tickets.by_access_key(link.partition("key=")[2])
    visitor.desk.answer(ticket, "Try a recovery code.")
    page = Page(visitor.client.get(link))
    assert "Try a recovery code." in page.text
    assert "said-agent" in page.html
    assert "Waiting for you" in page.text


@pytest.mark.parametrize("markup", ["<script>alert(1)</script>", "<b>bold</b>", "&amp;"])
def test_markup_is_text(visitor: Visitor, link: str, markup: str) -> None:
    post(visitor, link, body=markup)
    page = Page(visitor.client.get(link))
    assert markup in page.text
    assert "<b>" not in page.html


def test_the_twenty_first_addition_in_ten_minutes_has_to_wait_and_is_kept(
    visitor: Visitor, link: str
) -> None:
    for number in range(20):
        assert post(visitor, link, body=f"addition {number}").status_code == 303
    response = post(visitor, link, body="one too many")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    assert "one too many" in Page(response).html
