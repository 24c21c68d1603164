"""Draws the icons of the installed app from static/favicon.svg, in Chromium.

Run it after changing the favicon: python scripts/icons.py
"""

import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parent.parent / "static"
# Launchers cut a maskable icon to a circle of 4/5 of its width; Apple rounds corners by itself.
MASKABLE, WHOLE = 0.66, 1.0
ICONS = {
    "icon-192": (192, WHOLE, False),
    "icon-512": (512, WHOLE, False),
    "maskable-512": (512, MASKABLE, True),
    "apple-touch-icon": (180, 0.8, True),
}


def draw(page: Page, drawing: str, name: str) -> None:
    """Writes one icon: a side in pixels, the part of it that is drawn on, the ground filled or not."""
    side, part, is_filled = ICONS[name]
    green = re.findall(r'<rect[^>]*fill="([^"]+)"', drawing)[0]
    ground = f"background: {green}" if is_filled else "background: transparent"
    page.set_viewport_size({"width": side, "height": side})
    page.set_content(
        f'<body style="margin: 0; {ground}; display: grid; place-content: center; height: 100vh">'
        f'<div style="width: {side * part}px; line-height: 0">{drawing}</div>'
    )
    page.screenshot(path=STATIC / "icons" / f"{name}.png", omit_background=not is_filled)


def main() -> None:
    """Draws them all."""
    drawing = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        for name in ICONS:
            draw(page, drawing, name)
        browser.close()


if __name__ == "__main__":
    main()
