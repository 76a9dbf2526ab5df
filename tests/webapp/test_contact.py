from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import Kind, KnowledgeBase, TicketDraft
from kb.errors import IndexMissing, InvalidDraft, StorageError
from kb.model import SectionLink, Snippet, Span, Suggestion, Suggestions, Ticket
from tests.webapp.conftest import Centre, Page, with_kb

TYPED = {
    "subject": "No code",
    "body": "I lost my phone.\nNow it wants a code.",
    "email": "anna@example.org",
    "name": "Anna",
}

ANSWER = Suggestion(
    id="en/sign-in/lost-phone",
    kind=Kind.ARTICLE,
    lang="en",
    title="Lost phone & two-step",
    url="/articles/en/sign-in/lost-phone",
    confidence=0.9,
    section=SectionLink("With a recovery code", "with-a-recovery-code"),
    snippet=Snippet("Use a recovery code.", (Span(6, 14),)),
)


class Desk(KnowledgeBase):
    """Suggests what the test says, and keeps the tickets in memory."""

    suggestions: tuple[Suggestion, ...]
    tickets: dict[str, TicketDraft]
    failure: Exception | None
    search_failure: Exception | None

    @classmethod
    def over(cls, kb: KnowledgeBase, *suggestions: Suggestion) -> Desk:
        desk = cls(kb.settings, kb._engine)
        desk.suggestions, desk.tickets, desk.failure, desk.search_failure = suggestions, {}, None, None
        return desk

    def suggest(self, draft: TicketDraft, limit: int = 3) -> Suggestions:
        if self.search_failure:
            raise self.search_failure
        return Suggestions(self.suggestions)

    def submit(self, draft: TicketDraft) -> Ticket:
        if self.failure:
            raise self.failure
        self.tickets.setdefault(draft.idempotency_key, draft)
        return super().submit(draft)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone at the contact form, with the cookies of one browser."""

    client: FlaskClient
    desk: Desk

    def open(self, query: str = "") -> dict[str, str]:
        return Page(self.client.get("/contact" + query)).fields

    def send(self, hidden: dict[str, str] | None = None, **changes: str) -> TestResponse:
        hidden = self.open() if hidden is None else hidden
        kept = {name: hidden.get(name, "") for name in ("csrf_token", "key", "seen")}
        return self.client.post("/contact", data={**kept, **TYPED, **changes})


@pytest.fixture
def visitor(centre: Centre) -> Visitor:
    """Nothing answers this visitor's message."""
    desk = Desk.over(centre.kb)
    return Visitor(with_kb(centre, desk), desk)


@pytest.fixture
def answered(centre: Centre) -> Visitor:
    """An article answers this visitor's message."""
    desk = Desk.over(centre.kb, ANSWER)
    return Visitor(with_kb(centre, desk), desk)


def test_message_that_nothing_answers_is_sent_at_once(visitor: Visitor) -> None:
    response = visitor.send()
    assert response.status_code == 303
    (draft,) = visitor.desk.tickets.values()
    assert (draft.subject, draft.body, draft.email, draft.name, draft.lang) == (
        "No code",
        "I lost my phone.\nNow it wants a code.",
        "anna@example.org",
        "Anna",
        "en",
    )


def test_receipt_shows_the_reference_and_nothing_typed(visitor: Visitor) -> None:
    location = visitor.send().location
    page = Page(visitor.client.get(location))
    reference = location.rpartition("/")[2].rpartition(".")[0]
    assert reference in page.text
    assert TYPED["email"] not in page.html
    assert TYPED["subject"] not in page.html
    assert visitor.client.get(location).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["T-7K2P-94QX", "T-7K2P-94QX.forged", ".", "%00"])
def test_receipt_cannot_be_made_up(client: FlaskClient, token: str) -> None:
    assert client.get(f"/contact/sent/{token}").status_code == 404


def test_answer_is_shown_first_and_everything_typed_is_kept(answered: Visitor) -> None:
    response = answered.send()
    page = Page(response)
    assert (response.status_code, answered.desk.tickets) == (200, {})
    assert "/articles/en/sign-in/lost-phone#with-a-recovery-code" in page.links
    assert "Use a <mark>recovery</mark> code." in page.html
    assert page.fields["subject"] == "No code"
    assert page.fields["email"] == "anna@example.org"
    assert "I lost my phone.\nNow it wants a code." in page.html


def test_suggestion_opens_beside_the_form_and_says_so(answered: Visitor) -> None:
    page = Page(answered.send())
    link = next(attributes for tag, attributes in page.tags if attributes.get("target"))
    assert (link["target"], link["rel"]) == ("_blank", "noopener")
    assert "(opens in a new tab)" in page.text


def test_send_anyway_sends(answered: Visitor) -> None:
    again = Page(answered.send()).fields
    assert answered.send(again).status_code == 303
    assert len(answered.desk.tickets) == 1


def test_writer_is_interrupted_at_most_once(answered: Visitor) -> None:
    again = Page(answered.send()).fields
    wrong = Page(answered.send(again, email="anna")).fields
    assert answered.send(wrong).status_code == 303


def test_solved_stores_nothing_and_asks_nothing(answered: Visitor) -> None:
    token = Page(answered.send()).fields["csrf_token"]
    response = answered.client.post("/contact/solved", data={"csrf_token": token})
    assert (response.status_code, response.location) == (303, "/contact/solved")
    page = Page(answered.client.get(response.location))
    assert set(page.fields) <= {"q", "lang"}
    assert answered.desk.tickets == {}


def test_solved_is_not_the_default_button_of_the_message(answered: Visitor) -> None:
    html = Page(answered.send()).html
    message = html[html.index('id="message"') :]
    assert "This solved it" not in message


def test_pressing_send_twice_is_one_ticket(visitor: Visitor) -> None:
    hidden = visitor.open()
    first, second = visitor.send(hidden), visitor.send(hidden)
    assert first.location == second.location
    assert len(visitor.desk.tickets) == 1


def test_two_forms_are_two_tickets(visitor: Visitor) -> None:
    assert visitor.send().location != visitor.send().location


def test_subject_is_carried_into_the_form(visitor: Visitor) -> None:
    assert visitor.open("?subject=login%20%22phone%22")["subject"] == 'login "phone"'


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "  "),
        ("subject", "s" * 201),
        ("body", "\x00"),
        ("body", "b" * 20_001),
        ("email", ""),
        ("email", "anna"),
        ("email", "anna@example.org, eve@example.org"),
        ("email", "anna@" + "x" * 300 + ".org"),
        ("name", "n" * 101),
    ],
)
def test_field_that_cannot_be_sent_is_named_and_the_rest_kept(
    visitor: Visitor, field: str, value: str
) -> None:
    response = visitor.send(None, **{field: value})
    page = Page(response)
    assert (response.status_code, visitor.desk.tickets) == (400, {})
    assert f"#{field}" in page.links
    wrong = [attributes for _, attributes in page.tags if "aria-invalid" in attributes]
    assert [attributes["id"] for attributes in wrong] == [field]
    assert f"{field}-error" in wrong[0]["aria-describedby"].split()
    kept = {name: text for name, text in TYPED.items() if name not in {field, "body"}}
    assert {name: page.fields[name] for name in kept} == kept


def test_line_breaks_never_reach_a_single_line(visitor: Visitor) -> None:
    visitor.send(subject="Hello\r\nBcc: eve@example.org", name="Anna\nX: y")
    (draft,) = visitor.desk.tickets.values()
    assert (draft.subject, draft.name) == ("Hello Bcc: eve@example.org", "Anna X: y")


def test_form_of_another_site_is_refused_with_everything_kept(visitor: Visitor) -> None:
    response = visitor.send({"csrf_token": "forged"})
    assert (response.status_code, visitor.desk.tickets) == (400, {})
    page = Page(response)
    assert page.fields["subject"] == "No code"
    assert visitor.send(page.fields).status_code == 303


def test_token_of_another_visitor_is_refused(visitor: Visitor, centre: Centre) -> None:
    other = Visitor(with_kb(centre, visitor.desk), visitor.desk)
    assert visitor.send(other.open()).status_code == 400


def test_hidden_field_stops_programs_but_lets_a_person_send_again(visitor: Visitor) -> None:
    response = visitor.send(website="https://spam.example")
    assert (response.status_code, visitor.desk.tickets) == (400, {})
    page = Page(response)
    assert page.fields["website"] == ""
    assert visitor.send(page.fields).status_code == 303


@pytest.mark.parametrize("failure", [IndexMissing("No index."), OSError("disk"), ValueError("anything")])
def test_failing_search_does_not_keep_anyone_from_writing(answered: Visitor, failure: Exception) -> None:
    answered.desk.search_failure = failure
    assert answered.send().status_code == 303


@pytest.mark.parametrize("failure", [StorageError("The disk is full."), OSError("anna@example.org")])
def test_failing_storage_keeps_the_form_filled(
    visitor: Visitor, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.desk.failure = failure
    response = visitor.send()
    page = Page(response)
    assert response.status_code == 503
    assert page.fields["email"] == "anna@example.org"
    assert "Now it wants a code." in page.html
    visitor.desk.failure = None
    assert visitor.send(page.fields).status_code == 303
    assert "A ticket could not be stored" in caplog.text
    assert "anna@example.org" not in caplog.text


def test_refusal_of_the_knowledge_base_stands_at_its_field(visitor: Visitor) -> None:
    visitor.desk.failure = InvalidDraft({"email": "email-invalid", "lang": "lang-too-long"})
    page = Page(visitor.send())
    assert "#email" in page.links
    assert "This is too long." in page.text


def test_contact_works_before_anything_is_indexed(unindexed: Any) -> None:
    client = unindexed.test_client()
    hidden = Page(client.get("/contact")).fields
    sent = client.post("/contact", data={**hidden, **TYPED, "website": ""})
    assert sent.status_code == 303
    assert client.get(sent.location).status_code == 200


def test_language_of_the_form_is_the_language_of_the_ticket(visitor: Visitor) -> None:
    hidden = visitor.open("?lang=it")
    visitor.client.post("/contact?lang=it", data={**hidden, **TYPED, "website": ""})
    assert [draft.lang for draft in visitor.desk.tickets.values()] == ["it"]


def test_message_larger_than_the_limit_is_413(visitor: Visitor) -> None:
    response = visitor.send(body="b" * 400_000)
    assert response.status_code == 413
    assert "shorten the message" in Page(response).text
