"""Counting what is read: people's readings, not those of programs, and nothing about the people."""

from __future__ import annotations

import re

from flask import Response, request

from webapp.site import current_site

_PROGRAM = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl|wget|python|headless", re.IGNORECASE)


def counted(response: Response, document_id: str, lang: str) -> Response:
    """The same response, counted as a reading of the document. Written down after it was sent, and never fails it."""
    if response.status_code in {200, 304} and _is_reading():
        readership = current_site().kb.readership
        readership.count_view(document_id, lang)
        response.call_on_close(readership.flush_if_due)
    return response


def _is_reading() -> bool:
    is_program = _PROGRAM.search(request.user_agent.string)
    return request.method == "GET" and not is_prefetch() and not is_program


def is_prefetch() -> bool:
    """Whether a browser asks for a page in advance, which nobody may ever look at."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
