"""axe-core finds nothing on any type of page, in either theme, at either size, in any of the three languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.pages import PAGES, WORDS, path
from tests.browser.visiting import DESKTOP, PHONE, Theme

THEMES: tuple[Theme, ...] = ("light", "dark")


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Visit, sample_site: str, name: str, lang: str) -> None:
    page = visit(sample_site + path(name, lang), lang=lang)
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
