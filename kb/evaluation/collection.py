"""A judged collection: documents, questions, and which documents answer which question (BEIR's file layout)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kb.content.detection import detect_language
from kb.errors import EvaluationError
from kb.index.documents import from_article
from kb.model import Article, Document, Section

_ENOUGH = 50
"""Documents that tell the language of a collection."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A question and the grades of the documents that answer it; no document has a grade of 0 or less."""

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """What one folder holds."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[JudgedQuery, ...]
    """Only those that have an answer in the collection."""
    unanswerable: tuple[str, ...]
    """Questions that nothing in the collection answers."""


def load_collection(folder: Path, lang: str) -> Collection:
    """Read ``corpus.jsonl``, ``queries.jsonl``, ``qrels/test.tsv`` and, where present, ``queries-no-answer.jsonl``.

    :raises EvaluationError: a file is missing or broken; the message says which and where.
    """
    documents = tuple(_document(record, lang) for record in _records(folder / "corpus.jsonl"))
    if not documents:
        raise EvaluationError(f"{folder / 'corpus.jsonl'} holds no document.")
    known = {document.id for document in documents}
    grades = _judgments(folder / "qrels" / "test.tsv", known)
    queries = tuple(
        JudgedQuery(str(record["_id"]), str(record["text"]), grades[str(record["_id"])])
        for record in _records(folder / "queries.jsonl", "text")
        if str(record["_id"]) in grades
    )
    if not queries:
        raise EvaluationError(
            f"{folder / 'qrels' / 'test.tsv'} judges no question of queries.jsonl and document of corpus.jsonl."
        )
    no_answer = folder / "queries-no-answer.jsonl"
    return Collection(
        name=folder.resolve().name,
        documents=documents,
        queries=queries,
        unanswerable=tuple(str(r["text"]) for r in _records(no_answer, "text")) if no_answer.exists() else (),
    )


def language_of(folder: Path, *, otherwise: str) -> str:
    """The language that a collection's documents are surely in, or ``otherwise``.

    :raises EvaluationError: the corpus is missing or broken.
    """
    records = islice(_records(folder / "corpus.jsonl"), _ENOUGH)
    sample = " ".join(f"{record.get('title') or ''} {record.get('text') or ''}" for record in records)
    return detect_language(sample, otherwise=otherwise)


def _document(record: Mapping[str, object], lang: str) -> Document:
    name, title, text = str(record["_id"]), str(record.get("title") or ""), str(record.get("text") or "")
    sections = (Section("", "", 2, text),) if text else ()
    page = Article(
        id=name,
        lang=lang,
        topic="",
        slug=name,
        title=title,
        html="",
        sections=sections,
        content_hash=name,
        source="corpus.jsonl",
    )
    return from_article(page)


def _records(path: Path, *needed: str) -> Iterator[dict[str, object]]:
    """The records of a file, each with an ``_id`` of its own and the fields that are needed."""
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _record(path, number, line, seen, ("_id", *needed))
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read: {error}. A judged collection holds corpus.jsonl, queries.jsonl "
            "and qrels/test.tsv."
        ) from error


def _record(path: Path, number: int, line: str, seen: set[str], needed: tuple[str, ...]) -> dict[str, object]:
    try:
        record = json.loads(line)
        if not isinstance(record, dict) or any(name not in record for name in needed):
            raise ValueError(f"an object with {' and '.join(needed)} is expected")
        name = str(record["_id"])
        if name in seen:
            raise ValueError(f"there was another {name!r} before")
        seen.add(name)
    except ValueError as error:
        raise EvaluationError(f"{path}:{number}: not a record: {error}.") from error
    return record


def _judgments(path: Path, known: set[str]) -> dict[str, dict[str, int]]:
    """Grades above 0 of known documents, by query; a graded document that is not in the corpus is no answer."""
    grades: dict[str, dict[str, int]] = {}
    number = 1
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                number += 1
                grade = int(row["score"])
                if grade > 0 and row["corpus-id"] in known:
                    grades.setdefault(row["query-id"], {})[row["corpus-id"]] = grade
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path}:{number}: cannot be read ({error}): three columns query-id, corpus-id, score, "
            "tab-separated, are expected."
        ) from error
    return grades
