"""Documents of random words from a small vocabulary, so that most queries match some."""

from __future__ import annotations

import random

from kb.model import Document
from tests.corpus import document

WORDS = [
    "password",
    "code",
    "phone",
    "letter",
    "spam",
    "folder",
    "giraffe",
    "ladder",
    "invoice",
    "reset",
    "sync",
]


def change_some(documents: dict[str, Document], chance: random.Random) -> None:
    """Delete a few, edit a few, add a few."""
    for name in chance.sample(sorted(documents), k=min(len(documents), 3)):
        del documents[name]
    for name in [*chance.sample(sorted(documents), k=min(len(documents), 4)), *random_names(chance, 7)]:
        documents[name] = random_document(name, chance)


def random_document(name: str, chance: random.Random) -> Document:
    title, body = (" ".join(chance.choices(WORDS, k=k)) for k in (3, 12))
    return document(name, title, body)


def random_names(chance: random.Random, count: int) -> list[str]:
    return [f"{chance.choice(['en', 'en', 'it'])}/a/{chance.randrange(10_000)}" for _ in range(count)]
