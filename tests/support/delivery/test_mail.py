"""The mail desk and the requester's copy, over a real mail server."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import HelpDeskError, InvalidDraft, SettingsError
from kb.support.delivery.smtp import MailServer
from tests.support.delivery.conftest import DRAFT, Opener, Post
from tests.support.delivery.receivers import Mailbox, mail_server, only

EXPECTED = {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "References", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding"}  # fmt: skip


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def post(post_of: Opener, mailbox: Mailbox) -> Post:
    return post_of(
        help_desk=("mail",),
        mail_url=f"smtp://127.0.0.1:{mailbox.port}",
        mail_from="help@example.org",
        mail_to="team@example.org",
        mail_receipts=False,
    )


def test_a_ticket_arrives_and_its_answer_goes_to_the_requester(post: Post, mailbox: Mailbox) -> None:
    ticket = post.send()
    assert post.deliver().delivered == 1
    (letter,), (recipients,) = mailbox.messages, mailbox.recipients
    assert recipients == ["team@example.org"]
    assert letter["Reply-To"] == "Ada Ünal <ada@example.org>"
    assert letter["Subject"] == f"[{ticket.reference}] Lost phone"
    assert set(letter.keys()) == EXPECTED
    body = letter.get_content()
    assert "It was stolen.\nПомогите 🙏" in body.replace("\r\n", "\n")
    assert "Queue: support" in body
    assert ticket.access_key not in letter.as_string()


def test_the_requester_gets_a_copy_in_their_language_with_the_private_link(
    post_of: Opener, mailbox: Mailbox
) -> None:
    post = post_of(mail_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="help@example.org")
    ticket = post.send(replace(DRAFT, lang="ru"))
    post.deliver()
    (letter,) = mailbox.messages
    body = letter.get_content()
    assert mailbox.recipients == [["ada@example.org"]]
    assert letter["Subject"] == f"Сообщение получено: {ticket.reference}"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert f"https://help.example.org/contact/ticket?key={ticket.access_key}" in body.replace("\n", "")
    assert "в течение одного рабочего дня" in body
    assert "Помогите" in body


def test_without_a_public_address_the_copy_says_nothing_of_a_link(post_of: Opener, mailbox: Mailbox) -> None:
    post = post_of(mail_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="h@example.org", public_url="")
    post.send()
    post.deliver()
    assert "link" not in mailbox.messages[0].get_content()


def test_an_agents_answer_reaches_the_requester(post_of: Opener, mailbox: Mailbox) -> None:
    post = post_of(
        mail_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="h@example.org", mail_receipts=False
    )
    ticket = post.send()
    post.desk.answer(ticket, "Please use a recovery code.")
    post.deliver()
    (letter,) = mailbox.messages
    assert letter["Subject"] == f"[{ticket.reference}] Lost phone"
    assert "Please use a recovery code." in letter.get_content()


@pytest.mark.parametrize(
    "answers", [["451 later"] * 3, ["cut"] * 2, ["rcpt 450 greylisted"], ["421 closing", "cut"]]
)
def test_a_server_in_trouble_gets_the_ticket_in_the_end_and_once(
    post: Post, mailbox: Mailbox, answers: list[str]
) -> None:
    mailbox.answers = list(answers)
    post.send()
    report = post.deliver_until_done()
    assert (report.delivered, report.postponed) == (1, len(answers))
    assert len(mailbox.messages) == 1
    assert mailbox.attempts == len(answers) + 1


def test_every_attempt_has_the_same_message_id(post: Post, mailbox: Mailbox) -> None:
    post.send()
    post.deliver()
    first = mailbox.messages[0]["Message-ID"]
    with post.kb._database.write() as connection:  # as if the answer had been lost
        connection.exec_driver_sql("UPDATE deliveries SET state = 'due'")
    post.deliver_until_done()
    assert mailbox.messages[1]["Message-ID"] == first


@pytest.mark.parametrize("answer", ["550 no such mailbox", "rcpt 553 not here", "554 refused"])
def test_what_is_refused_for_good_is_set_aside_and_can_be_retried(
    post: Post, mailbox: Mailbox, answer: str
) -> None:
    mailbox.answers = [answer]
    ticket = post.send()
    assert post.deliver_until_done().set_aside == 1
    (left,) = post.desk.deliveries.open()
    assert left.state == "set aside"
    assert answer.removeprefix("rcpt ")[:3] in left.error
    assert post.desk.deliveries.retry(ticket.reference) == 1
    assert post.deliver_until_done().delivered == 1


def test_a_server_that_is_down_gets_the_ticket_when_it_is_back(post: Post, mailbox: Mailbox) -> None:
    port = mailbox.port
    down = replace(post.desks[0], server=MailServer.at("smtp://127.0.0.1:1"))  # type: ignore[type-var]
    up, post.desks = post.desks, (down,)
    post.send()
    assert post.deliver().postponed == 1
    post.desks = up
    assert post.deliver_until_done().delivered == 1
    assert port == mailbox.port


def test_a_server_that_is_slow_is_left_and_tried_again(post: Post, mailbox: Mailbox) -> None:
    mailbox.answers = ["slow 1.5"]
    impatient = MailServer.at(f"smtp://127.0.0.1:{mailbox.port}", timeout=0.4)
    post.desks = (replace(post.desks[0], server=impatient),)  # type: ignore[type-var]
    post.send()
    report = post.deliver_until_done()
    assert (report.delivered, report.postponed) == (1, 1)
    assert len(mailbox.messages) == 1


def test_user_and_password_are_shown_to_the_server(post_of: Opener) -> None:
    options = {"authenticator": only(b"joe", b"p@ss/w"), "auth_require_tls": False}
    with mail_server(**options) as mailbox:
        server = MailServer.at(f"smtp://joe:p%40ss%2Fw@127.0.0.1:{mailbox.port}")
        assert "p@ss" not in repr(server)
        post = post_of(mail_url="smtp://127.0.0.1:1", mail_from="h@example.org")
        post.desks = (replace(post.desks[0], server=server),)  # type: ignore[type-var]
        post.send()
        assert post.deliver().delivered == 1
        wrong = replace(server, password="no")
        post.desks = (replace(post.desks[0], server=wrong),)  # type: ignore[type-var]
        post.send()
        assert post.deliver().postponed == 1
        assert "refuses the user or password" in post.desk.deliveries.open()[0].error


def test_starttls_is_asked_for_and_a_server_without_it_gets_nothing(post: Post, mailbox: Mailbox) -> None:
    server = MailServer.at(f"smtp+starttls://127.0.0.1:{mailbox.port}")
    post.desks = (replace(post.desks[0], server=server),)  # type: ignore[type-var]
    post.send()
    assert post.deliver().set_aside == 1
    assert mailbox.messages == []


def test_starttls_checks_the_certificate(post: Post, tmp_path: Path) -> None:
    with mail_server(tls_context=_self_signed(tmp_path), require_starttls=True) as mailbox:
        server = MailServer.at(f"smtp+starttls://127.0.0.1:{mailbox.port}")
        post.desks = (replace(post.desks[0], server=server),)  # type: ignore[type-var]
        post.send()
        assert post.deliver().postponed == 1
        assert mailbox.messages == []


def test_over_starttls_a_ticket_reaches_a_server_whose_certificate_is_trusted(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = _self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    options = {"tls_context": context, "require_starttls": True, "authenticator": only(b"joe", b"p@ss")}
    with mail_server(**options) as mailbox:
        server = MailServer.at(f"smtp+starttls://joe:p%40ss@127.0.0.1:{mailbox.port}")
        post.desks = (replace(post.desks[0], server=server),)  # type: ignore[type-var]
        ticket = post.send()
        assert post.deliver().delivered == 1
        assert mailbox.messages[0]["Subject"] == f"[{ticket.reference}] Lost phone"


def _self_signed(folder: Path) -> ssl.SSLContext:
    import subprocess

    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
         "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://x", "smtp://", "smtp://h:port", "ftp://h:21"]
)
def test_what_is_no_mail_server_is_refused_at_start(post_of: Opener, url: str) -> None:
    with pytest.raises(SettingsError, match=r"KB_MAIL_URL|KB_MAIL_FROM"):
        post_of(help_desk=("mail",), mail_url=url, mail_from="a@example.org", mail_to="b@example.org")


@pytest.mark.parametrize("sender", ["", "nobody", "a@b@c", "x\r\nBcc: eve@example.org"])
def test_a_sender_that_is_no_address_is_refused_at_start(post_of: Opener, sender: str) -> None:
    with pytest.raises(SettingsError, match="KB_MAIL_FROM"):
        post_of(help_desk=("mail",), mail_url="smtp://h", mail_from=sender, mail_to="b@example.org")


# --- headers that somebody tries to add --------------------------------------------------------------

_BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u0085", "%0d%0a", "\\r\\n", "\r\n ", "\x0b", "\x00\n"]
_HEADERS = [
    "Bcc: eve@evil.example",
    "To: eve@evil.example",
    "Content-Type: text/html",
    "\r\nbody",
    "X-Evil: 1",
]
PAYLOADS = [f"Hello{line_break}{header}" for line_break in _BREAKS for header in _HEADERS]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["subject", "name"])
def test_nothing_typed_adds_a_header_or_a_recipient(
    post: Post, mailbox: Mailbox, field: str, payload: str
) -> None:
    post.send(replace(DRAFT, **{field: payload}))
    assert post.deliver().delivered == 1
    (letter,), (recipients,) = mailbox.messages, mailbox.recipients
    assert recipients == ["team@example.org"]
    assert set(letter.keys()) == EXPECTED
    assert len(letter.keys()) == len(EXPECTED)
    assert letter.get_content_type() == "text/plain"


@pytest.mark.parametrize("payload", [payload.replace("Hello", "ada@example.org") for payload in PAYLOADS])
def test_no_address_adds_a_recipient(post_of: Opener, mailbox: Mailbox, payload: str) -> None:
    post = post_of(mail_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="help@example.org")
    try:
        post.send(replace(DRAFT, email=payload))
    except InvalidDraft:
        return
    post.deliver()
    for recipients in mailbox.recipients:
        assert len(recipients) == 1
        assert "evil.example" not in recipients[0].partition("@")[2]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=150), st.text(max_size=80))
def test_whatever_is_typed_the_headers_are_those_expected(
    post: Post, mailbox: Mailbox, subject: str, name: str
) -> None:
    try:
        post.send(replace(DRAFT, subject=subject, name=name))
    except (InvalidDraft, HelpDeskError):
        return
    post.deliver_until_done()
    letter = mailbox.messages[-1]
    assert set(letter.keys()) == EXPECTED
    assert mailbox.recipients[-1] == ["team@example.org"]
