from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from kb.model import Snippet, Span
from webapp.marks import marked


def test_span_is_marked_and_the_rest_escaped() -> None:
    snippet = Snippet("a <b> & code", (Span(2, 5), Span(8, 12)))
    assert marked(snippet) == "a <mark>&lt;b&gt;</mark> &amp; <mark>code</mark>"


def test_span_outside_the_text_is_ignored() -> None:
    assert marked(Snippet("code", (Span(2, 9), Span(-1, 2), Span(3, 3)))) == "code"


@given(st.text(), st.lists(st.builds(Span, st.integers(-5, 30), st.integers(-5, 30)), max_size=6))
def test_text_survives_whatever_the_spans(text: str, spans: list[Span]) -> None:
    without_marks = re.sub("</?mark>", "", str(marked(Snippet(text, tuple(spans)))))
    assert html.unescape(without_marks) == html.unescape(html.escape(text))
