"""What tests of several folders stand on: the memorable corpus, indexed, and the sample help centre, indexed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kb.index.embedded import EmbeddedEngine
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.storage.database import Database, open_database
from tests.corpus import DOCUMENTS
from tests.tiny_model import write_model

ROOT = Path(__file__).parent.parent

settings.register_profile("any machine", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, to be copied: migrating takes ten times as long."""
    file = tmp_path_factory.mktemp("migrated") / "kb.db"
    database = open_database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Of a database that is not there yet."""
    return f"sqlite:///{tmp_path / 'data' / 'kb.db'}"


@pytest.fixture
def database(url: str, migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database of one's own."""
    (tmp_path / "data").mkdir(exist_ok=True)
    shutil.copy(migrated, tmp_path / "data" / "kb.db")
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    """An engine that holds the memorable documents. Nobody rebuilds it."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("corpus") / "index")
    engine.rebuild(DOCUMENTS)
    return engine


@pytest.fixture(scope="session")
def searcher(corpus: EmbeddedEngine) -> Searcher:
    return Searcher(corpus.reader, "en")


@pytest.fixture(scope="session")
def sample_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The help centre that ships with the project, with its community. Nobody changes it."""
    data = tmp_path_factory.mktemp("sample")
    opened = open_knowledge_base(Settings(data=data, articles=(ROOT / "articles",)))
    opened.import_threads(ROOT / "articles" / "community" / "threads.jsonl")
    opened.reindex()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Judged collections and help centres outside the repository."""
    folder = Path(os.environ.get("KB_TEST_DATA") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: set KB_TEST_DATA to a folder of judged collections")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sentence encoder of a few dozen words. Nobody changes it."""
    return write_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def minilm(shared_data: Path) -> Path:
    """The folder of a real English sentence encoder."""
    folder = shared_data / "models" / "all-MiniLM-L6-v2"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder
