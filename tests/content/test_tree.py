from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kb.content import load_articles
from kb.content.tree import MAX_BYTES, MAX_LINE
from kb.model import LoadedContent, Problem
from tests.content.conftest import Load, Write


def left_out(content: LoadedContent) -> list[Problem]:
    return [problem for problem in content.problems if problem.left_out]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"---\ntitle: A\n---\nok\ncaf\xe9\n", 5, "not UTF-8 at byte 23"),
        (b"# A\n\nText \0 text\n", 3, "NUL"),
        (b"---\ntitle: A\ntags: [a\n---\nText", 3, "not valid YAML"),
        (b"---\ntitle: a: b\n---\nText", 2, "quotes"),
        (b"---\ntitle: A\na: &a 1\nb: *a\n---\nText", 4, "aliases"),
        (b"---\ntitle: A\n\nText", 1, "not closed"),
        (b"---\n- a\n---\nText", 2, "`key: value`"),
        (b"---\ntitle: 404\n---\nText", 2, "quotes"),
        (b"Text without a title", 1, "no title"),
        (b"---\ntitle: A\n---\n\n  \n", 4, "no text"),
        (b"# Only a title\n", 1, "no text"),
        (b"", 1, "no text"),
        (b"# A\n\n" + b"x" * (MAX_LINE + 1), 3, "a line of over"),
        (b"x" * (MAX_BYTES + 1), 1, "over 2 MB"),
        (b"# A\n\n" + b"> " * 3000 + b"x", 1, "nested too deeply"),
    ],
)
def test_a_broken_file_is_left_out_with_its_line_and_the_rest_is_loaded(
    write: Write, load: Load, content: bytes, line: int, words: str
) -> None:
    write("en/help/broken.md", content)
    write("en/help/whole.md", "# Whole\n\nText")
    loaded = load()
    assert [article.id for article in loaded.articles] == ["en/help/whole"]
    (problem,) = loaded.problems
    assert problem.left_out
    assert (problem.path, problem.line) == ("en/help/broken.md", line)
    assert words in problem.message


def test_ten_megabytes_of_one_line_are_not_even_read(write: Write, load: Load) -> None:
    write("en/help/huge.md", b"[" * 10_000_000)
    started = time.monotonic()
    (problem,) = load().problems
    assert "over 2 MB" in problem.message
    assert time.monotonic() - started < 2


def test_markdown_that_would_take_minutes_is_given_up(
    write: Write, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.content.rendering.TIME_LIMIT", 0.3)
    write("en/help/slow.md", "# A\n\n" + "[" * 20_000)
    write("en/help/whole.md", "# Whole\n\nText")
    content = load()
    assert [article.id for article in content.articles] == ["en/help/whole"]
    assert "to render" in content.problems[0].message


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    content = load_articles([tmp_path / "nowhere"], language="en")
    assert content.articles == ()
    assert "no such folder" in content.problems[0].message


def test_symlinks_that_lead_out_are_left_out(write: Write, load: Load, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nText")
    write("en/help/real.md", "# Real\n\nText")
    (folder / "en/help/out.md").symlink_to(outside / "secret.md")
    (folder / "en/more").symlink_to(outside)
    (folder / "en/gone.md").symlink_to(outside / "gone.md")
    (folder / "en/help/loop").symlink_to(folder / "en")
    (folder / "en/help/in.md").symlink_to(folder / "en/help/real.md")
    content = load()
    assert [article.id for article in content.articles] == ["en/help/in", "en/help/real"]
    assert sorted(problem.path for problem in left_out(content)) == [
        "en/gone.md",
        "en/help/out.md",
        "en/more",
    ]
    assert all("leads out of the folder" in problem.message for problem in content.problems)


def test_a_file_that_is_gone_when_its_turn_comes_is_a_problem(
    write: Write, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("en/help/a.md", "# A\n\n[b](b.md)")
    gone = write("en/help/b.md", "# B\n\nText")
    # The first file is done before the second is read.
    content = load_articles([folder], language="en", known=lambda _hash: gone.unlink(missing_ok=True))
    assert [article.slug for article in content.articles] == ["a"]
    assert "cannot be read (No such file or directory)" in content.problems[0].message


def test_what_only_looks_like_a_file_is_not_waited_for(write: Write, load: Load, folder: Path) -> None:
    write("en/help/a.md", "# A\n\nText")
    os.mkfifo(folder / "en/help/pipe.md")
    content = load()
    assert [problem.path for problem in content.problems] == ["en/help/pipe.md"]
