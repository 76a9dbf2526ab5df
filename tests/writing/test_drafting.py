"""New articles and translations begin as drafts, over nothing that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.content import load_articles
from kb.errors import ContentError
from kb.model import Status
from kb.writing.desk import WritersDesk
from kb.writing.drafting import NewArticle
from tests.writing.conftest import Check, Write, article


def test_a_new_article_is_a_draft_with_the_house_outline(desk: WritersDesk, folder: Path) -> None:
    drafted = desk.draft(NewArticle('Say "hello": now', "Sign in", "en", owner="anna"))
    assert drafted.file == folder / "en" / "sign-in" / "say-hello-now.md"
    [found] = load_articles([folder], language="en").articles
    assert (found.title, found.owner, found.status) == ('Say "hello": now', "anna", Status.DRAFT)
    assert [section.title for section in found.sections] == ["Steps", "If that did not help"]
    assert str(found.review_by) == "2027-05-26"


@pytest.mark.parametrize(("lang", "heading"), [("it", "Come si fa"), ("ru", "Что делать"), ("de", "Steps")])
def test_the_outline_is_in_the_language_of_the_article(desk: WritersDesk, lang: str, heading: str) -> None:
    assert f"## {heading}\n" in desk.draft(NewArticle("Test 1", "a", lang)).file.read_text(encoding="utf-8")


def test_nothing_is_written_over(desk: WritersDesk, write: Write) -> None:
    path = write("en/account/change.md", "mine")
    with pytest.raises(ContentError, match=r"en/account/change\.md:1: is there already"):
        desk.draft(NewArticle("Change", "account", "en"))
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("title", "lang", "words"),
    [("", "en", "needs a title"), ("!!!", "en", "needs a title"), ("A", "xx", "code")],
)
def test_a_wrong_wish_is_explained(desk: WritersDesk, title: str, lang: str, words: str) -> None:
    with pytest.raises(ContentError, match=words):
        desk.draft(NewArticle(title, "account", lang))


def test_a_topic_close_to_one_that_is_there_is_asked_about(desk: WritersDesk, write: Write) -> None:
    write("en/account-security/a.md", article())
    assert desk.draft(NewArticle("New", "acount-security", "en")).close_topics == ("account-security",)
    assert desk.draft(NewArticle("New", "Account Security", "en")).file.parent.name == "account-security"


def test_the_teams_own_template_takes_the_place_of_ours(desk: WritersDesk, write: Write) -> None:
    write("_template.md", "---\ntitle: $title\n---\nHouse rules cost $$5, $lang.\n")
    text = desk.draft(NewArticle("New", "a", "en")).file.read_text(encoding="utf-8")
    assert text == '---\ntitle: "New"\n---\nHouse rules cost $5, en.\n'
    write("_template.md", "$nonsense")
    with pytest.raises(ContentError, match=r"\$nonsense is no blank: the known ones are \$title"):
        desk.draft(NewArticle("Other", "a", "en"))


def test_a_long_title_gives_a_short_name_cut_at_a_word(desk: WritersDesk) -> None:
    name = desk.draft(NewArticle("word " * 40, "a", "en")).file.name
    assert name == "-".join(["word"] * 12) + ".md"


def test_a_translation_begins_as_a_draft_that_remembers_its_original(
    desk: WritersDesk, write: Write, folder: Path, check: Check
) -> None:
    original = write(
        "en/account/password.md", article("Do this.\n\n## Steps\n\nGo.\n", tags="[a]", owner="anna")
    )
    drafted = desk.translate(original, "it")
    assert drafted.file == folder / "it" / "account" / "password.md"
    italian = next(one for one in load_articles([folder], language="en").articles if one.lang == "it")
    assert (italian.status, italian.tags, italian.owner) == (Status.DRAFT, ("a",), "anna")
    assert italian.questions == ()
    assert check("translation") == []
    with pytest.raises(ContentError, match="is that translation already"):
        desk.translate(original, "it")


def test_a_translation_stands_beside_an_original_whose_path_says_no_language(
    desk: WritersDesk, write: Write, folder: Path
) -> None:
    original = write("help/password.md", article(lang="en"))
    drafted = desk.translate(original, "ru")
    assert drafted.file == folder / "help" / "password.ru.md"
    ids = {one.id for one in load_articles([folder], language="en").articles}
    assert ids == {"en/help/password", "ru/help/password"}


def test_a_translation_carries_no_notes_of_the_originals_writer(desk: WritersDesk, folder: Path) -> None:
    drafted = desk.draft(NewArticle("Change it", "a", "en", questions=["how do i change it"]))
    text = desk.translate(drafted.file, "it").file.read_text(encoding="utf-8")
    assert text.count("\n#") == 3  # the note on questions, and two headings
    assert "how do i change it" not in text
    assert "updated: 2026-11-25" in text
