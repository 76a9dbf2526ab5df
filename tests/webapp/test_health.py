from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import KnowledgeBase
from kb.errors import StorageError
from kb.index.embedded import EmbeddedEngine
from kb.semantic.model import SentenceModel
from tests.corpus import DOCUMENTS
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


def test_the_state_of_the_sentence_encoder_is_told(centre: Centre, tiny_model: Path, tmp_path: Path) -> None:
    model = SentenceModel(tiny_model, tmp_path / "vectors.sqlite", budget=60.0)
    engine = EmbeddedEngine(tmp_path / "index", passages=model.passages)
    engine.rebuild(DOCUMENTS)
    client = with_kb(centre, KnowledgeBase(centre.settings, engine, model))
    client.get("/search?q=lost phone")
    ready = client.get("/readyz").json
    assert ready is not None
    assert ready["meaning"] == {"state": "ok", "answered": 1, "late": 0, "refused": 0}


def test_a_load_balancer_does_not_wait_for_the_sentence_encoder(
    centre: Centre, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    model = SentenceModel(tiny_model, tmp_path / "vectors.sqlite", budget=60.0)
    monkeypatch.setattr(model.questions, "_load", lambda: go_on.wait(60))
    client = with_kb(centre, KnowledgeBase(centre.settings, centre.kb._engine, model))
    ready = client.get("/readyz").json
    go_on.set()
    assert ready is not None
    assert ready["status"] == "ok"
    assert ready["meaning"]["state"] == "The model is being loaded."


@pytest.mark.parametrize("broken", ["gone", "onnx/model.onnx", "tokenizer.json", "modules.json"])
def test_a_broken_sentence_encoder_leaves_the_site_ready(
    centre: Centre, tiny_model: Path, tmp_path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "model" if broken != "gone" else tmp_path / "gone"
    if broken != "gone":
        shutil.copytree(tiny_model, folder)
        whole = (folder / broken).read_bytes()
        (folder / broken).write_bytes(whole[: len(whole) // 2])
    model = SentenceModel(folder, tmp_path / "vectors.sqlite", budget=60.0)
    client = with_kb(centre, KnowledgeBase(centre.settings, centre.kb._engine, model))
    model.questions.loaded(60)
    for words in ("lost phone", "reset my password"):
        assert client.get(f"/search?q={words}").status_code == 200
        assert client.get(f"/api/search?q={words}").json["total"] > 0  # type: ignore[index]
        assert client.post("/api/suggest", json={"subject": words, "body": words}).status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json is not None
    assert folder.name in response.json["meaning"]["state"]
    told = [record for record in caplog.records if record.name == "kb.semantic.questions"]
    assert len(told) == 1
    assert told[0].exc_info is None
