"""Which result a search led to: told by the address that the browser says it came from, without any script."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, g, request, url_for

from webapp.inputs import LONGEST_QUERY, clean_line
from webapp.readers import is_prefetch
from webapp.site import current_site

_PAGES = {"pages.article", "community.thread"}


def init_app(app: Flask) -> None:
    """Note after each page of content what was searched for to get there."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    is_page = request.endpoint in _PAGES and response.status_code in {200, 304} and not is_prefetch()
    if is_page and (query := _searched_for()):
        readership = current_site().kb.readership
        readership.count_open(query, str(g.get("lang", "")), _document())
        response.call_on_close(readership.flush_if_due)
    return response


def _searched_for() -> str:
    """The query of the results page that led here; empty where something else did."""
    try:
        parts = urlsplit(request.referrer or "")
        if parts.netloc != request.host or parts.path != url_for("search.results"):
            return ""
        return clean_line(parse_qs(parts.query).get("q", [""])[0], LONGEST_QUERY)
    except ValueError:
        return ""


def _document() -> str:
    """The id of the document that this page shows: its path without ``/articles/``, or without the first slash."""
    _, kind, rest = request.path.split("/", 2)
    return rest if kind == "articles" else f"community/{rest}"
