"""A page that was opened from the results notes the search that led there, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import Settings, open_knowledge_base
from kb.storage.database import open_database
from kb.storage.search_opens import Opened, SearchOpenStore
from tests.writing.conftest import article
from webapp import create_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "articles" / "en" / "account" / "password.md"
    path.parent.mkdir(parents=True)
    path.write_text(article(), encoding="utf-8")
    return Settings(data=tmp_path / "data", articles=(tmp_path / "articles",), secret_key="a key for tests")


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    kb = open_knowledge_base(settings)
    kb.reindex()
    yield create_app(settings, kb).test_client()
    kb.close()


def opened(client: FlaskClient, settings: Settings) -> list[Opened]:
    client.application.extensions["site"].kb.readership.flush()
    database = open_database(settings.database)
    database.migrate()
    found = list(SearchOpenStore(database).opened(datetime.now(UTC).date()))
    database.close()
    return found


def visit(client: FlaskClient, referrer: str, **headers: str) -> None:
    sent = {"Referer": referrer, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with client.get("/articles/en/account/password", headers=sent) as response:
        assert response.status_code == 200


def test_an_opened_result_is_noted_without_personal_data(client: FlaskClient, settings: Settings) -> None:
    visit(client, "http://localhost/search?q=New+pw+of+ada%40mail.example&page=2")
    visit(client, "http://localhost/search?q=new+PW+of+ada%40mail.example")
    assert opened(client, settings) == [Opened("new pw of [email]", "en", "en/account/password", 2, 1)]


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        "http://localhost/",
        "http://elsewhere.example/search?q=x",
        "http://localhost/search",
        "http://[",
        "x\ud800y",
    ],
)
def test_other_ways_to_a_page_are_not_noted(client: FlaskClient, settings: Settings, referrer: str) -> None:
    visit(client, referrer.encode("utf-8", "replace").decode())
    assert opened(client, settings) == []


def test_a_page_that_a_browser_fetches_in_advance_is_not_opened(
    client: FlaskClient, settings: Settings
) -> None:
    visit(client, "http://localhost/search?q=x", Sec_Purpose="prefetch")
    assert opened(client, settings) == []
