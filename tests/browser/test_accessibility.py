"""axe-core finds nothing on any type of page, in either theme, at either size, in any of the three languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.visiting import DESKTOP, PHONE, Theme

THEMES: tuple[Theme, ...] = ("light", "dark")

PAGES = {
    "home": "/",
    "topic": "/topics/{lang}/sign-in",
    "article": "/articles/{lang}/account-security/two-step-sign-in",
    "thread": "/community/{thread}",
    "tag": "/tags/{lang}/two-step",
    "search": "/search?q=2fa",
    "results": "/search?q={query}",
    "nothing found": "/search?q=zzqqxx",
    "not found": "/no/such-page",
    "contact": "/contact",
}
WORDS = {
    "en": {"thread": "t-1042", "query": "cant log in"},
    "it": {"thread": "t-1088", "query": "telefono perso"},
    "ru": {"thread": "t-1197", "query": "не могу войти"},
}


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Visit, sample_site: str, name: str, lang: str) -> None:
    page = visit(sample_site + PAGES[name].format(lang=lang, **WORDS[lang]), lang=lang)
    found = [
        f"{theme}, {size['width']} px: {line}"
        for theme in THEMES
        for size in (DESKTOP, PHONE)
        for line in _seen(page, theme, size["width"], size["height"])
    ]
    assert found == []


def _seen(page: Page, theme: Theme, width: int, height: int) -> list[str]:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": height})
    return violations(page)
