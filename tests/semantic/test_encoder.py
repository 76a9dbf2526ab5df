from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ModelUnusable
from kb.semantic.directory import POOLINGS, read_directory
from kb.semantic.encoder import QUESTION, Encoder
from tests.tiny_model import write_model


def test_texts_that_mean_the_same_come_close(tiny_model: Path) -> None:
    encoder = Encoder(read_directory(tiny_model))
    asked = encoder.encode_question("kicked out")
    assert asked @ encoder.encode_passage("session ended") > 0.9
    assert asked @ encoder.encode_passage("tracking a parcel") < 0.5


@pytest.mark.parametrize("switch", POOLINGS)
def test_every_pooling_gives_a_vector_of_length_1(tmp_path: Path, switch: str) -> None:
    encoder = Encoder(read_directory(write_model(tmp_path / "model", pooling=switch)))
    vector = encoder.encode_question("reset the password")
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_pooling_by_the_first_token_ignores_the_others(tmp_path: Path) -> None:
    encoder = Encoder(read_directory(write_model(tmp_path / "m", pooling="pooling_mode_cls_token")))
    assert np.array_equal(encoder.encode_question("phone"), encoder.encode_question("phone parcel money"))


def test_an_empty_text_has_a_vector(tiny_model: Path) -> None:
    assert np.isfinite(Encoder(read_directory(tiny_model)).encode_question("")).all()


def test_a_text_is_read_up_to_the_limit_of_the_model(tiny_model: Path) -> None:
    encoder = Encoder(read_directory(tiny_model))
    long = " ".join(["phone"] * 32)
    assert np.array_equal(encoder.encode_passage(long), encoder.encode_passage(long + " money" * 100))


def test_of_a_long_question_the_beginning_is_read(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model")
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 512}', encoding="utf-8")
    encoder = Encoder(read_directory(folder))
    long = " ".join(["phone"] * QUESTION)
    assert np.allclose(
        encoder.encode_question(long + " phone money"), encoder.encode_question(long), atol=0.02
    )
    assert not np.allclose(
        encoder.encode_passage(long + " money" * 100), encoder.encode_passage(long), atol=0.1
    )


@pytest.mark.parametrize("file", ["onnx/model.onnx", "tokenizer.json"])
def test_a_broken_file_is_named(tmp_path: Path, file: str) -> None:
    folder = write_model(tmp_path / "model")
    (folder / file).write_bytes(b"not that")
    with pytest.raises(ModelUnusable, match=Path(file).name):
        Encoder(read_directory(folder))


def test_a_tokenizer_of_another_model_is_refused_before_it_is_used(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model")
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"]["umbrella"] = 10_000
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    with pytest.raises(ModelUnusable, match=r"model\.onnx fails on what tokenizer\.json gives"):
        Encoder(read_directory(folder))
