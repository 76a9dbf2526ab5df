"""The blueprint that the views of this package belong to."""

from __future__ import annotations

from flask import Blueprint, Response

blueprint = Blueprint("contact", __name__, url_prefix="/contact")


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Forbid caches to keep any response of the contact form."""
    response.headers["Cache-Control"] = "no-store"
    return response
