"""The search box while one types, as the ARIA authoring practices describe an editable combobox with a listbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search the help centre")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def chosen(page: Page) -> Locator:
    return page.locator("[role=option][aria-selected=true]")


def asked(page: Page) -> list[str]:
    """The addresses asked for completions from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/complete" in request.url else None)
    return found


def test_typing_offers_titles_and_last_the_search_itself(page: Page) -> None:
    box(page).press_sequentially("recovery")
    expect(options(page).last).to_have_text("Search for “recovery”")
    assert 2 <= options(page).count() <= 9
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []


def test_one_letter_asks_nothing(page: Page) -> None:
    found = asked(page)
    box(page).press("Escape")
    box(page).press_sequentially("r")
    page.wait_for_timeout(400)
    assert [url for url in found if "q=r" in url] == []


_TYPE_FAST = """(box, text) => {
  for (let typed = 1; typed <= text.length; typed += 1) {
    box.value = text.slice(0, typed);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}"""
"""Faster than any machine is slow: keys pressed one by one are as far apart as it is busy."""


def test_fast_typing_asks_once(page: Page) -> None:
    found = asked(page)
    box(page).focus()
    box(page).evaluate(_TYPE_FAST, "password")
    expect(options(page).last).to_have_text("Search for “password”")
    assert [url for url in found if not url.endswith("q=")] == [
        url for url in found if url.endswith("q=password")
    ]


def test_same_text_is_not_asked_twice(page: Page) -> None:
    found = asked(page)
    box(page).press_sequentially("spam")
    expect(options(page).last).to_have_text("Search for “spam”")
    box(page).press("s")
    expect(options(page).last).to_have_text("Search for “spams”")
    box(page).press("Backspace")
    expect(options(page).last).to_have_text("Search for “spam”")
    assert len([url for url in found if url.endswith("q=spam")]) == 1


def test_late_answer_to_an_older_text_is_dropped(page: Page) -> None:
    held = []
    page.route(re.compile(r"/complete\?.*q=spam$"), lambda route: held.append(route))
    box(page).press_sequentially("spam")
    page.wait_for_timeout(300)
    box(page).fill("password")
    expect(options(page).last).to_have_text("Search for “password”")
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_timeout(300)
    expect(options(page).last).to_have_text("Search for “password”")


def test_arrows_go_round_and_the_chosen_option_is_named(page: Page) -> None:
    box(page).press_sequentially("recovery")
    expect(options(page).last).to_have_text("Search for “recovery”")
    box(page).press("ArrowDown")
    expect(chosen(page)).to_have_attribute("id", "_option-0")
    expect(box(page)).to_have_attribute("aria-activedescendant", "_option-0")
    box(page).press("ArrowUp")
    expect(chosen(page)).to_have_count(0)
    box(page).press("ArrowUp")
    expect(chosen(page)).to_have_text("Search for “recovery”")
    box(page).press("Home")
    expect(chosen(page)).to_have_attribute("id", "_option-0")
    box(page).press("End")
    expect(chosen(page)).to_have_text("Search for “recovery”")
    assert violations(page) == []


def test_enter_opens_what_is_chosen(page: Page) -> None:
    box(page).press_sequentially("recovery")
    expect(options(page).last).to_have_text("Search for “recovery”")
    box(page).press("ArrowDown")
    title = chosen(page).inner_text()
    box(page).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_enter_without_a_choice_searches(page: Page) -> None:
    box(page).press_sequentially("recovery")
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=recovery"))


def test_escape_closes_first_and_keeps_the_text(page: Page) -> None:
    box(page).press_sequentially("recovery")
    expect(options(page).last).to_have_text("Search for “recovery”")
    box(page).press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("recovery")
    expect(box(page)).to_have_attribute("aria-expanded", "false")


def test_leaving_the_box_closes_the_list(page: Page) -> None:
    box(page).press_sequentially("recovery")
    expect(options(page).last).to_have_text("Search for “recovery”")
    box(page).press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_click_opens_an_option(page: Page) -> None:
    box(page).press_sequentially("recovery")
    title = options(page).first.inner_text()
    options(page).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


@pytest.mark.parametrize(
    ("lang", "typed", "said"),
    [
        ("en", "recovery", r"\d+ suggestions?"),
        ("it", "recupero", r"\d+ suggeriment[oi]"),
        ("ru", "вход", r"\d+ подсказ"),
    ],
)
def test_number_of_options_is_announced_politely(
    visit: Visit, sample_site: str, lang: str, typed: str, said: str
) -> None:
    page = visit(f"{sample_site}/", lang=lang)
    page.get_by_role("combobox").press_sequentially(typed)
    expect(page.locator("form[role=search] [role=status]")).to_have_text(re.compile(said))


def test_own_recent_searches_are_offered_and_can_be_forgotten(page: Page) -> None:
    for words in ("storage full", "spam"):
        box(page).fill(words)
        box(page).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    page.get_by_role("link", name="Heron Mail Help").click()
    box(page).focus()
    expect(page.get_by_role("group", name="Your recent searches").get_by_role("option")).to_have_text(
        ["spam", "storage full", "Forget my recent searches"]
    )
    assert violations(page) == []
    page.get_by_role("option", name="Forget").click()
    expect(page.get_by_role("group", name="Your recent searches")).to_have_count(0)


def test_search_that_found_nothing_is_not_offered_again(page: Page, sample_site: str) -> None:
    page.goto(f"{sample_site}/search?q=zzqqxx")
    page.goto(f"{sample_site}/")
    box(page).focus()
    page.wait_for_timeout(300)
    expect(page.get_by_text("zzqqxx")).to_have_count(0)


def test_box_works_without_a_network_answer(page: Page) -> None:
    page.route("**/complete*", lambda route: route.abort())
    box(page).press_sequentially("recovery")
    page.wait_for_timeout(300)
    expect(page.get_by_role("listbox")).to_be_hidden()
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=recovery"))


def test_without_javascript_the_form_submits(visit: Visit, sample_site: str) -> None:
    page = visit(f"{sample_site}/", javascript=False)
    page.get_by_role("searchbox").fill("recovery code")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “recovery code”")
