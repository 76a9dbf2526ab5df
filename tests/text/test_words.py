from __future__ import annotations

import gzip
import json
from pathlib import Path

import marisa_trie
import pytest
from click.testing import CliRunner

from benchmarks.list_words import main
from kb.text.analyzer import analyzer, fold
from kb.text.words import common_terms


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


@pytest.mark.parametrize("lang", ["", "xx", "../en", "en.marisa"])
def test_a_language_without_a_list_has_none(lang: str) -> None:
    assert "hope" not in common_terms(lang)
    assert not common_terms(lang)


def test_a_list_has_the_terms_of_words_that_are_counted_often(tmp_path: Path) -> None:
    counts, made = tmp_path / "counts.json.gz", tmp_path / "words.marisa"
    counted = {"Hoping": 60, "hopping": 50, "be": 900, "x-ray": 80}
    counts.write_bytes(gzip.compress(json.dumps(counted).encode()))
    done = CliRunner().invoke(main, [str(counts), "--lang", "en", "--out", str(made)])
    assert done.exit_code == 0, done.output
    assert list(marisa_trie.Trie().mmap(str(made))) == ["hope"]
