"""What a visitor sees when something is wrong: the right status and a page that helps."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from kb import errors
from kb.model import Hit, Query
from webapp.inputs import clean_line
from webapp.site import current_site
from webapp.texts import FALLBACK, text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error is answered; ``message`` is the stem of the ids of its heading and its advice."""

    status: int
    message: str


ANSWERS: dict[type[errors.KBError], Answer] = {
    errors.NotFound: Answer(404, "error.not_found"),
    errors.IndexMissing: Answer(503, "error.preparing"),
    errors.IndexDamaged: Answer(503, "error.preparing"),
    errors.IndexMending: Answer(503, "error.preparing"),
    errors.InvalidDraft: Answer(400, "error.bad_request"),
    errors.KBError: Answer(503, "error.unavailable"),
}
"""The nearest class in an error's ancestry counts."""

STATUS_MESSAGES = {
    400: "error.bad_request",
    404: "error.not_found",
    405: "error.method",
    413: "error.too_large",
    500: "error.broken",
}

_NEAREST = 5
"""Pages that a missing address may have meant."""

_BARE = '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{text}</title><h1>{text}</h1></html>'

_RETRY_AFTER = "60"
"""Seconds: an index is built, or a database is back, in about that time."""


def init_app(app: Flask) -> None:
    """Answer errors of the knowledge base, of HTTP and of our own making."""
    app.register_error_handler(errors.KBError, _of_the_knowledge_base)
    app.register_error_handler(HTTPException, _of_http)


def _of_the_knowledge_base(error: errors.KBError) -> ResponseReturnValue:
    answer = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    if answer.status == 404:
        return _moved() or _page(answer)
    log.error("%s: %s", type(error).__name__, error)
    response = _page(answer)
    if answer.status == 503:
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _of_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # a redirect that routing raised
        return error
    if status == 404 and (moved := _moved()):
        return moved
    fallback = "error.bad_request" if status < 500 else "error.broken"
    response = _page(Answer(status, STATUS_MESSAGES.get(status, fallback)))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _moved() -> ResponseReturnValue | None:
    """The way to where a page has moved, when an article claims the old address."""
    try:
        target = current_site().kb.redirect(request.path)
    except errors.KBError:
        return None
    return redirect(target, 301) if target and target != request.path else None


def _page(answer: Answer) -> Response:
    if request.path.startswith("/api/"):
        response = jsonify(error=answer.message.removeprefix("error."), status=answer.status)
    else:
        response = make_response(_html(answer))
    response.status_code = answer.status
    response.headers["Cache-Control"] = "no-store"
    return response


def _html(answer: Answer) -> str:
    words = _words_of_the_address() if answer.status == 404 else ""
    hits = _about(words)
    try:
        return render_template("errors/error.html", answer=answer, words=words if hits else "", hits=hits)
    except (
        Exception
    ):  # a page about an error must come whatever is broken, a template of the brand's own for one
        log.exception("The page for an error could not be made")
        return _BARE.format(lang=escape(g.get("lang", FALLBACK)), text=text(f"{answer.message}.title"))


def _about(words: str) -> tuple[Hit, ...]:
    """The pages that have the words of a missing address; none where it was nonsense or that cannot be searched."""
    if not words:
        return ()
    try:
        found = current_site().kb.search(Query(words, g.lang, limit=_NEAREST))
    except errors.KBError:
        return ()
    return () if found.nearest else found.hits


def _words_of_the_address() -> str:
    """What the last part of a missing address was probably about, to search for."""
    if request.path.startswith(_FILES):
        return ""
    last = request.path.rstrip("/").rpartition("/")[2]
    name, _, suffix = last.rpartition(".")
    return clean_line((name if suffix.isalpha() else last).translate(_SEPARATORS), 100)  # "lost-phone.html"


_FILES = ("/static/", "/media/")
"""Nobody types these, and no page is meant."""

_SEPARATORS = str.maketrans("-_.+", "    ")
