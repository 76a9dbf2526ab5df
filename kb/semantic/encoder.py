"""Text to a vector: the tokenizer, the network, and the pooling that the model's folder asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelUnusable
from kb.semantic.directory import ModelDirectory

Floats = NDArray[np.float32]

QUESTION = 96
"""Tokens of a question that are read: about eighty words. More take longer, and rank no better beside words."""
_WITHOUT_EXTRA = (
    'The extra "semantic" is not installed, so no model can be used. Run: pip install ".[semantic]"'
)


class Encoder:
    """A loaded model. Safe to use from many threads; ``threads`` are those of one computation."""

    def __init__(self, directory: ModelDirectory, threads: int = 1) -> None:
        """:raises ModelUnusable: the extra is not installed, or a file is broken."""
        self.directory = directory
        self._tokenizer = _load_tokenizer(directory)
        self._session = _load_session(directory.onnx, threads)
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._output = self._choose_output()
        self.dimensions = len(self._vector([self._last_token()]))

    def encode_question(self, text: str) -> Floats:
        """The vector of something asked, of length 1."""
        return self._encode(self.directory.query_prompt + text, QUESTION)

    def encode_passage(self, text: str) -> Floats:
        """The vector of something that may answer, of length 1.

        Texts are encoded one at a time: padding costs more than a batch saves, and a quantised network gives a
        text another vector beside other texts.
        """
        return self._encode(self.directory.document_prompt + text)

    def tokens(self, text: str) -> list[str]:
        """The pieces of a text that the model knows, without special ones."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).tokens)

    def _encode(self, text: str, most: int = sys.maxsize) -> Floats:
        tokens = self._tokenizer.encode(text.lower() if self.directory.lower_case else text).ids or [0]
        if len(tokens) > most:
            tokens = [*tokens[: most - 1], tokens[-1]]  # the last one marks the end
        return self._vector(tokens)

    def _vector(self, tokens: Sequence[int]) -> Floats:
        ids = np.array([tokens], np.int64)
        known = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            "position_ids": np.arange(ids.shape[1], dtype=np.int64)[None],
        }
        try:
            output = self._session.run([self._output], {name: known[name] for name in self._inputs})[0][0]
        except Exception as error:  # the library raises classes of its own that share no root
            raise ModelUnusable(
                f"{self.directory.onnx} fails on what {self.directory.tokenizer.name} gives: {error}"
            ) from error
        vector = np.asarray(
            output if output.ndim == 1 else _POOLED[self.directory.pooling](output), np.float32
        )
        # Cosines are compared, whatever it was trained with.
        return np.asarray(vector / (np.linalg.norm(vector) or 1.0), np.float32)

    def _last_token(self) -> int:
        """The highest number that the tokenizer gives: a network made for another one does not know it."""
        return max(self._tokenizer.get_vocab().values(), default=0)

    def _choose_output(self) -> str:
        """The sentence's vector where the network pools by itself, else the vectors of its tokens."""
        unknown = set(self._inputs) - {"input_ids", "attention_mask", "token_type_ids", "position_ids"}
        if unknown:
            raise ModelUnusable(
                f"{self.directory.onnx} asks for {', '.join(sorted(unknown))}: that is no text encoder."
            )
        names = [each.name for each in self._session.get_outputs()]
        for name in ("sentence_embedding", "last_hidden_state", "token_embeddings"):
            if name in names:
                return name
        return str(names[0])


def _weighted_mean(tokens: Floats) -> Floats:
    weights = np.arange(1, len(tokens) + 1, dtype=np.float32)
    return np.asarray(weights @ tokens / weights.sum(), np.float32)


_POOLED: dict[str, Callable[[Floats], Any]] = {
    "cls": lambda tokens: tokens[0],
    "mean": lambda tokens: tokens.mean(axis=0),
    "max": lambda tokens: tokens.max(axis=0),
    "mean_sqrt_len": lambda tokens: tokens.sum(axis=0) / np.sqrt(len(tokens)),
    "weightedmean": _weighted_mean,
    "lasttoken": lambda tokens: tokens[-1],
}


def _load_tokenizer(directory: ModelDirectory) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelUnusable(_WITHOUT_EXTRA) from error
    try:
        tokenizer = Tokenizer.from_file(str(directory.tokenizer))
        tokenizer.no_padding()
        tokenizer.enable_truncation(directory.longest)
    except Exception as error:  # the library raises plain Exception
        raise ModelUnusable(f"{directory.tokenizer} cannot be read: {error}.") from error
    return tokenizer


def _load_session(onnx: Path, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelUnusable(_WITHOUT_EXTRA) from error
    onnxruntime.set_default_logger_severity(4)  # what goes wrong is raised as well
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena keeps the room of the longest text for good
    options.enable_mem_pattern = False
    try:
        return onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library raises classes of its own that share no root
        raise ModelUnusable(f"{onnx} cannot be read: {error}") from error
