"""What the contact form shows while a message is being written."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from kb import TicketDraft
from kb.errors import IndexMissing
from kb.ticket_model import Circumstances
from tests.webapp.conftest import Centre, Page
from tests.webapp.test_contact import ANSWER, Visitor, visitor_of


@pytest.fixture
def answered(centre: Centre) -> Visitor:
    return visitor_of(centre, ANSWER)


def ask(visitor: Visitor, **typed: str) -> TestResponse:
    hidden = visitor.open()
    kept = {name: hidden[name] for name in ("csrf_token", "key")}
    return visitor.client.post("/contact/suggest", data={**kept, **typed})


def test_suggestions_and_checklist_come_as_parts_of_the_form(answered: Visitor) -> None:
    response = ask(answered, subject="Help", body="My iPhone was stolen yesterday, password: hunter22")
    page = Page(response)
    parts = [attributes["data-part"] for _, attributes in page.tags if "data-part" in attributes]
    assert parts == ["subject-tip", "coach", "reply", "live"]
    assert "Lost phone & two-step" in page.text
    assert "1 page may already answer this." in page.html
    assert "This subject says little." in page.text
    assert "a password" in page.text
    assert "hunter22" not in page.html
    assert response.headers["Cache-Control"] == "no-store"


def test_nothing_is_shown_where_nothing_answers(centre: Centre) -> None:
    page = Page(ask(visitor_of(centre), subject="", body="My cat is green today"))
    assert [attributes["data-count"] for _, attributes in page.tags if "data-count" in attributes] == ["0"]


def test_asking_is_noted_with_what_was_shown_but_not_with_what_was_written(answered: Visitor) -> None:
    hidden = answered.open()
    kept = {name: hidden[name] for name in ("csrf_token", "key")}
    answered.client.post("/contact/suggest", data={**kept, "body": "My iPhone was stolen"})
    session = answered.desk.ledger.session(hidden["key"])
    assert session
    assert (session.shown, session.outcome) == ((ANSWER.id,), "")


def test_request_of_another_site_is_refused(answered: Visitor) -> None:
    assert answered.client.post("/contact/suggest", data={"body": "My iPhone was stolen"}).status_code == 400


def test_failing_search_leaves_the_checklist(answered: Visitor) -> None:
    answered.desk.search_failure = IndexMissing("No index.")
    response = ask(answered, body="My iPhone was stolen")
    assert response.status_code == 200
    assert "Device, system and version" in Page(response).text


def test_sixty_first_request_in_a_minute_has_to_wait(answered: Visitor) -> None:
    hidden = answered.open()
    kept = {name: hidden[name] for name in ("csrf_token", "key")}
    statuses = [
        answered.client.post("/contact/suggest", data={**kept, "body": f"word {n} of it"}).status_code
        for n in range(61)
    ]
    assert statuses == [200] * 60 + [429]


def test_opening_a_suggestion_is_noted_and_leads_to_its_section(answered: Visitor) -> None:
    hidden = answered.open()
    kept = {name: hidden[name] for name in ("csrf_token", "key")}
    page = Page(answered.client.post("/contact/suggest", data={**kept, "body": "My iPhone was stolen"}))
    answered.client.get(page.links[0])
    session = answered.desk.ledger.session(hidden["key"])
    assert session
    assert session.opened == (ANSWER.id,)


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "en/no/such", "", "../x"])
def test_a_suggestion_leads_to_pages_of_this_site_only(answered: Visitor, target: str) -> None:
    assert answered.client.get("/contact/open", query_string={"id": target}).status_code == 404


def test_section_cannot_leave_the_address_of_the_page(answered: Visitor) -> None:
    asked = {"id": ANSWER.id, "section": "x\r\nSet-Cookie: a=b"}
    response = answered.client.get("/contact/open", query_string=asked)
    assert response.location.startswith(ANSWER.url + "#")
    assert "a" not in {cookie.partition("=")[0] for cookie in response.headers.getlist("Set-Cookie")}


def test_the_real_suggester_finds_the_article(centre: Centre) -> None:
    draft = TicketDraft("Stolen phone", "my phone was stolen and it wants a code")
    found = centre.kb.desk.suggest(draft, Circumstances(session="a-key-of-sixteen"))
    assert [one.id for one in found.suggestions][:1] == ["en/sign-in/lost-phone"]
