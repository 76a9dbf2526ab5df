"""Who answers: the thread that takes connections, or one of the pool."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from webapp.worker import SearchingPool

SEARCH = b"GET /search?q=phone HTTP/1.1\r\nHost: localhost\r\nUpgrade-Insecure-Requests: 1\r\n\r\n"


@dataclass
class Connection:
    """A visitor's end of a connection, and what gunicorn knows of the other."""

    visitor: socket.socket
    sock: socket.socket
    parser: Any = field(init=False, default=None)

    def read_ahead(self, unread: bytes) -> None:
        self.parser = SimpleNamespace(unreader=SimpleNamespace(buf=io.BytesIO(unread)))


@pytest.fixture
def connection() -> Iterator[Connection]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitor = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    with visitor, server:
        yield Connection(visitor, server)


def handled_by(connection: Connection) -> threading.Thread:
    """The thread that a connection is handled by, once what was sent has come."""
    with SearchingPool(max_workers=1) as pool:
        thread: threading.Thread = pool.submit(lambda _: threading.current_thread(), connection).result()
    return thread


def is_at_once(connection: Connection, sent: bytes) -> bool:
    connection.visitor.sendall(sent)
    while len(connection.sock.recv(len(sent), socket.MSG_PEEK)) < len(sent):
        pass
    return handled_by(connection) is threading.current_thread()


@pytest.mark.parametrize(
    "target",
    [
        "/search?q=phone",
        "/search?lang=it&q=a+b",
        "/api/search?q=%D0%B0&kind=",
        "/complete?q=p",
        "/api/complete?q=p",
    ],
)
def test_a_search_that_has_come_is_answered_at_once(connection: Connection, target: str) -> None:
    assert is_at_once(connection, f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


@pytest.mark.parametrize(
    "sent",
    [
        SEARCH[:-2],
        SEARCH + b"G",
        SEARCH + SEARCH,
        SEARCH.replace(b"GET", b"POST"),
        SEARCH.replace(b"/search", b"/contact"),
        SEARCH.replace(b"/search", b"/searches"),
        SEARCH.replace(b"q=phone", b"q="),
        SEARCH.replace(b"q=phone", b"eq=phone"),
        SEARCH.replace(b"?q=phone", b""),
        SEARCH.replace(b"Host", b"Content-Length: 9\r\nHost"),
        SEARCH.replace(b"Host", b"TRANSFER-ENCODING: chunked\r\nHost"),
        SEARCH.replace(b"Host", b"Long: %s\r\nHost" % bytes(b"x" * 20_000)),
    ],
)
def test_all_else_is_left_to_the_pool(connection: Connection, sent: bytes) -> None:
    assert not is_at_once(connection, sent)


def test_nobody_is_waited_for_who_has_said_nothing_or_has_gone(connection: Connection) -> None:
    assert handled_by(connection) is not threading.current_thread()
    connection.visitor.close()
    assert handled_by(connection) is not threading.current_thread()


def test_who_has_not_taken_the_last_answer_is_left_to_the_pool(connection: Connection) -> None:
    connection.visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sock.setblocking(False)
    with suppress(BlockingIOError):
        while connection.sock.send(bytes(65536)):
            pass
    connection.sock.setblocking(True)
    assert not is_at_once(connection, SEARCH)


def test_the_rest_of_a_request_is_none_of_its_own(connection: Connection) -> None:
    connection.read_ahead(b"")
    assert is_at_once(connection, SEARCH)
    connection.sock.recv(len(SEARCH))
    connection.read_ahead(b"POST /contact HTTP/1.1\r\nContent-Length: 1000000\r\nX: ")
    assert not is_at_once(connection, SEARCH)


class Closing(Connection):
    """gunicorn's connection, as far as it closes."""

    def close(self, *, graceful: bool = False) -> None:
        assert graceful
        closed_by.append(threading.current_thread())
        self.sock.close()


closed_by: list[threading.Thread] = []


@pytest.mark.parametrize(("sent", "waits"), [(SEARCH, False), (SEARCH + b"more", True)])
def test_only_who_was_not_read_to_the_end_is_waited_for_and_by_the_pool(
    connection: Connection, sent: bytes, *, waits: bool
) -> None:
    closed_by.clear()
    closing = Closing(connection.visitor, connection.sock)
    connection.visitor.sendall(sent)
    with SearchingPool(max_workers=1) as pool:
        pool.submit(lambda each: each.sock.recv(len(SEARCH)), closing).result()
        closing.close(graceful=True)
    assert closing.sock.fileno() == -1
    assert len(closed_by) == waits
    assert threading.current_thread() not in closed_by
