"""Slang, slips, missing accents, half sentences, courtesies and codes: what people type finds what answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.knowledge_base import KnowledgeBase
from kb.model import Query

ASKED = [
    line.split("\t")
    for line in Path(__file__).with_name("clumsy.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(
    ("lang", "first", "among_three"),
    [("en", 0.80, 0.95), ("it", 0.81, 0.94), ("ru", 0.81, 0.92)],
)
def test_people_in_a_hurry_find_what_answers(
    sample_centre: KnowledgeBase, lang: str, first: float, among_three: float
) -> None:
    places = [
        [hit.id.removeprefix(f"{lang}/") in answers.split("|") for hit in hits]
        for asked_in, text, answers in ASKED
        if asked_in == lang
        for hits in [sample_centre.search(Query(text, lang=lang, limit=3)).hits]
    ]
    assert len(places) >= 70
    assert sum(place[:1] == [True] for place in places) >= first * len(places)
    assert sum(any(place) for place in places) >= among_three * len(places)


def test_what_they_ask_for_is_there(sample_centre: KnowledgeBase) -> None:
    for lang, _, answers in ASKED:
        for answer in answers.split("|"):
            assert sample_centre.article(f"{lang}/{answer}")


@pytest.mark.parametrize(
    ("lang", "text", "plain"),
    [
        ("en", "Cant sign in. Tried everything. Pls help", "Cant sign in"),
        ("it", "Buonasera. Ho un problema. Il codice non arriva. Grazie", "Il codice non arriva"),
        ("ru", "Добрый вечер. У меня проблема. Не приходит код. Спасибо", "Не приходит код"),
    ],
)
def test_sentences_that_ask_nothing_weigh_nothing(
    sample_centre: KnowledgeBase, lang: str, text: str, plain: str
) -> None:
    polite, blunt = (sample_centre.search(Query(each, lang=lang)).hits for each in (text, plain))
    assert [hit.id for hit in polite] == [hit.id for hit in blunt]
