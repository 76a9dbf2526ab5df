"""Conditional responses (ETag, 304), and pages that are remembered, so that they are not made or compressed twice."""

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

    @classmethod
    def of(cls, content: bytes) -> Body:
        """The content with a tag that changes with it."""
        return cls(content, hashlib.blake2b(content, digest_size=12).hexdigest())


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


def conditional_page(html: str) -> Response:
    """A page with an ETag: 304 when the browser has this very page already."""
    return conditional_response(Body.of(html.encode()))


def remembered_page(key: Hashable, render: Callable[[], str]) -> Response:
    """The same, for a page that is the same whenever ``key`` is: rendered unless it is among the recent ones."""
    return conditional_response(remembered_body(key, render))


def remembered_body(key: Hashable | None, render: Callable[[], str]) -> Body:
    """The body that was last rendered for ``key``, if that is among the recent ones; without a key, a new one."""
    bodies: Recent[Body] = current_app.extensions["bodies"]
    body = None if key is None else bodies.get(key)
    if body is None:
        body = Body.of(render().encode())
        if key is not None:
            bodies.set(key, body)
    return body


def conditional_response(body: Body) -> Response:
    """A response that a browser may keep, and must ask about each time."""
    response = response_of(body)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(body.tag)
    response.make_conditional(request)
    return response


def response_of(body: Body) -> Response:
    """A response without instructions for the browser's cache; its compressed form is remembered by its tag."""
    g.tag = body.tag
    return Response(body.content, mimetype="text/html")
