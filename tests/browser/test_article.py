"""Reading an article: the outline, code to copy, links to sections, and the vote."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit

OUTLINED = "/articles/en/account-security/two-step-sign-in"
WITH_CODE = "/articles/en/account-security/app-passwords"


def test_outline_follows_the_reader(page: Page, sample_site: str) -> None:
    page.goto(sample_site + OUTLINED)
    current = page.locator(".outline a[aria-current]")
    expect(current).to_have_count(0)
    page.locator("#your-other-devices").evaluate("heading => heading.scrollIntoView()")
    expect(current).to_have_text("Your other devices")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(current).to_have_text("Turn it off")


def test_outline_stays_in_sight_where_there_is_room(page: Page, sample_site: str) -> None:
    page.goto(sample_site + OUTLINED)
    page.evaluate("window.scrollTo(0, 1200)")
    expect(page.locator(".outline h2")).to_be_in_viewport()


def test_heading_links_to_itself(page: Page, sample_site: str) -> None:
    page.goto(sample_site + OUTLINED)
    page.get_by_role("link", name="Link to “Set it up”").click()
    expect(page).to_have_url(re.compile("#set-it-up$"))


def test_code_is_copied_and_that_is_announced(page: Page, sample_site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(sample_site + WITH_CODE)
    code = page.locator(".code").first
    code.get_by_role("button", name="Copy").click()
    expect(code.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == code.locator("code").inner_text().rstrip("\n")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("answer", "reason"), [("Yes", "It was easy to follow"), ("No", "It is hard to understand")]
)
def test_vote_stays_on_the_page_and_moves_the_focus(
    page: Page, sample_site: str, answer: str, reason: str
) -> None:
    page.goto(sample_site + OUTLINED)
    page.get_by_role("button", name=answer, exact=True).click()
    heading = page.locator(".helpful h2")
    expect(heading).to_be_focused()
    assert violations(page) == []
    page.get_by_role("checkbox", name=reason).check()
    page.get_by_role("textbox", name="Anything else?").fill("More pictures, please")
    page.get_by_role("button", name="Send").click()
    expect(heading).to_have_text("Thank you")
    expect(heading).to_be_focused()
    expect(page).to_have_url(sample_site + OUTLINED)


def test_vote_without_javascript(visit: Visit, sample_site: str) -> None:
    page = visit(sample_site + OUTLINED, javascript=False)
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We are sorry. What was wrong?")
    page.get_by_role("checkbox", name="It is out of date or wrong").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.get_by_role("link", name="Back to the article").click()
    expect(page).to_have_url(sample_site + OUTLINED)


def test_vote_goes_on_as_a_page_when_the_script_gets_no_answer(page: Page, sample_site: str) -> None:
    page.goto(sample_site + OUTLINED)
    page.route(
        "**/feedback",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to hear. What helped?")


def test_paper_holds_the_text_and_no_buttons(page: Page, sample_site: str) -> None:
    page.goto(sample_site + WITH_CODE)
    page.emulate_media(media="print")
    for gone in (".top-search", ".helpful", ".stuck", ".copy", ".anchor", ".bottom"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_paper_is_light_though_the_screen_is_dark(visit: Visit, sample_site: str) -> None:
    page = visit(sample_site + WITH_CODE, theme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".label-official").first).to_have_css("background-color", "rgb(223, 240, 234)")


def test_read_aloud_in_its_own_language(visit: Visit, sample_site: str) -> None:
    page = visit(f"{sample_site}/community/t-1088", lang="en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_attribute("lang", "it")
