"""The way from a message being written to an answer or a ticket, by keyboard alone, with and without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from limits import parse
from playwright.sync_api import Page, expect

from kb import KnowledgeBase, open_knowledge_base
from tests.browser.accessibility import violations
from tests.browser.conftest import Serve, Visit
from tests.browser.visiting import PHONE
from webapp import create_app

MESSAGES = {
    "en": "My phone was stolen yesterday and now I cannot sign in, it asks for the authenticator code.",
    "it": "Mi hanno rubato il telefono ieri e ora non riesco ad accedere, chiede il codice dell'app.",
    "ru": "Вчера украли телефон, и теперь не могу войти: просит код из приложения для входа.",
}
SIXTY = "my phone was stolen and I can not sign in because of the code"[:60]


@pytest.fixture(scope="module")
def contact_site(serve: Serve, sample_centre: KnowledgeBase) -> str:
    """The sample centre with room for all visitors of these tests: they have one address."""
    kb = open_knowledge_base(sample_centre.settings)
    often = parse("1000 per minute")
    limits = replace(kb.desk.rules.limits, tickets=often, messages=often, suggestions=often, files=often)
    kb.desk.rules = replace(kb.desk.rules, limits=limits)
    return serve(create_app(kb.settings, kb))


def write(page: Page, lang: str) -> None:
    """Fill the form in with the keyboard alone, from wherever the focus is before the category."""
    page.locator("#category").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("Help")
    page.keyboard.press("Tab")
    page.keyboard.type(MESSAGES[lang])


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(40):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


@pytest.mark.parametrize("lang", MESSAGES)
def test_an_answer_appears_while_writing_and_ends_the_session(
    visit: Visit, contact_site: str, lang: str
) -> None:
    page = visit(f"{contact_site}/contact", lang=lang)
    write(page, lang)
    expect(page.locator("#live h3 a").first).to_be_visible()
    expect(page.locator("#coach .there")).not_to_have_count(0)
    expect(page.locator("#subject-tip .tip")).to_be_visible()
    assert page.locator("#live h3").count() <= 5
    assert violations(page) == []
    reach(page, "#live button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact/solved")
    assert violations(page) == []
    assert page.evaluate("localStorage.getItem('contact-draft')") is None


@pytest.mark.parametrize("lang", MESSAGES)
def test_a_ticket_is_sent_added_to_and_closed(visit: Visit, contact_site: str, lang: str) -> None:
    page = visit(f"{contact_site}/contact", lang=lang, size=PHONE)
    write(page, lang)
    expect(page.locator("#live h3 a").first).to_be_visible()
    reach(page, "[data-dismiss]")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_be_hidden()
    expect(page.locator("#body")).to_be_focused()
    reach(page, "#email")
    page.keyboard.type("anna@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact/ticket?**")
    expect(page.locator(".reference")).to_have_text(re.compile(r"HM-[2-9A-Z]{4}-[2-9A-Z]{4}"))
    assert violations(page) == []
    assert page.evaluate("localStorage.getItem('contact-draft')") is None
    reach(page, "textarea")
    page.keyboard.type("One more thing")
    reach(page, "button[value=add]")
    page.keyboard.press("Enter")
    expect(page.locator(".said").nth(1)).to_contain_text("One more thing")
    reach(page, "button[value=close]")
    page.keyboard.press("Enter")
    expect(page.locator("button[value=close]")).to_have_count(0)
    assert violations(page) == []


@pytest.mark.parametrize("lang", MESSAGES)
def test_the_same_without_javascript(visit: Visit, contact_site: str, lang: str) -> None:
    page = visit(f"{contact_site}/contact", lang=lang, javascript=False)
    page.locator("#subject").focus()
    page.keyboard.type("Help")
    page.keyboard.press("Tab")
    page.keyboard.type(MESSAGES[lang])
    page.locator("#email").focus()
    page.keyboard.type("anna@example.org")
    page.keyboard.press("Enter")
    expect(page.locator(".suggestions h3 a").first).to_be_visible()
    expect(page.locator("#body")).to_have_value(MESSAGES[lang])
    expect(page.locator("#coach .there")).not_to_have_count(0)
    assert as_sent(visit, contact_site, page.content()) == []
    page.locator(".suggestions button[form=message]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".reference")).to_be_visible()
    assert as_sent(visit, contact_site, page.content()) == []


def as_sent(visit: Visit, site: str, html: str) -> list[str]:
    """What axe finds on a page as the server sent it: axe needs scripts, so the page comes again without its own."""
    page = visit(f"{site}/contact")
    bare = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    page.route("**/as-sent", lambda route: route.fulfill(body=bare, content_type="text/html; charset=utf-8"))
    page.goto(f"{site}/as-sent")
    return violations(page)


@pytest.mark.parametrize("pause", [5, 90, 450])
def test_sixty_characters_ask_at_most_six_times(visit: Visit, contact_site: str, pause: int) -> None:
    page = visit(f"{contact_site}/contact")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest" in request.url else None)
    page.locator("#body").focus()
    page.keyboard.type(SIXTY, delay=pause)
    page.wait_for_timeout(600)
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    assert 1 <= len(asked) <= 6


def test_a_suggestion_opens_in_a_new_tab_and_nothing_typed_is_lost(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/contact")
    write(page, "en")
    with page.context.expect_page() as opened:
        page.locator("#live h3 a").first.click()
    opened.value.wait_for_load_state()
    assert "/articles/en/" in opened.value.url
    expect(page.locator("#body")).to_have_value(MESSAGES["en"])


def test_a_draft_survives_an_accident_and_can_be_thrown_away(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/contact")
    write(page, "en")
    key = page.locator("#message [name=key]").input_value()
    page.reload()
    expect(page.locator("#body")).to_have_value(MESSAGES["en"])
    expect(page.locator("#message [name=key]")).to_have_value(key)
    assert violations(page) == []
    page.locator(".quiet-line button").first.click()
    expect(page.locator("#body")).to_have_value("")


def test_the_checklist_follows_the_category(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/contact")
    page.locator("#category").select_option("charged-twice")
    expect(page.locator("#coach")).to_contain_text("order, invoice or account number")
    expect(page.locator("#reply")).to_contain_text("the same day")


def test_what_was_put_aside_stays_aside_until_asked_for(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/contact")
    write(page, "en")
    page.locator("[data-dismiss]").click()
    page.keyboard.type(" It is an iPhone 15 and I restarted it twice already.")
    page.wait_for_timeout(800)
    expect(page.locator("#live")).to_be_hidden()
    page.locator("#live-line button").click()
    expect(page.locator("#live")).to_be_visible()


def test_a_quiet_line_says_when_nothing_answers(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/contact")
    page.locator("#body").fill("zzkqx vvbnm qwrtp")
    page.keyboard.press("Tab")
    expect(page.locator("#live-line")).to_contain_text("No page answers this so far")
    expect(page.locator("#live")).to_be_hidden()


def test_the_send_button_is_always_there(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/contact")
    expect(page.locator(".send button")).to_be_enabled()
    write(page, "en")
    expect(page.locator("#live h3 a").first).to_be_visible()
    expect(page.locator(".send button")).to_be_enabled()


def test_what_was_searched_and_read_is_shown_before_it_is_sent(visit: Visit, contact_site: str) -> None:
    page = visit(f"{contact_site}/search?q=lost+phone")
    page.goto(f"{contact_site}/articles/en/sign-in/changed-phone")
    page.goto(f"{contact_site}/contact")
    page.locator("#trail summary").click()
    expect(page.locator("#trail li")).to_have_text(
        ["You searched for: lost phone", "You read: New, lost or stolen phone with two-step sign-in"]
    )
    assert violations(page) == []
    assert "en/sign-in/changed-phone" in page.locator("[name=trail]").input_value()
    page.locator("#trail button").click()
    expect(page.locator("[name=trail]")).to_have_value("")


def test_a_file_is_listed_at_once_removed_and_comes_back(
    visit: Visit, contact_site: str, tmp_path: Path
) -> None:
    good, bad = tmp_path / "screen.log", tmp_path / "tool.exe"
    good.write_text("a log")
    bad.write_bytes(b"MZ" + bytes(100))
    page = visit(f"{contact_site}/contact")
    page.locator("#subject").fill("Lost phone")
    page.locator("#files").set_input_files([good, bad])
    expect(page.locator("#files-error")).to_be_visible()
    expect(page.locator(".files li")).to_have_count(1)
    assert violations(page) == []
    page.reload()
    expect(page.locator(".files li")).to_contain_text("screen.log")
    page.locator(".files button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".files li")).to_have_count(0)
    expect(page.locator("#files")).to_be_focused()


def test_a_file_goes_along_without_javascript(visit: Visit, contact_site: str, tmp_path: Path) -> None:
    good = tmp_path / "screen.log"
    good.write_text("a log")
    page = visit(f"{contact_site}/contact", javascript=False)
    page.locator("#subject").fill("Lost phone")
    page.locator("#body").fill(MESSAGES["en"])
    page.locator("#email").fill("anna@example.org")
    page.locator("#files").set_input_files(good)
    page.locator(".send button").click()
    expect(page.locator("#files-list .files li")).to_contain_text("screen.log")
    page.locator(".send button").click()
    expect(page.locator(".said .files a")).to_have_text("screen.log")
