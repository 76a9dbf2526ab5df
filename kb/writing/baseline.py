"""What was found at some time, so that a check can tell what has got worse from what never was good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.content.files import write_whole
from kb.errors import ContentError
from kb.writing.findability import Findability, QuestionOutcome

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """The place of each question, by article."""

    places: Mapping[str, Mapping[str, int]]

    def had_found(self, outcome: QuestionOutcome, shown: int) -> bool:
        """Whether the question was answered then; one that is new counts as answered, so that it has to be."""
        place = self.places.get(outcome.question.article, {}).get(outcome.question.text)
        return place is None or 0 < place <= shown


def read_baseline(path: Path) -> Baseline:
    """:raises ContentError: the file is not there, or no baseline."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["version"] != _VERSION:
            raise ContentError(str(path), 1, "is of another version: write it anew with --write-baseline")
        places = {
            str(article): {str(question): int(place) for question, place in questions.items()}
            for article, questions in record["places"].items()
        }
    except OSError as error:
        raise ContentError(
            str(path), 1, f"cannot be read ({error.strerror}): make it with --write-baseline"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(str(path), 1, "is no baseline: write it anew with --write-baseline") from error
    return Baseline(places)


def write_baseline(path: Path, found: Findability) -> None:
    """Keep the places of now. Sorted, so that a version control shows what changed."""
    places: dict[str, dict[str, int]] = {}
    for outcome in found.outcomes:
        places.setdefault(outcome.question.article, {})[outcome.question.text] = outcome.place
    record = {"version": _VERSION, "places": places}
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(path, f"{text}\n".encode())
