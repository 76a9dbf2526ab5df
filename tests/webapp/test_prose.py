from __future__ import annotations

from flask import Flask, g

from webapp.prose import prose


def shown(app: Flask, html: str) -> str:
    with app.test_request_context():
        g.lang = "en"
        return str(prose(html))


def test_heading_has_a_link_to_itself_that_says_where_it_leads(app: Flask) -> None:
    html = shown(app, '<h2 id="a-b">A &amp; <code>b</code></h2>')
    assert html.count('<h2 id="a-b">A &amp; <code>b</code></h2>') == 1
    assert '<a class="anchor" href="#a-b" aria-label="Link to “A &amp; b”">' in html


def test_heading_without_an_anchor_stays_as_it_is(app: Flask) -> None:
    assert shown(app, "<h2>Plain</h2>") == "<h2>Plain</h2>"


def test_code_takes_the_focus_so_that_it_can_be_scrolled(app: Flask) -> None:
    assert shown(app, "<pre><code>x</code></pre>") == '<pre tabindex="0"><code>x</code></pre>'


def test_table_header_that_says_nothing_is_no_header(app: Flask) -> None:
    html = shown(app, '<tr><th style="x"></th><th>Free</th></tr>')
    assert html == '<tr><td style="x"></td><th>Free</th></tr>'
