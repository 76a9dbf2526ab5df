"""What a browser need not fetch twice, and what need not be made or compressed twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import Flask, Request, Response, current_app, g, request
from flask_compress import Compress

from webapp.recent import Recent

BODIES_KEPT = 2_000
"""Pages of one process: about 20 kB each, with a compressed form."""

_SMALLEST = 500
"""Bytes: less than that gains nothing."""


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a response and the tag that stands for them."""

    content: bytes
    tag: str


class _Compressed(Recent[bytes]):
    """Compressed bodies by encoding and tag, as Flask-Compress asks for them; bodies without a tag are not kept."""

    def __init__(self) -> None:
        super().__init__(BODIES_KEPT)

    def get(self, key: Hashable) -> bytes | None:
        return None if str(key).endswith(";") else super().get(key)

    def set(self, key: Hashable, value: bytes) -> None:
        if not str(key).endswith(";"):
            super().set(key, value)


def init_app(app: Flask) -> None:
    """Compress what is text; keep what was asked for most recently."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=_SMALLEST,
        COMPRESS_CACHE_BACKEND=_Compressed,
        COMPRESS_CACHE_KEY=_tag,
    )
    Compress(app)
    app.extensions["bodies"] = Recent[Body](BODIES_KEPT)


def _tag(_request: Request) -> str:
    return str(g.get("tag", ""))


def tagged(content: bytes) -> Body:
    """The content with a tag that changes with it."""
    return Body(content, hashlib.blake2b(content, digest_size=12).hexdigest())


def revalidated(html: str) -> Response:
    """A page with an ETag: 304 when the browser has this very page already."""
    return answered(tagged(html.encode()))


def rendered_once(key: Hashable, render: Callable[[], str]) -> Response:
    """The same, for a page that is the same whenever ``key`` is: rendered when it is not among the recent ones."""
    return answered(kept(key, render))


def kept(key: Hashable | None, make: Callable[[], str]) -> Body:
    """What is the same whenever ``key`` is: made unless it is among the recent ones; without a key, each time."""
    bodies: Recent[Body] = current_app.extensions["bodies"]
    body = None if key is None else bodies.get(key)
    if body is None:
        body = tagged(make().encode())
        if key is not None:
            bodies.set(key, body)
    return body


def answered(body: Body) -> Response:
    """A response that a browser may keep, and asks about each time."""
    response = sent(body)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(body.tag)
    response.make_conditional(request)
    return response


def sent(body: Body) -> Response:
    """A response that is compressed once, and that a browser is told nothing about."""
    g.tag = body.tag
    return Response(body.content, mimetype="text/html")
