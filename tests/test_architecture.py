"""The rules of the house that import-linter cannot see."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "kb").rglob("*.py"), *(ROOT / "webapp").rglob("*.py")])
WRITTEN_BY_HAND = sorted(
    [*SOURCES, *(f for kind in ("css", "js", "html") for f in (ROOT / "webapp").rglob(f"*.{kind}"))]
)

LONGEST = 300
REASON = f"Over {LONGEST} lines because"


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _opening(path: Path) -> str:
    """The module's docstring; of a file that is not Python, its first lines."""
    text = path.read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "") if path.suffix == ".py" else text[:1000]


def _environment_reads(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
            of_a_request = ast.unparse(node.value) == "request"
            yield from [] if of_a_request else [node.lineno]
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for name in node.names if name.name in {"environ", "environb", "getenv"})


def test_the_environment_is_read_in_settings_alone() -> None:
    reading = {_relative(path) for path in SOURCES if any(_environment_reads(path))}
    assert reading == {"kb/settings.py"}


def test_a_file_is_short_or_says_why_not() -> None:
    long = [p for p in WRITTEN_BY_HAND if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST]
    assert [_relative(path) for path in long if REASON not in " ".join(_opening(path).split())] == []


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_serving_needs_neither_scikit_learn_nor_alembic() -> None:
    """The builder alone pays for scikit-learn (86 MB a process), and a migration alone for Alembic."""
    code = "import sys, webapp.server; print(sorted({'sklearn', 'alembic'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
