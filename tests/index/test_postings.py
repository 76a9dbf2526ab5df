"""Arrays on disk are read as they were saved."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.index.embedded import EmbeddedEngine
from kb.index.postings import load_mapped
from tests.corpus import DOCUMENTS


@pytest.mark.parametrize("kind", ["uint8", "int8", "uint16", "int32", "int64", "float16", "float32", "bool"])
@pytest.mark.parametrize("shape", [(0,), (1,), (70_000,), (0, 384), (3, 384), (2, 3, 4)])
@pytest.mark.parametrize("by_column", [False, True])
def test_mapped_array_is_what_was_saved(
    kind: str, shape: tuple[int, ...], by_column: bool, tmp_path: Path
) -> None:
    saved: Any = np.random.default_rng(1).integers(0, 2, shape).astype(kind)
    np.save(tmp_path / "a.npy", np.asfortranarray(saved) if by_column else saved)
    found = load_mapped(tmp_path / "a.npy")
    assert (found.dtype, found.shape) == (saved.dtype, saved.shape)
    assert np.array_equal(found, saved)
    assert not found.flags.writeable


@pytest.mark.parametrize("begins", [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04" + bytes(300)])
def test_file_that_is_no_array_is_refused_by_name(begins: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(begins)
    with pytest.raises(ValueError, match=r"a\.npy"):
        load_mapped(tmp_path / "a.npy")


def test_index_is_opened_without_the_parser_that_threads_must_not_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EmbeddedEngine(tmp_path / "index").rebuild(DOCUMENTS)
    opened = EmbeddedEngine(
        tmp_path / "index"
    ).reader()  # what ships with the program is read once, before threads

    def fail(source: str) -> None:
        raise SystemError(f"AST constructor recursion depth mismatch: {source}")

    monkeypatch.setattr(ast, "literal_eval", fail)
    again = EmbeddedEngine(tmp_path / "index").reader()
    assert again.document("en/zoo/giraffe") == opened.document("en/zoo/giraffe")
