"""The same answers as JSON, in the shapes that the command line prints."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from kb.model import TicketDraft
from kb.shapes import search_shape, suggestions_shape
from kb.ticket_model import LIMITS
from webapp.again import again
from webapp.contact.visitor import wait
from webapp.inputs import LONGEST_QUERY, clean_line, clean_text, language_code
from webapp.search import Asked
from webapp.site import current_site

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.get("/search")
def search() -> Response:
    """``?q=`` and the filters of the results page. A repeated search is answered from :mod:`webapp.again`."""
    kb, query = current_site().kb, Asked.from_request().query
    edition = kb.searcher.edition  # before the search, or an old answer could be kept as new
    response = jsonify(search_shape(kb.search(query)))
    return again(response, edition) if kb.searcher.remembers(query) else response


@blueprint.get("/complete")
def complete() -> Response:
    """``?q=``: titles that continue what has been typed."""
    prefix = clean_line(request.args.get("q", ""), LONGEST_QUERY)
    found = current_site().kb.complete(prefix, _lang()) if prefix else ()
    return jsonify(
        query=prefix,
        completions=[
            {"title": one.title, "url": one.url, "kind": one.kind.value, "lang": one.lang} for one in found
        ],
    )


@blueprint.post("/suggest")
def suggest() -> ResponseReturnValue:
    """``subject`` and ``body`` as a form or as JSON. A POST, so that messages stay out of addresses and logs."""
    if seconds := wait(current_site().kb.desk.rules.limits.suggestions, "suggestions"):
        return jsonify(error="too-many", status=429), 429, {"Retry-After": str(seconds)}
    sent = _sent()
    subject, body = (str(sent.get(name, "")) if hasattr(sent, "get") else "" for name in ("subject", "body"))
    draft = TicketDraft(
        subject=clean_line(subject, LIMITS["subject"]), body=clean_text(body[: LIMITS["body"]]), lang=_lang()
    )
    found = current_site().kb.suggest(draft)
    return jsonify(suggestions_shape(found))


def _sent() -> Any:
    """What came with the request, which may be any JSON.

    :raises BadRequest: it is not JSON, or nested deeper than anyone would.
    """
    try:
        return request.get_json() if request.is_json else request.form
    except RecursionError:
        raise BadRequest from None


def _lang() -> str:
    return language_code(request.args.get("lang", "")) or str(g.lang)
