from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb import KnowledgeBase, Query, Settings, open_knowledge_base
from kb.errors import ContentError, IndexDamaged, IndexMending
from kb.index.embedded import EmbeddedEngine
from kb.mending import Mender
from tests.index.test_generations import come_from_another_format
from webapp import create_app


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    """A centre whose index an older program made."""
    topic = tmp_path / "articles" / "en" / "zoo"
    topic.mkdir(parents=True)
    (topic / "giraffe.md").write_text("---\ntitle: Feeding the giraffe\n---\nLeaves.\n", encoding="utf-8")
    settings = Settings(data=tmp_path / "data", articles=(tmp_path / "articles",))
    kb = open_knowledge_base(settings)
    kb.reindex()
    kb.close()
    come_from_another_format(settings.index_folder)
    return settings


class Slow(KnowledgeBase):
    """Rebuilds when it may, and counts how often."""

    may = threading.Event()
    rebuilt = 0

    def _rebuild(self) -> None:
        self.may.wait(30)
        Slow.rebuilt += 1
        super()._rebuild()


@pytest.fixture
def slow(old: Settings) -> Iterator[Slow]:
    Slow.may.clear()
    Slow.rebuilt = 0
    kb = Slow(old, EmbeddedEngine(old.index_folder))
    yield kb
    Slow.may.set()
    kb.close()


def until(happens: Callable[[], bool]) -> None:
    for _ in range(600):
        if happens():
            return
        time.sleep(0.05)
    raise AssertionError("It did not happen.")


def test_site_answers_while_an_index_of_an_older_program_is_rebuilt(old: Settings, slow: Slow) -> None:
    client = create_app(old, slow).test_client()
    for url in ("/", "/articles/en/zoo/giraffe", "/search?q=giraffe", "/feeds/en.xml"):
        response = client.get(url)
        assert response.status_code == 503
        assert "is being prepared" in response.text
        assert response.headers["Retry-After"]
    assert client.get("/contact").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "being made anew" in ready.text
    with pytest.raises(IndexMending, match="made anew"):
        open_knowledge_base(old).status()
    slow.may.set()
    until(lambda: client.get("/articles/en/zoo/giraffe").status_code == 200)
    assert client.get("/readyz").status_code == 200
    assert slow.rebuilt == 1


def test_server_begins_to_rebuild_before_anybody_asks(slow: Slow) -> None:
    slow.keep_nobody_waiting()
    slow.may.set()
    slow.warm_up()
    until(lambda: slow.rebuilt == 1)


def test_one_process_of_all_rebuilds(old: Settings, slow: Slow) -> None:
    both = (slow, Slow(old, EmbeddedEngine(old.index_folder)))
    for kb in both:
        kb.keep_nobody_waiting()
        with pytest.raises(IndexMending):
            kb.search(Query("giraffe"))
    slow.may.set()
    for kb in both:
        until(lambda kb=kb: _finds(kb))  # type: ignore[misc]
    assert slow.rebuilt == 1
    both[1].close()


def test_command_waits_for_the_rebuild_and_status_does_not_begin_it(old: Settings) -> None:
    kb = open_knowledge_base(old)
    with pytest.raises(IndexDamaged, match="kb index"):
        kb.status()
    assert _finds(kb)
    assert kb.status().articles == 1
    kb.close()


@pytest.mark.parametrize("failure", [ContentError("articles", 1, "no such folder"), MemoryError()])
def test_rebuild_that_fails_is_logged_and_ends_nothing(
    failure: Exception, old: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise failure

    mender = Mender(EmbeddedEngine(old.index_folder), fail, old.index_folder / "mending")
    mender.in_background = True
    for _ in range(3):
        with pytest.raises(IndexMending):
            mender.reader()
    until(lambda: "could not be rebuilt" in caplog.text)
    assert caplog.text.count("could not be rebuilt") == 1


def _finds(kb: KnowledgeBase) -> bool:
    try:
        return kb.search(Query("giraffe")).hits[0].id == "en/zoo/giraffe"
    except IndexMending:
        return False
