"""A help centre that looks like its owner's, without a line of code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb.errors import SettingsError
from tests.webapp.conftest import PIXEL, Centre, Page
from webapp import create_app
from webapp.brand import LARGEST_LOGO, Brand

TOML = """
name = "Owl Post"
logo = "owl.png"
languages = ["it", "en"]
templates = "own"

[colours]
accent = "#7a1fa2"

[[footer_links]]
url = "https://owl.example/imprint"
[footer_links.title]
en = "Imprint"
it = "Note legali"
"""


@pytest.fixture
def owl(centre: Centre, tmp_path: Path) -> FlaskClient:
    (tmp_path / "site.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "owl.png").write_bytes(PIXEL)
    (tmp_path / "own" / "pages").mkdir(parents=True)
    (tmp_path / "own" / "pages" / "home.html").write_text(
        '{% extends "original/pages/home.html" %}{% block title %}Owls know: {{ super() }}{% endblock %}',
        encoding="utf-8",
    )
    return create_app(replace(centre.settings, articles=(tmp_path,)), centre.kb).test_client()


def test_name_logo_and_links_are_on_every_page(owl: FlaskClient) -> None:
    for url in ("/?lang=en", "/search?q=phone&lang=en", "/none?lang=en", "/contact?lang=en"):
        page = Page(owl.get(url))
        assert "Owl Post" in page.text
        assert "Imprint" in page.text
        assert page.first("img")["src"].startswith("/static/owl.png?v=")


def test_logo_is_served(owl: FlaskClient) -> None:
    response = owl.get(Page(owl.get("/")).first("img")["src"])
    assert (response.data, response.mimetype) == (PIXEL, "image/png")


def test_colours_are_in_the_stylesheet(owl: FlaskClient) -> None:
    assert "--accent: #7a1fa2" in owl.get("/static/site.css").text


def test_first_language_named_is_that_of_strangers(owl: FlaskClient) -> None:
    assert Page(owl.get("/none", headers={"Accept-Language": "ru"})).first("html")["lang"] in {"it", "en"}
    languages = [a["lang"] for tag, a in Page(owl.get("/")).tags if tag == "a" and a.get("rel") == "nofollow"]
    assert languages == ["it", "en"]


def test_template_takes_the_place_of_ours_and_may_build_on_it(owl: FlaskClient) -> None:
    page = Page(owl.get("/?lang=en"))
    assert "Owls know: How can we help?" in page.text
    assert "q" in page.fields
    assert "Owls know" not in Page(owl.get("/search")).text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('logo = "none.svg"', "logo names"),
        ('logo = "site.toml"', "must be a file that ends with one of .svg"),
        ('logo = "large.png"', "is over 50 kB"),
        ('templates = "none"', "templates names"),
        ('languages = "en"', "languages must be a list"),
        ('languages = ["en", "tlh"]', "languages has no sentences for tlh"),
        ('[[footer_links]]\nurl = "javascript:alert(1)"', "footer_links[1].url must begin with"),
    ],
)
def test_mistake_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    (tmp_path / "large.png").write_bytes(b"x" * (LARGEST_LOGO + 1))
    with pytest.raises(SettingsError) as caught:
        Brand.load((tmp_path,))
    assert complaint in str(caught.value)
