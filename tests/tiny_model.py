"""A sentence encoder of a few dozen words, in the same files as a real one: what loads it is the real code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

MEANINGS = {
    "signed out": "kicked kicking signed out sign session ended thrown",
    "password": "password passphrase secret reset",
    "money": "charged billed invoice money refund twice payment",
    "parcel": "parcel delivery package arrived tracking",
    "phone": "phone mobile telephone handset lost stolen",
}
"""What the model knows: words in one row mean the same."""


def write_model(folder: Path, *, pooling: str = "pooling_mode_mean_tokens", seed: int = 0) -> Path:
    """Write a model; another ``seed`` is another model."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    words = ["[UNK]"]
    rows = [np.zeros(len(MEANINGS) + 1)]
    for axis, known in enumerate(MEANINGS.values()):
        for word in known.split():
            words.append(word)
            rows.append(np.eye(len(MEANINGS) + 1)[axis] + 0.001 * (seed + len(words) % 3))
    rows[0][-1] = 0.3  # a word that is not known says little, and the same whichever it is
    onnx.save(_network(np.array(rows, np.float32)), str(folder / "onnx" / "model.onnx"))
    _tokenizer(words).save(str(folder / "tokenizer.json"))
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({pooling: True}), encoding="utf-8")
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 32}', encoding="utf-8")
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: mit\n---\n# Tiny\n", encoding="utf-8")
    return folder


def _network(table: np.ndarray) -> onnx.ModelProto:
    """Each token's row of the table: all that a network must do here."""
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, [1, "tokens"]),
        ],
        [
            helper.make_tensor_value_info(
                "last_hidden_state", TensorProto.FLOAT, [1, "tokens", table.shape[1]]
            )
        ],
        [numpy_helper.from_array(table, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def _tokenizer(words: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer
