"""Pages hold together: large text, narrow windows, no motion, no script, a bad line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.pages import PAGES, WORDS, path
from tests.browser.visiting import PHONE, Size

TYPES = ("home", "topic", "article", "code", "thread", "results", "nothing-found", "not-found")

ARTICLE = "/articles/en/account-security/two-step-sign-in"

_BROKEN = """(all) => all.filter((e) => new Set([...e.getClientRects()].map((r) => r.top)).size > 1)
    .map((e) => e.textContent)"""

_SPILLED = """() => {
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    const cut = [...document.querySelectorAll("main *, header *, footer *")].filter((e) => {
        const s = getComputedStyle(e);
        if (e.closest(".hidden, .options, svg, pre, .table-scroll, select") || s.clipPath !== "none") return false;
        if (!e.innerText?.trim() || !["hidden", "clip"].includes(s.overflowX)) return false;
        return e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
    });
    return [...(wide ? ["the page scrolls sideways"] : []), ...cut.map((e) => e.outerHTML.slice(0, 100))];
}"""


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("name", TYPES)
def test_nothing_is_lost_when_text_is_twice_as_large(
    visit: Visit, sample_site: str, name: str, lang: str
) -> None:
    page = visit(sample_site + path(name, lang), lang=lang)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(_SPILLED) == []


@pytest.mark.parametrize("width", [320, 640])  # WCAG 1.4.10; a window of 1280 px at 200 %
@pytest.mark.parametrize("name", TYPES)
def test_nothing_is_lost_in_a_narrow_window(visit: Visit, sample_site: str, name: str, width: int) -> None:
    for lang in WORDS:
        page = visit(sample_site + path(name, lang), lang=lang, size=Size(width=width, height=800))
        assert page.evaluate(_SPILLED) == [], lang


@pytest.mark.parametrize("lang", WORDS)
def test_no_code_is_broken_at_the_end_of_a_line(visit: Visit, sample_site: str, lang: str) -> None:
    page = visit(f"{sample_site}/search?q=HM-1012&lang={lang}&in={lang}", lang=lang)
    for width in range(260, 420, 8):
        page.set_viewport_size({"width": width, "height": 800})
        broken = page.locator(".code-word").evaluate_all(_BROKEN)
        assert broken == [], width


def test_who_wants_no_motion_gets_none(visit: Visit, sample_site: str) -> None:
    for name in TYPES:
        page = visit(sample_site + path(name, "en"), motion="reduce")
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((e) => {
                const s = getComputedStyle(e);
                const slow = parseFloat(s.transitionDuration) || s.animationName !== "none";
                return slow || s.scrollBehavior === "smooth";
            }).map((e) => e.tagName)"""
        )
        assert moving == [], name


@pytest.mark.parametrize("size", [PHONE, Size(width=1280, height=900)], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", ["home", "article", "code", "thread", "results"])
def test_nothing_jumps_while_a_page_loads(visit: Visit, sample_site: str, name: str, size: Size) -> None:
    page = visit("about:blank", size=size, home=sample_site)
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(sample_site + path(name, "en"), wait_until="networkidle")
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(200)
    assert page.evaluate("window.shift") < 0.01


def test_first_visit_to_an_article_weighs_little(visit: Visit, sample_site: str) -> None:
    """On the wire, compressed, images aside."""
    page = visit("about:blank", home=sample_site)
    page.goto(sample_site + ARTICLE, wait_until="networkidle")
    sizes: dict[str, int] = page.evaluate(
        """() => Object.fromEntries(
            [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .filter((e) => e.initiatorType !== "img").map((e) => [new URL(e.name).pathname, e.transferSize]))"""
    )
    assert {"/static/site.css", "/static/site.js", "/static/article.js"} <= set(sizes)
    assert sum(sizes.values()) < 30_000


def test_second_page_fetches_no_style_and_no_script_again(page: Page, sample_site: str) -> None:
    page.goto(f"{sample_site}/topics/en/sign-in", wait_until="networkidle")
    fetched: list[str] = page.evaluate(
        """() => performance.getEntriesByType("resource").filter((e) => e.transferSize > 0).map((e) => e.name)"""
    )
    assert [url for url in fetched if url.partition("?")[0].endswith((".css", ".js"))] == []


def test_reloaded_article_is_not_sent_again(page: Page, sample_site: str) -> None:
    page.goto(sample_site + ARTICLE)
    with page.expect_response(sample_site + ARTICLE) as caught:
        page.goto(sample_site + ARTICLE)
    size = page.evaluate("performance.getEntriesByType('navigation')[0].transferSize")
    assert caught.value.ok
    assert size < 1_500  # headers of a 304


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole_without_javascript(visit: Visit, sample_site: str, name: str) -> None:
    page = visit(sample_site + path(name, "en"), javascript=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("banner").get_by_role("link", name="Contact us")).to_be_visible()


def test_language_switch_keeps_the_page_without_javascript(visit: Visit, sample_site: str) -> None:
    page = visit(sample_site + ARTICLE, javascript=False)
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Italiano").first.click()
    expect(page).to_have_url(f"{sample_site}/articles/it/account-security/two-step-sign-in")
    page.goto(f"{sample_site}/search?q=spam")
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("searchbox")).to_have_value("spam")
