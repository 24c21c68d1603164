"""What axe says of a page."""

from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations"],
}
CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]},
    "resultTypes": ["violations"],
}
axe = Axe()


def problems_by_day_and_night(page: Page) -> str:
    """All that is wrong in the light theme, and what can't be read in the dark one."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(axe.axe_script)
    page.emulate_media(color_scheme="light")
    by_day = run(page, EVERYTHING)
    page.emulate_media(color_scheme="dark")
    return by_day + run(page, CONTRAST)


def run(page: Page, options: dict[str, Any]) -> str:
    """A report, empty when there is nothing to say."""
    found = AxeResults(page.evaluate("options => axe.run(document, options)", options))
    return f"{page.url}\n{found.generate_report()}" if found.violations_count else ""
