from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.evaluation.collection import Collection, load_collection
from kb.evaluation.typos import evaluate_typos, typo_set
from kb.text.analyzer import fold
from tests.corpus import document


def collection(*titles: str, lang: str = "en") -> Collection:
    documents = tuple(document(f"{lang}/a/{place}", title) for place, title in enumerate(titles))
    return Collection("titles", documents, (), ())


def edits(one: str, other: str) -> int:
    """Damerau and Levenshtein's distance, the slow and plain way."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                row[j] = min(row[j], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


TITLES = ("Reset your password", "Notifications", "Восстановление пароля", "HM-1008 explained twice")


def test_typos_are_as_many_edits_as_they_say() -> None:
    found = typo_set(collection(*TITLES))
    assert found is not None
    for clean, one, two in zip(
        found.clean.queries, found.one_edit.queries, found.two_edits.queries, strict=True
    ):
        assert edits(clean.text, one.text) == 1
        assert 1 <= edits(clean.text, two.text) <= 2  # a second edit may undo part of the first
        assert clean.grades == one.grades == two.grades


def test_codes_are_not_misspelt() -> None:
    found = typo_set(collection(*["HM-1008 explained twice"]))
    assert found is not None
    assert all("-1008 " in query.text for query in (*found.one_edit.queries, *found.two_edits.queries))


def test_typos_are_made_of_the_titles_own_letters() -> None:
    found = typo_set(collection("Восстановление пароля", lang="ru"))
    assert found is not None
    letters = set(fold("Восстановление пароля"))
    assert all(set(fold(query.text)) <= letters for query in found.two_edits.queries)


def test_the_same_collection_gives_the_same_typos() -> None:
    assert typo_set(collection(*TITLES)) == typo_set(collection(*TITLES))


def test_a_title_of_two_documents_is_answered_by_both() -> None:
    found = typo_set(collection("Reset your password", "Reset your password"))
    assert found is not None
    [query] = found.clean.queries
    assert set(query.grades) == {"en/a/0", "en/a/1"}


@pytest.mark.parametrize("titles", [("",), ("How to", "A b c"), ("Pay it",)])
def test_titles_too_short_to_be_misspelt_are_no_questions(titles: tuple[str, ...]) -> None:
    assert typo_set(collection(*titles)) is None
    assert evaluate_typos(replace(collection(*titles)), "en") is None


def test_misspelt_titles_are_found(folder: Path) -> None:
    found = evaluate_typos(load_collection(folder, "en"), "en")
    assert found is not None
    assert found.clean.tolist() == [1.0] * len(found.clean)
    assert found.one_edit.mean() >= 0.9
