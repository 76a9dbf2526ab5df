"""A cache in front of Flask: a search that is repeated is answered without running a view."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brotli import compress, decompress
from flask import Flask, Response, request
from werkzeug.wsgi import ClosingIterator

from kb.errors import KBError
from webapp.recent import Recent
from webapp.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANSWERS_KEPT = 5_000
"""Of one process: some 3 kB each, packed."""

_ASKED = (
    *("REQUEST_METHOD", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"),
    *("HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE"),
)
"""What tells one kept answer from another: the address of its request, and the headers that ``Vary`` names."""

_KEPT = "help-centre.kept"
"""The key in a request's WSGI environment under which a view leaves a :class:`_Kept`."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The searcher's edition that an answer is of, and what to call each time it was sent."""

    edition: Hashable
    then: Sequence[Callable[[], None]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response as the server gets it, its content compressed."""

    status: str
    headers: Sequence[tuple[str, str]]
    is_encoded: bool
    """Whether the content was sent compressed."""
    packed: bytes
    kept: _Kept

    @classmethod
    def of(cls, status: str, headers: Sequence[tuple[str, str]], content: bytes, kept: _Kept) -> _Answer:
        """Compresses the content, unless it is already: that takes a hundredth of the time of a search."""
        is_encoded = "Content-Encoding" in dict(headers)
        return cls(status, headers, is_encoded, content if is_encoded else compress(content, quality=1), kept)

    @property
    def content(self) -> bytes:
        """As it is sent."""
        return self.packed if self.is_encoded else decompress(self.packed)


def init_app(app: Flask, site: Site) -> None:
    """Keep the responses that views pass to :func:`again`, as they are after everything else was done to them."""
    app.wsgi_app = _Answering(app.wsgi_app, lambda: site.kb.searcher.edition)  # type: ignore[method-assign]


def again(response: Response, edition: Hashable | None, then: Callable[[], None] | None = None) -> Response:
    """The response, to be sent for the very same request again as long as the searcher's edition is this one.

    :param edition: None for a response that is sent this once.
    :param then: called each time it was sent.
    """
    if then:
        response.call_on_close(then)
    if edition is not None:
        request.environ[_KEPT] = _Kept(edition, [then] if then else [])
    return response


class _Answering:
    """WSGI middleware that keeps the most recent answers."""

    def __init__(self, serve: WSGIApplication, edition: Callable[[], Hashable]) -> None:
        self._serve = serve
        self._edition = edition
        self._answers = Recent[_Answer](ANSWERS_KEPT)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = tuple(map(environ.get, _ASKED))
        answer = self._answers.get(asked)
        if answer is None or not self._is_current(answer):
            return self._made(asked, environ, start_response)
        start_response(answer.status, list(answer.headers))
        return ClosingIterator([answer.content], answer.kept.then)

    def _is_current(self, answer: _Answer) -> bool:
        try:
            return answer.kept.edition == self._edition()
        except KBError:  # the view will meet it, too
            return False

    def _made(
        self, asked: Hashable, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            heads.append((status, headers))
            return start_response(status, headers, *error)

        body = self._serve(environ, start)
        if (kept := environ.get(_KEPT)) is None:
            return body
        content = b"".join(body)
        status, headers = heads[-1]
        if status == "200 OK" and "Set-Cookie" not in dict(headers):  # a cookie is for one visitor
            self._answers.set(asked, _Answer.of(status, headers, content, kept))
        return ClosingIterator([content], getattr(body, "close", None))
