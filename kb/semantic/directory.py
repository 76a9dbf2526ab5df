"""A Sentence-Transformers folder: which file is the model, how its output becomes one vector, what it is for."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.errors import ModelUnusable

POOLINGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""Sentence-Transformers' switches and what each is called here."""
_SUPPORTED_STEPS = {"Transformer", "Pooling", "Normalize"}
"""What the encoder carries out. A model with any other step is refused: without it, its vectors would be wrong."""
_LONGEST = 512
"""Tokens of a text where nothing names a limit."""
_OTHER_MACHINES = {
    "x86_64": ("arm64", "aarch64"),
    "amd64": ("arm64", "aarch64"),
    "arm64": ("avx",),
    "aarch64": ("avx",),
}
_FOR_GRAPHICS = re.compile(r"fp16|float16|_O4|bnb4")
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ModelDirectory:
    """What the files of a model say. Nothing of it is loaded yet."""

    folder: Path
    onnx: Path
    tokenizer: Path
    pooling: str
    longest: int
    """Tokens of a text that are read, special ones included."""
    lower_case: bool
    query_prompt: str
    """What the model was trained to see before a question; mostly nothing."""
    document_prompt: str
    languages: tuple[str, ...]
    """The codes that its card names; empty where it names none, ``("multilingual",)`` where it names all."""
    licence: str

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    @property
    def bytes(self) -> int:
        """The size of the network."""
        return _size(self.onnx)

    def fingerprint(self) -> str:
        """Changes whenever the same text could be given another vector."""
        digest = hashlib.sha256()
        for file in (self.onnx, *_external_weights(self.onnx), self.tokenizer):
            with _readable(file) as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        said = (self.pooling, self.longest, self.lower_case, self.query_prompt, self.document_prompt)
        digest.update(repr(said).encode())
        return digest.hexdigest()[:32]


def read_directory(folder: Path) -> ModelDirectory:
    """Read what the files of a model say.

    :raises ModelUnusable: something is missing, or asks for what cannot be done here.
    """
    if not folder.is_dir():
        raise ModelUnusable(f"{folder} is no folder: KB_SEMANTIC_MODEL names one that holds a model.")
    modules = _modules(folder)
    pooling = _record(modules.get("Pooling", folder / "1_Pooling") / "config.json")
    sentence = _record(folder / "sentence_bert_config.json")
    said = _record(folder / "config_sentence_transformers.json")
    if said.get("similarity_fn_name") == "dot" and "Normalize" not in modules:
        raise ModelUnusable(
            f"{folder} compares vectors of different lengths; only models made for cosines can be used."
        )
    prompts = said.get("prompts") or {}
    card = _card(folder / "README.md")
    return ModelDirectory(
        folder=folder,
        onnx=_onnx(folder),
        tokenizer=_existing(folder / "tokenizer.json", "a fast tokenizer"),
        pooling=_pooling(pooling, folder),
        longest=_longest(folder, sentence),
        lower_case=bool(sentence.get("do_lower_case")),
        query_prompt=str(prompts.get("query") or ""),
        document_prompt=str(prompts.get("document") or prompts.get("passage") or ""),
        languages=_languages(card.get("language")),
        licence=str(card.get("license") or ""),
    )


def _modules(folder: Path) -> dict[str, Path]:
    """The steps of a model by the name of their class."""
    try:
        steps = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        found = {str(step["type"]).rpartition(".")[2]: folder / str(step["path"]) for step in steps}
    except FileNotFoundError:
        raise ModelUnusable(
            f"{folder} has no modules.json, so it is no Sentence-Transformers model."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(f"{folder / 'modules.json'} cannot be read: {error}.") from error
    if unknown := set(found) - _SUPPORTED_STEPS:
        raise ModelUnusable(f"{folder} has a step that is not supported: {', '.join(sorted(unknown))}.")
    return found


def _pooling(record: Mapping[str, Any], folder: Path) -> str:
    chosen = [name for switch, name in POOLINGS.items() if record.get(switch)]
    if len(chosen) != 1:
        said = " and ".join(chosen) or "none"
        raise ModelUnusable(
            f"{folder} pools by {said}: exactly one of {', '.join(POOLINGS.values())} is supported."
        )
    return chosen[0]


def _onnx(folder: Path) -> Path:
    """The smallest file made for this kind of machine: quantised ones are quicker and hardly worse."""
    files = sorted([*folder.glob("onnx/*.onnx"), *folder.glob("*.onnx")])
    unfit = _OTHER_MACHINES.get(platform.machine().lower(), ())
    fit = [
        f
        for f in files
        if not _FOR_GRAPHICS.search(f.stem) and not any(word in f.stem.lower() for word in unfit)
    ]
    if not (fit or files):
        raise ModelUnusable(
            f"{folder} holds no .onnx file, neither itself nor in onnx/: export the model to ONNX."
        )
    return min(fit or files, key=lambda file: (_size(file), file.name))


def _size(onnx: Path) -> int:
    return sum(file.stat().st_size for file in (onnx, *_external_weights(onnx)))


def _external_weights(onnx: Path) -> tuple[Path, ...]:
    """Weights that stand beside a model too large for one file."""
    beside = (onnx.with_name(f"{onnx.name}_data"), onnx.with_name(f"{onnx.name}.data"))
    return tuple(file for file in beside if file.is_file())


def _longest(folder: Path, sentence: Mapping[str, Any]) -> int:
    limits = (
        sentence.get("max_seq_length"),
        _record(folder / "tokenizer_config.json").get("model_max_length"),
        _record(folder / "config.json").get("max_position_embeddings"),
    )
    known = [int(limit) for limit in limits if isinstance(limit, int | float) and 0 < limit < 100_000]
    return min(known, default=_LONGEST)


def _languages(said: object) -> tuple[str, ...]:
    codes = said if isinstance(said, list) else [said] if said else []
    return tuple(str(code).lower() for code in codes)


def _card(path: Path) -> Mapping[str, Any]:
    """The front matter of a model's card; nothing where it has none that can be read."""
    try:
        found = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
        card = yaml.safe_load(found.group(1)) if found else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return card if isinstance(card, dict) else {}


def _record(path: Path) -> Mapping[str, Any]:
    """A file's JSON object; nothing where there is no such file."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{path} cannot be read: {error}.") from error
    return record if isinstance(record, dict) else {}


def _existing(path: Path, what: str) -> Path:
    if not path.is_file():
        raise ModelUnusable(f"{path} is missing: the model needs {what}.")
    return path


def _readable(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise ModelUnusable(f"{path} cannot be read: {error}.") from error
