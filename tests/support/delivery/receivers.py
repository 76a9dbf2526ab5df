"""Real receivers that misbehave on demand: a mail server and a webhook, each on a free port of this machine."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Mailbox:
    """What arrived; ``answers`` are the replies to the next messages: a line, or ``cut`` to break off."""

    answers: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    attempts: int = 0
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers and self.answers[0].startswith("rcpt "):
            self.attempts += 1
            return self.answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.attempts += 1
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "cut":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "451 never sent"
        if answer.startswith("slow "):
            await asyncio.sleep(float(answer.removeprefix("slow ")))
            return "451 too late"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.messages.append(parsed)
            self.recipients.append(list(envelope.rcpt_tos))
        return answer


class _OnAFreePort(Controller):
    """aiosmtpd connects to itself once, at the port it was given; here the system chooses one."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd has no types


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    """A mail server until the block ends."""
    mailbox = Mailbox()
    controller = _OnAFreePort(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def only(user: bytes, password: bytes) -> Callable[..., AuthResult]:
    """Lets in whoever has this name and password."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        welcome = (data.login, data.password) == (user, password)
        return AuthResult(success=welcome, handled=welcome)

    return authenticate


@dataclass
class Posted:
    """One request that the webhook took over."""

    headers: dict[str, str]
    body: bytes

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Hook:
    """What was posted; ``answers`` are those to the next requests: a status, ``cut`` or ``slow``."""

    answers: list[int | str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    attempts: int = 0
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def webhook() -> Iterator[Hook]:
    """A receiver of webhooks until the block ends."""
    hook = Hook()
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.attempts += 1
            answer = hook.answers.pop(0) if hook.answers else 200
            if answer == "cut":
                self.rfile.read(10)
                self.connection.close()
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if answer == "slow":
                release.wait(10)
                answer = 503
            if answer == 200:
                hook.posted.append(Posted(dict(self.headers.items()), body))
            self.send_response(int(answer))
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a cut connection is meant
    hook.url = f"http://127.0.0.1:{server.server_port}/tickets"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        release.set()
        server.shutdown()
        thread.join()
        server.server_close()
