"""Only what changed is read again, and nothing that changed is missed."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import KnowledgeBase, Query, Settings, open_knowledge_base
from kb.content import load_articles
from kb.content.snapshot import Snapshot
from kb.errors import ContentError, EngineError

LONG_AGO = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles whose files settled long ago; one links to nowhere."""
    folder = tmp_path / "articles"
    write(folder / "en" / "zoo" / "giraffe.md", "title: Feeding the giraffe", "It eats leaves.")
    write(folder / "en" / "zoo" / "zebra.md", "title: Zebra", "See [nowhere](nowhere.md).")
    write(folder / "en" / "zoo" / "hidden.md", "title: Secret okapi\nstatus: draft", "Not yet.")
    return folder


@pytest.fixture
def kb(folder: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    opened = open_knowledge_base(Settings(data=tmp_path / "data", articles=(folder,)))
    opened.reindex()
    yield opened
    opened.close()


@pytest.fixture
def everything_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever all articles are read."""
    calls: list[int] = []

    def counted(*args: object, **how: object) -> object:
        calls.append(1)
        return load_articles(*args, **how)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr("kb.indexer.load_articles", counted)
    return calls


def write(file: Path, front_matter: str, body: str, age: int = LONG_AGO) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{front_matter}\n---\n{body}\n", encoding="utf-8")
    os.utime(file, (age, age))


def ids(kb: KnowledgeBase, text: str) -> list[str]:
    return [hit.id for hit in kb.search(Query(text)).hits]


@pytest.mark.parametrize(
    "failure", [OSError(28, "No space left on device"), sqlite3.OperationalError("database or disk is full")]
)
def test_a_full_disk_is_said_in_a_sentence_and_loses_nothing(
    failure: Exception, kb: KnowledgeBase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    write(folder / "en" / "zoo" / "giraffe.md", "title: Feeding the quokka", "Berries.", LONG_AGO + 60)
    monkeypatch.setattr(kb._engine, "update", fail)
    with pytest.raises(EngineError, match=r"Nothing was indexed: .* Is the disk full\?"):
        kb.reindex()
    assert ids(kb, "leaves") == ["en/zoo/giraffe"]
    monkeypatch.undo()
    kb.reindex()
    assert ids(kb, "quokka") == ["en/zoo/giraffe"]


def test_an_edited_article_is_the_only_one_read(
    kb: KnowledgeBase, folder: Path, everything_read: list[int]
) -> None:
    write(folder / "en" / "zoo" / "giraffe.md", "title: Feeding the quokka", "Berries.", LONG_AGO + 60)
    report = kb.reindex()
    assert not everything_read
    assert (report.articles, report.changed, report.reused) == (2, 1, 1)
    assert ids(kb, "quokka") == ["en/zoo/giraffe"]
    assert "en/zoo/giraffe" not in ids(kb, "leaves")


def test_warnings_of_files_that_stayed_are_said_again(kb: KnowledgeBase, folder: Path) -> None:
    write(folder / "en" / "zoo" / "giraffe.md", "title: Giraffe", "Leaves.", LONG_AGO + 60)
    assert [problem.path for problem in kb.reindex().problems] == ["en/zoo/zebra.md"]


def test_a_mended_warning_is_said_no_more(kb: KnowledgeBase, folder: Path) -> None:
    write(folder / "en" / "zoo" / "zebra.md", "title: Zebra", "Stripes.", LONG_AGO + 60)
    assert kb.reindex().problems == ()


def test_a_draft_that_is_published_is_found_and_one_withdrawn_is_not(kb: KnowledgeBase, folder: Path) -> None:
    write(folder / "en" / "zoo" / "hidden.md", "title: Secret okapi", "Now.", LONG_AGO + 60)
    kb.reindex()
    assert ids(kb, "okapi") == ["en/zoo/hidden"]
    write(folder / "en" / "zoo" / "hidden.md", "title: Secret okapi\nstatus: draft", "No.", LONG_AGO + 120)
    kb.reindex()
    assert "en/zoo/hidden" not in ids(kb, "okapi")


def test_a_new_file_is_read_with_all_others_since_links_may_lead_to_it(
    kb: KnowledgeBase, folder: Path, everything_read: list[int]
) -> None:
    write(folder / "en" / "zoo" / "nowhere.md", "title: Nowhere", "Here after all.")
    report = kb.reindex()
    assert everything_read
    assert report.problems == ()
    assert "/articles/en/zoo/nowhere" in kb.article("en/zoo/zebra").html


def test_an_article_that_broke_is_left_out_and_said(kb: KnowledgeBase, folder: Path) -> None:
    write(folder / "en" / "zoo" / "giraffe.md", "title: [unclosed", "Leaves.", LONG_AGO + 60)
    report = kb.reindex()
    assert [problem.path for problem in report.problems if problem.left_out] == ["en/zoo/giraffe.md"]
    assert report.articles == 1


def test_a_second_edit_of_the_same_size_and_second_is_noticed(kb: KnowledgeBase, folder: Path) -> None:
    file = folder / "en" / "zoo" / "giraffe.md"
    for word in ("quokka", "wombat"):
        file.write_text(f"---\ntitle: Feeding\n---\nThe {word}.\n", encoding="utf-8")
        moment = file.stat().st_mtime_ns
        kb.reindex()
        os.utime(file, ns=(moment, moment))
    assert ids(kb, "wombat") == ["en/zoo/giraffe"]


def test_an_unreadable_memory_costs_time_and_nothing_else(
    kb: KnowledgeBase, folder: Path, everything_read: list[int]
) -> None:
    memory = kb.settings.data / "sources.json"
    memory.write_text('{"version": 1', encoding="utf-8")
    assert Snapshot.load(memory) is None
    assert kb.reindex().articles == 2
    assert everything_read
    assert json.loads(memory.read_text(encoding="utf-8"))["generation"] == kb.status().generation


def test_threads_that_did_not_change_are_kept(kb: KnowledgeBase, tmp_path: Path) -> None:
    threads = tmp_path / "threads.jsonl"
    lines = [{"id": f"t{n}", "title": f"Okapi question {n}", "body": "How?", "answers": []} for n in (1, 2)]
    threads.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    kb.import_threads(threads)
    assert kb.reindex().threads == 2
    lines[0]["title"] = "Quokka question"
    threads.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    kb.import_threads(threads)
    report = kb.reindex()
    assert (report.threads, report.changed) == (2, 1)
    assert ids(kb, "quokka") == ["community/t1"]


def test_a_folder_that_is_not_there_leaves_the_index_as_it_was(kb: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such folder: check --articles and KB_ARTICLES"):
        kb.reindex([tmp_path / "typo"])
    assert ids(kb, "giraffe") == ["en/zoo/giraffe"]


def test_warnings_about_front_matter_stay_when_another_file_is_added(kb: KnowledgeBase, folder: Path) -> None:
    write(folder / "en" / "zoo" / "odd.md", "title: Odd\nboost: high", "Text.")
    assert "en/zoo/odd.md" in [problem.path for problem in kb.reindex().problems]
    write(folder / "en" / "zoo" / "more.md", "title: More", "Text.")
    assert "en/zoo/odd.md" in [problem.path for problem in kb.reindex().problems]
