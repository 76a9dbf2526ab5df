"""What became of messages on a site: one JSON object a line, as people judged or confirmed it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import CalibrationError


@dataclass(frozen=True, slots=True)
class Outcome:
    """A message and the ids of the documents that answered it; none where nothing did."""

    text: str
    lang: str
    answered_by: tuple[str, ...]


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """Lines such as ``{"text": "…", "lang": "en", "answered_by": ["en/sign-in/reset-password"]}``.

    :raises CalibrationError: the file is missing or a line is no outcome; the message says which.
    """
    number = 1
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield _outcome(json.loads(line))
                number += 1
    except (OSError, ValueError) as error:
        raise CalibrationError(
            f"{path}:{number}: no outcome ({error}): an object with text, lang and answered_by, a list of ids, "
            "is expected."
        ) from error


def _outcome(record: object) -> Outcome:
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise ValueError("text is missing")
    answers = record.get("answered_by")
    if not isinstance(answers, list) or not all(isinstance(each, str) for each in answers):
        raise ValueError("answered_by is not a list of ids")
    return Outcome(record["text"], str(record.get("lang", "")), tuple(answers))
