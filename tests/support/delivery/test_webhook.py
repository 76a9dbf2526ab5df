"""The webhook desk, over a real receiver."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kb.errors import SettingsError
from tests.support.delivery.conftest import DRAFT, Opener, Post
from tests.support.delivery.receivers import Hook, webhook

SECRET = "shared only with the receiver"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


@pytest.fixture
def post(post_of: Opener, hook: Hook) -> Post:
    return post_of(help_desk=("webhook",), webhook_url=hook.url, webhook_secret=SECRET)


def test_a_ticket_is_posted_with_all_that_belongs_to_it(post: Post, hook: Hook) -> None:
    ticket = post.send()
    assert post.deliver().delivered == 1
    record = hook.posted[0].record
    assert record["type"] == "ticket.ticket"
    assert record["link"] == f"https://help.example.org/contact/ticket?key={ticket.access_key}"
    assert record["ticket"]["reference"] == ticket.reference
    assert record["ticket"]["body"] == "It was stolen.\nПомогите 🙏"
    assert set(record["ticket"]["context"]) == {"searches", "read", "shown", "opened", "nearest"}


def test_the_receiver_can_tell_that_it_comes_from_here_and_when(post: Post, hook: Hook) -> None:
    post.send()
    post.deliver()
    (posted,) = hook.posted
    headers = {name.lower(): value for name, value in posted.headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + posted.body
    expected = base64.b64encode(hmac.digest(SECRET.encode(), signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == posted.record["id"]


@pytest.mark.parametrize("answers", [[500] * 3, [503, "cut"], [429], ["cut"] * 3, [408, 502]])
def test_a_receiver_in_trouble_gets_the_ticket_in_the_end_and_once(
    post: Post, hook: Hook, answers: list[int | str]
) -> None:
    hook.answers = list(answers)
    post.send()
    report = post.deliver_until_done()
    assert (report.delivered, report.postponed) == (1, len(answers))
    assert len(hook.posted) == 1


@pytest.mark.parametrize("answer", [400, 401, 404, 410, 422, 301, 307])
def test_what_is_refused_for_good_is_set_aside(post: Post, hook: Hook, answer: int) -> None:
    hook.answers = [answer]
    hook.headers = {"Location": hook.url}
    post.send()
    assert post.deliver_until_done().set_aside == 1
    assert (hook.attempts, hook.posted) == (1, [])
    assert str(answer) in post.desk.deliveries.open()[0].error


def test_a_receiver_that_is_slow_is_left_and_tried_again(post: Post, hook: Hook) -> None:
    hook.answers = ["slow"]
    post.desks = (replace(post.desks[0], timeout=0.3),)  # type: ignore[type-var]
    post.send()
    report = post.deliver_until_done()
    assert (report.delivered, report.postponed) == (1, 1)
    assert len(hook.posted) == 1


def test_the_receiver_says_when_to_come_back(post: Post, hook: Hook) -> None:
    hook.answers, hook.headers = [503], {"Retry-After": "7000"}
    post.send()
    post.deliver()
    (left,) = post.desk.deliveries.open()
    assert left.due
    assert (left.due - post.now).total_seconds() >= 7000


def test_what_happened_first_arrives_first(post: Post, hook: Hook) -> None:
    hook.answers = [500, 500, 200, 500, 200, 500]
    ticket = post.send()
    post.desk.add_message(ticket, "One more thing")
    post.desk.close_ticket(ticket)
    post.deliver_until_done()
    assert [posted.record["type"] for posted in hook.posted] == [
        "ticket.ticket",
        "ticket.message",
        "ticket.closed",
    ]
    assert hook.posted[1].record["message"] == {"author": "requester", "body": "One more thing"}


def test_a_ticket_that_is_set_aside_holds_up_its_own_messages_and_no_others(post: Post, hook: Hook) -> None:
    hook.answers = [400]
    stuck = post.send()
    post.deliver()
    post.desk.add_message(stuck, "Are you there?")
    other = post.send(replace(DRAFT, subject="Another"))
    post.deliver()
    assert [posted.record["ticket"]["reference"] for posted in hook.posted] == [other.reference]
    post.desk.deliveries.retry(stuck.reference)
    post.deliver_until_done()
    assert [posted.record["type"] for posted in hook.posted[1:]] == ["ticket.ticket", "ticket.message"]


@pytest.mark.parametrize(
    ("url", "secret", "named"),
    [
        ("", "s", "KB_WEBHOOK_URL"),
        ("ftp://x", "s", "KB_WEBHOOK_URL"),
        ("file:///etc/passwd", "s", "KB_WEBHOOK_URL"),
        ("https://x.example", "", "KB_WEBHOOK_SECRET"),
        ("https://x.example", "whsec_???", "KB_WEBHOOK_SECRET"),
    ],
)
def test_settings_that_cannot_be_used_are_named_at_start(
    post_of: Opener, url: str, secret: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        post_of(help_desk=("webhook",), webhook_url=url, webhook_secret=secret)


def test_a_secret_in_the_standards_own_notation_is_its_bytes(post_of: Opener, hook: Hook) -> None:
    notation = "whsec_" + base64.b64encode(b"\x00\xffbytes").decode()
    post = post_of(help_desk=("webhook",), webhook_url=hook.url, webhook_secret=notation)
    assert post.desks[0].secret == b"\x00\xffbytes"  # type: ignore[attr-defined]
