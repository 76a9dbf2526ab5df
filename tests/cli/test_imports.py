"""kb import: a dry run stores nothing, what is skipped is told, and nothing that was there is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.content.imports.test_discourse import TOPIC
from tests.content.imports.test_stack_exchange import HEAD, ROWS

ZENDESK = {
    "articles": [
        {"id": 1, "title": "Reset it", "locale": "en-us", "section_id": 2, "body": "<p>Do <b>this</b>.</p>"}
    ],
    "sections": [{"id": 2, "name": "Signing in"}],
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(ZENDESK), encoding="utf-8")
    return path


def test_a_dry_run_of_articles_writes_nothing(run: Run, export: Path, tmp_path: Path) -> None:
    result = run("import", "zendesk", str(export), "--to", "help", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "1 article would be added, 0 would be updated, 0 unchanged, 0 images; 0 skipped" in result.stdout
    assert not (tmp_path / "help").exists()


def test_articles_are_imported_checked_and_found(run: Run, export: Path) -> None:
    result = run("import", "zendesk", str(export))
    assert "1 article added" in result.stdout
    assert "They are in articles." in result.stdout
    assert "1 unchanged" in run("import", "zendesk", str(export)).stdout
    assert run("check", "--quiet").exit_code == 0
    assert run("index").exit_code == 0
    assert "/articles/en/signing-in/reset-it" in run("search", "reset").stdout


def test_what_was_edited_stays_unless_it_is_to_be_updated(run: Run, export: Path, tmp_path: Path) -> None:
    run("import", "zendesk", str(export))
    file = tmp_path / "articles" / "en" / "signing-in" / "reset-it.md"
    file.write_text("mine", encoding="utf-8")
    result = run("import", "zendesk", str(export))
    assert result.exit_code == 1
    assert "en/signing-in/reset-it.md:1: is there already and differs: it stays" in result.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert "1 updated" in run("import", "zendesk", str(export), "--update").stdout


def test_a_cut_export_is_one_line_and_loses_nothing(run: Run, export: Path, tmp_path: Path) -> None:
    run("import", "zendesk", str(export))
    before = {path: path.read_bytes() for path in (tmp_path / "articles").rglob("*") if path.is_file()}
    export.write_text(export.read_text(encoding="utf-8")[:60], encoding="utf-8")
    result = run("import", "zendesk", str(export))
    assert result.exit_code == 1
    assert "export.json:1: not whole JSON" in result.stderr
    assert "Traceback" not in result.output
    assert {
        path: path.read_bytes() for path in (tmp_path / "articles").rglob("*") if path.is_file()
    } == before


def test_a_folder_of_markdown_is_imported(run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old" / "Guides"
    old.mkdir(parents=True)
    (old / "One.md").write_text("# One\n\nText.\n", encoding="utf-8")
    assert "1 article added" in run("import", "markdown", "old", "--lang", "en").stdout
    assert (tmp_path / "articles" / "en" / "guides" / "one.md").is_file()


def test_threads_of_other_systems_are_imported_and_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "topic.json").write_text(json.dumps(TOPIC), encoding="utf-8")
    (tmp_path / "Posts.xml").write_text(f"{HEAD}{ROWS}</posts>", encoding="utf-8")
    dry = run("import", "discourse", "topic.json", "--dry-run", "--url", "https://forum.example")
    assert "1 thread would be added" in dry.stdout
    assert "1 thread added" in run("import", "discourse", "topic.json").stdout
    assert "2 threads added" in run("import", "stack-exchange", "Posts.xml").stdout
    assert "0 threads added, 0 updated, 2 unchanged" in run("import", "stack-exchange", "Posts.xml").stdout
    assert json.loads(run("index", "--json").stdout)["threads"] == 3


def test_a_dump_that_is_cut_gives_what_it_can_and_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Posts.xml").write_text(f"{HEAD}{ROWS}<row Id='9", encoding="utf-8")
    result = run("import", "stack-exchange", "Posts.xml")
    assert result.exit_code == 1
    assert "reading ends here, after 5 rows" in result.stderr
    assert "2 threads added" in result.stdout
