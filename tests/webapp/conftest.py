"""A small help centre with memorable documents, indexed once, and visitors for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import KnowledgeBase, Settings, open_knowledge_base
from webapp import create_app

ARTICLES = {
    # Three languages; it has sections, an image, tags and an old address.
    "en/sign-in/lost-phone.md": """---
title: "Lost phone & two-step"
summary: "Sign in with a recovery code, then select Replace phone."
tags: [two-step, phone]
questions: ["my phone was stolen", "broke my phone and it wants a code"]
updated: 2026-09-28
redirect_from: [/old/lost-phone]
---
Use a recovery code.

## With a recovery code

1. Select **Use a recovery code**. The telephone is not needed.

## Without any code

Write to us. ![The sign-in page](../../images/page.png)
""",
    "it/sign-in/lost-phone.md": """---
title: "Telefono perso"
summary: "Accedi con un codice di recupero."
tags: [two-step]
updated: 2026-10-01
---
Usa un codice di recupero per entrare senza telefono.
""",
    "ru/sign-in/lost-phone.md": """---
title: "Телефон потерян"
summary: "Войдите по коду восстановления."
tags: [two-step]
updated: 2026-10-02
---
Войдите по коду восстановления, телефон не нужен.
""",
    # Exists in English only.
    "en/sign-in/locked.md": """---
title: "Account locked"
summary: "Wait 30 minutes after HM-1008."
tags: [password]
updated: 2026-08-01
---
Too many wrong passwords lock the account for 30 minutes (HM-1008).
""",
    # A topic that other languages do not have.
    "en/billing/refund.md": """---
title: "Get a refund"
summary: "Yearly plans within 30 days."
tags: [money]
updated: 2026-07-01
---
Ask for a refund within 30 days.
""",
}

# Enough pages about one word to need paging.
ARTICLES |= {
    f"en/printing/printer-{number}.md": f'---\ntitle: "Printer {number}"\n---\nThe printer number {number}.\n'
    for number in range(1, 24)
}

THREADS = [
    {
        "id": "outvoted",
        "lang": "en",
        "title": "Phone drowned, what now?",
        "body": "My phone fell into the lake and the code is gone.",
        "topic": "sign-in",
        "author": "bramble",
        "created": "2026-05-01T10:00:00Z",
        "url": "https://community.example/t/1",
        "votes": 7,
        "answers": [
            {"id": "a1", "author": "loud", "body": "Just buy a new account.", "votes": 30, "accepted": False},
            {"id": "a2", "author": "kind", "body": "Use a recovery code.", "votes": 3, "accepted": True},
            {"id": "a3", "author": "troll", "body": "Throw it away.", "votes": -2, "accepted": False},
        ],
    },
    {
        "id": "lonely",
        "lang": "ru",
        "title": "Никто не ответил",
        "body": "Совсем никто?",
        "topic": "sign-in",
        "votes": 1,
    },
]

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "0000000500010d0a2db40000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Centre:
    """The indexed centre all tests read."""

    settings: Settings
    kb: KnowledgeBase


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("centre")
    for name, text in ARTICLES.items():
        path = folder / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "articles" / "images").mkdir()
    (folder / "articles" / "images" / "page.png").write_bytes(PIXEL)
    threads = folder / "threads.jsonl"
    threads.write_text("\n".join(json.dumps(thread) for thread in THREADS), encoding="utf-8")
    settings = Settings(data=folder / "data", articles=(folder / "articles",), secret_key="a key for tests")
    kb = open_knowledge_base(settings)
    kb.import_threads(threads)
    kb.reindex()
    yield Centre(settings, kb)
    kb.close()


@pytest.fixture(scope="session")
def app(centre: Centre) -> Flask:
    return create_app(centre.settings, centre.kb)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def unindexed(tmp_path: Path) -> Flask:
    """A site before the first ``kb index``."""
    return create_app(Settings(data=tmp_path / "data", articles=(), secret_key="a key for tests"))


def with_kb(centre: Centre, kb: KnowledgeBase) -> FlaskClient:
    """A visitor of the same centre over another knowledge base."""
    return create_app(replace(centre.settings), kb).test_client()


class Page(HTMLParser):
    """A page as a reader meets it: its text, its links, its tags."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.html = response.get_data(as_text=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.pieces: list[str] = []
        self.structured: list[dict[str, Any]] = []
        """The JSON-LD."""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == ("script", {"type": "application/ld+json"}) and data.strip():
            self.structured.append(json.loads(data))
        else:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]

    @property
    def fields(self) -> dict[str, str]:
        """The values of the named inputs."""
        return {
            attributes["name"]: attributes.get("value", "")
            for tag, attributes in self.tags
            if tag == "input" and "name" in attributes
        }

    def first(self, tag: str) -> dict[str, str]:
        return next(attributes for name, attributes in self.tags if name == tag)
