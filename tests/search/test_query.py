from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.search.query import LONGEST, Condition, ParsedQuery, clauses, parse_query
from kb.text.analyzer import analyzer

pieces = st.sampled_from(
    [
        '"',
        "-",
        "title:",
        "tag:",
        "lang:",
        "*",
        "it",
        "pass",
        " ",
        "\n",
        "-lang:it",
        'tag:"',
        "OR",
        "\ud800",
        "\x00",
    ]
)
queries = st.lists(pieces | st.text(max_size=5), max_size=40).map("".join) | st.text()

HOSTILE = {
    "10 kB": "password " * 1200,
    "one word of 1 MB": "a" * 1_000_000,
    "500 ORs": " OR ".join(["word"] * 501),
    "1,000 wildcards": " ".join(f"wo{n}*" for n in range(1000)),
    "1,000 wildcards glued": "ab*" * 1000,
    "codes without spaces": "HM-1008:" * 1250,
    "stars": "* ** *** a*",
    "1,000 exclusions": " ".join(f"-wo{n}" for n in range(1000)),
    "16 phrases too many": " ".join(['"a b"'] * 24),
    "open quote": '"never closed',
    "empty phrase": '"" "  " -""',
    "only operators": "title: tag: lang: - -- *",
    "control characters": "pass\x00word\x1b[31m \x7f\x85",
    "lone surrogate": "pass\ud800word \udfff",
    "right to left": "\u202eكلمة السر\u202c שלום",
    "emoji": "👩‍👩‍👧 🔑 ️",
    "empty": "",
    "spaces": " \t\r\n\u3000",
    "sql": "'; DROP TABLE documents; --",
    "brackets": "((([[[{{{ AND NOT ~2 ^5 /re/ [a TO z]",
}


@given(queries)
@example("-lang:it word")
@settings(max_examples=500, deadline=None)
def test_every_string_is_a_query_of_bounded_size(text: str) -> None:
    parsed = parse_query(text)
    assert len(parsed.conditions) <= 16
    assert len(parsed.words) <= 2 * LONGEST
    assert not any("\ud800" <= c <= "\udfff" or c < " " for c in parsed.words)
    for clause in clauses(parsed, analyzer("en").terms):
        assert clause.terms
        assert all(clause.terms)
        assert clause.field in {"", "title", "tag"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_is_read_within_bounds(text: str) -> None:
    parsed = parse_query(text)
    assert len(parsed.conditions) <= 16
    assert len(parsed.words) <= LONGEST
    assert len(analyzer("en").terms(parsed.words)) <= LONGEST // 2


@given(st.text(st.characters(categories=["L", "Nd", "Zs"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_words_without_operators_stay_words(text: str) -> None:
    assert parse_query(text) == ParsedQuery(" ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ('"reset password" code', ParsedQuery("reset password code", (Condition("reset password"),))),
        ("code -business", ParsedQuery("code", (Condition("business", negated=True),))),
        ('code -"two step"', ParsedQuery("code", (Condition("two step", negated=True),))),
        ("title:code", ParsedQuery("code", (Condition("code", "title"),))),
        ('TITLE:"new code"', ParsedQuery("new code", (Condition("new code", "title"),))),
        ("code tag:Two-Step", ParsedQuery("code", (Condition("Two-Step", "tag"),))),
        ("code -tag:old", ParsedQuery("code", (Condition("old", "tag", negated=True),))),
        ("lang:IT codice", ParsedQuery("codice", lang="it")),
        ("pass*", ParsedQuery("pass", (Condition("pass", prefix=True),))),
        ("title:pass*", ParsedQuery("pass", (Condition("pass", "title", prefix=True),))),
    ],
)
def test_operators_state_conditions(text: str, parsed: ParsedQuery) -> None:
    assert parse_query(text) == parsed


@pytest.mark.parametrize(
    "text",
    ["wi-fi", "a - b", "minus -5", "-", "--verbose", "5*3", "a*", "subtitle:x", "http://x", '"', "C:\\x"],
)
def test_what_is_no_operator_is_plain_words(text: str) -> None:
    assert parse_query(text).conditions == ()
    assert parse_query(text).words == " ".join(text.split())


def test_a_query_that_only_excludes_searches_for_what_it_excludes() -> None:
    assert parse_query("-spam -junk") == ParsedQuery("spam junk")


def test_excluding_a_language_does_not_ask_for_it() -> None:
    assert parse_query("codice -lang:it").lang == ""


@pytest.mark.parametrize(
    "message",
    [
        'It says "wrong code" -again\nI tried title:x',
        " ".join(['It says "wrong code" and then -again title:x'] * 4),
    ],
)
def test_the_quotes_and_dashes_of_a_message_are_its_own(message: str) -> None:
    parsed = parse_query(message)
    assert parsed == ParsedQuery(" ".join(message.split()))


def test_clauses_are_in_the_terms_of_the_language() -> None:
    parsed = parse_query('"resetting passwords" -the -Codes tag:Two-Step ЁЛ*')
    found = clauses(parsed, analyzer("en").terms)
    assert [clause.terms for clause in found] == [("reset", "password"), ("code",), ("two-step",), ("ел",)]
    assert [clause.negated for clause in found] == [False, True, False, False]
    assert [clause.prefix for clause in found] == [False, False, False, True]
