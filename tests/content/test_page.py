from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kb.content.media import Size
from kb.content.page import build_page
from kb.model import Section


def test_a_first_heading_is_the_title_where_there_is_none() -> None:
    page = build_page("<h1>Reset &amp; go</h1>\n<p>Text</p>")
    assert page.heading == "Reset & go"
    assert page.html == "<p>Text</p>"


def test_a_first_heading_that_repeats_the_title_is_taken_off() -> None:
    assert build_page("<h1>reset  it</h1><p>Text</p>", title="Reset it").html == "<p>Text</p>"


def test_headings_move_down_where_the_body_has_one_of_level_one() -> None:
    page = build_page("<h1>A</h1><p>a</p><h2>B</h2><h6>C</h6>", title="Title")
    assert re.findall(r"<(h\d)", page.html) == ["h2", "h3", "h6"]
    assert [section.level for section in page.sections] == [2, 3, 6]


def test_a_heading_after_text_is_no_title() -> None:
    page = build_page("<p>Text</p><h1>A</h1>")
    assert page.heading == ""
    assert '<h2 id="a">A</h2>' in page.html


def test_sections_carry_anchors_and_plain_text() -> None:
    page = build_page(
        "<p>Intro  &lt;b&gt;</p><h2>Steps</h2><ol><li>One</li><li>Two <code>x  y</code></li></ol>"
        '<h3>Table</h3><table><tr><th>A</th><td>B<br>C</td></tr></table><p><img src="/media/x.png" alt="A lock"></p>'
    )
    assert page.sections == (
        Section("", "", 1, "Intro <b>"),
        Section("Steps", "steps", 2, "One\nTwo x y"),
        Section("Table", "table", 3, "A\nB\nC\nA lock"),
    )


def test_anchors_are_unique_and_given_ones_are_kept() -> None:
    page = build_page('<h2>Same</h2><h2>Same</h2><h2 id="own">Same</h2><p id="own">x</p>')
    assert re.findall(r'id="([^"]+)"', page.html) == ["same", "same-1", "own"]
    assert [section.anchor for section in page.sections] == ["same", "same-1", "own"]


def test_a_wide_table_scrolls_and_is_named_by_its_heading() -> None:
    table = "<table><tbody><tr><td>x</td></tr></tbody></table>"
    assert build_page(table).html == f'<div class="table-scroll" tabindex="0">{table}</div>'
    assert '<div class="table-scroll" tabindex="0" role="region" aria-labelledby="costs"><table>' in (
        build_page(f"<h2>Costs</h2>{table}").html
    )


def test_a_table_in_a_table_scrolls_with_it() -> None:
    inner = "<table><tbody><tr><td>x</td></tr></tbody></table>"
    assert (
        build_page(f"<table><tbody><tr><td>{inner}</td></tr></tbody></table>").html.count("table-scroll") == 1
    )


def test_images_are_lazy_and_know_their_size() -> None:
    page = build_page('<img src="/media/a.png" alt="A">', sizes={"/media/a.png": Size(30, 20)})
    assert page.html == '<img src="/media/a.png" alt="A" width="30" height="20" loading="lazy">'


def test_an_image_that_is_not_there_leaves_its_words() -> None:
    assert build_page('<p><img alt="The &lt;lock&gt;"></p>').html == "<p>The &lt;lock&gt;</p>"


def test_links_that_leave_the_site_say_so() -> None:
    page = build_page(
        '<a href="https://x.example">x</a><a href="//y.example">y</a><a href="/z">z</a><a href="#q">q</a>'
    )
    assert page.html.count('rel="noopener noreferrer"') == 2
    assert '<a href="/z">' in page.html
    assert (
        'rel="nofollow noopener ugc"' in build_page('<a href="http://x.example">x</a>', community=True).html
    )


def test_footnote_numbers_and_automatic_titles_are_no_text() -> None:
    page = build_page(
        '<p>A<sup><a class="footnote-ref" href="#fn:1">1</a></sup></p>'
        '<p class="admonition-title automatic">Note</p><p>B</p>'
    )
    assert page.text == "A\nB"


@given(st.lists(st.tuples(st.integers(1, 6), st.text(alphabet="ab -", max_size=5)), max_size=12))
def test_every_section_has_an_anchor_of_its_own(headings: list[tuple[int, str]]) -> None:
    html = "<p>x</p>" + "".join(f"<h{level}>{text}</h{level}>" for level, text in headings)
    anchors = [section.anchor for section in build_page(html).sections if section.title]
    assert len(anchors) == len(set(anchors))
