"""Pages that a browser need not fetch twice."""

from __future__ import annotations

from flask import Response, make_response, request


def revalidated(html: str) -> Response:
    """A page with an ETag: 304 when the browser has this very page already."""
    response = make_response(html)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
