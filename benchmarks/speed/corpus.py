"""The documents that are searched: sections of software documentation, fewer or more than there are."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kb.index.documents import from_article
from kb.model import Article, Document, Section

SEED = 20
LANG = "en"
TOPIC = "reference"
WHOLE = 220_510


def corpus_file() -> Path:
    """``msdocs-sections`` of ``KB_TEST_DATA``; :raises SystemExit: it is not there."""
    data = Path(os.environ.get("KB_TEST_DATA", Path(__file__).resolve().parents[3] / "shared"))
    file = data / "collections" / "msdocs-sections" / "corpus.jsonl.gz"
    if not file.exists():
        raise SystemExit(f"{file} is missing. KB_TEST_DATA names the folder that holds collections/.")
    return file


def load_documents(count: int) -> list[Document]:
    """``count`` documents by id: drawn from the corpus, and beyond it made of other documents' paragraphs."""
    chance = random.Random(SEED)
    records = list(_records())
    drawn = chance.sample(records, count) if count < len(records) else records
    documents = [_document(*record) for record in drawn]
    documents += islice(_resampled(records, chance), count - len(documents))
    return sorted(documents, key=lambda document: document.id)


def text_of(document: Document) -> str:
    """The title and the text below it."""
    return "\n".join([document.title, *(section.text for section in document.sections)])


def _records() -> Iterator[tuple[str, str, str]]:
    with gzip.open(corpus_file(), "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["_id"], record["title"], record["text"]


def _resampled(records: list[tuple[str, str, str]], chance: random.Random) -> Iterator[Document]:
    """Documents without end: the title of one, half of its lines, and half of another's."""
    number = 0
    while True:
        (_, title, one), (_, _, other) = chance.choice(records), chance.choice(records)
        lines = [line for line in (*one.split("\n"), *other.split("\n")) if chance.random() < 0.5]
        number += 1
        yield _document(f"more{number}", title, "\n".join(lines) or one)


def _document(name: str, title: str, text: str) -> Document:
    section = Section("", "", 2, text)
    article = Article(f"{LANG}/{TOPIC}/{name}", LANG, TOPIC, name, title, "", (section,), name, name)
    return from_article(article)
