"""A folder of articles to write into, and the writers' desk over it. The day is always 25 November 2026."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.writing.desk import WritersDesk
from kb.writing.findings import RULES, Finding

TODAY = date(2026, 11, 25)

Write = Callable[[str, str], Path]
Check = Callable[..., list[Finding]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "articles"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a file of the folder, given its relative path."""

    def write_file(relative: str, text: str) -> Path:
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> WritersDesk:
    return WritersDesk(Settings(data=tmp_path / "data", articles=(folder,)), today=lambda: TODAY)


@pytest.fixture
def check(desk: WritersDesk) -> Check:
    """The findings of one rule, or of all."""

    def found(rule: str = "") -> list[Finding]:
        findings = desk.check().findings
        assert {one.rule for one in findings} <= set(RULES)
        return [one for one in findings if not rule or one.rule == rule]

    return found


def article(body: str = "Do this.\n", /, **front: object) -> str:
    """An article that nothing is wrong with but what is asked for."""
    keys = {
        "title": "Change your password",
        "summary": "In the settings.",
        "questions": "[new password]",
        **front,
    }
    return (
        "---\n"
        + "".join(f"{key}: {value}\n" for key, value in keys.items() if value is not None)
        + f"---\n{body}"
    )
