"""gunicorn's worker with threads; the thread that takes connections waits for nobody, and answers searches itself.

Whatever thread works needs the interpreter's lock, so a pool makes no search quicker; but handing a request to it and
back wakes a thread on another processor each time, and leaves behind all that the first one had in its caches.
"""

from __future__ import annotations

import re
import selectors
import socket
import termios
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from fcntl import ioctl
from functools import partial
from typing import TYPE_CHECKING, Any

from gunicorn.util import close
from gunicorn.workers.gthread import ThreadWorker

from webapp.unfinished import bytes_lacking

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 16 * 1024
"""Bytes of a request that are looked at; one that has more is not meant for here."""

_SEARCH = re.compile(
    rb"GET /(?:api/)?(?:search|complete)\?(?:[^ ]*&)?q=[^ &][^ ]* HTTP/1\.[01]\r\n"
    rb"(?:(?!content-length|transfer-encoding)[^\r\n]+\r\n)*\r\n",
    re.IGNORECASE,
)
"""A whole request, and nothing after it: with a query, so no database is asked, and without a body to wait for."""

SEND_BUFFER = 256 * 1024
"""Bytes of an answer that the system takes at once, however slow the visitor: no page of results has half of it."""

PATIENCE = 30.0
"""Seconds that a request may take to come, where no thread has to wait for it."""

_AT_ONCE = socket.MSG_PEEK | socket.MSG_DONTWAIT
_NOTHING = bytes(4)


class SiteWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's worker with threads, and a pool of its own kind; who has sent half a request waits for no thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unfinished: dict[Any, float] = {}
        """Connections whose request has not come whole, and until when they may wait, the oldest first."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """As gunicorn says how to change it."""
        return Pool(max_workers=self.cfg.threads)

    def enqueue_req(self, connection: Any) -> None:
        """Hand a connection over once its request has come whole: gunicorn's thread would wait for the rest."""
        if lacking := bytes_lacking(connection):
            self._unfinished[connection] = time.monotonic() + PATIENCE
            self._await(connection, lacking)
        else:
            super().enqueue_req(connection)

    def _await(self, connection: Any, size: int) -> None:
        """Be called when so many bytes are there, or none will come any more."""
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self._go_on, connection, size))

    def _go_on(self, connection: Any, awaited: int, visitor: socket.socket) -> None:
        self.poller.unregister(visitor)
        lacking = bytes_lacking(connection)
        if lacking > awaited:
            self._await(connection, lacking)
            return
        del self._unfinished[connection]
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        super().enqueue_req(connection)

    def murder_keepalived(self, *args: Any, **kwargs: Any) -> None:
        """As often as gunicorn looks who has been silent too long, look who has not finished; none may at the end."""
        super().murder_keepalived(*args, **kwargs)
        now = time.monotonic()
        while self._unfinished:
            connection, until = next(iter(self._unfinished.items()))
            if until > now and self.alive:
                break
            del self._unfinished[connection]
            self.poller.unregister(connection.sock)
            self.nr_conns -= 1
            connection.close()


class SearchingWorker(SiteWorker):
    """The same; it answers searches in the thread that takes connections."""

    def init_process(self) -> None:
        """Let visitors in who have said something already, where the system can tell; then work."""
        for listener in self.sockets:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            if hasattr(socket, "TCP_DEFER_ACCEPT"):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return SearchingPool(max_workers=self.cfg.threads)


class Pool(ThreadPoolExecutor):
    """Threads that handle connections, and close those that have to be waited for."""

    def submit(self, handle: Callable[[Any], Any], connection: Any) -> Future[Any]:  # type: ignore[override]  # all that gunicorn passes
        """Handle a connection by a thread."""
        connection.close = partial(self._close, connection)
        return super().submit(handle, connection)

    def _close(self, connection: Any, graceful: bool = False) -> None:
        """Close a connection, and wait for its visitor only where something came that nobody read.

        gunicorn waits for all, two seconds each, in the thread that takes connections. What was sent needs no waiting
        for: the system delivers it after the end.
        """
        if graceful and _has_unread(connection.sock):
            with suppress(RuntimeError):  # the pool has ended
                super().submit(type(connection).close, connection, graceful=True)
                return
        close(connection.sock)


class SearchingPool(Pool):
    """Threads, and whoever brings a search."""

    def submit(self, handle: Callable[[Any], Any], connection: Any) -> Future[Any]:  # type: ignore[override]  # all that gunicorn passes
        """Handle a connection: at once where nothing has to be waited for, otherwise by a thread."""
        if not _asks_at_once(connection):
            return super().submit(handle, connection)
        connection.close = partial(self._close, connection)
        handled: Future[Any] = Future()
        handled.set_result(handle(connection))  # it answers for its errors, and raises only to end the worker
        return handled


def _asks_at_once(connection: Any) -> bool:
    """Whether a whole search has come, and the visitor has taken all that was sent before."""
    if connection.parser and connection.parser.unreader.buf.getvalue():
        return False  # what has come would be the rest of what was read
    try:
        come = connection.sock.recv(_LONGEST, _AT_ONCE)
        return (
            bool(_SEARCH.fullmatch(come)) and ioctl(connection.sock, termios.TIOCOUTQ, _NOTHING) == _NOTHING
        )
    except OSError:  # nothing has come yet, or the visitor has gone
        return False


def _has_unread(visitor: socket.socket) -> bool:
    try:
        return bool(visitor.recv(1, _AT_ONCE))
    except OSError:  # nothing has come, or the visitor has gone
        return False
