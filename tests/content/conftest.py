"""A folder to write articles into, and the real help centres kept outside the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.content import load_articles
from kb.model import Article, LoadedContent

Write = Callable[[str, str | bytes], Path]
Load = Callable[[], LoadedContent]

PIXEL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d0000000e49444154789c63"
    "f8cfc0000304002d080103e4ae2d9c0000000049454e44ae426082"
)
"""A PNG header of 3 by 2 pixels; the rest of an image is never read."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "articles"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a file of the folder, given its relative path."""

    def write_file(relative: str, content: str | bytes) -> Path:
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def load(folder: Path) -> Load:
    """Loads the folder, in English unless an article says otherwise."""
    return lambda: load_articles([folder], language="en")


@pytest.fixture
def load_one(write: Write, load: Load) -> Callable[[str], Article]:
    """The article that a Markdown text gives, at ``en/help/one.md``."""

    def load_text(text: str) -> Article:
        write("en/help/one.md", text)
        content = load()
        assert [article.id for article in content.articles] == ["en/help/one"], content.problems
        return content.articles[0]

    return load_text


@pytest.fixture
def help_centres() -> Path:
    repository = Path(__file__).parents[2]
    path = Path(os.environ.get("KB_TEST_DATA", repository.parent / "shared")) / "help-centres"
    if not path.is_dir():
        pytest.skip(f"no help centres at {path}: set KB_TEST_DATA to the folder that holds them")
    return path
