"""Which languages a model knows: those its card names, else those whose common words its vocabulary holds whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ALL = {"multilingual", "multi"}

_WHOLE = 0.8
"""The least share of a text's words that a model holds as one piece each where it knows the language. An English
model so holds nearly all English words, and less than half of those of other European languages."""

# Article 1 of the Universal Declaration of Human Rights, in the words of the United Nations.
_ARTICLE_1 = {
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen "
    "begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
    "en": "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
    "conscience and should act towards one another in a spirit of brotherhood.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y "
    "conciencia, deben comportarse fraternalmente los unos con los otros.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de "
    "conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di "
    "coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met verstand en "
    "geweten, en behoren zich jegens elkander in een geest van broederschap te gedragen.",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de "
    "consciência, devem agir uns para com os outros em espírito de fraternidade.",
    "ru": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и "
    "должны поступать в отношении друг друга в духе братства.",
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class KnownLanguages:
    """The languages a model is used for, and what says so."""

    codes: tuple[str, ...]
    """Empty where it knows every language."""
    source: str

    def knows(self, lang: str) -> bool:
        """Whether a language such as ``pt-br`` is among them."""
        return not self.codes or lang in self.codes or lang.partition("-")[0] in self.codes


def known_languages(
    chosen: Sequence[str], on_card: Sequence[str], pieces: Callable[[str], Sequence[str]]
) -> KnownLanguages:
    """What was set counts more than what the card says, and both more than the vocabulary.

    :param pieces: a text as the pieces that the model knows.
    """
    if chosen:
        return KnownLanguages(tuple(chosen), "KB_SEMANTIC_LANGUAGES")
    if on_card:
        return KnownLanguages(() if _ALL & set(on_card) else tuple(on_card), "its card")
    return KnownLanguages(
        tuple(lang for lang, text in _ARTICLE_1.items() if _is_whole(text, pieces)), "its vocabulary"
    )


def _is_whole(text: str, pieces: Callable[[str], Sequence[str]]) -> bool:
    words = _WORD.findall(text)
    return sum(len(pieces(word)) == 1 for word in words) >= _WHOLE * len(words)
