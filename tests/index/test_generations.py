"""Nothing that happens to a process or a disk while an index is written takes the index away."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import IndexDamaged, IndexLocked
from kb.index.embedded import EmbeddedEngine
from kb.index.generations import Generations
from kb.knowledge_base import open_knowledge_base
from kb.model import Query
from kb.settings import Settings
from tests.corpus import DOCUMENTS, document

KILLS = 20


@pytest.fixture
def built(tmp_path: Path) -> Path:
    EmbeddedEngine(tmp_path / "index").rebuild(DOCUMENTS)
    return tmp_path / "index"


def current(index: Path) -> Path:
    return index / (index / "CURRENT").read_text(encoding="utf-8").strip()


def answers(index: Path) -> bool:
    reader = EmbeddedEngine(index).reader()
    return reader.document("en/zoo/giraffe").title == "Feeding the giraffe"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_twenty_kills_at_random_moments_leave_an_index_that_answers(settings: Settings) -> None:
    opened = open_knowledge_base(settings)
    opened.reindex()
    environment = {**os.environ, "KB_DATA": str(settings.data)}
    command = [sys.executable, "-m", "tests.index.killed_indexers", str(settings.articles[0]), str(KILLS)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.stderr == ""
    assert 1 < int(run.stdout) <= KILLS  # some builds were cut short, some were not
    opened.reindex()
    kept = sorted(path.name for path in settings.index_folder.glob("g-*"))
    assert len(kept) == 2
    assert not any(name.endswith(".building") for name in kept)
    assert current(settings.index_folder).name == kept[-1]
    assert opened.status().documents == 2
    opened.close()


def test_a_killed_first_build_leaves_no_index_and_the_next_build_works(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    leftover = folder / "g-00000000000000000001.building" / "similarity"
    leftover.mkdir(parents=True)
    EmbeddedEngine(folder).rebuild(DOCUMENTS)
    assert answers(folder)
    assert not leftover.exists()


def test_a_build_that_fails_leaves_nothing_behind(built: Path) -> None:
    before = {path.name for path in built.glob("g-*")}

    def fail(step: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        EmbeddedEngine(built).rebuild([document("en/a/new", "New")], fail)
    assert {path.name for path in built.glob("g-*")} == before
    assert answers(built)


def test_what_was_built_while_the_clock_was_ahead_gives_way(built: Path) -> None:
    engine = EmbeddedEngine(built)
    for ahead in ("g-04102444800000000000", "g-04102444800000000001"):  # in the year 2100
        current(built).rename(built / ahead)
        (built / "CURRENT").write_text(ahead, encoding="utf-8")
        engine.rebuild([*DOCUMENTS, document("en/a/new", "New")])
    before = current(built)
    engine.rebuild(DOCUMENTS)
    assert answers(built)
    assert {path.name for path in built.glob("g-*")} == {before.name, current(built).name}
    assert before.name < current(built).name


def test_a_second_builder_waits_for_the_first(built: Path) -> None:
    order: list[str] = []
    entered = threading.Event()

    def hold() -> None:
        with Generations(built, 1).locked():
            entered.set()
            time.sleep(0.3)
            order.append("first")

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    EmbeddedEngine(built, lock_timeout=30).rebuild(DOCUMENTS)
    order.append("second")
    holder.join()
    assert order == ["first", "second"]


def test_a_builder_that_waited_too_long_says_who_builds(built: Path) -> None:
    says = rf"process {os.getpid()}, since .* KB_LOCK_TIMEOUT"
    with Generations(built, 1).locked(), pytest.raises(IndexLocked, match=says):
        EmbeddedEngine(built, lock_timeout=0.05).rebuild(DOCUMENTS)
    assert answers(built)


def an_array(index: Path) -> Path:
    """The largest one of English."""
    return max((current(index) / "similarity" / "en").rglob("*.npy"), key=lambda path: path.stat().st_size)


def truncate(index: Path) -> None:
    array = an_array(index)
    os.truncate(array, array.stat().st_size - 4)


def flip_a_byte(index: Path) -> None:
    array = an_array(index)
    held = bytearray(array.read_bytes())
    held[-3] ^= 0x10
    array.write_bytes(held)


def flip_a_byte_of_the_catalogue(index: Path) -> None:
    file = current(index) / "catalogue.sqlite"
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)


def lose_a_file(index: Path) -> None:
    next((current(index) / "similarity" / "en").rglob("*.marisa")).unlink()


def lose_the_generation(index: Path) -> None:
    current(index).rename(index / "elsewhere")


def lose_the_manifest(index: Path) -> None:
    (current(index) / "manifest.json").unlink()


def break_the_manifest(index: Path) -> None:
    (current(index) / "manifest.json").write_text('{"format": 1', encoding="utf-8")


def make_the_manifest_a_list(index: Path) -> None:
    (current(index) / "manifest.json").write_text("[]", encoding="utf-8")


def come_from_another_format(index: Path) -> None:
    (current(index) / "manifest.json").write_text('{"format": 999}', encoding="utf-8")


def point_outside(index: Path) -> None:
    (index / "CURRENT").write_text("g-/../..", encoding="utf-8")


def write_garbage(index: Path) -> None:
    (index / "CURRENT").write_bytes(b"\xff\x00g-\xfe")


def write_nul(index: Path) -> None:
    (index / "CURRENT").write_bytes(b"g-\x00")


def write_nothing(index: Path) -> None:
    (index / "CURRENT").write_bytes(b"")


DAMAGES = [
    truncate,
    flip_a_byte,
    flip_a_byte_of_the_catalogue,
    lose_a_file,
    lose_the_generation,
    lose_the_manifest,
    break_the_manifest,
    make_the_manifest_a_list,
    come_from_another_format,
    point_outside,
    write_garbage,
    write_nul,
    write_nothing,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_and_the_next_build_mends_it(built: Path, damage: Callable[[Path], None]) -> None:
    damage(built)
    with pytest.raises(IndexDamaged, match="kb index"):
        EmbeddedEngine(built).reader()
    EmbeddedEngine(built).rebuild(DOCUMENTS)
    assert answers(built)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    topic = tmp_path / "articles" / "en" / "zoo"
    topic.mkdir(parents=True)
    (topic / "giraffe.md").write_text(
        "---\ntitle: Feeding the giraffe\n---\nAcacia leaves.\n", encoding="utf-8"
    )
    return Settings(data=tmp_path / "data", articles=(tmp_path / "articles",))


@pytest.mark.parametrize("damage", [truncate, lose_the_generation, write_garbage])
def test_a_knowledge_base_rebuilds_a_damaged_index_by_itself(
    settings: Settings, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    first = open_knowledge_base(settings)
    first.reindex()
    first.close()
    damage(settings.index_folder)
    opened = open_knowledge_base(settings)
    assert opened.search(Query("giraffe")).hits[0].id == "en/zoo/giraffe"
    assert "Rebuilding the index from the content" in caplog.text
    opened.close()


def test_an_open_reader_answers_during_a_build_and_sees_the_new_index_within_a_second(built: Path) -> None:
    serving = EmbeddedEngine(built)
    assert serving.reader().status().documents == len(DOCUMENTS)
    seen: list[int] = []
    done = threading.Event()

    def read_on() -> None:
        while not done.is_set():
            reader = serving.reader()
            assert reader.document("en/zoo/giraffe").title == "Feeding the giraffe"
            seen.append(reader.status().documents)
            time.sleep(0.001)

    readers = [threading.Thread(target=read_on) for _ in range(3)]
    for reader in readers:
        reader.start()
    before = len(seen)
    EmbeddedEngine(built).rebuild([*DOCUMENTS, document("en/a/new", "New")])
    published = time.monotonic()
    during = len(seen) - before
    while serving.reader().status().documents == len(DOCUMENTS) and time.monotonic() < published + 10:
        time.sleep(0.01)
    took = time.monotonic() - published
    done.set()
    for reader in readers:
        reader.join()
    assert during > 0
    assert len(DOCUMENTS) in seen
    assert set(seen) <= {len(DOCUMENTS), len(DOCUMENTS) + 1}
    assert took < 1.5  # a second between looks, and the time to open


def test_the_builder_itself_sees_its_index_at_once(built: Path) -> None:
    engine = EmbeddedEngine(built)
    engine.reader()
    engine.rebuild([document("en/a/new", "New")])
    assert engine.reader().status().documents == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_worker_reads_what_its_parent_opened(built: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from kb.index.embedded import EmbeddedEngine\n"
        "engine = EmbeddedEngine(Path(sys.argv[1])); engine.reader()\n"
        "child = os.fork()\n"
        "title = engine.reader().document('en/zoo/giraffe').title\n"
        "assert title == 'Feeding the giraffe'\n"
        "if child: sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(built)], check=True, timeout=60)


def test_web_workers_do_not_load_scikit_learn(built: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import webapp; from kb.index.embedded import EmbeddedEngine\n"
        "assert 'scipy' not in sys.modules\n"  # not yet: numba loads it, where it is used
        "from kb.search.searcher import Searcher; from kb.model import Query\n"
        "assert Searcher(EmbeddedEngine(Path(sys.argv[1])).reader, 'en').search(Query('giraffe')).hits\n"
        "assert 'sklearn' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(built)], check=True, timeout=60)


def test_old_generations_are_let_go(built: Path) -> None:
    engine = EmbeddedEngine(built)
    for turn in range(3):
        engine.rebuild([document("en/a/only", f"Turn {turn}")])
    gc.collect()
    assert len(list(built.glob("g-*"))) == 2
