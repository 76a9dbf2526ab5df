"""Tokens of many documents at once against the analyzer, text by text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.documents import passages
from kb.index.tokens import Tokenized, TokenTable, TokenTables, tokenize
from kb.index.vocabulary import Vocabulary
from kb.model import Document
from kb.text.analyzer import Analyzed, analyzer
from tests.corpus import DOCUMENTS, document

ENGLISH = [d for d in DOCUMENTS if d.lang == "en"]
words = st.sampled_from(
    [
        "log",
        "logs",
        "me",
        "in",
        "log-in",
        "back",
        "up",
        "set",
        "wi-fi",
        "can't",
        "HM-1008",
        "the",
        "x",
        "…",
        "東京都",
    ]
)


def of_passage(found: Tokenized, passage: int) -> tuple[list[str], list[int], list[int]]:
    table = found.table
    first, last = (
        table.token_of_passage[passage : passage + 1],
        table.token_of_passage[passage + 1 : passage + 2],
    )
    terms = [found.vocabulary.term(number) for number in table.terms.between(first, last).whole().tolist()]
    spans = table.spans.read(first, last)
    return terms, (spans.ends() - spans.lengths).tolist(), spans.ends().tolist()


def as_analysed(found: Analyzed) -> tuple[list[str], list[int], list[int]]:
    return found.terms, found.starts, found.ends


@given(st.lists(st.lists(words, max_size=12).map(" ".join), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_tokens_of_many_documents_are_those_of_the_analyzer(bodies: list[str]) -> None:
    documents = [document(f"en/a/{n}", body, body[::-1] + " " + body) for n, body in enumerate(bodies)]
    found = tokenize(documents, analyzer("en"), TokenTables((), Vocabulary.of(())))
    every = [passage.text for each in documents for passage in passages(each)]
    assert [of_passage(found, n) for n in range(len(every))] == [
        as_analysed(analyzer("en").analyze(text)) for text in every
    ]


def test_known_documents_keep_their_tokens_in_a_new_order() -> None:
    nothing = TokenTables((), Vocabulary.of(()))
    first = tokenize(ENGLISH, analyzer("en"), nothing)
    mixed: list[Document | int] = [2, ENGLISH[0], 1]
    again = tokenize(mixed, analyzer("en"), TokenTables([first.table], first.vocabulary))
    anew = tokenize([ENGLISH[2], ENGLISH[0], ENGLISH[1]], analyzer("en"), nothing)
    assert _said(again.table, again.vocabulary) == _said(anew.table, anew.vocabulary)


def test_words_far_from_the_one_before_are_where_they_stand() -> None:
    far = "word " * 20_000 + "and then" + " …" * 100 + "log in" + "-" * 70_000 + "again" + " …" * 60 + "end"
    long = document("en/a/long", "Long", far)
    nothing = TokenTables((), Vocabulary.of(()))
    first = tokenize([ENGLISH[0], long], analyzer("en"), nothing)
    again = tokenize([0, 1, long], analyzer("en"), TokenTables([first.table], first.vocabulary))
    later = tokenize([2, 1], analyzer("en"), TokenTables([again.table], again.vocabulary))
    for found, passages_after in ((first, 2), (again, 2), (again, 4), (later, 2), (later, 4)):
        place = len(found.table.fields) - passages_after + 1
        assert of_passage(found, place) == as_analysed(analyzer("en").analyze(long.sections[0].text))
    rare = later.table.spans
    assert rare.rare_gaps.tolist() == [200, 70_000] * 2


def _said(table: TokenTable, vocabulary: Vocabulary) -> list[object]:
    terms = [vocabulary.term(number) for number in table.terms.whole().tolist()]
    spans = table.spans.read(table.token_of_passage[:1], table.token_of_passage[-1:])
    return [
        terms,
        *(
            part.tolist()
            for part in (table.passage_of_doc, table.token_of_passage, spans.gaps, spans.lengths)
        ),
    ]
