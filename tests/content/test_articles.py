from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.content import load_articles
from kb.model import Article, LoadedContent, Problem, Status
from tests.content.conftest import PIXEL_PNG, Load, Write


def left_out(content: LoadedContent) -> list[Problem]:
    return [problem for problem in content.problems if problem.left_out]


def test_an_article_is_what_its_file_and_its_path_say(write: Write, load: Load) -> None:
    write(
        "en/sign-in/reset-password.md",
        "---\ntitle: Reset your password\ntags: [password]\nupdated: 2026-09-01\nid: 7\n---\n\n"
        "Start.\n\n## Steps\n\nGo.\n",
    )
    (article,) = load().articles
    assert article.id == "en/sign-in/reset-password"
    assert article.url == "/articles/en/sign-in/reset-password"
    assert (article.lang, article.topic, article.slug) == ("en", "sign-in", "reset-password")
    assert article.title == "Reset your password"
    assert article.html == '<p>Start.</p>\n<h2 id="steps">Steps</h2>\n<p>Go.</p>'
    assert [section.text for section in article.sections] == ["Start.", "Go."]
    assert article.tags == ("password",)
    assert article.updated == date(2026, 9, 1)
    assert article.source == "en/sign-in/reset-password.md"
    assert article.extra == {"id": 7}


def test_the_first_heading_is_the_title_where_front_matter_has_none(
    load_one: Callable[[str], Article],
) -> None:
    article = load_one("# Reset *it*\n\nText\n")
    assert article.title == "Reset it"
    assert article.html == "<p>Text</p>"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf---\ntitle: A\n---\nText\n",
        b"---\r\ntitle: A\r\n---\r\n\r\nText\r\n",
        b"---\rtitle: A\r---\rText\r",
    ],
    ids=["byte order mark", "Windows", "old Mac"],
)
def test_files_of_any_editor_are_read(write: Write, load: Load, content: bytes) -> None:
    write("en/help/one.md", content)
    (article,) = load().articles
    assert (article.title, article.html) == ("A", "<p>Text</p>")


def test_drafts_are_loaded_as_drafts(load_one: Callable[[str], Article]) -> None:
    assert load_one("---\ntitle: A\nstatus: draft\n---\nText").status is Status.DRAFT


def test_front_matter_places_an_article_only_where_the_path_does_not(write: Write, load: Load) -> None:
    front = "---\ntitle: A\nlang: it\ntopic: Sign in & out\n---\nText"
    write("a.md", front)
    write("ru/b.md", front)
    write("ru/billing/c.md", front)
    assert {article.id for article in load().articles} == {
        "it/sign-in-out/a",
        "ru/sign-in-out/b",
        "ru/billing/c",
    }


def test_a_language_nobody_names_is_read_from_the_text_or_taken_as_default(write: Write, load: Load) -> None:
    write(
        "help/a.md",
        "# Password\n\n" + "Per reimpostare la password apri la pagina di accesso e scegli il link. " * 4,
    )
    write("help/b.md", "# X\n\nOk.")
    assert {article.id for article in load().articles} == {"it/help/a", "en/help/b"}


def test_an_article_without_any_folder_is_general(write: Write, load: Load) -> None:
    write("a.md", "# A\n\nText")
    assert [article.id for article in load().articles] == ["en/general/a"]


def test_files_about_the_folder_hidden_files_and_partials_are_no_articles(write: Write, load: Load) -> None:
    for name in (
        "README.md",
        "LICENSE.md",
        "contributing.md",
        ".git/a.md",
        "en/.b.md",
        "en/help/_part.md",
        "a.txt",
    ):
        write(name, "no front matter")
    write("en/help/readme.md", "# Read me\n\nText")
    content = load()
    assert [article.id for article in content.articles] == ["en/help/readme"]
    assert content.problems == ()


def test_of_two_articles_with_one_id_the_second_is_left_out(write: Write, load: Load) -> None:
    write("en/help/Reset it.md", "# One\n\nText")
    write("en/help/reset-it.md", "# Two\n\nText")
    content = load()
    assert [article.title for article in content.articles] == ["One"]
    (problem,) = content.problems
    assert problem.path == "en/help/reset-it.md"
    assert "en/help/Reset it.md" in problem.message


def test_a_wrong_front_matter_value_is_a_warning(write: Write, load: Load) -> None:
    write("en/help/a.md", "---\ntitle: A\nboost: high\n---\nText")
    content = load()
    assert content.articles[0].boost == 1.0
    assert [(problem.line, problem.left_out) for problem in content.problems] == [(3, False)]


def test_known_articles_are_not_rendered_again(
    write: Write, folder: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("images/a.png", PIXEL_PNG)
    write("en/help/one.md", "# One\n\n[two](two.md) ![a](../../images/a.png)")
    write("Help Desk/two.md", "# Two\n\nText")
    first = load()
    known = {article.content_hash: article for article in first.articles}
    monkeypatch.setattr("kb.content.rendering.render", lambda _job: pytest.fail("rendered again"))
    again = load_articles([folder], language="en", known=known.get)
    assert again == first
    assert len(again.articles) == 2


@pytest.mark.parametrize("change", ["text", "target", "image", "language"])
def test_whatever_shaped_an_article_changes_its_hash(
    write: Write, folder: Path, load: Load, change: str
) -> None:
    write("en/help/one.md", "# One\n\n[two](two.md) ![a](a.png)")
    two = write("en/help/two.md", "# Two\n\nText")
    write("en/help/a.png", PIXEL_PNG)

    def hash_of_one(language: str = "en") -> str:
        articles = load_articles([folder], language=language).articles
        return next(article.content_hash for article in articles if article.slug == "one")

    before = hash_of_one()
    assert hash_of_one() == before
    if change == "text":
        write("en/help/one.md", "# One\n\n[two](two.md) ![a](a.png) more")
    elif change == "target":
        two.unlink()
    elif change == "image":
        write("en/help/a.png", PIXEL_PNG + b"x")
    assert hash_of_one("it" if change == "language" else "en") != before


def test_progress_counts_every_file_once(write: Write, folder: Path) -> None:
    for number in range(5):
        write(f"en/help/{number}.md", "no title" if number == 3 else f"# {number}\n\nText")
    steps: list[tuple[int, int]] = []
    load_articles([folder], language="en", on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(number, 5) for number in range(1, 6)]


def test_several_folders_are_one_help_centre(write: Write, folder: Path) -> None:
    write("a/en/help/one.md", "# One\n\nText")
    write("b/en/help/one.md", "# One again\n\nText")
    write("b/it/help/one.md", "# Uno\n\nTesto")
    content = load_articles([folder / "a", folder / "b"], language="en")
    assert [article.title for article in content.articles] == ["One", "Uno"]
    assert len(left_out(content)) == 1


def test_processes_give_what_one_process_gives(
    write: Write, folder: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(45):
        write(f"en/help/{number:02}.md", "no title" if number == 30 else f"# {number}\n\nText *{number}*")
    alone = load()
    monkeypatch.setattr("kb.content.rendering.FEW", 1)
    assert load_articles([folder], language="en", processes=2) == alone
    assert len(alone.articles) == 44


@pytest.mark.shared_data
def test_a_real_help_centre_is_loaded_whole(help_centres: Path) -> None:
    content = load_articles([help_centres / "arduino-help"], language="en")
    assert len(content.articles) == 414
    assert left_out(content) == []
    assert {article.lang for article in content.articles} == {"en"}
    assert sum(article.status is Status.DRAFT for article in content.articles) == 4
    for article in content.articles:
        assert article.title
        assert article.sections
        assert "[!NOTE]" not in article.html
    topics = {topic.slug: topic.title for topic in content.topics}
    assert topics["licensing-counterfeits"] == "Licensing & Counterfeits"


@pytest.mark.shared_data
def test_pages_in_folders_named_by_language_are_loaded(help_centres: Path) -> None:
    content = load_articles([help_centres / "tldr"], language="en")
    assert {article.lang for article in content.articles} == {"it", "ru"}
    assert len(content.articles) + len(left_out(content)) == 2320 - 2
    assert all("rename one of the two files" in problem.message for problem in left_out(content))
