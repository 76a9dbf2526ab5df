from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient

ARTICLE = "/articles/en/sign-in/lost-phone"


@pytest.mark.parametrize(
    ("accepted", "sent", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("", None, bytes),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
    ],
)
@pytest.mark.parametrize("url", [ARTICLE, "/search?q=phone", "/none", "/static/site.css"])
def test_text_is_compressed_as_the_browser_likes(
    client: FlaskClient, url: str, accepted: str, sent: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    plain = client.get(url).data
    response = client.get(url, headers={"Accept-Encoding": accepted})
    if response.status_code == 200:
        assert response.headers.get("Content-Encoding") == sent
        assert unpack(response.data) == plain
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("accepted", ["br", "gzip", ""])
def test_page_is_not_sent_twice_however_it_is_compressed(client: FlaskClient, accepted: str) -> None:
    encoding = {"Accept-Encoding": accepted}
    first = client.get(ARTICLE, headers=encoding)
    again = client.get(ARTICLE, headers={**encoding, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_tags_of_different_encodings_differ(client: FlaskClient) -> None:
    tags = {
        client.get(ARTICLE, headers={"Accept-Encoding": one}).headers["ETag"] for one in ("br", "gzip", "")
    }
    assert len(tags) == 3


def test_kept_page_is_one_for_each_language_of_its_frame(client: FlaskClient) -> None:
    for lang, word in (("en", "On this page"), ("it", "In questa pagina"), ("en", "On this page")):
        client.set_cookie("lang", lang)
        assert word in client.get("/articles/en/sign-in/lost-phone?lang=" + lang).text
