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

_PAIRS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "en": (
        ("It keeps kicking me out", "Why am I signed out?", "How to export your contacts"),
        ("The money was taken two times", "You were charged twice", "Change the colour of the labels"),
        ("My parcel never came", "A delivery has not arrived", "Choose a stronger password"),
    ),
    "it": (
        ("Mi butta sempre fuori", "Perché la sessione è stata chiusa?", "Esportare i contatti"),
        ("I soldi sono stati presi due volte", "Addebito doppio", "Cambiare il colore delle etichette"),
        ("Il pacco non è mai arrivato", "Consegna non ricevuta", "Scegliere una password più sicura"),
    ),
    "ru": (
        ("Меня всё время выкидывает", "Почему сеанс завершён?", "Как выгрузить контакты"),
        ("Деньги сняли два раза", "Двойное списание", "Изменить цвет ярлыков"),
        ("Посылка так и не пришла", "Доставка не получена", "Выберите более надёжный пароль"),
    ),
}
"""Of each language: what somebody asks, what answers it without sharing a telling word, and what does not."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, and how close what answers it and what does not come to it (cosines)."""

    lang: str
    question: str
    answer: str
    other: str
    to_answer: float
    to_other: float

    @property
    def is_right(self) -> bool:
        """Whether the answer comes closer."""
        return self.to_answer > self.to_other


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
        pairs=tuple(_pairs(encoder, [lang for lang in _PAIRS if known.knows(lang)])),
    )


def _pairs(encoder: Encoder, langs: Sequence[str]) -> list[Pair]:
    found = []
    for lang in langs:
        for question, answer, other in _PAIRS[lang]:
            asked = encoder.encode_question(question)
            to_answer, to_other = (float(asked @ encoder.encode_passage(text)) for text in (answer, other))
            found.append(Pair(lang, question, answer, other, to_answer, to_other))
    return found


def _milliseconds(encode: Callable[[str], object], text: str) -> float:
    seconds = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        encode(text)
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds)
