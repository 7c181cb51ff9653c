"""A Firefox for the browser tests: the one that is here, or Debian's ESR where apt-get and root allow.

``python tests/helpers/firefox.py`` prints its path, after installing it where it has to. Where none can be had it says
so in a sentence and does not fail: the tests that need it are then skipped with the same sentence.

Playwright speaks to a Firefox as it is shipped by WebDriver BiDi (its channel "moz-firefox"), through the relay beside
this file.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from chromium import apt_install, may_use_apt, runs, say
from playwright.sync_api import Browser, Playwright

COMMANDS = ("firefox-esr", "firefox")

MAC_APPLICATION = "/Applications/Firefox.app/Contents/MacOS/firefox"

MISSING = (
    "The app is not looked at in Firefox: none was found, and only as root can apt-get install Debian's; "
    "put one on the PATH or name it in $FIREFOX."
)

PREFERENCES = {
    # The pages are in English, and nothing is asked of other hosts than the page's own.
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    # As on a machine that says nothing of a theme; 1 is light.
    "layout.css.prefers-color-scheme.content-override": 1,
}


def find() -> str | None:
    """Return the path of a Firefox that runs, or None; $FIREFOX names the only one that counts."""
    named = os.environ.get("FIREFOX")
    candidates = [named] if named else [*COMMANDS, MAC_APPLICATION]
    return next(filter(runs, filter(None, map(shutil.which, candidates))), None)


def install() -> str | None:
    """Install Debian's Firefox where that can be done, and return its path."""
    if may_use_apt():
        say("Installing Debian's Firefox")
        apt_install("firefox-esr")
    return find()


def launch(playwright: Playwright, path: str, folder: Path, timeout_ms: float) -> Browser:
    """Start a headless Firefox; ``folder`` is where the command that starts it is written."""
    command = folder / "firefox"
    relay = Path(__file__).with_name("firefox_relay.py")
    command.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(relay), path])} "$@"\n')
    command.chmod(0o755)
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=command,
        firefox_user_prefs=dict(PREFERENCES),
        timeout=timeout_ms,
    )


if __name__ == "__main__":
    print(find() or install() or MISSING)
