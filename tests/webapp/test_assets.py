from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

import webapp
from tests.webapp.conftest import Page
from webapp.assets import SOURCES

SITE = Path(webapp.__file__).parent
FILES = [*SITE.glob("static/*"), *SITE.glob("styles/*")]


def stylesheet(client: FlaskClient) -> str:
    page = Page(client.get("/"))
    return next(a["href"] for tag, a in page.tags if tag == "link" and a["rel"] == "stylesheet")


def test_present_version_may_be_kept_for_a_year(client: FlaskClient) -> None:
    response = client.get(stylesheet(client))
    assert (response.status_code, response.mimetype) == (200, "text/css")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_version_is_asked_for_again(client: FlaskClient) -> None:
    assert client.get("/static/site.css?v=old").headers["Cache-Control"] == "no-cache"


def test_every_style_is_in_the_stylesheet(client: FlaskClient) -> None:
    sent = client.get(stylesheet(client)).text
    assert sorted(path.stem for path in SITE.glob("styles/*")) == sorted(SOURCES)
    assert all(path.read_text(encoding="utf-8") in sent for path in SITE.glob("styles/*"))


def test_first_visit_to_an_article_is_light(client: FlaskClient) -> None:
    """Page, styles and scripts together; images aside."""
    page = Page(client.get("/articles/en/sign-in/lost-phone"))
    parts = [a["href"] for tag, a in page.tags if tag == "link" and a["rel"] in {"stylesheet", "icon"}]
    parts += [a["src"] for tag, a in page.tags if tag == "script" and "src" in a]
    urls = ["/articles/en/sign-in/lost-phone", *parts]
    sizes = [len(client.get(url, headers={"Accept-Encoding": "br"}).data) for url in urls]
    assert sum(sizes) < 25_000


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "url(" not in text
        assert "http" not in text.replace('href^="http"', "").replace("http://www.w3.org/2000/svg", "")
        assert "@import" not in text
