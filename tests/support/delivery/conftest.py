"""A desk without an index, its clock, and tickets to send."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb import KnowledgeBase, Settings, open_knowledge_base
from kb.model import Ticket, TicketDraft
from kb.support.delivery.desks import open_desks
from kb.support.delivery.help_desk import HelpDesk
from kb.support.delivery.outbox import LEASE, DeliveryReport, Outbox
from kb.support.desk import Desk

DRAFT = TicketDraft("Lost phone", "It was stolen.\nПомогите 🙏", "Ada Ünal", "ada@example.org", "en")


@dataclass
class Post:
    """A help centre whose tickets go somewhere, and whose time the test sets."""

    kb: KnowledgeBase
    desks: tuple[HelpDesk, ...]
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def desk(self) -> Desk:
        return self.kb.desk

    def send(self, draft: TicketDraft = DRAFT) -> Ticket:
        self.now = max(self.now, datetime.now(UTC))
        return self.desk.submit(draft)

    def deliver(self, lease: timedelta = LEASE) -> DeliveryReport:
        self.now = max(self.now, datetime.now(UTC))
        return Outbox(
            self.desk.deliveries, self.desks, self.desk._pack, lambda: self.now, lease
        ).deliver_due()

    def deliver_until_done(self, rounds: int = 100) -> DeliveryReport:
        """Deliver, and let time pass until the next attempt, until nothing is due."""
        report = DeliveryReport()
        for _ in range(rounds):
            report += self.deliver()
            due = [one.due for one in self.desk.deliveries.open() if one.state == "due" and one.due]
            if not due:
                return report
            self.now = max(self.now, min(due)) + timedelta(seconds=1)
        raise AssertionError("It never ends")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", articles=(), public_url="https://help.example.org")


@dataclass
class Opener:
    settings: Settings
    migrated: Path
    opened: list[KnowledgeBase] = field(default_factory=list)

    def __call__(self, **changes: object) -> Post:
        settings = replace(self.settings, **changes)  # type: ignore[arg-type]  # names are checked by replace
        file = settings.data / "kb.db"
        if not file.exists():
            settings.data.mkdir(exist_ok=True)
            shutil.copy(self.migrated, file)
        kb = open_knowledge_base(settings)
        self.opened.append(kb)
        return Post(kb, open_desks(settings, kb.desk.rules))


@pytest.fixture
def post_of(settings: Settings, migrated: Path) -> Iterator[Opener]:
    """``post_of(help_desk=("webhook",), …)``: a help centre with those settings."""
    opener = Opener(settings, migrated)
    yield opener
    for kb in opener.opened:
        kb.close()
