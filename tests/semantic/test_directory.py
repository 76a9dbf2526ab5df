from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import ModelUnusable
from kb.semantic.directory import read_directory
from tests.tiny_model import write_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model")


def _set(path: Path, **values: object) -> None:
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**record, **values}), encoding="utf-8")


def test_the_files_say_how_texts_become_vectors(folder: Path) -> None:
    read = read_directory(folder)
    assert (read.name, read.pooling, read.longest) == ("model", "mean", 32)
    assert (read.languages, read.licence) == (("en",), "mit")
    assert (read.query_prompt, read.document_prompt) == ("", "")


def test_prompts_that_the_model_was_trained_with_are_read(folder: Path) -> None:
    _set(folder / "config_sentence_transformers.json", prompts={"query": "query: ", "passage": "passage: "})
    read = read_directory(folder)
    assert (read.query_prompt, read.document_prompt) == ("query: ", "passage: ")


def test_the_lowest_limit_of_tokens_counts(folder: Path) -> None:
    _set(folder / "tokenizer_config.json", model_max_length=16)
    _set(folder / "config.json", max_position_embeddings=10**12)
    assert read_directory(folder).longest == 16


def test_of_several_networks_the_smallest_for_this_machine_is_taken(folder: Path) -> None:
    whole = (folder / "onnx" / "model.onnx").read_bytes()
    (folder / "onnx" / "model.onnx").write_bytes(whole + bytes(1000))
    (folder / "onnx" / "model_qint8.onnx").write_bytes(whole)
    (folder / "onnx" / "model_fp16.onnx").write_bytes(whole[:-10])
    assert read_directory(folder).onnx.name == "model_qint8.onnx"


@pytest.mark.parametrize("file", ["onnx/model.onnx", "tokenizer.json", "1_Pooling/config.json"])
def test_another_file_is_another_fingerprint(folder: Path, file: str) -> None:
    before = read_directory(folder).fingerprint()
    assert read_directory(folder).fingerprint() == before
    if file.startswith("1_"):
        (folder / file).write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    else:
        (folder / file).write_bytes((folder / file).read_bytes() + b"\n")
    assert read_directory(folder).fingerprint() != before


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda f: (f / "modules.json").unlink(), "no modules.json"),
        (lambda f: (f / "modules.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "modules.json").write_text('[{"type": "models.Dense", "path": "2"}]'), "Dense"),
        (lambda f: (f / "tokenizer.json").unlink(), "a fast tokenizer"),
        (lambda f: (f / "onnx" / "model.onnx").unlink(), "no .onnx file"),
        (lambda f: (f / "1_Pooling" / "config.json").write_text("{}"), "pools by none"),
        (
            lambda f: _set(f / "1_Pooling" / "config.json", pooling_mode_max_tokens=True),
            "pools by mean and max",
        ),
        (
            lambda f: _set(f / "config_sentence_transformers.json", similarity_fn_name="dot"),
            "made for cosines",
        ),
    ],
)
def test_what_cannot_be_used_is_named(folder: Path, break_it: Callable[[Path], object], said: str) -> None:
    break_it(folder)
    with pytest.raises(ModelUnusable, match=said):
        read_directory(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="KB_SEMANTIC_MODEL"):
        read_directory(tmp_path / "nothing")


def test_a_card_that_cannot_be_read_names_no_language(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlanguage: [en\n---\n", encoding="utf-8")
    assert read_directory(folder).languages == ()
