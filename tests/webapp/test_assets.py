from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

import webapp
from tests.webapp.conftest import Page

STATIC = Path(webapp.__file__).parent / "static"


def stylesheet(client: FlaskClient) -> str:
    page = Page(client.get("/"))
    return next(a["href"] for tag, a in page.tags if tag == "link" and a["rel"] == "stylesheet")


def test_named_version_may_be_kept_for_a_year(client: FlaskClient) -> None:
    response = client.get(stylesheet(client), buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_other_version_is_asked_for_again(client: FlaskClient) -> None:
    assert client.get("/static/site.css?v=old", buffered=True).headers["Cache-Control"] == "no-cache"


def test_pages_are_light() -> None:
    assert (STATIC / "site.css").stat().st_size < 24_000
    assert (STATIC / "site.js").stat().st_size < 4_000


def test_nothing_is_fetched_from_elsewhere() -> None:
    for name in ("site.css", "site.js"):
        text = (STATIC / name).read_text(encoding="utf-8")
        assert "url(" not in text
        assert "http" not in text.replace('href^="http"', "")
        assert "@import" not in text
