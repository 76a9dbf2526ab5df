from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from limits import parse
from werkzeug.test import TestResponse

from kb import Kind, KnowledgeBase, TicketDraft
from kb.errors import IndexMissing, InvalidDraft, StorageError
from kb.model import SectionLink, Snippet, Span, Suggestion, Suggestions, Ticket
from kb.support.desk import Desk
from kb.ticket_model import Circumstances, Trail
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


class FakeDesk(Desk):
    """Suggests what the test says, and notes the drafts it is handed."""

    suggestions: tuple[Suggestion, ...] = ()
    tickets_sent: dict[str, TicketDraft]
    came: list[Circumstances]
    failure: Exception | None = None
    search_failure: Exception | None = None

    def suggest(self, draft: TicketDraft, circumstances: Circumstances) -> Suggestions:
        if self.search_failure:
            raise self.search_failure
        self.ledger.wrote(draft, circumstances, [one.id for one in self.suggestions])
        return Suggestions(self.suggestions)

    def submit(self, draft: TicketDraft, circumstances: Circumstances | None = None) -> Ticket:
        if self.failure:
            raise self.failure
        self.tickets_sent.setdefault(draft.idempotency_key, draft)
        self.came.append(circumstances or Circumstances())
        return super().submit(draft, circumstances)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone at the contact form, with the cookies of one browser."""

    client: FlaskClient
    desk: FakeDesk

    def open(self, query: str = "") -> dict[str, str]:
        return Page(self.client.get("/contact" + query)).fields

    def send(self, hidden: dict[str, str] | None = None, **changes: str) -> TestResponse:
        hidden = self.open() if hidden is None else hidden
        kept = {name: hidden.get(name, "") for name in ("csrf_token", "key", "seen", "began")}
        return self.client.post("/contact", data={**kept, **TYPED, **changes})


def visitor_of(centre: Centre, *suggestions: Suggestion) -> Visitor:
    """A visitor whose message these suggestions answer; each has an address of their own."""
    kb = KnowledgeBase(centre.settings, centre.kb._engine)
    desk = FakeDesk(kb.settings, lambda: kb._database, kb.searcher, kb._suggester, kb.cards)
    desk.suggestions, desk.tickets_sent, desk.came = suggestions, {}, []
    kb.desk = desk
    client = with_kb(centre, kb)
    client.environ_base["REMOTE_ADDR"] = str(IPv4Address(next(_ADDRESSES)))
    return Visitor(client, desk)


_ADDRESSES = count(int(IPv4Address("10.0.0.1")))


@pytest.fixture
def visitor(centre: Centre) -> Visitor:
    """Nothing answers this visitor's message."""
    return visitor_of(centre)


@pytest.fixture
def answered(centre: Centre) -> Visitor:
    """An article answers this visitor's message."""
    return visitor_of(centre, ANSWER)


def test_message_that_nothing_answers_is_sent_at_once(visitor: Visitor) -> None:
    response = visitor.send()
    assert response.status_code == 303
    (draft,) = visitor.desk.tickets_sent.values()
    assert (draft.subject, draft.body, draft.email, draft.name, draft.lang) == (
        "No code",
        "I lost my phone.\nNow it wants a code.",
        "anna@example.org",
        "Anna",
        "en",
    )


def test_receipt_tells_the_reference_and_when_to_expect_an_answer(visitor: Visitor) -> None:
    location = visitor.send().location
    page = Page(visitor.client.get(location))
    assert re.search(r"T-[2-9A-Z]{4}-[2-9A-Z]{4}", page.text)
    assert "within one working day" in page.text
    assert TYPED["email"] not in page.html


def test_answer_is_shown_first_and_everything_typed_is_kept(answered: Visitor) -> None:
    response = answered.send()
    page = Page(response)
    assert (response.status_code, answered.desk.tickets_sent) == (200, {})
    (link,) = [link for link in page.links if link.startswith("/contact/open")]
    opened = answered.client.get(link)
    assert (opened.status_code, opened.location) == (
        303,
        "/articles/en/sign-in/lost-phone#with-a-recovery-code",
    )
    assert "Use a <mark>recovery</mark> code." in page.html
    assert page.fields["subject"] == "No code"
    assert page.fields["email"] == "anna@example.org"
    assert "I lost my phone.\nNow it wants a code." in page.html


def test_suggestion_opens_beside_the_form_and_says_so(answered: Visitor) -> None:
    page = Page(answered.send())
    link = next(attributes for tag, attributes in page.tags if attributes.get("target"))
    assert (link["target"], link["rel"]) == ("_blank", "noopener nofollow")
    assert "(opens in a new tab)" in page.text


def test_send_anyway_sends(answered: Visitor) -> None:
    again = Page(answered.send()).fields
    assert answered.send(again).status_code == 303
    assert len(answered.desk.tickets_sent) == 1


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
    assert answered.desk.tickets_sent == {}


def test_solved_confirms_the_session_of_the_form(answered: Visitor) -> None:
    fields = Page(answered.send()).fields
    kept = {name: fields[name] for name in ("csrf_token", "key")}
    answered.client.post("/contact/solved", data=kept)
    session = answered.desk.ledger.session(fields["key"])
    assert session
    assert (session.outcome, session.shown) == ("confirmed", (ANSWER.id,))


def test_solved_without_our_token_counts_nothing(answered: Visitor) -> None:
    key = Page(answered.send()).fields["key"]
    assert answered.client.post("/contact/solved", data={"key": key}).status_code == 400
    session = answered.desk.ledger.session(key)
    assert session
    assert session.outcome == ""


def test_solved_is_not_the_default_button_of_the_message(answered: Visitor) -> None:
    html = Page(answered.send()).html
    message = html[html.index('id="message"') :]
    assert "This solved it" not in message


def test_pressing_send_twice_is_one_ticket(visitor: Visitor) -> None:
    hidden = visitor.open()
    first, second = visitor.send(hidden), visitor.send(hidden)
    assert first.location == second.location
    assert len(visitor.desk.tickets_sent) == 1


def test_one_form_sent_a_hundred_times_is_one_ticket(centre: Centre) -> None:
    patient = visitor_of(centre)
    patient.desk.rules = replace(  # a cached property is an attribute
        patient.desk.rules, limits=replace(patient.desk.rules.limits, tickets=parse("200 per minute"))
    )
    hidden = patient.open()
    assert len({patient.send(hidden).location for _ in range(100)}) == 1


def test_what_was_changed_and_sent_again_is_not_lost(visitor: Visitor) -> None:
    hidden = visitor.open()
    first, second = visitor.send(hidden), visitor.send(hidden, body="It is my old phone, sorry.")
    assert first.location != second.location


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
        ("email", "anna..b@example.org"),
        ("email", "anna@" + "x" * 300 + ".org"),
        ("name", "n" * 101),
    ],
)
def test_field_that_cannot_be_sent_is_named_and_the_rest_kept(
    visitor: Visitor, field: str, value: str
) -> None:
    response = visitor.send(None, **{field: value})
    page = Page(response)
    assert (response.status_code, visitor.desk.tickets_sent) == (400, {})
    assert f"#{field}" in page.links
    wrong = [attributes for _, attributes in page.tags if "aria-invalid" in attributes]
    assert [attributes["id"] for attributes in wrong] == [field]
    assert f"{field}-error" in wrong[0]["aria-describedby"].split()
    kept = {name: text for name, text in TYPED.items() if name not in {field, "body"}}
    assert {name: page.fields[name] for name in kept} == kept


def test_line_breaks_never_reach_a_single_line(visitor: Visitor) -> None:
    visitor.send(subject="Hello\r\nBcc: eve@example.org", name="Anna\nX: y")
    (draft,) = visitor.desk.tickets_sent.values()
    assert (draft.subject, draft.name) == ("Hello Bcc: eve@example.org", "Anna X: y")


def test_form_of_another_site_is_refused_with_everything_kept(visitor: Visitor) -> None:
    response = visitor.send({"csrf_token": "forged"})
    assert (response.status_code, visitor.desk.tickets_sent) == (400, {})
    page = Page(response)
    assert page.fields["subject"] == "No code"
    assert visitor.send(page.fields).status_code == 303


def test_token_of_another_visitor_is_refused(visitor: Visitor, centre: Centre) -> None:
    other = visitor_of(centre)
    assert visitor.send(other.open()).status_code == 400


def test_hidden_field_stops_programs_but_lets_a_person_send_again(visitor: Visitor) -> None:
    response = visitor.send(website="https://spam.example")
    assert (response.status_code, visitor.desk.tickets_sent) == (400, {})
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
    assert [draft.lang for draft in visitor.desk.tickets_sent.values()] == ["it"]


def test_message_larger_than_a_form_may_be_is_refused_at_its_field(visitor: Visitor) -> None:
    response = visitor.send(body="b" * 400_000)
    assert response.status_code == 400
    assert "#body" in Page(response).links


def test_sixth_message_in_ten_minutes_has_to_wait_and_is_kept(visitor: Visitor) -> None:
    for _ in range(5):
        assert visitor.send().status_code == 303
    response = visitor.send()
    page = Page(response)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    assert page.fields["subject"] == "No code"
    assert "wait a few minutes" in page.text


def neighbour_of(visitor: Visitor) -> Visitor:
    """Somebody at the same address, with a browser of their own."""
    client = visitor.client.application.test_client()
    client.environ_base["REMOTE_ADDR"] = visitor.client.environ_base["REMOTE_ADDR"]
    return Visitor(client, visitor.desk)


def test_people_behind_one_address_are_not_shut_out_for_each_other(visitor: Visitor) -> None:
    for person in (visitor, neighbour_of(visitor), neighbour_of(visitor)):
        assert [person.send().status_code for _ in range(6)] == [303] * 5 + [429]


def test_who_drops_the_cookie_each_time_meets_the_limit_of_the_address(visitor: Visitor) -> None:
    statuses = [neighbour_of(visitor).send().status_code for _ in range(16)]
    assert statuses == [303] * 15 + [429]


def test_one_browser_that_changes_its_address_meets_its_limit(visitor: Visitor) -> None:
    for number in range(5):
        visitor.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        assert visitor.send().status_code == 303
    visitor.client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    assert visitor.send().status_code == 429


def test_message_sent_sooner_than_anyone_writes_waits_for_a_person(visitor: Visitor) -> None:
    visitor.send()
    hidden = visitor.open()
    early = TimestampSigner("a key for tests", salt="contact-began")
    with_time = early.sign(b"began").decode()
    assert visitor.desk.came[0].too_quick
    visitor.desk.rules = replace(visitor.desk.rules, limits=replace(visitor.desk.rules.limits, fastest=0))
    visitor.send({**hidden, "began": with_time})
    assert not visitor.desk.came[1].too_quick


@pytest.mark.parametrize("began", ["", "began", "began.x.y", "x" * 500])
def test_form_that_is_not_ours_was_not_written(visitor: Visitor, began: str) -> None:
    assert visitor.send({**visitor.open(), "began": began}).status_code == 303
    assert visitor.desk.came[0].too_quick


def test_ticket_knows_the_privacy_sentence_that_stood_beside_it(visitor: Visitor) -> None:
    visitor.send()
    (came,) = visitor.desk.came
    assert re.fullmatch(r"[0-9a-f]{12}", came.consent)


@pytest.mark.parametrize(
    ("lang", "days", "sentence"),
    [
        ("en", 730, "delete it 2 years after it is solved"),
        ("en", 30, "delete it 1 month after it is solved"),
        ("en", 0, "We keep what you send in order to answer you."),
        ("it", 730, "lo cancelliamo 2 anni dopo la chiusura"),
        ("ru", 730, "удаляем его через 2 года после закрытия"),
    ],
)
def test_the_form_says_what_is_kept_how_long_and_why(
    centre: Centre, lang: str, days: int, sentence: str
) -> None:
    visitor = visitor_of(centre)
    visitor.client.application.extensions["site"].kb.settings = replace(centre.settings, retention_days=days)
    page = Page(
        visitor.client.get(f"/contact?lang={lang}", follow_redirects=True, headers={"Accept-Language": lang})
    )
    assert sentence in page.text


def test_what_was_searched_and_read_goes_with_the_message(visitor: Visitor) -> None:
    trail = {"searches": ["no code", "\u0000code"], "read": ["en/sign-in/lost-phone", "community/outvoted"]}
    visitor.send(trail=json.dumps(trail))
    (came,) = visitor.desk.came
    assert came.trail.searches == ("no code", "code")
    assert came.trail.read == ("en/sign-in/lost-phone", "community/outvoted")


@pytest.mark.parametrize(
    "trail", ["", "[]", "{", "7", '{"searches": 7}', '{"read": [1, null]}', "x" * 20_000]
)
def test_trail_that_makes_no_sense_counts_for_nothing(visitor: Visitor, trail: str) -> None:
    assert visitor.send(trail=trail).status_code == 303
    assert visitor.desk.came[0].trail == Trail()


def test_trail_keeps_the_last_few_only(visitor: Visitor) -> None:
    visitor.send(trail=json.dumps({"searches": [f"word{n}" for n in range(20)]}))
    assert visitor.desk.came[0].trail.searches == tuple(f"word{n}" for n in range(12, 20))
