"""What a load balancer asks: is the process alive, and can it serve?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from kb.errors import EngineError, KBError
from webapp.site import current_site

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; says nothing about the index or the database."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
def ready() -> Response:
    """The index and the database can be used; 503 with the reason where one cannot."""
    checks = {"index": "ok", "database": "ok"}
    try:
        current_site().kb.check()
    except EngineError as error:
        checks = {"index": str(error), "database": "not checked"}
    except KBError as error:
        checks["database"] = str(error)
    usable = set(checks.values()) == {"ok"}
    response = jsonify(status="ok" if usable else "unavailable", checks=checks, **_meaning())
    response.status_code = 200 if usable else 503
    return _uncached(response)


def _meaning() -> dict[str, object]:
    """What the sentence encoder of this process does, where one is used; without it the site is just as ready."""
    try:
        meaning = current_site().kb.meaning(wait=False)  # a load balancer has less patience
    except KBError:
        return {}
    if meaning.state == "off":
        return {}
    counts = {"answered": meaning.answered, "late": meaning.late, "refused": meaning.refused}
    return {"meaning": {"state": meaning.state, **counts}}


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
