"""Requests that have come in part: how much of one is lacking, told without taking what has come."""

from __future__ import annotations

import re
import socket
from typing import Any

_MOST = 32 * 1024
"""Bytes of a request that are waited for; who sends more, a file, is read by a thread. The system holds as many."""

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?:\r\n|$)", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:", re.IGNORECASE)


def bytes_lacking(connection: Any) -> int:
    """How many bytes must be there to be read before it is worth looking again; 0 where the request is whole.

    0 as well where more would not help: the visitor has ended, or waits to be told to go on, or how long the request
    is cannot be told, or it is longer than is waited for.
    """
    read = connection.parser.unreader.buf.getvalue() if connection.parser else b""
    try:
        come = connection.sock.recv(_MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        come = None
    except OSError:  # the visitor has gone
        return 0
    if come == b"":
        return 0
    there = read + (come or b"")
    head, end, _ = there.partition(_HEAD_END)
    wanted = len(there) + 1
    if end:
        length = _LENGTH.search(head)
        wanted = len(head + end) + int(length[1]) if length and not _EXPECTS.search(head) else 0
    wanted = min(wanted, _MOST)
    return wanted - len(read) if len(there) < wanted else 0
