"""The command line as a program and a person meet it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kb.index.generations import Generations
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.evaluation.conftest import CORPUS, QRELS, QUERIES, lines

KB = [sys.executable, "-c", "from kb.cli import main; main()"]
"""The command in a process of its own."""


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same in the folder of the project."""
    monkeypatch.chdir(ROOT)
    return run


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Two articles, and one that has no text to be an article."""
    folder = tmp_path / "articles" / "en" / "sign-in"
    folder.mkdir(parents=True)
    (folder / "reset.md").write_text(
        "---\ntitle: Reset your password\nsummary: With a code.\n---\nStart here.\n\n"
        "## By text message\n\nSelect **Forgot password** and type the code.\n",
        encoding="utf-8",
    )
    (folder / "locked.md").write_text("---\ntitle: Locked\n---\nError HM-1008. Wait.\n", encoding="utf-8")
    (folder / "broken.md").write_bytes(b"---\ntitle: [\n---\ntext\n")
    return tmp_path / "articles"


@pytest.fixture
def indexed(run: Run, articles: Path) -> Run:
    assert run("index", "--articles", str(articles)).exit_code == 0
    return run


def read(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_search_prints_json(indexed: Run) -> None:
    found = read(indexed("search", "type the code", "--json"))
    assert list(found) == [
        *("query", "total", "hits", "did_you_mean", "corrected", "lang", "nearest", "counts", "expansions")
    ]
    assert (found["corrected"], found["lang"], found["nearest"], found["expansions"]) == (
        False,
        "en",
        False,
        [],
    )
    assert found["counts"] == {"article": 1, "thread": 0}
    assert (found["query"], found["total"], found["did_you_mean"]) == ("type the code", 1, None)
    [hit] = found["hits"]
    score = hit.pop("score")
    assert 0 < score <= 1.1
    assert hit == {
        "id": "en/sign-in/reset",
        "title": "Reset your password",
        "url": "/articles/en/sign-in/reset",
        "kind": "article",
        "lang": "en",
        "topic": "sign-in",
        "section": {"title": "By text message", "anchor": "by-text-message"},
        "snippet": {"text": "Select Forgot password and type the code.", "spans": [[27, 31], [36, 40]]},
        "updated": None,
    }


def test_search_explains_if_asked(indexed: Run) -> None:
    [hit] = read(indexed("search", "HM-1008", "--json", "--explain"))["hits"]
    assert {"hm-1008"} <= {match["term"] for match in hit["matches"]}
    assert set(hit["matches"][0]) == {"term", "field", "score", "typed"}


def test_search_offers_a_better_spelling(indexed: Run) -> None:
    assert read(indexed("search", "pasword", "--json"))["did_you_mean"] == "password"
    assert "Showing results for: password" in indexed("search", "pasword").stdout
    assert "Showing results for: reset password" in indexed("search", "reset pasword").stdout
    assert "Nothing matches these words." in indexed("search", "pasword", "--exact").stdout


def test_search_explains_what_was_corrected(indexed: Run) -> None:
    printed = indexed("search", "pasword", "--explain").stdout
    assert "correction: pasword → password" in printed
    assert "password in title" in printed
    assert "typed as pasword" in printed


def test_synonyms_are_listed_tried_and_checked(indexed: Run, articles: Path) -> None:
    file = articles / "en" / "_synonyms.txt"
    file.write_text("pin, password\nlonely\n", encoding="utf-8")
    result = indexed("synonyms")
    assert result.exit_code == 1
    assert "en/_synonyms.txt:2: one word has no synonym" in result.stderr
    file.write_text("pin, password\n", encoding="utf-8")
    assert "en: 2 rules" in indexed("synonyms").stdout
    assert "synonym: pin → password" in indexed("search", "pin", "--explain").stdout
    tried = read(indexed("synonyms", "--json"))
    assert tried == {"languages": {"en": 2}, "problems": []}


def test_index_reports_bad_synonyms_and_indexes_all_the_same(run: Run, articles: Path) -> None:
    (articles / "en" / "_synonyms.txt").write_text("a => \n", encoding="utf-8")
    result = run("index", "--articles", str(articles))
    assert result.exit_code == 0
    assert "en/_synonyms.txt:1: a word is missing" in result.stderr


def test_search_for_people_shows_title_link_and_snippet(indexed: Run) -> None:
    shown = indexed("search", "type the code", "--explain").stdout
    assert "1. Reset your password" in shown
    assert "/articles/en/sign-in/reset#by-text-message" in shown
    assert "code in body" in shown


def test_search_says_when_nothing_is_found(indexed: Run) -> None:
    result = indexed("search", "qqqqq")
    assert result.exit_code == 0
    assert "Nothing found" in result.stdout


def test_search_narrows_by_kind_topic_and_limit(indexed: Run) -> None:
    assert read(indexed("search", "password", "--json", "--kind", "thread"))["hits"] == []
    assert read(indexed("search", "password", "--json", "--topic", "other"))["hits"] == []
    assert len(read(indexed("search", "code HM-1008", "--json", "--limit", "1"))["hits"]) == 1


@pytest.mark.parametrize("text", ["pasword [/b]", "[bold]pasword", "pasword \udcff", "\x1b[31mpasword", ""])
@pytest.mark.parametrize("how", [(), ("--json",)])
def test_a_strange_query_is_searched_and_shown(indexed: Run, text: str, how: tuple[str, ...]) -> None:
    result = indexed("search", text, *how)
    assert result.exit_code == 0, result.exception
    assert "\x1b[31m" not in result.stdout


def test_what_a_stranger_wrote_does_not_steer_the_terminal(run: Run, articles: Path, tmp_path: Path) -> None:
    steering = "\x1b]0;owned\x07"
    record = {
        "id": "t-1",
        "lang": "en",
        "title": f"A ladder{steering} for a giraffe",
        "body": "Tall" + steering,
    }
    file = tmp_path / "threads.jsonl"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    run("import", "threads", str(file))
    run("index", "--articles", str(articles))
    for asked in (("search", "ladder giraffe"), ("suggest", "--body", "A ladder for a giraffe")):
        shown = run(*asked).stdout
        assert "A ladder" in shown
        assert "\x1b" not in shown


def test_suggest_prints_json(indexed: Run) -> None:
    body = "I forgot my password and want to reset it with a code. Where do I type the code?"
    found = read(indexed("suggest", "--subject", "Problem", "--body", body, "--json"))
    assert list(found) == ["suggestions", "abstained"]
    assert found["abstained"] is (not found["suggestions"])
    for suggestion in found["suggestions"]:
        assert list(suggestion) == ["id", "title", "url", "confidence", "snippet"]
        assert 0 <= suggestion["confidence"] <= 1
        assert list(suggestion["snippet"]) == ["text", "spans"]


def test_suggest_says_when_nothing_answers(indexed: Run) -> None:
    result = indexed("suggest", "--body", "Where can I buy an umbrella?")
    assert result.exit_code == 0
    assert "No suggestion" in result.stdout
    assert read(indexed("suggest", "--json")) == {"suggestions": [], "abstained": True}


def test_index_reports_and_says_what_was_left_out(run: Run, articles: Path) -> None:
    result = run("index", "--articles", str(articles))
    assert "2 articles and 0 threads indexed" in result.stdout
    assert "en/sign-in/broken.md:" in result.stderr
    assert "1 left out" in result.stdout


def test_index_prints_json(run: Run, articles: Path) -> None:
    report = read(run("index", "--articles", str(articles), "--json"))
    assert (report["articles"], report["threads"], report["changed"], report["reused"]) == (2, 0, 2, 0)
    [problem] = [problem for problem in report["problems"] if problem["left_out"]]
    assert problem["path"].endswith("en/sign-in/broken.md")
    assert problem["line"] >= 1
    again = read(run("index", "--articles", str(articles), "--json"))
    assert (again["changed"], again["reused"]) == (0, 2)


def test_strict_fails_when_something_was_left_out_and_indexes_the_rest(run: Run, articles: Path) -> None:
    assert run("index", "--articles", str(articles), "--strict").exit_code == 1
    assert read(run("status", "--json"))["articles"] == 2
    (articles / "en" / "sign-in" / "broken.md").unlink()
    assert run("index", "--articles", str(articles), "--strict").exit_code == 0


def test_status_prints_what_is_served(indexed: Run) -> None:
    status = read(indexed("status", "--json"))
    assert (status["documents"], status["articles"], status["languages"]) == (2, 2, {"en": 2})
    assert status["generation"] in indexed("status").stdout


@pytest.mark.parametrize("arguments", [("search", "x"), ("suggest", "--body", "a long message"), ("status",)])
def test_without_an_index_the_command_to_run_is_named(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "kb index" in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_PORT", "many")
    result = run("status")
    assert result.exit_code == 1
    assert "KB_PORT" in result.stderr


def test_an_index_that_is_being_built_makes_the_second_builder_say_by_whom(
    run: Run, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Generations(tmp_path / "data" / "index", 1).locked():
        environment = {**os.environ, "KB_LOCK_TIMEOUT": "0.2"}
        command = [*KB, "index", "--articles", str(articles)]
        second = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert second.returncode == 1
    assert f"process {os.getpid()}" in second.stderr
    assert "Traceback" not in second.stderr


def test_two_builders_at_once_both_end_well(run: Run, articles: Path, tmp_path: Path) -> None:
    command = [*KB, "index", "--articles", str(articles)]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [builder.wait(60) for builder in both] == [0, 0]
    assert read(run("status", "--json"))["articles"] == 2


def test_threads_are_imported_and_found(run: Run, articles: Path, tmp_path: Path) -> None:
    record = {"id": "t-1", "title": "Which ladder?", "body": "For a giraffe.", "lang": "en", "answers": []}
    file = tmp_path / "threads.jsonl"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert "1 thread would be added" in run("import", "threads", str(file), "--dry-run").stdout
    assert "1 thread added" in run("import", "threads", str(file)).stdout
    assert read(run("index", "--articles", str(articles), "--json"))["threads"] == 1
    [hit, *_] = read(run("search", "ladder", "--json"))["hits"]
    assert (hit["id"], hit["kind"], hit["url"]) == ("community/t-1", "thread", "/community/t-1")


def test_a_broken_thread_is_reported_and_fails(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "threads.jsonl"
    file.write_text("{\n", encoding="utf-8")
    result = run("import", "threads", str(file))
    assert result.exit_code == 1
    assert "threads.jsonl:1:" in result.stderr


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(lines(CORPUS), encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return folder


def test_eval_prints_figures_and_writes_a_run(run: Run, collection: Path, tmp_path: Path) -> None:
    figures = read(run("eval", str(collection), "--json", "--run-file", str(tmp_path / "tiny.run")))
    assert (figures["collection"], figures["documents"], figures["queries"]) == ("tiny", 4, 2)
    assert figures["lang"] == "en"
    for name in ("nDCG@10", "MRR@10", "Success@1", "Success@3", "Recall@10", "Recall@100"):
        assert 0 < figures[name] <= 1
    assert set(figures["latency_ms"]) == {"p50", "p95"}
    first = (tmp_path / "tiny.run").read_text(encoding="utf-8").splitlines()[0].split()
    assert (first[:4], first[5]) == (["q1", "Q0", "reset", "1"], "kb")
    assert "nDCG@10" in run("eval", str(collection), "--lang", "en").stdout


def test_eval_of_several_collections_has_their_mean_and_every_interval(run: Run, collection: Path) -> None:
    unanswerable = lines([{"_id": "n1", "text": "where can I buy an umbrella in Berlin"}])
    (collection / "queries-no-answer.jsonl").write_text(unanswerable, encoding="utf-8")
    other = shutil.copytree(collection, collection.with_name("other"))
    shape = read(run("eval", str(collection), str(other), "--json"))
    assert [each["collection"] for each in shape["collections"]] == ["tiny", "other"]
    assert shape["mean"]["nDCG@10"] == shape["collections"][0]["nDCG@10"]
    low, high = shape["mean"]["intervals"]["nDCG@10"]
    assert low <= shape["mean"]["nDCG@10"] <= high
    assert shape["collections"][0]["suggestions"]["false_alarms"] == 0
    assert shape["collections"][0]["curve"][0]["threshold"] == 0.05
    table = run("eval", str(collection), str(other), "--suggest").stdout
    assert all(word in table for word in ("tiny", "other", "mean", "±", "ROC AUC", "from 0.55"))


def test_eval_compares_with_a_saved_run(run: Run, collection: Path, tmp_path: Path) -> None:
    saved = str(tmp_path / "before.json")
    assert run("eval", str(collection), "--save", saved).exit_code == 0
    same = read(run("eval", str(collection), "--against", saved, "--json"))["against"]
    assert (same["mean"]["difference"], same["mean"]["p"], same["better"], same["worse"]) == (
        0.0,
        1.0,
        [],
        [],
    )
    judgments = collection / "qrels" / "test.tsv"
    judgments.write_text(QRELS.replace("q1\treset\t1", "q1\tgiraffe\t1"), encoding="utf-8")
    printed = run("eval", str(collection), "--against", saved, "--measure", "Success@1").stdout
    assert "Success@1 against the saved run" in printed
    assert "1.00 → 0.00  tiny  forgot my password" in printed


def test_eval_refuses_two_collections_of_one_name(run: Run, collection: Path) -> None:
    result = run("eval", str(collection), str(collection))
    assert result.exit_code == 1
    assert "Two folders are called tiny" in result.stderr


def test_eval_writes_the_run_file_of_one_collection_only(run: Run, collection: Path, tmp_path: Path) -> None:
    other = shutil.copytree(collection, collection.with_name("other"))
    result = run("eval", str(collection), str(other), "--run-file", str(tmp_path / "both.run"))
    assert result.exit_code == 2
    assert "name one DIR" in result.stderr


def test_eval_leaves_the_index_of_the_site_alone(run: Run, collection: Path, tmp_path: Path) -> None:
    read(run("eval", str(collection), "--json"))
    assert not (tmp_path / "data").exists()


def test_eval_of_a_broken_collection_names_the_place(run: Run, collection: Path) -> None:
    (collection / "queries.jsonl").write_text('{"_id": "q1"}\n', encoding="utf-8")
    result = run("eval", str(collection))
    assert result.exit_code == 1
    assert "queries.jsonl:1:" in result.stderr


def test_eval_misspells_titles(run: Run, collection: Path) -> None:
    shape = read(run("eval", str(collection), "--typos", "--json"))
    assert shape["collections"][0]["titles"] >= 2
    assert shape["mean"]["clean"] == 1.0
    assert shape["mean"]["one_edit_kept"] >= 0.9
    assert "one edit kept" in run("eval", str(collection), "--typos").stdout
