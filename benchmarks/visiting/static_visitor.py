"""A visitor of the static site: she fetches what her first visit needs, and nothing of it is computed for her."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

LONGEST_WAIT = 120.0
"""Seconds after which a file is taken for lost."""

_LOADED = re.compile(r'<script type="application/json" id="files">(\{.*?\})</script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


@dataclass(frozen=True)
class Fetched:
    """What a first visit took: seconds until the last file was there, and the bytes of all files as they were sent."""

    seconds: float
    wire: int


def first_visit(url: str) -> Fetched:
    """Fetch the front page of the site at an address, and what its pictures need, one file after the other.

    A browser fetches several at a time. Raises OSError where a file is not there.
    """
    begun = time.perf_counter()
    page = _fetched(url)
    text = page.decode()
    loaded, style = _LOADED.search(text), _STYLE.search(text)
    if loaded is None or style is None:
        raise OSError(f"{url} is not the front page of the site.")
    files = json.loads(loaded[1])
    named = [style[1], *(files[name] for name in ("modules", "words", "plotly"))]
    wire = len(page) + sum(len(_fetched(urljoin(url, name))) for name in named)
    return Fetched(time.perf_counter() - begun, wire)


def _fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=LONGEST_WAIT) as answer:
        return bytes(answer.read())


@contextmanager
def served_site(folder: Path, port: int) -> Iterator[tuple[str, int]]:
    """Write the site into a folder and serve it with Python's own file server; yield its address and its process."""
    subprocess.run([sys.executable, "-m", "landscape", "site", str(folder)], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        until = time.monotonic() + LONGEST_WAIT
        while True:
            try:
                _fetched(url)
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(10)
