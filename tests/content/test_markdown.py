from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.page import Page
from kb.content.rendering import RenderJob, render


def page_of(markdown: str, **facts: Any) -> Page:
    page = render(RenderJob(markdown, **facts))
    assert isinstance(page, Page), page
    return page


def flat(html: str) -> str:
    return html.replace("\n", "")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            "1. one\n\n   * two\n   * three\n\n2. four",
            "<ol><li><p>one</p><ul><li>two</li><li>three</li></ul></li><li>",
        ),
        ("* a\n  * b\n    * c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("* a\n    * b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("text:\n* a\n* b", "<p>text:</p><ul><li>a</li><li>b</li></ul>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("1. a\n\n   more\n2. b", "<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>"),
        ("* a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("* a\nlazy", "lazy</li></ul>"),
        ("1. a\n\n   ```sh\n   run\n     deep\n   ```\n\n2. b", "<pre><code>run  deep</code></pre>"),
        ("> ```\n> <x>\n> ```", "<blockquote><pre><code>&lt;x&gt;</code></pre></blockquote>"),
        ("~~~\na\n```\n~~~", "<pre><code>a```</code></pre>"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>"),
        ("text\n| a | b |\n|---|---|\n| 1 | 2 |", "<p>text</p>"),
        ("#1 problem", "<p>#1 problem</p>"),
        ("## About C#", "About C#</h2>"),
        ("## Done ##", ">Done</h2>"),
        ("in\n1984. Then", "<p>in1984. Then</p>"),
        ("a \\<port\\> b", "<p>a &lt;port&gt; b</p>"),
        ("* * *", "<hr>"),
        ("Term\n:   Meaning", "<dl><dt>Term</dt><dd>Meaning</dd></dl>"),
        ("    code\n    more", "<pre><code>codemore</code></pre>"),
        ("* a\n\n      code", "<pre><code>code</code></pre>"),
        ("- ```\n  x\n  ```", "<pre><code>x</code></pre>"),
    ],
)
def test_markdown_as_writers_write_it(markdown: str, html: str) -> None:
    assert html in flat(page_of(markdown).html)


def test_footnotes_lead_there_and_back() -> None:
    html = page_of("A[^1].\n\n[^1]: The note.\n").html
    assert 'href="#fn:1"' in html
    assert 'id="fn:1"' in html
    assert 'href="#fnref:1"' in html


def test_alerts_and_admonitions_are_callouts_with_a_title_in_the_articles_language() -> None:
    for markdown in ("> [!NOTE]\n> Text", "> [!note] Text", "!!! note\n    Text"):
        assert flat(page_of(markdown, lang="it").html) == (
            '<div class="admonition note"><p class="admonition-title automatic">Nota</p><p>Text</p></div>'
        )
    assert "admonition-title" not in page_of("!!! note\n    Text", lang="fi").html


def test_a_title_the_writer_gave_stays() -> None:
    page = page_of('!!! warning "Before you start"\n    Text', lang="ru")
    assert '<p class="admonition-title">Before you start</p>' in page.html
    assert page.text == "Before you start\nText"


def test_an_unknown_alert_stays_a_quote() -> None:
    assert "<blockquote>" in page_of("> [!MOOD]\n> Text").html


@given(st.text(alphabet="ab*-+1.)> #`~|:!\\[]{}()\n \t", max_size=150))
def test_any_text_is_rendered_and_keeps_its_letters(text: str) -> None:
    page = page_of(text.replace("[", "").replace("{", "").replace("`", "").replace("~", ""))
    kept = page.heading + page.text + page.html
    assert all(letter in kept for letter in "ab" if letter in text)
