"""A sentence encoder, from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.conftest import Run
from tests.tiny_model import write_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model")


@pytest.fixture
def run(run: Run, tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same with two articles and a tiny model."""
    folder = tmp_path / "articles" / "en" / "sign-in"
    folder.mkdir(parents=True)
    (folder / "signed-out.md").write_text("---\ntitle: Session ended\n---\nSigned out.\n", encoding="utf-8")
    (folder / "money.md").write_text("---\ntitle: Invoice\n---\nCharged, billed.\n", encoding="utf-8")
    monkeypatch.setenv("KB_ARTICLES", str(tmp_path / "articles"))
    monkeypatch.setenv("KB_SEMANTIC_MODEL", str(model))
    return run


def read(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_search_finds_what_it_means_and_explains_it(run: Run) -> None:
    assert run("index").exit_code == 0
    hits = read(run("search", "kicked", "--json", "--explain"))["hits"]
    assert hits[0]["id"] == "en/sign-in/signed-out"
    assert set(hits[0]["scores"]) == {"words", "meaning"}
    assert "words 0.00, meaning 1.00" in run("search", "kicked", "--explain").output


def test_status_says_what_the_model_does(run: Run) -> None:
    run("index")
    found = read(run("status", "--json"))
    assert found["meaning"]["state"] == "ok"
    assert found["vectors"]["en"] >= 4
    assert "Meaning by model:" in run("status").output
    assert run("index", "--strict").exit_code == 0


def test_status_without_a_model_says_nothing_of_meaning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KB_SEMANTIC_MODEL")
    run("index")
    assert read(run("status", "--json"))["meaning"]["state"] == "off"
    assert "eaning" not in run("status").output


def test_an_index_without_vectors_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.delenv("KB_SEMANTIC_MODEL")
        run("index")
    assert "holds no vectors yet. Run: kb index" in run("status").output
    run("index")
    assert "Meaning by model:" in run("status").output


def test_a_changed_model_asks_for_a_new_index(run: Run, model: Path) -> None:
    run("index")
    shutil.rmtree(model)
    write_model(model, seed=1)
    assert "made with another model. Run: kb index" in run("status").output
    run("index")
    assert read(run("status", "--json"))["meaning"]["state"] == "ok"


@pytest.mark.parametrize("file", ["onnx/model.onnx", "tokenizer.json", "modules.json"])
def test_a_broken_model_stops_neither_index_nor_search(run: Run, model: Path, file: str) -> None:
    run("index")
    (model / file).write_bytes(b"broken")
    assert run("search", "invoice").exit_code == 0
    assert run("status").output.count("earching by words alone") == 1
    assert run("index").exit_code == 0
    assert run("index", "--strict").exit_code == 1
    assert run("search", "invoice").output.startswith("1. Invoice")


def test_check_describes_and_tries_a_model(run: Run, model: Path) -> None:
    result = run("model", "check", str(model))
    assert "6 dimensions, mean pooling, reads 32 tokens" in result.output
    assert "Languages: en, as its card says" in result.output
    assert "licence mit" in result.output
    assert result.output.count("right  ") + result.output.count("WRONG  ") == 3
    assert result.exit_code == ("WRONG" in result.output)


def test_check_names_what_is_wrong_with_a_folder(run: Run, tmp_path: Path) -> None:
    result = run("model", "check", str(tmp_path))
    assert result.exit_code == 1
    assert "no modules.json" in result.output


def test_check_tries_every_pair_of_a_real_model(run: Run, minilm: Path) -> None:
    result = run("model", "check", str(minilm))
    assert result.exit_code == 0
    assert result.output.count("right  ") == 3
    assert "384 dimensions" in result.output


def test_eval_measures_with_the_model_that_is_set(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "judged"
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": "d1", "title": "Session ended", "text": "Signed out."}]
    documents += [{"_id": f"d{n}", "title": f"Number {n}", "text": "A phone."} for n in range(2, 9)]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "kicked and thrown"}', encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n", encoding="utf-8")
    asked = ("eval", str(folder), "--lang", "en", "--json")
    assert read(run(*asked))["nDCG@10"] == 1.0
    monkeypatch.delenv("KB_SEMANTIC_MODEL")
    assert read(run(*asked))["nDCG@10"] < 1.0
