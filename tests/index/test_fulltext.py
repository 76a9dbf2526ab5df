"""The full-text index beside the arrays: what a process pays for having it open."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

from kb.index.embedded import EmbeddedEngine
from kb.index.fulltext import FullText
from tests.corpus import document


def test_what_is_opened_and_asked_is_not_copied_into_memory(tmp_path: Path) -> None:
    chance = random.Random(4)
    words = ["".join(chance.choices("abcdefghij", k=8)) for _ in range(20_000)]
    pages = [
        document(f"en/zoo/page-{n}", "Giraffe", " ".join(chance.choices(words, k=400))) for n in range(80)
    ]
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild(pages)
    folder = engine.reader().path / "fulltext" / "en"
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    tracemalloc.start()
    try:
        found = FullText(folder).with_title("giraff")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == len(pages)
    assert held < size / 4
