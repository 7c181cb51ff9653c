"""A Chromium for the browser tests: the one that is here, or else one that can be had.

``python tests/helpers/chromium.py`` prints its path; where there is none it installs one first, Debian's package where
apt-get and root allow, else Playwright's own download, and fails with one sentence where neither is possible.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

FLAGS = (
    "--headless=new",
    # Root, as in a container, cannot use the sandbox; the only pages opened are our own.
    "--no-sandbox",
    # No requests but those of the page under test.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL drawn by the processor, so that 3-D views work on a machine without a graphics card.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # The rest of the page is painted as on a machine without a graphics card, which costs the processor an eighth.
    "--disable-gpu-compositing",
)


class NoChromiumError(RuntimeError):
    """The sentence that says why there is no Chromium to test with."""


def find() -> str | None:
    """Return the path of a Chromium that runs, or None.

    Raises NoChromiumError when $CHROMIUM names one that does not run.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path and runs(path):
            return path
        raise NoChromiumError(f"CHROMIUM must name a Chromium that runs, but {named} does not.")
    return next(filter(runs, _candidates()), None)


def install() -> str:
    """Install a Chromium and return its path, or raise NoChromiumError saying that it cannot be done."""
    if may_use_apt():
        say("Installing Debian's Chromium")
        # Chromium without any font crashes or draws no text, and recommends but does not require one.
        apt_install("chromium", "fonts-liberation")
    if (path := find()) is not None:
        return path
    say("Installing Playwright's Chromium")
    with_libraries = ["--with-deps"] if may_use_apt() else []
    succeeds([sys.executable, "-m", "playwright", "install", "--no-shell", *with_libraries, "chromium"])
    if (path := find()) is not None:
        return path
    raise NoChromiumError(
        "The browser tests need a Chromium: none was found, and neither apt-get nor Playwright could install one; "
        "put one on the PATH or name it in $CHROMIUM."
    )


def may_use_apt() -> bool:
    """Whether packages of Debian can be installed here: apt-get is there, and this is root."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return as_root and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    """Install packages of Debian; return whether it succeeded."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return succeeds(["apt-get", "update", "-qq"], quiet) and succeeds(
        ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *packages], quiet
    )


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, COMMANDS))
    yield from filter(os.path.exists, MAC_APPLICATIONS)
    if Path(own := _playwrights_own()).exists():
        yield own


def _playwrights_own() -> str:
    """Where Playwright's own download is, or would be."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def runs(path: str) -> bool:
    """Whether a browser answers: Ubuntu's, without its snap, and a version manager's stand-in do not."""
    return succeeds([path, "--version"])


def succeeds(command: Sequence[str], environment: Mapping[str, str] | None = None) -> bool:
    """Run a command, a quarter of an hour at most, and return whether it ended well."""
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def say(sentence: str) -> None:
    """Tell whoever waits what is being done."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(find() or install())
    except NoChromiumError as reason:
        sys.exit(str(reason))
