"""The app as a visitor reaches it: ``streamlit run`` in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 90
"""How long a server may take to answer on a busy machine before the tests give up on it."""


@dataclass
class AppServer:
    """A running app: its address, and what it has written to its log."""

    url: str
    log_file: Path
    _read: int = 0

    def new_log(self) -> str:
        """Return what the server wrote since this was last asked."""
        log = self.log_file.read_bytes()
        new, self._read = log[self._read :], len(log)
        return new.decode(errors="replace")


@contextmanager
def running_app(folder: Path, script: Path = ROOT / "app.py") -> Iterator[AppServer]:
    """Serve an app on a free port until the block ends; its log and its home are kept in ``folder``.

    Raises RuntimeError with the log when the server does not come up.
    """
    port = _free_port()
    server = AppServer(f"http://{HOST}:{port}", folder / "server.log")
    options = {"server.address": HOST, "server.port": port, "server.headless": "true", "server.fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--{name}={value}" for name, value in options.items()]
    with server.log_file.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=script.parent, env=_clean_environment(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _clean_environment(home: Path) -> dict[str, str]:
    """The environment less whatever would configure Streamlit or Python otherwise than the repository does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT_", "PYTHON", "PYTEST_"))}
    return {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1"}


def _wait_until_healthy(server: AppServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The app did not start:\n{server.log_file.read_text(errors='replace')}")
