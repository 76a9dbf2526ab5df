"""What a process does once, and what it leaves to those that it forks."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.index import generations
from kb.index.embedded import EmbeddedEngine
from kb.index.generations import _checksum
from tests.corpus import DOCUMENTS


def test_files_that_were_read_before_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EmbeddedEngine(tmp_path / "index").rebuild(DOCUMENTS)
    read: list[Path] = []

    def checksum(path: Path) -> int:
        read.append(path)
        return _checksum(path)

    monkeypatch.setattr(generations, "_checksum", checksum)
    engine = EmbeddedEngine(tmp_path / "index")
    engine.prepare()
    assert read
    read.clear()
    assert engine.reader().languages()
    assert read == []
