from __future__ import annotations

import gzip
import json
from pathlib import Path

import marisa_trie
import pytest
from click.testing import CliRunner

from benchmarks.list_words import main
from kb.text.analyzer import analyzer, fold
from kb.text.words import common_terms, is_common, is_common_in


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "hope bought choose weekend"),
        ("it", "purtroppo ragazza"),
        ("ru", "проходит насколько"),
        ("de", "wann wohin"),
        ("de-AT", "wann"),
        ("es", "siempre"),
        ("fr", "toujours"),
        ("nl", "altijd"),
        ("pt-br", "sempre"),
    ],
)
def test_common_words_are_known(lang: str, words: str) -> None:
    assert [word for word in words.split() if analyzer(lang).term(fold(word)) not in common_terms(lang)] == []


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "recieve pasword adress"), ("it", "pasword"), ("ru", "пороль акаунт")]
)
def test_misspelt_ones_are_not(lang: str, words: str) -> None:
    assert [word for word in words.split() if analyzer(lang).term(word) in common_terms(lang)] == []


@pytest.mark.parametrize(("lang", "word", "stem"), [("en", "parole", "parol"), ("it", "ragazza", "ragazz")])
def test_a_stem_that_is_no_word_is_not_common(lang: str, word: str, stem: str) -> None:
    assert analyzer(lang).term(word) == stem
    assert stem in common_terms(lang)
    assert (is_common_in(word, lang), is_common_in(stem, lang)) == (True, False)


def test_what_is_common_in_english_is_in_every_language() -> None:
    assert is_common("password", "it")
    assert not is_common_in("password", "it")
    assert not is_common("pasword", "it")


@pytest.mark.parametrize("lang", ["", "xx", "../en", "en.marisa"])
def test_a_language_without_a_list_has_none(lang: str) -> None:
    assert "hope" not in common_terms(lang)
    assert not common_terms(lang)


def test_a_list_has_the_terms_of_words_that_are_counted_often(tmp_path: Path) -> None:
    counts, made = tmp_path / "counts.json.gz", tmp_path / "words.marisa"
    counted = {"Hoping": 60, "hopping": 50, "Mails": 51, "mail": 90, "be": 900, "x-ray": 80}
    counts.write_bytes(gzip.compress(json.dumps(counted).encode()))
    done = CliRunner().invoke(main, [str(counts), "--lang", "en", "--out", str(made)])
    assert done.exit_code == 0, done.output
    assert sorted(marisa_trie.Trie().mmap(str(made))) == ["hope-", "mail"]
