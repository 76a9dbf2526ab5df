"""Each rule says where, what and what to do; an article that is well written is left in peace."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.settings import Settings
from kb.writing.desk import WritersDesk
from kb.writing.findings import Severity
from tests.conftest import ROOT
from tests.content.conftest import PIXEL_PNG
from tests.writing.conftest import Check, Write, article


def test_a_well_written_article_is_left_in_peace(write: Write, check: Check) -> None:
    write("en/account/password.md", article())
    assert check() == []


def test_the_sample_help_centre_has_no_errors_and_no_warnings(tmp_path: Path) -> None:
    desk = WritersDesk(Settings(data=tmp_path, articles=(ROOT / "articles",)))
    report = desk.check()
    wrong = [
        str(one) for one in report.findings if one.severity is not Severity.NOTICE and one.rule != "review"
    ]
    assert wrong == []
    assert report.articles > 100


def test_a_file_that_is_left_out_is_an_error_by_path_and_line(write: Write, check: Check) -> None:
    write("en/account/broken.md", "---\ntitle: a: b\n---\nText\n")
    [found] = check()
    assert (found.path, found.line, found.rule) == ("articles/en/account/broken.md", 2, "left-out")
    assert found.severity is Severity.ERROR


def test_every_wrong_value_of_a_file_that_is_left_out_is_an_error(write: Write, check: Check) -> None:
    write("en/account/wrong.md", "---\ntitle: 2026-01-01\nboost: 99\n---\nText\n")
    found = check()
    assert [(one.line, one.rule) for one in found] == [(2, "left-out"), (3, "front-matter")]
    assert {one.severity for one in found} == {Severity.ERROR}


def test_a_wrong_value_is_told_again_when_the_article_was_rendered_before(write: Write, check: Check) -> None:
    write("en/account/password.md", article(boost=99))
    first, second = check(), check()
    assert [str(one) for one in first] == [str(one) for one in second]
    assert "articles/en/account/password.md:5: `boost:` 99 is not a number from 0.1 to 10" in str(first[0])


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ({"sumary": "In the settings.", "summary": None}, 4, "did you mean `summary:`?"),
        ({"updated": "2030-01-01"}, 5, "in the future"),
        (
            {"updated": "2026-10-01", "review_by": "2026-09-01", "evergreen": "true"},
            6,
            "is before `updated:`",
        ),
        ({"summary": None}, 2, "no `summary:`"),
        ({"title": "FAQ"}, 2, "fits any article"),
        ({"title": "a very long title " * 6}, 2, "is cut off in lists"),
        ({"title": "CHANGE YOUR PASSWORD"}, 2, "shouts"),
        ({"redirect_from": "[account/password]"}, 5, "the address of this very article"),
        ({"redirect_from": "['https://old.example/help/x']"}, 5, "is not a path of this site"),
        ({"review_by": "2026-11-01", "owner": "anna"}, 5, "by anna on 2026-11-01, 24 days ago"),
        ({"questions": None}, 2, "no article links here and it lists no `questions:`"),
    ],
)
def test_what_the_front_matter_says_is_checked(
    write: Write, check: Check, front: dict[str, str], line: int, words: str
) -> None:
    write("en/account/password.md", article("Do this.\n", **front))
    [found] = [one for one in check() if words in one.message]
    assert found.line == line


def test_an_evergreen_article_is_never_nagged(write: Write, check: Check) -> None:
    write("en/account/password.md", article(review_by="2020-01-01", evergreen="true"))
    assert check("review") == []


def test_two_articles_that_claim_one_old_address_are_told_of_each_other(write: Write, check: Check) -> None:
    write("en/account/a.md", article("One.\n", title="Cats", redirect_from="[/old]"))
    write("en/account/b.md", article("Two.\n", title="Dogs", redirect_from="[/OLD/]"))
    [found] = check("redirect")
    assert "claimed by articles/en/account/a.md too" in found.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Type <username> here.", "<username> is taken out of the page: put it in backquotes"),
        ("Type <your name> here.", "<your name> is taken out of the page: put it in backquotes"),
        ('<iframe src="https://films.example/1"></iframe>', "<iframe> is taken out of the page, with all"),
        ("Press <Button>Send</Button>.", "<Button> is taken out of the page, with all that is in it"),
    ],
)
def test_what_is_taken_out_of_a_page_is_told(text: str, words: str, write: Write, check: Check) -> None:
    write("en/account/a.md", article(f"One.\n\n{text}\n"))
    [found] = check("html")
    assert words in found.message


@pytest.mark.parametrize(
    "text",
    [
        "`<username>` and \\<username> and \\<your name\\>",
        "<b>bold</b><br/> <kbd>Ctrl</kbd>",
        "<https://a.example> <anna@a.example>",
        "1 < a and b > 2",
        "```\n<username>\n```",
        "    <username>",
    ],
)
def test_what_is_shown_is_no_html_to_mend(text: str, write: Write, check: Check) -> None:
    write("en/account/a.md", article(f"One.\n\n{text}\n"))
    assert check("html") == []


def test_a_redirect_that_an_article_stands_on_never_works_and_is_told(write: Write, check: Check) -> None:
    write("en/account/a.md", article("One.\n", title="Cats", redirect_from="[account/b]"))
    write("en/account/b.md", article("Two.\n", title="Dogs", redirect_from="[account/a]"))
    assert len(check("redirect")) == 2  # a cycle of two


def test_a_link_to_no_article_and_one_to_no_heading_are_errors(write: Write, check: Check) -> None:
    write("en/account/other.md", article("Text.\n\n## First steps\n\nText.\n", title="Other things"))
    write(
        "en/account/password.md",
        article("[a](gone.md)\n\n[b](other.md#nowhere)\n\n[c](#none)\n\n[d](/articles/en/account/nothing)\n"),
    )
    said = {one.line: one.message for one in check() if one.severity is Severity.ERROR}
    assert list(said) == [6, 8, 10, 12]
    assert "gone.md, which is not an article here" in said[6]
    assert "has no such heading: choose one of #first-steps" in said[8]
    assert "it has no headings, so link to the page" in said[10]
    assert "there is no such page" in said[12]


def test_links_in_code_are_not_links(write: Write, check: Check) -> None:
    write("en/account/password.md", article("`[a](gone.md)`\n\n```\n[b](gone.md) ![](x.png)\n```\n"))
    assert check() == []


def test_images_need_words_and_must_be_there(write: Write, check: Check, folder: Path) -> None:
    body = '![](dot.png)\n\n<img src="dot.png">\n\n![The button](gone.png)\n\n![screenshot](dot.png)\n'
    path = write("en/account/password.md", article(body))
    (path.parent / "dot.png").write_bytes(PIXEL_PNG)
    assert [(one.rule, one.line) for one in check()] == [
        ("image-alt", 6),
        ("image-alt", 8),
        ("image", 10),
        ("image-alt", 12),
    ]


def test_a_heavy_image_and_one_that_nobody_shows_are_told(write: Write, check: Check) -> None:
    path = write("en/account/password.md", article("![A map](big.png)\n"))
    (path.parent / "big.png").write_bytes(PIXEL_PNG + b"\0" * 700_000)
    (path.parent / "lost.png").write_bytes(PIXEL_PNG)
    assert [(one.path, one.rule) for one in check()] == [
        ("articles/en/account/lost.png", "unused-image"),
        ("articles/en/account/password.md", "image-size"),
    ]


def test_headings_skip_no_level_and_have_something_under_them(write: Write, check: Check) -> None:
    body = "Text.\n\n#### Deep\n\nText.\n\n## Empty\n\n## Filled\n\nText.\n\n## Filled\n\nText.\n"
    write("en/account/password.md", article(body))
    assert [(one.line, one.message.split(":")[0]) for one in check("heading")] == [
        (8, "the heading 'Deep' is of level 4 under level 1"),
        (12, "there is nothing under the heading 'Empty'"),
        (14, "the heading 'Filled' stands here more than once"),
    ]


def test_a_level_is_told_as_it_stands_in_the_file(write: Write, check: Check) -> None:
    write("en/account/password.md", article("# One\n\nText.\n\n# Two\n\nText.\n\n#### Deep\n\nText.\n"))
    [found] = check("heading")
    assert found.message == "the heading 'Deep' is of level 4 under level 1: make it ##"
    write("en/account/password.md", article("# One\n\nText.\n\n# Two\n\nText.\n\n## Deep\n\nText.\n"))
    assert check("heading") == []


def test_a_note_of_the_template_in_a_published_article_is_told(write: Write, check: Check) -> None:
    write("en/account/password.md", article("Text.\n\n<!-- write: the rest -->\n"))
    write(
        "en/account/draft.md", article("Text.\n\n<!-- write: the rest -->\n", title="Later", status="draft")
    )
    [found] = check("template")
    assert (found.path, found.line) == ("articles/en/account/password.md", 8)


STEPS = (
    "Open the settings on the device, choose Firmware, then Check for updates and wait for the green light. "
    "Do not unplug the device while the light blinks, or the update has to begin again from the start. "
)


def test_near_duplicates_are_told_with_the_sections_they_share(write: Write, check: Check) -> None:
    for name, title in (
        ("one", "Update the firmware of the Alpha"),
        ("two", "Update the firmware of the Beta"),
    ):
        write(f"en/account/{name}.md", article(f"Intro.\n\n## Steps\n\n{STEPS}\n", title=title))
    write("en/account/three.md", article("Nothing like it.\n", title="Pay by card"))
    [found] = check("duplicate")
    assert found.path == "articles/en/account/two.md"
    assert "articles/en/account/one.md" in found.message
    assert "Steps = Steps" in found.message


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Enable the firmware update", "Disable the firmware update"),
        ("Firmware update ASEC-25-003", "Firmware update ASEC-25-004"),
    ],
)
def test_opposites_and_other_codes_are_no_duplicates(write: Write, check: Check, one: str, two: str) -> None:
    write("en/account/one.md", article(STEPS + "Choose the first.\n", title=one))
    write("en/account/two.md", article(STEPS + "Choose the second.\n", title=two))
    assert check("duplicate") == []


def test_the_second_check_renders_nothing_again(
    write: Write, desk: WritersDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("en/account/password.md", article())
    desk.check()
    rendered: list[str] = []
    monkeypatch.setattr("kb.content.rendering.render", lambda job: rendered.append(job.title))
    assert desk.check().articles == 1
    assert rendered == []


def test_a_damaged_cache_is_made_anew(write: Write, desk: WritersDesk, tmp_path: Path) -> None:
    write("en/account/password.md", article())
    desk.check()
    (tmp_path / "data" / "check.sqlite").write_bytes(b"not a database" * 100)
    assert desk.check().articles == 1
    assert desk.check().articles == 1
