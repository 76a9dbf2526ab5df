"""The documents of one language: their tokens and weights, and how a query is matched against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.documents import FIELDS
from kb.index.engine import Candidate, Retrieval, Retrieved, Token
from kb.index.postings import Floats, Ints, load_mapped
from kb.index.similarity import SimilarityIndex
from kb.index.tokens import Tokenized, TokenTable
from kb.model import Document, Kind

KINDS = tuple(Kind)
_CLOSE_ENOUGH = 0.6  # of a word that is marked in a snippet though it is not the word that was asked for


class Partition:
    """One language of a generation. Its documents have consecutive ordinals, from ``first`` on, by id."""

    def __init__(self, folder: Path, first: int) -> None:
        self.first = first
        self.tokens = TokenTable.load(folder)
        self.similarity = SimilarityIndex(folder, self.tokens.documents)
        self.kinds: Any = load_mapped(folder / "kinds.npy")
        self._topics: Any = load_mapped(folder / "topics.npy")
        self._topic_names: list[str] = (folder / "topics.txt").read_text(encoding="utf-8").split("\n")

    def retrieve(self, retrieval: Retrieval, matching: Ints | None) -> tuple[Ints, Retrieved]:
        """Ordinals, best first, and their candidates, whose ids are still empty.

        ``matching`` are the ordinals that meet the conditions of the query, or None where it has none.
        """
        similarity = self.similarity
        scores = similarity.score(retrieval.terms)
        if matching is None:
            found = scores.exact > 0 if scores.exact.any() else scores.fused > 0
            eligible = scores.fused > 0
        else:
            found = np.zeros(self.tokens.documents, bool)
            found[matching - self.first] = True
            eligible = found
        if retrieval.topic:
            in_topic = self._topics == self._topic(retrieval.topic)
            found, eligible = found & in_topic, eligible & in_topic
        counts = {
            kind: int(np.count_nonzero(found & (self.kinds == code))) for code, kind in enumerate(KINDS)
        }
        if retrieval.kind:
            eligible = eligible & (self.kinds == KINDS.index(retrieval.kind))
        best = _best(scores.fused, np.flatnonzero(eligible), retrieval.limit)
        evidence = similarity.evidence(retrieval.terms, best)
        mass = similarity.mass(retrieval.terms)
        candidates = tuple(
            Candidate(
                ordinal=int(place) + self.first,
                id="",
                score=float(scores.fused[place]),
                cosine=float(scores.cosine[place]),
                coverage=float(evidence[i]) / mass,
                evidence=float(evidence[i]),
            )
            for i, place in enumerate(best)
        )
        return best + self.first, Retrieved(candidates, counts)

    def matched_tokens(self, ordinal: int, terms: Iterable[str]) -> tuple[Token, ...]:
        """Where the terms, or words close to them, stand in a document; a term's close word is named by the term."""
        asked: dict[int, str] = {}
        for term in terms:
            near = self.similarity.neighbours.of(term)
            for number in near.numbers[near.similarities >= _CLOSE_ENOUGH].tolist():
                asked.setdefault(number, term)
        for term in terms:  # the word itself is named by itself
            if (number := self.similarity.vocabulary.number(term)) >= 0:
                asked[number] = term
        table, document = self.tokens, ordinal - self.first
        span = table.tokens_of(document)
        numbers = table.terms[span]
        first = int(table.passage_of_doc[document])
        found = np.flatnonzero(np.isin(numbers, np.fromiter(asked, np.int32, len(asked)))) + span.start
        passage = np.searchsorted(table.token_of_passage, found, side="right") - 1 - first
        return tuple(
            Token(
                term=asked[int(table.terms[t])],
                weight=self.similarity.idf(int(table.terms[t])),
                field=FIELDS[int(table.fields[first + p])].name,
                passage=int(p),
                start=int(table.starts[t]),
                end=int(table.ends[t]),
            )
            for t, p in zip(found, passage, strict=True)
        )

    def _topic(self, name: str) -> int:
        return self._topic_names.index(name) if name in self._topic_names else -1


def _best(scores: Floats, places: NDArray[np.intp], limit: int) -> Ints:
    """The ``limit`` places with the highest scores, best first, ties by place."""
    if len(places) > 4 * limit > 0:
        chosen = scores[places]
        least = np.partition(chosen, -limit)[-limit]
        places = places[chosen >= least]
    order = np.lexsort((places, -scores[places]))[:limit]
    return places[order].astype(np.int32)


def write(folder: Path, documents: Sequence[Document], tokenized: Tokenized) -> None:
    """Fit and write a partition."""
    from kb.index.weights import fit  # scikit-learn takes a second and 86 MB, which no web worker should pay

    folder.mkdir(parents=True)
    tokenized.table.save(folder)
    tokenized.vocabulary.save(folder / "terms.marisa")
    fit(tokenized).save(folder)
    topics = sorted({document.topic for document in documents})
    numbers = {topic: number for number, topic in enumerate(topics)}
    np.save(folder / "kinds.npy", np.array([KINDS.index(d.kind) for d in documents], np.uint8))
    np.save(folder / "topics.npy", np.array([numbers[d.topic] for d in documents], np.int32))
    (folder / "topics.txt").write_text("\n".join(topics), encoding="utf-8")
