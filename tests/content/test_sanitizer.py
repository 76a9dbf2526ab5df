from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.page import Page
from kb.content.rendering import RenderFailure, RenderJob, render
from kb.content.sanitizer import MAX_DEPTH, Sanitizer, TooDeep

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<script><!--\nalert(1)//--></script>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr=alert(1)//",
    '<img """><script>alert(1)</script>">',
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input onfocus=alert(1) autofocus>",
    "<select onfocus=alert(1) autofocus>",
    "<textarea onfocus=alert(1) autofocus>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<style>@import '//evil.example/x.css'</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<div style=position:fixed;inset:0>x</div>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=x onclick=alert(1)>x</a>",
    "<a href='x' target=_blank onmouseover='alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '[x](http://e.example "onmouseover=alert(1)")',
    '[x](http://e.example" onmouseover="alert(1))',
    '![x](x"onerror="alert(1))',
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "# x {: onclick=alert(1) style=color:red }",
    "[x](/y){: onclick=alert(1) }",
    "`x`{: onmouseover=alert(1) }",
    "```x onmouseover=alert(1)\ncode\n```",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<table background=javascript:alert(1)><td>x</table>",
    "<td background=javascript:alert(1)>",
    '!!! note "<img src=x onerror=alert(1)>"\n    x',
    "> [!NOTE]\n> <script>alert(1)</script>",
    "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
]

_FORBIDDEN_TAGS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "input",
    "button",
    "textarea",
}
_FORBIDDEN_TAGS |= {
    "select",
    "link",
    "meta",
    "base",
    "template",
    "video",
    "audio",
    "source",
    "body",
    "marquee",
}
# As the URL standard reads an address: it drops these, and only then looks for a scheme.
_DROPPED_BY_BROWSERS = re.compile(r"^[\0-\x20]+|[\t\n\r]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


class Inspector(HTMLParser):
    """Fails on the first thing that could run, load from elsewhere or restyle the page."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in _FORBIDDEN_TAGS
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            assert name not in {
                "style",
                "srcdoc",
                "background",
                "action",
                "formaction",
                "target",
                "xlink:href",
            }
            if name in {"href", "src"}:
                scheme = _SCHEME.match(_DROPPED_BY_BROWSERS.sub("", value or ""))
                assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}, (tag, value)
            if name == "src":
                assert (value or "").startswith("/media/")


def assert_harmless(html: str) -> None:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()


@pytest.mark.parametrize("community", [False, True], ids=["article", "community"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_text_can_run_in_the_readers_browser(payload: str, community: bool) -> None:
    page = render(RenderJob(f"before\n\n{payload}\n\nafter", community=community))
    assert isinstance(page, Page)
    assert_harmless(page.html)
    assert "before" in page.html


@given(
    st.text(alphabet="<>\"'/=&;:()[]`*_#{}!-\\\n \tabonscriptjvhref\x00\u0301", max_size=120), st.booleans()
)
def test_whatever_is_written_the_html_is_harmless(text: str, community: bool) -> None:
    page = render(RenderJob(text, community=community))
    if isinstance(page, Page):
        assert_harmless(page.html)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(html: str) -> None:
    sanitizer = Sanitizer()
    assert sanitizer.clean(sanitizer.clean(html)) == sanitizer.clean(html)


def test_what_articles_need_is_kept() -> None:
    html = (
        '<h2 id="a">A</h2><details open=""><summary>More</summary><p>Press <kbd>Ctrl</kbd></p></details>'
        '<div class="admonition warning"><p>W</p></div><a id="b"></a><figure><figcaption>F</figcaption></figure>'
        '<a href="mailto:a@b.example" title="T">m</a><a href="tel:+39055">t</a>'
    )
    assert Sanitizer().clean(html) == html


def test_community_text_has_no_ids_classes_images_or_layout() -> None:
    html = '<p id="search" class="admonition">a</p><div>b</div><img src="https://x.example/i.png" alt="c"><h2>d</h2>'
    page = render(RenderJob(html, community=True))
    assert isinstance(page, Page)
    for word in ("id=", "class=", "<img", "<div", "<h2", "x.example"):
        assert word not in page.html
    assert page.text.split() == ["a", "b", "c", "d"]


def test_hidden_text_stays_hidden() -> None:
    assert Sanitizer().clean('<p style="display:none;">words to find it by</p>') == (
        '<p hidden="">words to find it by</p>'
    )


def test_tags_nested_without_end_are_refused() -> None:
    with pytest.raises(TooDeep):
        Sanitizer().clean("<div>" * (MAX_DEPTH + 1))
    failure = render(RenderJob("<b><div>" * 10_000))
    assert isinstance(failure, RenderFailure)
    assert "nested too deeply" in failure.message


def test_many_shallow_tags_are_fine() -> None:
    assert Sanitizer().clean("<p>a</p>" * 2000).count("<p>") == 2000
