"""The commands for writers, as a writer and a workflow meet them."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.writing.conftest import article


@pytest.fixture
def password(tmp_path: Path) -> Path:
    return tmp_path / "articles" / "en" / "account" / "password.md"


def test_check_of_good_articles_ends_well(run: Run, password: Path) -> None:
    password.write_text(article(), encoding="utf-8")
    result = run("check")
    assert result.exit_code == 0, result.output
    assert result.stdout == "1 article: 0 errors, 0 warnings, 0 notices.\n"


def test_check_ends_with_1_for_an_error_and_for_a_warning_only_if_strict(run: Run, password: Path) -> None:
    password.write_text(article("![](x.png)\n"), encoding="utf-8")
    assert run("check").exit_code == 1
    password.write_text(article(review_by="2020-01-01"), encoding="utf-8")
    assert run("check").exit_code == 0
    assert run("check", "--strict").exit_code == 1
    assert run("check", "--strict", "--only", "title").exit_code == 0
    assert "is not one of" in run("check", "--only", "titel").stderr


def test_check_prints_json(run: Run, password: Path) -> None:
    password.write_text(article("[a](gone.md)\n"), encoding="utf-8")
    result = run("check", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["articles"], found["mended"]) == (1, 1, [])
    assert found["findings"][0] == {
        "path": "articles/en/account/password.md",
        "line": 6,
        "rule": "broken-link",
        "severity": "error",
        "message": "links to gone.md, which is not an article here: mend the path",
        "mend": None,
    }


def test_check_annotates_a_github_workflow(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "articles" / "en" / "account" / "a,b.md"
    path.write_text(article("[50%](gone.md)\n"), encoding="utf-8")
    [line, *_] = run("check", "--format", "github").stdout.splitlines()
    assert line == (
        "::error file=articles/en/account/a%2Cb.md,line=6,title=broken-link::"
        "links to gone.md, which is not an article here: mend the path"
    )


def test_check_fixes_and_says_what_it_did(run: Run, password: Path) -> None:
    password.write_text(article(updated="2026/1/5"), encoding="utf-8")
    assert '1 of these can be mended by "kb check --fix"' in run("check").stdout
    result = run("check", "--fix")
    assert "articles/en/account/password.md:5: mended [front-matter]" in result.stdout
    assert "updated: 2026-01-05" in password.read_text(encoding="utf-8")


def test_check_of_a_folder_that_is_not_there_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_ARTICLES", str(tmp_path / "nowhere"))
    result = run("check")
    assert result.exit_code == 1
    assert "no such folder" in result.stderr


def test_new_writes_a_draft_and_says_where_and_what_is_there_already(run: Run, password: Path) -> None:
    password.write_text(article(), encoding="utf-8")
    assert run("index").exit_code == 0
    result = run("new", "Change the password", "--topic", "account")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "articles/en/account/change-the-password.md"
    assert "There may be one already: Change your password (/articles/en/account/password)" in result.stderr
    assert run("check").exit_code == 0  # a draft of the template is no error


def test_new_warns_of_a_vague_title_and_of_a_topic_like_another(run: Run) -> None:
    result = run("new", "FAQ", "--topic", "acount")
    assert "fits any article" in result.stderr
    assert "'acount' is a new topic. Did you mean 'account'?" in result.stderr


def test_new_wants_a_title_or_an_original(run: Run, password: Path) -> None:
    password.write_text(article(), encoding="utf-8")
    assert run("new").exit_code == 2
    assert run("new", "--translate", str(password)).exit_code == 2
    result = run("new", "--translate", str(password), "--lang", "it")
    assert result.stdout.splitlines()[0] == "articles/it/account/password.md"


def test_review_lists_by_owner_and_prints_json(run: Run, password: Path) -> None:
    password.write_text(article(review_by="2020-01-01", owner="anna"), encoding="utf-8")
    shown = run("review", "--due", "30d").stdout
    assert shown.startswith("anna:\n  2020-01-01")
    assert "1 to review; 0 have no `review_by:`." in shown
    [due] = json.loads(run("review", "--json").stdout)["due"]
    assert (due["id"], due["review_by"], due["owner"]) == ("en/account/password", "2020-01-01", "anna")
    assert run("review", "--due", "soon").exit_code == 2


def test_translations_lists_what_is_outdated_and_missing(run: Run, password: Path) -> None:
    password.write_text(article(), encoding="utf-8")
    run("new", "--translate", str(password), "--lang", "it")
    password.write_text(article("Do something else.\n"), encoding="utf-8")
    found = json.loads(run("translations", "--json").stdout)
    assert found == {
        "outdated": [
            {
                "path": "articles/it/account/password.md",
                "original": "articles/en/account/password.md",
                "lang": "it",
            }
        ],
        "missing": [{"original": "articles/en/account/password.md", "lang": "ru"}],
    }
    assert "1 outdated, 1 missing." in run("translations").stdout
    assert run("translations", "--done", "articles/it/account/password.md").exit_code == 0
    assert "0 outdated" in run("translations").stdout
    assert run("translations", "articles/it/account/password.md").exit_code == 2


def test_duplicates_shows_the_sections_that_two_articles_share(run: Run, password: Path) -> None:
    steps = (
        "## Steps\n\nOpen the settings, choose a new password of ten letters, then select Save and sign in.\n"
    )
    password.write_text(article(steps), encoding="utf-8")
    password.with_name("other.md").write_text(article(steps, title="Change my password"), encoding="utf-8")
    shown = run("duplicates").stdout
    assert "en/account/password  =  en/account/other" in shown
    assert "Steps  =  Steps" in shown
    [pair] = json.loads(run("duplicates", "--json").stdout)
    assert pair["likeness"] > 0.6


def test_check_asks_the_search_and_keeps_a_baseline(run: Run, password: Path, tmp_path: Path) -> None:
    password.write_text(article(), encoding="utf-8")
    assert run("check", "--write-baseline").exit_code == 2
    missing = run("check", "--findability", "--baseline", "base.json")
    assert missing.exit_code == 1
    assert "make it with --write-baseline" in missing.stderr
    result = run("check", "--findability", "--baseline", "base.json", "--write-baseline")
    assert result.exit_code == 0, result.output
    assert "2 of 2 questions bring up their article among the first 3; mean score 1.00" in result.stdout
    for number in range(6):
        other = password.with_name(f"rival-{number}.md")
        title = f"New password {number}"
        other.write_text(
            article(title=title, questions='["new password", "a new password"]'), encoding="utf-8"
        )
    result = run(
        "check", "--findability", "--baseline", "base.json", "--format", "json", "--only", "findability"
    )
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["findability"]["scores"]["en/account/password"] < 1
    assert "error" in {one["severity"] for one in found["findings"] if one["path"].endswith("/password.md")}


def test_gaps_and_community_list_what_is_missing_and_begin_drafts(
    run: Run, password: Path, tmp_path: Path
) -> None:
    password.write_text(article(), encoding="utf-8")
    thread = {
        "id": "t-1",
        "lang": "en",
        "title": "Where to park a giraffe?",
        "body": "Mine is tall.",
        "topic": "zoo",
        "answers": [{"author": "Ada", "body": "Behind the zoo --> left.", "accepted": True}],
    }
    (tmp_path / "threads.jsonl").write_text(json.dumps(thread), encoding="utf-8")
    assert run("import", "threads", "threads.jsonl").exit_code == 0
    assert run("index").exit_code == 0
    assert "0 subjects" in run("gaps").stdout
    assert json.loads(run("gaps", "--json").stdout) == {"gaps": [], "drafts": []}
    shown = run("community").stdout
    assert "no article: Where to park a giraffe?  /community/t-1" in shown
    assert "1 accepted answers that no article gives, 0 overtaken." in shown
    found = json.loads(run("community", "--drafts", "--json").stdout)
    assert found["drafts"] == ["articles/en/zoo/where-to-park-a-giraffe.md"]
    text = (tmp_path / found["drafts"][0]).read_text(encoding="utf-8")
    assert "status: draft" in text
    assert text.count("-->") == text.count("<!--")
    assert "write it as 30d" in run("gaps", "--since", "soon").stderr


def test_a_full_disk_is_said_in_a_sentence_and_leaves_no_half_an_article(run: Run) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        result = run("new", "Change your password", "--topic", "account")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert result.exit_code == 1
    assert "Is the disk full? May this user write there?" in result.stderr
    assert run("new", "Change your password", "--topic", "account").exit_code == 0
