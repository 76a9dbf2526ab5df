"""An evaluation on disk: enough of each question to compare a later run with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kb.errors import EvaluationError
from kb.evaluation.abstention import Offer
from kb.evaluation.evaluation import AskedQuestion, Evaluation, RankedDocument

FORMAT = 1
_KEPT = 10
"""Documents of each ranking that are kept: those that a reader would see."""


def save(path: Path, evaluations: Sequence[Evaluation]) -> None:
    """Write evaluations as JSON."""
    shape = {"format": FORMAT, "collections": [_evaluation_shape(found) for found in evaluations]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(shape, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[Evaluation, ...]:
    """Read what ``save`` wrote; rankings are ten deep.

    :raises EvaluationError: the file is missing or is no saved evaluation.
    """
    try:
        shape = json.loads(path.read_text(encoding="utf-8"))
        if shape["format"] != FORMAT:
            raise ValueError(f"format {shape['format']!r} is not {FORMAT}")
        return tuple(_evaluation(each) for each in shape["collections"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path} is no saved evaluation ({type(error).__name__}: {error}). Make one: kb eval DIR --save {path}"
        ) from error


def _evaluation_shape(found: Evaluation) -> dict[str, Any]:
    return {
        "collection": found.collection,
        "lang": found.lang,
        "documents": found.documents,
        "threshold": found.threshold,
        "questions": [_question_shape(asked) for asked in found.questions],
        "unanswerable": [_offer_shape(offer) for offer in found.unanswerable],
    }


def _question_shape(asked: AskedQuestion) -> dict[str, Any]:
    return {
        "id": asked.id,
        "text": asked.text,
        "ranked": [[document.id, round(document.score, 6)] for document in asked.ranked[:_KEPT]],
        "measures": {name: round(value, 6) for name, value in asked.measures.items()},
        "seconds": round(asked.seconds, 6),
        "offer": _offer_shape(asked.offer),
    }


def _offer_shape(offer: Offer) -> dict[str, Any]:
    return {"confidence": round(offer.confidence, 6), "relevant": list(offer.relevant)}


def _evaluation(shape: dict[str, Any]) -> Evaluation:
    return Evaluation(
        collection=str(shape["collection"]),
        lang=str(shape["lang"]),
        documents=int(shape["documents"]),
        threshold=float(shape["threshold"]),
        questions=tuple(_question(each) for each in shape["questions"]),
        unanswerable=tuple(_offer(each) for each in shape["unanswerable"]),
    )


def _question(shape: dict[str, Any]) -> AskedQuestion:
    return AskedQuestion(
        id=str(shape["id"]),
        text=str(shape["text"]),
        ranked=tuple(RankedDocument(str(name), float(score)) for name, score in shape["ranked"]),
        measures={str(name): float(value) for name, value in shape["measures"].items()},
        seconds=float(shape["seconds"]),
        offer=_offer(shape["offer"]),
    )


def _offer(shape: dict[str, Any]) -> Offer:
    return Offer(float(shape["confidence"]), tuple(bool(answers) for answers in shape["relevant"]))
