"""A translation knows by hash which text of its original it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ContentError
from kb.writing.desk import WritersDesk
from tests.writing.conftest import Check, Write, article


@pytest.fixture
def pair(write: Write, desk: WritersDesk) -> tuple[Path, Path]:
    original = write("en/account/password.md", article("Do this.\n"))
    return original, desk.translate(original, "it").file


def test_a_change_of_words_makes_the_translation_outdated(
    pair: tuple[Path, Path], write: Write, check: Check
) -> None:
    write("en/account/password.md", article("Do that.\n"))
    [found] = check("translation")
    assert found.path == "articles/it/account/password.md"
    assert "kb translations --done articles/it/account/password.md" in found.message


def test_a_change_of_layout_tags_or_dates_does_not(
    pair: tuple[Path, Path], write: Write, check: Check
) -> None:
    write("en/account/password.md", article("Do  *this*.\n\n\n", tags="[a]", updated="2026-11-01"))
    assert check("translation") == []


def test_marking_it_done_records_the_new_text(
    pair: tuple[Path, Path], write: Write, desk: WritersDesk, check: Check
) -> None:
    write("en/account/password.md", article("Do that.\n"))
    assert desk.mark_translated([pair[1]]) == [pair[1]]
    assert check("translation") == []
    with pytest.raises(ContentError, match="is not a translation"):
        desk.mark_translated([pair[0]])


def test_without_a_hash_the_dates_tell(write: Write, check: Check, desk: WritersDesk) -> None:
    write("en/account/password.md", article(updated="2026-10-01"))
    write("it/account/password.md", article("Fai questo.\n", title="Cambia", updated="2026-09-01"))
    write("ru/account/password.md", article("Так.\n", title="Смена", updated="2026-10-02"))
    assert [(one.path, one.severity.value) for one in check("translation")] == [
        ("articles/it/account/password.md", "warning"),
        ("articles/ru/account/password.md", "notice"),
    ]
    desk.check(fix=True)  # the one that is newer is taken to be up to date
    assert [one.path for one in check("translation")] == ["articles/it/account/password.md"]


def test_an_article_first_written_in_another_language_is_an_original(write: Write, desk: WritersDesk) -> None:
    write("it/account/password.md", article("Fai.\n", translation_of="it"))
    write("ru/account/password.md", article("Так.\n", title="Смена", translation_of="it"))
    [found] = desk.translations()
    assert (found.manuscript.article.lang, found.original_path) == ("ru", "articles/it/account/password.md")


def test_what_was_never_translated_is_listed(pair: tuple[Path, Path], desk: WritersDesk) -> None:
    assert [(one.original.path, one.lang) for one in desk.untranslated(["en", "it", "ru"])] == [
        ("articles/en/account/password.md", "ru")
    ]
