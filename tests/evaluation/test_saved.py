from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import EvaluationError
from kb.evaluation.evaluation import Evaluation
from kb.evaluation.saved import load, save


def test_a_saved_run_comes_back_as_it_was(evaluation: Evaluation, tmp_path: Path) -> None:
    save(tmp_path / "runs" / "one.json", [evaluation])
    [back] = load(tmp_path / "runs" / "one.json")
    assert replace(back, questions=(), unanswerable=()) == replace(evaluation, questions=(), unanswerable=())
    for was, now in zip(evaluation.questions, back.questions, strict=True):
        assert (now.id, now.text, now.offer.relevant) == (was.id, was.text, was.offer.relevant)
        assert now.measures == pytest.approx(was.measures, abs=1e-6)
        assert [document.id for document in now.ranked] == [document.id for document in was.ranked[:10]]
    assert len(back.unanswerable) == len(evaluation.unanswerable)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 99}', json.dumps({"format": 1, "collections": [{"collection": "a"}]})],
)
def test_what_is_no_saved_run_is_refused_with_the_next_step(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"bad\.json is no saved evaluation.* kb eval DIR --save"):
        load(tmp_path / "bad.json")


def test_a_missing_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.json"):
        load(tmp_path / "none.json")
