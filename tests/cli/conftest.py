"""The command line, over data of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb import Settings, TicketDraft, open_knowledge_base
from kb.cli import main
from kb.model import Ticket
from kb.ticket_model import Circumstances, Trail

Run = Callable[..., Result]

DRAFT = TicketDraft("Charged twice", "See invoice 20261123.", "Ada", "ada@example.org", "en", "", "billing")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls ``kb`` in a folder with an empty topic, with data of its own."""
    for name in [name for name in os.environ if name.startswith("KB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KB_DATA", str(tmp_path / "data"))
    (tmp_path / "articles" / "en" / "account").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@dataclass(frozen=True, slots=True)
class Shell:
    """A command line over a data folder of its own."""

    settings: Settings
    environ: dict[str, str]

    def run(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, arguments, input=typed, env=self.environ)

    def send(self, draft: TicketDraft = DRAFT, *, held: bool = False) -> Ticket:
        kb = open_knowledge_base(self.settings)
        try:
            return kb.desk.submit(draft, Circumstances(too_quick=held, trail=Trail(("refund",))))
        finally:
            kb.close()
