from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.knowledge_base import KnowledgeBase
from kb.model import Snippet, Span
from webapp import create_app
from webapp.codes import CLOSE, OPEN, unbroken, unbroken_html
from webapp.marks import marked


def whole(text: str) -> list[str]:
    """What of a text cannot be broken."""
    return re.findall(f"{OPEN}(.*?){CLOSE}", unbroken(text))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("it says HM-1012 every time", ["HM-1012"]),
        ("hm-1012???", ["hm-1012"]),
        ("The app signed me out (HM-1020), then HM-1008.", ["HM-1020", "HM-1008"]),
        ("L'errore HM-1012, o “HM-1001”", ["HM-1012", "HM-1001"]),
        ("ошибка НМ-1012: что делать", ["НМ-1012"]),
        ("case KB-2026-17", ["KB-2026-17"]),
        ("log-in, wi-fi, 2-5 days, 2026-11-26, +39-02-123", []),
        ("https://example.org/a/HM-1012-x", []),
        ("a-1-2-3-4-5-6", []),
    ],
)
def test_a_code_is_whole_and_other_words_with_hyphens_are_not(text: str, codes: list[str]) -> None:
    assert whole(text) == codes


def test_a_marked_code_is_whole_however_much_of_it_is_marked() -> None:
    text = "HM-1001 or HM-1012"
    spans = (Span(0, 2), Span(11, 18))
    assert marked(Snippet(text, spans)) == (
        f"{OPEN}<mark>HM</mark>-1001{CLOSE} or {OPEN}<mark>HM-1012</mark>{CLOSE}"
    )


def test_tags_stay_as_they_are() -> None:
    assert unbroken_html('<a href="#HM-1" title="HM-1">HM-1</a>') == (
        f'<a href="#HM-1" title="HM-1">{OPEN}HM-1{CLOSE}</a>'
    )


@given(st.text(st.sampled_from("HM-10 <>&'\"ж.")))
def test_a_text_says_the_same_and_is_escaped(text: str) -> None:
    shown = unbroken(text).replace(OPEN, "").replace(CLOSE, "")
    assert html.unescape(shown) == text
    assert "<" not in shown


@pytest.mark.parametrize(
    ("lang", "query"), [("en", "HM-1012"), ("it", "codice HM-1012"), ("ru", "код HM-1012 не подходит")]
)
def test_codes_are_whole_among_hits(sample_centre: KnowledgeBase, lang: str, query: str) -> None:
    client = create_app(sample_centre.settings, sample_centre).test_client()
    page = client.get("/search", query_string={"q": query, "lang": lang, "in": lang}).text
    assert f"{OPEN}<mark>HM-1012</mark>{CLOSE}" in page
