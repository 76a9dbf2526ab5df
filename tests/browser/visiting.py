"""One visitor: a fresh browser profile, how they read, and what their browser complained about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request


class Size(TypedDict):
    """A window, in CSS pixels."""

    width: int
    height: int


DESKTOP: Size = {"width": 1280, "height": 900}
PHONE: Size = {"width": 390, "height": 844}

Theme = Literal["light", "dark"]
Motion = Literal["no-preference", "reduce"]

LONGEST_WAIT = 10_000
"""Milliseconds after which something that should appear never will."""
LONGEST_LOAD = 30_000
"""Milliseconds for a page: a browser that has just been started shares the machine with another test."""


@dataclass
class Complaints:
    """What the browser noticed: errors of scripts, breaches of the security policy, requests to other hosts."""

    home: str
    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._of_console)
        page.on("pageerror", self._of_script)
        page.on("request", self._of_request)

    def _of_console(self, message: ConsoleMessage) -> None:
        # A page answered with 404 or 503 is logged by the browser too, and may be just what a test is about.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(message.text)

    def _of_script(self, error: Error) -> None:
        self.found.append(str(error))

    def _of_request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.home and not request.url.startswith(("data:", "blob:")):
            self.found.append(f"request to another host: {request.url}")


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    lang: str = "en",
    size: Size = DESKTOP,
    theme: Theme = "light",
    motion: Motion = "no-preference",
    javascript: bool = True,
    home: str = "",
) -> Iterator[Page]:
    """A visitor who opened ``url``, until the block ends.

    :param lang: what the visitor's browser asks for (``Accept-Language``).
    :param home: the site to stay on, where ``url`` does not say.
    :raises AssertionError: at the end, when the browser complained.
    """
    context = browser.new_context(
        locale=lang,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme=theme,
        reduced_motion=motion,
        java_script_enabled=javascript,
    )
    context.set_default_timeout(LONGEST_WAIT)
    context.set_default_navigation_timeout(LONGEST_LOAD)
    complaints = Complaints(urlsplit(home or url).netloc)
    context.on("page", complaints.listen)
    try:
        page = context.new_page()
        page.goto(url)
        yield page
    finally:
        context.close()
    assert complaints.found == []
