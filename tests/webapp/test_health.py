from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from kb import KnowledgeBase
from kb.errors import StorageError
from tests.webapp.conftest import Centre, with_kb


def test_process_is_alive_even_without_an_index(unindexed: Flask) -> None:
    response = unindexed.test_client().get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_whole_site_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"status": "ok", "checks": {"index": "ok", "database": "ok"}}
    assert response.headers["Cache-Control"] == "no-store"


def test_missing_index_is_named(unindexed: Flask) -> None:
    response = unindexed.test_client().get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert "kb index" in response.json["checks"]["index"]


def test_broken_database_is_named(centre: Centre) -> None:
    class Dead(KnowledgeBase):
        def check(self) -> None:
            raise StorageError("The database is locked.")

    response = with_kb(centre, Dead(centre.settings, centre.kb._engine)).get("/readyz")
    assert response.status_code == 503
    assert response.json == {
        "status": "unavailable",
        "checks": {"index": "ok", "database": "The database is locked."},
    }
