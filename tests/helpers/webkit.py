"""A WebKit for the browser tests, the engine of Safari: Playwright's own, where its download is.

``python -m playwright install webkit`` gets it; nothing else does, for Playwright speaks to no other.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

MISSING = "The app is not looked at in WebKit: it is not here; `.venv/bin/playwright install webkit` gets it."


def find(playwright: Playwright) -> str | None:
    """Return the path of Playwright's WebKit, or None."""
    path = playwright.webkit.executable_path
    return path if Path(path).exists() else None
