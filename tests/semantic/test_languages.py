from __future__ import annotations

import re
from pathlib import Path

from kb.semantic.directory import read_directory
from kb.semantic.encoder import Encoder
from kb.semantic.languages import known_languages


def _whole(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_what_was_set_counts_more_than_the_card() -> None:
    known = known_languages(["it"], ["en"], _whole)
    assert (known.codes, known.source) == (("it",), "KB_SEMANTIC_LANGUAGES")


def test_the_card_counts_more_than_the_vocabulary() -> None:
    known = known_languages([], ["en"], _whole)
    assert known.knows("en")
    assert not known.knows("it")


def test_a_multilingual_model_knows_every_language() -> None:
    known = known_languages([], ["multilingual"], list)
    assert known.knows("it")
    assert known.knows("xx")


def test_a_variety_of_a_known_language_is_known() -> None:
    assert known_languages(["pt"], [], _whole).knows("pt-br")


def test_without_a_card_the_vocabulary_tells(minilm: Path) -> None:
    directory = read_directory(minilm)
    assert known_languages([], directory.languages, Encoder(directory).tokens).codes == ("en",)
