from __future__ import annotations

from pathlib import Path

import pytest

from kb.model import LoadedContent, Problem
from tests.content.conftest import PIXEL_PNG, Load, Write


def warnings(content: LoadedContent) -> list[Problem]:
    return [problem for problem in content.problems if not problem.left_out]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("[x](other.md)", "/articles/en/help/other"),
        ("[x](other)", "/articles/en/help/other"),
        ("[x](./other.md#steps)", "/articles/en/help/other#steps"),
        ("[x](../billing/my%20plan.md)", "/articles/en/billing/my-plan"),
        ("[x](<../billing/my plan.md>)", "/articles/en/billing/my-plan"),
        ("[x](/en/help/other.md)", "/articles/en/help/other"),
        ('[x](other.md "A title")', "/articles/en/help/other"),
        ("[x][o]\n\n[o]: other.md", "/articles/en/help/other"),
        ('<a href="other.md">x</a>', "/articles/en/help/other"),
        ("[x](/contact)", "/contact"),
        ("[x](#steps)", "#steps"),
        ("[x](https://a.example/b.md)", "https://a.example/b.md"),
    ],
)
def test_links_between_articles_lead_to_their_pages(write: Write, load: Load, link: str, url: str) -> None:
    write("en/help/other.md", "# Other\n\nText")
    write("en/billing/my plan.md", "# Plan\n\nText")
    write("en/help/one.md", f"# One\n\n{link}\n")
    content = load()
    assert content.problems == ()
    one = next(article for article in content.articles if article.slug == "one")
    assert f'href="{url}"' in one.html


def test_a_link_reaches_an_article_placed_by_its_front_matter(write: Write, load: Load) -> None:
    write("a.md", "# A\n\n[b](b.md)")
    write("b.md", "---\ntitle: B\nlang: ru\ntopic: Почта\n---\nText")
    content = load()
    assert '<a href="/articles/ru/почта/b">' in next(one.html for one in content.articles if one.slug == "a")


def test_a_link_to_nothing_is_a_warning_with_its_line_and_leaves_its_words(write: Write, load: Load) -> None:
    write("en/help/one.md", "---\ntitle: A\n---\n\nText.\n\nSee [the guide](gone.md).\n")
    content = load()
    assert content.articles[0].html.endswith("<p>See <a>the guide</a>.</p>")
    (problem,) = warnings(content)
    assert (problem.path, problem.line) == ("en/help/one.md", 7)
    assert "gone.md" in problem.message


def test_code_and_comments_hold_no_links(write: Write, load: Load) -> None:
    write(
        "en/help/one.md",
        "# A\n\n`[a](gone.md)`\n\n```\n![b](gone.png)\n```\n\n<!-- [c](gone.md) -->\n\nText[^1]\n\n[^1]: Note",
    )
    assert load().problems == ()


def test_images_are_served_by_content_with_their_size(write: Write, load: Load) -> None:
    write("images/Lock screen.png", PIXEL_PNG)
    write(
        "en/help/one.md",
        "# A\n\n![The lock](<../../images/Lock screen.png>)\n\n<img src='../../images/Lock%20screen.png'>",
    )
    content = load()
    (media,) = content.media
    assert media.name.endswith("-lock-screen.png")
    assert media.source.read_bytes() == PIXEL_PNG
    html = content.articles[0].html
    assert f'<img alt="The lock" src="/media/{media.name}" width="3" height="2" loading="lazy">' in html
    assert html.count(media.name) == 2
    assert content.problems == ()


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("gone.png", "no such file"),
        ("../../../outside.png", "outside the folder"),
        ("fake.png", "not the PNG image"),
        ("drawing.svg", "export it as PNG"),
        ("linked.png", "outside the folder"),
        ("https://tracker.example/pixel.png", "another site"),
    ],
)
def test_an_image_that_cannot_be_shown_leaves_its_words(
    write: Write, load: Load, folder: Path, tmp_path: Path, image: str, words: str
) -> None:
    (tmp_path / "outside.png").write_bytes(PIXEL_PNG)
    write("en/help/fake.png", b"<script>")
    write("en/help/drawing.svg", b"<svg/>")
    (folder / "en/help/linked.png").symlink_to(tmp_path / "outside.png")
    write("en/help/one.md", f"# A\n\nText\n\n![The lock]({image})\n")
    content = load()
    assert content.articles[0].html.endswith("<p>The lock</p>")
    assert content.media == ()
    (problem,) = content.problems
    assert (problem.line, problem.left_out) == (5, False)
    assert words in problem.message
