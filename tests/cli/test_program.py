from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["serve", "preview"])
def test_site_is_ours_whatever_lies_where_the_command_was_typed(command: str, tmp_path: Path) -> None:
    (tmp_path / "webapp").mkdir()
    (tmp_path / "webapp" / "__init__.py").write_text("raise SystemExit('a program of others')", "utf-8")
    (tmp_path / "site.toml").write_text("name = 3", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-P", "-c", "from kb.cli import main; main()", command],
        cwd=tmp_path,
        env={**os.environ, "KB_ARTICLES": str(tmp_path), "KB_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "name must be a text in quotes" in ended.stderr
