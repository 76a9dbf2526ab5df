"""An empty destination, and a place for exports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.content.imports.destination import Destination

Export = Callable[..., Path]


@pytest.fixture
def destination(tmp_path: Path) -> Destination:
    return Destination(tmp_path / "articles")


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Writes a file of an export: text and bytes as they are, everything else as JSON."""

    def write(name: str, content: Any) -> Path:
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write
