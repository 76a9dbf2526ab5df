"""Real visitors: the sample help centre served on this machine, and Chromium to read it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kb.knowledge_base import KnowledgeBase
from tests.browser import chromium
from tests.browser.serving import serving
from tests.browser.visiting import LONGEST_WAIT, visiting
from webapp import create_app

expect.set_options(timeout=LONGEST_WAIT)

Serve = Callable[[Flask], str]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it; tests that need it are skipped where there is none."""
    path = chromium.installed()
    if path is None:
        pytest.skip("No Chromium on this machine: install the package chromium to run the browser tests")
    with chromium.launched(path) as opened:
        yield opened


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """``serve(app)`` puts a site on a free port until the tests end, and returns its address."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture(scope="session")
def sample_site(serve: Serve, sample_centre: KnowledgeBase) -> str:
    """The address of the help centre that ships with the project."""
    return serve(create_app(sample_centre.settings, sample_centre))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """``visit(url, **how)`` opens a page as a visitor of one's own; see :func:`visiting` for the ways.

    Whatever the visitor's browser complained about (errors of scripts, breaches of the security policy, requests to
    other hosts) fails the test in the end.
    """
    with ExitStack() as stack:
        yield lambda url, **how: stack.enter_context(visiting(browser, url, **how))


@pytest.fixture
def page(visit: Visit, sample_site: str) -> Page:
    """The sample centre's home page on a desktop, in English, with JavaScript, in the light."""
    return visit(f"{sample_site}/")
