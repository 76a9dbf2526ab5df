"""A tiny judged collection, and what came of asking its questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.evaluation.collection import load_collection
from kb.evaluation.evaluation import Evaluation, evaluate

CORPUS = [
    {"_id": "reset", "title": "Reset your password", "text": "Select Forgot password and type the code."},
    {"_id": "spam", "title": "Good mail in spam", "text": "Open the spam folder and select Not spam."},
    {"_id": "giraffe", "title": "Feeding the giraffe", "text": "Acacia leaves, twice a day."},
    {"_id": "silent", "title": "", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "forgot my password"},
    {"_id": "q2", "text": "why is my mail in the spam folder"},
    {"_id": "q3", "text": "nobody judged this"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\treset\t1\nq1\tspam\t0\nq2\tspam\t2\nq2\treset\t1\nq2\tnowhere\t1\n"


def lines(records: list[dict[str, str]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A judged collection: one answered question, one with a second best, one that nobody judged."""
    (tmp_path / "tiny" / "qrels").mkdir(parents=True)
    (tmp_path / "tiny" / "corpus.jsonl").write_text(lines(CORPUS), encoding="utf-8")
    (tmp_path / "tiny" / "queries.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    (tmp_path / "tiny" / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    unanswerable = lines([{"_id": "n1", "text": "where can I buy an umbrella in Berlin"}])
    (tmp_path / "tiny" / "queries-no-answer.jsonl").write_text(unanswerable, encoding="utf-8")
    return tmp_path / "tiny"


@pytest.fixture
def evaluation(folder: Path) -> Evaluation:
    return evaluate(load_collection(folder, "en"), "en")
