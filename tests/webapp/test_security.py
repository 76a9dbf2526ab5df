from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import Settings
from tests.webapp.conftest import Centre
from webapp import create_app
from webapp.security import HEADERS, _kept_key


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/none",
        "/contact",
        "/healthz",
        "/api/search?q=x",
        "/api/none",
        "/language/it",
        "/static/site.css",
        "/static/none",
    ],
)
def test_every_response_is_protected(client: FlaskClient, url: str) -> None:
    headers = client.get(url, buffered=True).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/contact").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_secure_site_sends_secure_cookies_and_asks_for_https(centre: Centre) -> None:
    client = create_app(replace(centre.settings, secure_cookies=True), centre.kb).test_client()
    headers = client.get("/contact").headers
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_session_of_another_key_is_as_good_as_none(centre: Centre) -> None:
    def visit(key: str, cookie: str | None) -> str | None:
        client = create_app(replace(centre.settings, secret_key=key), centre.kb).test_client()
        if cookie:
            client.set_cookie("session", cookie)
        made = client.get("/contact").headers.get("Set-Cookie")
        return made.split(";")[0].removeprefix("session=") if made else None

    cookie = visit("one key", None)
    assert cookie
    assert visit("one key", cookie) is None  # it holds what signs the form already
    assert visit("another key", cookie) not in {None, cookie}


def test_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", articles=())
    first, second = create_app(settings), create_app(settings)
    assert first.secret_key == second.secret_key
    assert len(str(first.secret_key)) >= 43
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: _kept_key(path), range(8)))
    assert len(keys) == 1


def test_forwarded_headers_count_only_behind_a_trusted_proxy(centre: Centre) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    for proxies, host in ((0, "localhost"), (1, "evil.example")):
        app = create_app(replace(centre.settings, trusted_proxies=proxies), centre.kb)
        seen: list[str] = []

        @app.before_request
        def note(seen: list[str] = seen) -> None:
            from flask import request

            seen.append(request.host)

        app.test_client().get("/healthz", headers=forwarded)
        assert seen == [host]
