from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.synonyms import SynonymPath, SynonymRule, read_synonyms, synonym_files


def read(tmp_path: Path, text: str | bytes) -> tuple[list[SynonymRule], list[str]]:
    path = tmp_path / "_synonyms.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_synonyms(SynonymPath(path, "en", "en/_synonyms.txt"))
    return list(found.rules), list(map(str, found.problems))


def test_a_line_of_words_leads_from_each_to_the_others(tmp_path: Path) -> None:
    rules, problems = read(tmp_path, "bill, invoice,  tax   receipt")
    assert rules == [
        SynonymRule("bill", ("invoice", "tax receipt")),
        SynonymRule("invoice", ("bill", "tax receipt")),
        SynonymRule("tax receipt", ("bill", "invoice")),
    ]
    assert problems == []


def test_an_arrow_leads_one_way(tmp_path: Path) -> None:
    assert read(tmp_path, "2fa, mfa => two-step sign-in, code")[0] == [
        SynonymRule("2fa", ("two-step sign-in", "code")),
        SynonymRule("mfa", ("two-step sign-in", "code")),
    ]


def test_comments_and_empty_lines_say_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff# all\n\n  \na, b # why\n")[0] == [
        SynonymRule("a", ("b",)),
        SynonymRule("b", ("a",)),
    ]


BAD = {
    "one word": ("lonely", "one word has no synonym"),
    "a missing word": ("a, , b", "a word is missing"),
    "nothing before the arrow": ("=> b", "a word is missing"),
    "nothing behind the arrow": ("a =>", "a word is missing"),
    "two arrows": ("a => b => c", "more than one"),
    "no letter": ("a, ---", '"---" has no letter'),
    "a sentence": ("a, one two three four five six seven", "more than 6 words"),
    "too many": (", ".join(f"w{n}" for n in range(40)), "more than 32 synonyms"),
    "too long": ("a, " + "b" * 2000, "longer than 1000"),
}


@pytest.mark.parametrize(("line", "why"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_reported_with_its_place_and_the_rest_is_used(
    tmp_path: Path, line: str, why: str
) -> None:
    rules, problems = read(tmp_path, f"a, b\n{line}\nc => d\n")
    assert [rule.typed for rule in rules] == ["a", "b", "c"]
    [problem] = problems
    assert problem.startswith("en/_synonyms.txt:2: ")
    assert why in problem


def test_a_file_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    assert "not UTF-8" in read(tmp_path, b"a, \xff\n")[1][0]


def test_a_file_that_went_is_reported(tmp_path: Path) -> None:
    found = read_synonyms(SynonymPath(tmp_path / "gone.txt", "en", "gone.txt"))
    assert "cannot be read" in str(found.problems[0])


@given(st.text(st.sampled_from("ab ,=>#\t\u00e9"), max_size=40))
def test_every_line_is_rules_or_a_problem(line: str) -> None:
    with TemporaryDirectory() as folder:
        rules, problems = read(Path(folder), line)
    assert bool(rules) != bool(problems) or not line.partition("#")[0].strip()
    assert all(rule.typed and rule.meant for rule in rules)


def test_the_folder_names_the_language(tmp_path: Path) -> None:
    for name in ("en", "it", "pages.ru", "images"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "_synonyms.txt").write_text("a, b\n", encoding="utf-8")
    (tmp_path / "_synonyms.txt").write_text("a, b\n", encoding="utf-8")
    found = synonym_files([tmp_path, tmp_path / "nowhere"], "de")
    assert [(file.lang, file.shown) for file in found] == [
        ("de", "_synonyms.txt"),
        ("en", "en/_synonyms.txt"),
        ("it", "it/_synonyms.txt"),
        ("ru", "pages.ru/_synonyms.txt"),
    ]


def test_a_folder_of_one_language_has_its_file_in_it(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "_synonyms.txt").write_text("a, b\n", encoding="utf-8")
    assert [file.lang for file in synonym_files([tmp_path / "it"], "en")] == ["it"]
