from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.content.page import build_page
from kb.index.documents import from_article, passages
from kb.index.engine import Token
from kb.index.shown import shown
from kb.model import Document, Section, Snippet
from kb.search.snippets import BREAK, WIDTH, Excerpt
from kb.search.snippets import excerpt as cut
from kb.text.analyzer import analyzer
from tests.corpus import GIRAFFE, article, document


def tokens(found: Document, query: str, lang: str = "en") -> list[Token]:
    """Where a query's terms stand, as an engine would say."""
    wanted = set(analyzer(lang).terms(query))
    matched = []
    for place, passage in enumerate(passages(found)):
        said = analyzer(lang).analyze(passage.text)
        for term, start, end in zip(said.terms, said.starts, said.ends, strict=True):
            if term in wanted:
                matched.append(Token(term, 1.0, passage.field, place, start, end))
    return matched


def excerpt(found: Document, matches: list[Token]) -> Excerpt:
    return cut(shown(found), matches)


def marked(found: Document, query: str, lang: str = "en") -> list[str]:
    snippet = excerpt(found, tokens(found, query, lang)).snippet
    return [snippet.text[span.start : span.end] for span in snippet.spans]


parts = ["needle", "Needle-work", "log-in", "hay", "stack.", "\n", "東京都、", "…", "a" * 90, "!", "\n\n  "]
texts = st.lists(st.sampled_from(parts), max_size=120).flatmap(
    lambda words: st.sampled_from([" ", "", "  "]).map(lambda gap: gap.join(words))
)


@given(st.lists(texts, min_size=1, max_size=3), texts, st.sampled_from(["en", "ja"]))
@example(["needle", "log-in", "東京都、"], "\n", "en")
@settings(max_examples=250, deadline=None)
def test_spans_are_sorted_disjoint_inside_the_snippet_and_on_matched_words(
    bodies: list[str], summary: str, lang: str
) -> None:
    sections = tuple(Section("", f"s{n}", 2, body) for n, body in enumerate(bodies))
    found = from_article(article(f"{lang}/a/b", "Title", sections=sections, summary=summary))
    matches = tokens(found, "needle login 東京", lang)
    snippet = excerpt(found, matches).snippet
    assert len(snippet.text.replace(BREAK, "\n")) <= WIDTH + len("…  …")
    assert "\n" not in snippet.text
    at = 0
    for span in snippet.spans:
        assert at <= span.start < span.end <= len(snippet.text)
        at = span.end
        shown = snippet.text[span.start : span.end]
        assert set(analyzer(lang).terms(shown)) & {token.term for token in matches}
    running = [token for token in matches if token.field in {"body", "summary"}]
    is_summary = bool(summary.strip()) and snippet.text.replace(BREAK, " ").split() == summary.split()
    assert (
        bool(snippet.spans) == bool(running) or is_summary
    )  # shown where no stretch holds half of the query


def test_every_occurrence_in_the_snippet_is_marked() -> None:
    found = document("en/a/b", "Title", "The code. A second code, and codes of others.")
    assert marked(found, "code") == ["code", "code", "codes"]


def test_a_compound_is_marked_as_a_whole() -> None:
    found = document("en/a/b", "Title", "Open the log-in page.")
    assert marked(found, "login log") == ["log-in"]


def test_the_stretch_with_most_different_words_is_shown() -> None:
    body = (
        "Code here. "
        + "Nothing to see. " * 40
        + "The code and the password are together. "
        + "Nothing. " * 40
    )
    shown = excerpt(found := document("en/a/b", "Title", body), tokens(found, "code password")).snippet.text
    assert "The code and the password are together." in shown


def test_a_snippet_begins_at_a_sentence_where_one_begins_near() -> None:
    body = "First words that say nothing. " * 20 + "Here is the needle."
    shown = excerpt(found := document("en/a/b", "Title", body), tokens(found, "needle")).snippet.text
    assert shown.startswith(("First", "Here"))


def test_a_match_far_into_a_text_without_spaces_is_shown() -> None:
    body = "データは安全に保管されます。" * 60 + "東京にあります。" + "それだけです。" * 60
    found = document("ja/a/b", "題", body)
    assert marked(found, "東京", "ja") == ["東京"]


def test_a_match_after_a_very_long_word_is_shown() -> None:
    found = document("en/a/b", "Title", "x" * 1000 + " needle")
    assert marked(found, "needle") == ["needle"]


def test_a_section_is_preferred_to_the_summary_that_points_to_it() -> None:
    sections = (Section("How", "how", 2, "Select the needle."),)
    found = from_article(article("en/a/b", "Title", sections=sections, summary="About the needle."))
    shown = excerpt(found, tokens(found, "needle"))
    assert shown.snippet.text == "Select the needle."
    assert shown.section.anchor == "how"


@pytest.mark.parametrize("query", ["feeding", "unknown", ""])
def test_where_no_running_text_matches_the_summary_is_shown(query: str) -> None:
    found = from_article(GIRAFFE)
    shown = excerpt(found, tokens(found, query))
    assert shown.snippet.text == "Acacia leaves, twice a day."
    assert shown.snippet.spans == ()
    assert (shown.section.title, shown.section.anchor) == ("", "")


def test_a_document_without_text_has_an_empty_snippet() -> None:
    assert excerpt(document("en/a/b", "Title"), []).snippet.text == ""


@pytest.mark.parametrize(
    ("html", "query", "shown"),
    [
        (
            "<table><tr><th>Plan</th><th>Space</th></tr><tr><td>Free</td><td>5 GB</td></tr></table>",
            "plan gb",
            "[Plan] · Space · Free · 5 [GB]",
        ),
        (
            "<table><tr><td>HM-8:</td><td>Is locked.</td></tr><tr><td>HM-1</td><td>Wrong</td></tr></table>",
            "hm-8 wrong",
            "[HM-8]: Is locked. [HM]-1 · [Wrong]",
        ),
        ("<ul><li>Open it</li><li>Select Account</li></ul>", "open account", "[Open] it · Select [Account]"),
        ("<p>First line.</p><p>«Second?»</p><p>Third</p>", "first third", "[First] line. «Second?» [Third]"),
        ("<p>Press:</p><pre>one\n- two</pre>", "press two", "[Press]: one - [two]"),
    ],
)  # fmt: skip
def test_cells_and_lines_do_not_run_together(html: str, query: str, shown: str) -> None:
    found = from_article(article("en/a/b", "Title", sections=build_page(html).sections))
    assert with_marks(excerpt(found, tokens(found, query)).snippet) == shown


@pytest.mark.parametrize(
    ("lang", "body", "query", "shown"),
    [
        ("it", "Piano\nSpazio\nGratuito\n5 GB", "piano gratuito", "[Piano] · Spazio · [Gratuito] · 5 GB"),
        ("ru", "Тариф\nМесто\nБесплатный:\n5 ГБ", "тариф место", "[Тариф] · [Место] · Бесплатный: 5 ГБ"),
        ("ja", "料金\n無料。\n容量", "料金、容量", "[料金] · 無料。 [容量]"),
    ],
)
def test_nor_do_they_in_other_languages(lang: str, body: str, query: str, shown: str) -> None:
    found = document(f"{lang}/a/b", "T", body)
    assert with_marks(excerpt(found, tokens(found, query, lang)).snippet) == shown


def with_marks(snippet: Snippet) -> str:
    text = snippet.text
    for span in reversed(snippet.spans):
        text = f"{text[: span.start]}[{text[span.start : span.end]}]{text[span.end :]}"
    return text
