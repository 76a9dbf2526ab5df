"""Every task by keyboard alone: the tests press keys and nothing else."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

MOST_TABS = 80


def focused(page: Page) -> str:
    """What has the focus, by its text or label."""
    name: str = page.evaluate(
        """() => {
            const e = document.activeElement;
            return (e.ariaLabel || e.labels?.[0]?.innerText || e.innerText || "").trim();
        }"""
    )
    return name


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something with that name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if re.search(name, focused(page)):
            return
    raise AssertionError(f"{name!r} was not reached with {MOST_TABS} tabs")


def test_search_choose_read_vote_and_contact(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("cant log in after changing my phone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("cant log in")
    tab_to(page, "New, lost or stolen phone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "New, lost or stolen phone with two-step sign-in"
    )
    tab_to(page, "^No$")
    page.keyboard.press("Enter")
    expect(page.locator(".helpful h2")).to_be_focused()
    tab_to(page, "out of date")
    page.keyboard.press("Space")
    tab_to(page, "^Send$")
    page.keyboard.press("Enter")
    expect(page.locator(".helpful h2")).to_have_text("Thank you")
    tab_to(page, "^Contact us$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/contact"))


def test_first_tab_offers_to_skip_to_the_content(page: Page, sample_site: str) -> None:
    page.goto(f"{sample_site}/articles/en/sign-in/cant-sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert focused(page) == "Help home"


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_keys_bring_the_focus_to_the_search_box(page: Page, sample_site: str, keys: str) -> None:
    page.goto(f"{sample_site}/articles/en/sign-in/cant-sign-in")
    page.keyboard.press(keys)
    expect(page.get_by_role("combobox")).to_be_focused()


def test_slash_typed_into_a_field_is_a_slash(page: Page, sample_site: str) -> None:
    page.goto(f"{sample_site}/contact")
    field = page.locator("main textarea").first
    field.focus()
    page.keyboard.type("and/or")
    expect(field).to_have_value("and/or")


def test_language_menu(page: Page, sample_site: str) -> None:
    page.goto(f"{sample_site}/articles/en/sign-in/reset-password")
    tab_to(page, "Language")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("details.menu")).not_to_have_attribute("open", "")
    assert "Language" in focused(page)
    page.keyboard.press("Enter")
    tab_to(page, "Русский")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{sample_site}/articles/ru/sign-in/reset-password")


def test_filters(page: Page, sample_site: str) -> None:
    page.goto(f"{sample_site}/search?q=phone")
    tab_to(page, "^Topic")
    page.keyboard.type("Signing")
    tab_to(page, "^Filter$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("topic=sign-in"))
    tab_to(page, "^Community")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("kind=thread"))
    expect(page).to_have_url(re.compile("topic=sign-in"))


@pytest.mark.parametrize(
    "path", ["/", "/articles/en/account-security/two-step-sign-in", "/search?q=phone", "/community/t-1042"]
)
def test_focus_moves_in_reading_order_and_is_always_seen(visit: Visit, sample_site: str, path: str) -> None:
    page = visit(sample_site + path)
    seen: list[tuple[float, float]] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        box = page.evaluate(
            """() => {
                const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
                const drawn = (one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2;
                const ring = drawn(s) || drawn(getComputedStyle(e, "::after"));
                const column = e.closest(".side, .columns") ? 1 : 0; // the next column begins at the top again
                return { y: r.top + scrollY, x: r.left, ring, column, name: e.outerHTML.slice(0, 80) };
            }"""
        )
        assert box["ring"], f"no visible focus on {box['name']}"
        if not box["column"]:
            seen.append((box["y"], box["x"]))
    rows = [y for y, _ in seen]
    backwards = [(a, b) for a, b in pairwise(rows) if b < a - 60]
    assert backwards == []
