"""Who has sent half a request waits for the rest, and no thread does."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp import worker as module
from webapp.unfinished import bytes_lacking
from webapp.worker import SiteWorker

HEAD = b"GET /search?q=phone HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"POST /contact HTTP/1.1\r\nHost: localhost\r\ncontent-length: 5\r\n"


@pytest.fixture
def visitor() -> Iterator[socket.socket]:
    with socket.socket() as visitor:
        yield visitor


@pytest.fixture
def connection(visitor: socket.socket) -> Iterator[TConn]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitor.connect(listener.getsockname())
        server, address = listener.accept()
        with server:
            yield TConn(Config(), server, address, listener.getsockname())


def come(connection: TConn) -> bytes:
    """What has come and was not read yet."""
    try:
        there: bytes = connection.sock.recv(1_000_000, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b""
    return there


def send(visitor: socket.socket, connection: TConn, text: bytes) -> None:
    """Send something, and wait until it has come."""
    expected = len(come(connection)) + len(text)
    visitor.sendall(text)
    until = time.monotonic() + 5
    while len(come(connection)) < expected:
        assert time.monotonic() < until


@pytest.mark.parametrize(
    ("sent", "lacking"),
    [
        (b"G", 2),
        (HEAD, len(HEAD) + 1),
        (HEAD + b"\r\n", 0),
        (HEAD + b"\r\n" + HEAD, 0),
        (FORM + b"\r\n123", len(FORM) + 2 + 5),
        (FORM + b"\r\n12345", 0),
        (FORM + b"\r\n12345678", 0),
        (FORM + b"Expect: 100-continue\r\n\r\n", 0),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n", 0),
        (FORM.replace(b"5", b"1000000") + b"\r\n123", 32 * 1024),
        (FORM.replace(b"5", b"1000000") + b"\r\n" + bytes(32 * 1024), 0),
        (b"x" * 40_000, 0),
    ],
)
def test_what_is_lacking_is_told_from_what_has_come(
    visitor: socket.socket, connection: TConn, sent: bytes, lacking: int
) -> None:
    send(visitor, connection, sent)
    assert bytes_lacking(connection) == lacking


def test_what_was_read_ahead_counts(visitor: socket.socket, connection: TConn) -> None:
    connection.parser = RequestParser(connection.cfg, connection.sock, connection.client)
    connection.parser.unreader.buf.write(FORM)
    assert bytes_lacking(connection) == 1
    send(visitor, connection, b"\r\n123")
    assert bytes_lacking(connection) == 2 + 5
    send(visitor, connection, b"45")
    assert bytes_lacking(connection) == 0


def test_of_who_says_no_more_nothing_is_awaited(visitor: socket.socket, connection: TConn) -> None:
    assert bytes_lacking(connection) == 1
    visitor.close()
    connection.sock.setblocking(True)
    assert connection.sock.recv(1) == b""
    assert bytes_lacking(connection) == 0


class Waiting(SiteWorker):
    """A worker without a server around it; says what was handed to its threads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(0, 0, [], None, 30, Config(), None)
        self.poller = selectors.DefaultSelector()
        self.nr_conns = 1
        self.handed: list[TConn] = []
        monkeypatch.setattr(ThreadWorker, "enqueue_req", lambda _, connection: self.handed.append(connection))
        monkeypatch.setattr(ThreadWorker, "murder_keepalived", lambda _: None)

    def look(self, seconds: float) -> int:
        """What gunicorn does between requests; how many connections had something new."""
        found = self.poller.select(seconds)
        for key, _ in found:
            key.data(key.fileobj)
        self.murder_keepalived()
        return len(found)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    made = Waiting(monkeypatch)
    yield made
    made.poller.close()
    made.tmp.close()


def test_a_request_in_pieces_is_handed_over_when_it_is_whole(
    worker: Waiting, visitor: socket.socket, connection: TConn
) -> None:
    send(visitor, connection, FORM[:9])
    worker.enqueue_req(connection)
    assert worker.look(0.1) == 0  # what has come already wakes nobody
    for piece in (FORM[9:], b"\r\n", b"1234"):
        send(visitor, connection, piece)
        worker.look(1)
        assert worker.handed == []
    send(visitor, connection, b"5")
    worker.look(1)
    assert worker.handed == [connection]
    assert connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 1


def test_who_ends_half_way_is_handed_over_once(
    worker: Waiting, visitor: socket.socket, connection: TConn
) -> None:
    send(visitor, connection, HEAD)
    worker.enqueue_req(connection)
    visitor.shutdown(socket.SHUT_WR)
    worker.look(1)
    assert worker.handed == [connection]
    assert worker.look(0) == 0


@pytest.mark.parametrize("is_ending", [False, True])
def test_who_takes_too_long_or_is_there_at_the_end_is_closed(
    worker: Waiting,
    visitor: socket.socket,
    connection: TConn,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_ending: bool,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 30.0 if is_ending else 0.2)
    send(visitor, connection, HEAD)
    worker.enqueue_req(connection)
    worker.look(0)
    assert (worker.nr_conns, worker.handed) == (1, [])
    worker.alive = not is_ending
    time.sleep(0.3)
    worker.look(0)
    assert (worker.nr_conns, worker.handed) == (0, [])
    assert connection.sock.fileno() == -1
