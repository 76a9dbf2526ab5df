"""How much the meaning of a query counts beside its words. Used only where there is a sentence encoder."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kb.index.engine import Floats


class Vector(Protocol):
    """What a question means, of length 1, and the model that says so."""

    @property
    def values(self) -> Floats:
        """The vector."""

    @property
    def fingerprint(self) -> str:
        """Names the model."""

    @property
    def spread(self) -> float:
        """How much closer answers come to questions than other texts do, by this model."""


class QuestionEncoder(Protocol):
    """What turns a question into a vector while somebody waits for the answer."""

    def vector(self, text: str) -> Vector | None:
        """None where it would come too late, or cannot be had: the words must do."""


@dataclass(frozen=True, slots=True)
class WeightModel:
    """How much the meaning of a question counts: a logistic model, 0 for words alone and 1 for meaning alone."""

    intercept: float
    log_documents: float
    """Per natural logarithm of the number of documents: the more there are, the more of them come close to any
    question, while its rare words tell them apart as well as ever."""
    coverage: float
    """Per share of the question's information that the document best by words covers: where every word is found,
    there is less to be guessed."""

    def weight(self, documents: int, coverage: float) -> float:
        """The weight of meaning; collections are taken to be of a size that the model was fitted on."""
        size = math.log(min(max(documents, SIZES[0]), SIZES[1]))
        z = self.intercept + self.log_documents * size + self.coverage * coverage
        return 1 / (1 + math.exp(-z))


# Fitted by "python benchmarks/fit_meaning.py" on seven collections; docs/relevance.md has the figures of each,
# which were predicted with the weights fitted on the other six.
WEIGHT = WeightModel(intercept=2.064, log_documents=-0.255, coverage=-0.297)
SIZES = (77, 5183)
"""The fewest and the most documents of a collection that the weights were fitted on."""

_CLEAR = 0.45
"""The least lead as a share of the model's spread: documents come less close to a question that none answers."""
_CODE = re.compile(r"(?=\S*\d)(?=\S*[^\W\d])\S+|\S*\d\S*[._:/-]\S*\d\S*|[A-Za-z]+_\S+|0x\S+")
"""A word that is a name rather than a meaning: HM-1008, 5.1.1, ERR_CONNECTION_RESET."""
_LONGEST_WORD = 40  # a longer one is a key, an address or a slip, and would take long to look at
_MOSTLY_CODE = 1 / 3


@dataclass(frozen=True, slots=True)
class QueryMeaning:
    """Implements :class:`kb.index.engine.Meaning`."""

    vector: Floats
    fingerprint: str
    spread: float
    """How much closer answers come to questions than other texts do, by this model."""

    @property
    def least_lead(self) -> float:
        """How far the cosine of a document must be above the average to be found though it shares no word."""
        return _CLEAR * self.spread

    def fused(self, words: Floats, nearness: Floats, coverage: Floats, documents: int) -> Floats:
        """The weighted mean of both scores, each scaled to 1 for its best; the weight is that of this question."""
        if not words.any():
            return nearness
        by_words = words / np.max(words)
        weight = np.float32(WEIGHT.weight(documents, float(coverage[np.argmax(words)])))
        return np.asarray((1 - weight) * by_words + weight * nearness, np.float32)


def meaning_of(text: str, encoder: QuestionEncoder | None) -> QueryMeaning | None:
    """What a question means; None where no model says so in time, or where it is a code, which has no meaning."""
    if encoder is None or not text.strip() or _is_code(text):
        return None
    vector = encoder.vector(text)
    return QueryMeaning(vector.values, vector.fingerprint, vector.spread) if vector else None


def _is_code(text: str) -> bool:
    parts = text.split()
    codes = sum(len(part) > _LONGEST_WORD or bool(_CODE.fullmatch(part)) for part in parts)
    return codes >= _MOSTLY_CODE * len(parts)
