"""The proxy of deploy/, Debian's haproxy, before replicas of the app."""

from __future__ import annotations

import os
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import services
from app_server import HOST, ROOT, AppServer, free_port, wait_until

HAPROXY = services.find("haproxy")

NEEDED = "haproxy is not here, and could not be installed"


@contextmanager
def proxied(folder: Path, replicas: list[AppServer]) -> Iterator[str]:
    """Run the proxy before some replicas until the block ends; give its address once every replica is up."""
    if HAPROXY is None:
        raise FileNotFoundError(NEEDED)
    servers = [f"    server replica{n} {urlsplit(replica.url).netloc}" for n, replica in enumerate(replicas)]
    (folder / "replicas.cfg").write_text("\n".join(["backend replicas", *servers, ""]), encoding="utf-8")
    bind = f"{HOST}:{free_port()}"
    files = [str(ROOT / "deploy" / "haproxy.cfg"), str(folder / "replicas.cfg")]
    log = folder / "proxy.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [HAPROXY, "-db", "-f", files[0], "-f", files[1]],
            env={**os.environ, "BIND": bind, "COOKIE_KEY": "of this test"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: process.poll() is not None or len(serving(f"http://{bind}")) == len(replicas))
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield f"http://{bind}"
    finally:
        process.terminate()
        process.wait(10)


def serving(url: str) -> set[str]:
    """The cookies of the replicas that answer a few visitors who come anew."""
    cookies: set[str] = set()
    for _ in range(4):
        with suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            cookies |= set(re.findall(r"\breplica=\w+", " ".join(answer.headers.get_all("set-cookie", []))))
    return cookies
