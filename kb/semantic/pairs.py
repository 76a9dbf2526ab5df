"""Sentences that mean the same in other words, and some that do not: how far a model tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from kb.semantic.encoder import Encoder
from kb.semantic.languages import KnownLanguages

PAIRS: dict[str, tuple[tuple[str, str, str], ...]] = {
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


def compared(encoder: Encoder, known: KnownLanguages) -> tuple[Pair, ...]:
    """The pairs of the languages that a model knows."""
    return tuple(
        _compared(encoder, lang, *texts) for lang in PAIRS if known.knows(lang) for texts in PAIRS[lang]
    )


def spread(encoder: Encoder, known: KnownLanguages) -> float:
    """How much closer answers come to questions than other texts do, on average: models have cosines of their own.

    0 where there is no pair in a language that the model knows.
    """
    pairs = compared(encoder, known)
    return fmean(pair.to_answer - pair.to_other for pair in pairs) if pairs else 0.0


def _compared(encoder: Encoder, lang: str, question: str, answer: str, other: str) -> Pair:
    asked = encoder.encode_question(question)
    to_answer, to_other = (float(asked @ encoder.encode_passage(text)) for text in (answer, other))
    return Pair(lang, question, answer, other, to_answer, to_other)
