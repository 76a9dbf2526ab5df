"""What a model is, how fast it is on this machine, and whether it knows what sentences mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from kb.semantic.directory import ModelDirectory, read_directory
from kb.semantic.encoder import Encoder
from kb.semantic.languages import KnownLanguages, known_languages
from kb.semantic.pairs import Pair, compared

_TIMES = 15  # a question is asked, of which the median counts
_SHORT = "it keeps kicking me out"
_LONG = " ".join(
    ["I changed my phone last week and since then the app asks for a code that never arrives."] * 6
)
"""102 words, about as long as a message to support."""
_PASSAGE = " ".join(
    ["Open Settings, choose Security, and select Replace phone to move the authenticator."] * 4
)
"""52 words, about as long as a section."""


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What was found out. Durations in milliseconds, of one thread; ``per_second`` is of one thread too."""

    directory: ModelDirectory
    fingerprint: str
    megabytes: float
    dimensions: int
    languages: KnownLanguages
    loading: float
    short_question: float
    long_question: float
    per_second: float
    """Sections embedded while indexing."""
    pairs: tuple[Pair, ...]


def check_model(folder: Path, languages: Sequence[str] = ()) -> ModelReport:
    """Load a model and try it.

    :raises ModelUnusable: it is missing or broken.
    """
    directory = read_directory(folder)
    began = time.perf_counter()
    encoder = Encoder(directory)
    loading = 1000 * (time.perf_counter() - began)
    known = known_languages(languages, directory.languages, encoder.tokens)
    return ModelReport(
        directory=directory,
        fingerprint=directory.fingerprint(),
        megabytes=directory.bytes / 1e6,
        dimensions=encoder.dimensions,
        languages=known,
        loading=loading,
        short_question=_milliseconds(encoder.encode_question, _SHORT),
        long_question=_milliseconds(encoder.encode_question, _LONG),
        per_second=1000 / _milliseconds(encoder.encode_passage, _PASSAGE),
        pairs=compared(encoder, known),
    )


def _milliseconds(encode: Callable[[str], object], text: str) -> float:
    seconds = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        encode(text)
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds)
