"""Misspelt queries made from titles: how much of what is found does a slip of the fingers cost?"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.evaluation.collection import Collection, JudgedQuery
from kb.evaluation.evaluation import indexed
from kb.evaluation.intervals import Values
from kb.model import Query
from kb.search.searcher import Searcher
from kb.semantic.model import SentenceModel
from kb.text.analyzer import fold

SHOWN = 3
_WORD = re.compile(r"[^\W\d_]+")
_ONE_EDIT_FROM = 4  # letters, as the spelling correction has it: shorter words have too many neighbours
_TWO_EDITS_FROM = 8
_MOST = 400
_SEED = 20240229


@dataclass(frozen=True, slots=True)
class TypoSet:
    """Titles as questions: as they are, with one edit, with two; the same titles in the same order in each."""

    clean: Collection
    one_edit: Collection
    two_edits: Collection


@dataclass(frozen=True, slots=True)
class TypoFigures:
    """For each title, whether its page is among the first three: typed as it is, with one edit, with two."""

    collection: str
    clean: Values
    one_edit: Values
    two_edits: Values


def evaluate_typos(
    collection: Collection, lang: str, model: SentenceModel | None = None
) -> TypoFigures | None:
    """Search for the titles of a collection in the three ways; None where it has none to misspell."""
    typos = typo_set(collection)
    if typos is None:
        return None
    with indexed(collection, lang, model) as searcher:
        found = [_successes(searcher, each, lang) for each in (typos.clean, typos.one_edit, typos.two_edits)]
    return TypoFigures(collection.name, *found)


def _successes(searcher: Searcher, collection: Collection, lang: str) -> Values:
    """1 where one of the first three hits is relevant, as a reader of the results page sees them."""
    results = (searcher.search(Query(q.text, lang=lang, limit=SHOWN)).hits for q in collection.queries)
    return np.array(
        [
            any(hit.id in q.grades for hit in hits)
            for q, hits in zip(collection.queries, results, strict=True)
        ],
        dtype=float,
    )


def typo_set(collection: Collection) -> TypoSet | None:
    """At most 400 titles as questions; None where no title has a word long enough to be misspelt.

    One edit misspells one word of at least four letters. Two edits misspell one word of at least eight letters
    twice, or two words once each. An edit drops, doubles, exchanges or replaces a letter, as fingers do; letters
    come from the words of the collection's own titles, so that any script is misspelt in its own letters.
    """
    rng = random.Random(_SEED)  # noqa: S311 - the same typos each time
    titles = _titles(collection)
    chosen = sorted(rng.sample(sorted(titles), min(_MOST, len(titles))))
    letters = sorted({letter for title in titles for letter in fold(title) if letter.isalpha()})
    rows: list[tuple[JudgedQuery, JudgedQuery, JudgedQuery]] = []
    for place, title in enumerate(chosen):
        clean = JudgedQuery(f"title-{place}", title, titles[title])
        one, two = _misspelt(title, 1, letters, rng), _misspelt(title, 2, letters, rng)
        if one and two:
            rows.append((clean, replace(clean, text=one), replace(clean, text=two)))
    if not rows:
        return None
    sets = (replace(collection, queries=queries, unanswerable=()) for queries in zip(*rows, strict=True))
    return TypoSet(*sets)


def _titles(collection: Collection) -> Mapping[str, Mapping[str, int]]:
    """The titles that can be misspelt, each with the documents that have it."""
    found: dict[str, dict[str, int]] = {}
    for document in collection.documents:
        if any(len(word) >= _ONE_EDIT_FROM for word in _WORD.findall(document.title)):
            found.setdefault(document.title, {})[document.id] = 1
    return found


def _misspelt(title: str, edits: int, letters: Sequence[str], rng: random.Random) -> str:
    """The title with so many edits; empty where its words are too few or too short."""
    words = [match for match in _WORD.finditer(title) if len(match.group()) >= _ONE_EDIT_FROM]
    long = [match for match in words if len(match.group()) >= _TWO_EDITS_FROM]
    if edits == 2 and long and (len(words) < 2 or rng.random() < 0.5):
        chosen = [(rng.choice(long), 2)]
    elif len(words) >= edits:
        chosen = [(match, 1) for match in rng.sample(words, edits)]
    else:
        return ""
    for match, count in sorted(chosen, key=lambda pair: -pair[0].start()):
        word = match.group()
        for _ in range(count):
            word = _edited(word, letters, rng)
        title = title[: match.start()] + word + title[match.end() :]
    return title


def _edited(word: str, letters: Sequence[str], rng: random.Random) -> str:
    """The word with one letter dropped, added, replaced, or exchanged with the next; never the word itself."""
    while True:
        place = rng.randrange(len(word))
        rest = word[place + 1 :]
        edited = rng.choice(
            (
                word[:place] + rest,
                word[:place] + rng.choice(letters) + word[place:],
                word[:place] + rng.choice(letters) + rest,
                word[:place] + rest[:1] + word[place] + rest[1:],
            )
        )
        if fold(edited) != fold(word):
            return edited
