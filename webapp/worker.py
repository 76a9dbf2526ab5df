"""A worker of gunicorn that answers searches itself, in the thread that takes connections; the rest is its pool's.

Whatever thread works needs the interpreter's lock, so a pool makes no search quicker; but handing a request to it and
back wakes a thread on another processor each time, and leaves behind all that the first one had in its caches.
"""

from __future__ import annotations

import re
import socket
import termios
from concurrent.futures import Future, ThreadPoolExecutor
from fcntl import ioctl
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import ThreadWorker

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

_NOTHING = bytes(4)


class SearchingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's worker with threads, and a pool of its own kind."""

    def init_process(self) -> None:
        """Let visitors in who have said something already, where the system can tell; then work."""
        for listener in self.sockets:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            if hasattr(socket, "TCP_DEFER_ACCEPT"):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """As gunicorn says how to change it."""
        return SearchingPool(max_workers=self.cfg.threads)


class SearchingPool(ThreadPoolExecutor):
    """Threads, and whoever brings a search."""

    def submit(self, handle: Callable[[Any], Any], connection: Any) -> Future[Any]:  # type: ignore[override]
        """Handle a connection: at once where nothing has to be waited for, otherwise by a thread."""
        if not _asks_at_once(connection):
            return super().submit(handle, connection)
        handled: Future[Any] = Future()
        handled.set_result(handle(connection))  # it answers for its errors, and raises only to end the worker
        return handled


def _asks_at_once(connection: Any) -> bool:
    """Whether a whole search has come, and the visitor has taken all that was sent before."""
    if connection.parser and connection.parser.unreader.buf.getvalue():
        return False  # what has come would be the rest of what was read
    try:
        come = connection.sock.recv(_LONGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        return (
            bool(_SEARCH.fullmatch(come)) and ioctl(connection.sock, termios.TIOCOUTQ, _NOTHING) == _NOTHING
        )
    except OSError:  # nothing has come yet, or the visitor has gone
        return False
