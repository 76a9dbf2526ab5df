"""What axe-core finds on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()

_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule of WCAG 2.2 AA or of good practice."""
    found = _AXE.run(page, options=_OPTIONS).response["violations"]
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {rule['help']} {_measured(node)}"
        for rule in found
        for node in rule["nodes"]
    ]


def _measured(node: dict[str, list[dict[str, str]]]) -> str:
    return "; ".join(check["message"] for check in node["any"])
