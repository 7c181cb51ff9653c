"""The app in a process of its own, as a visitor reaches it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
WAIT_SECONDS = 90
"""How long a server may take to start on a busy machine before the tests give up on it."""


@dataclass
class AppServer:
    """A running app: its address, its process, and what it has written to its log."""

    url: str
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    _read: int = 0

    def new_log(self) -> str:
        """Return what the server wrote since the last call."""
        log = self.log_file.read_bytes()
        new, self._read = log[self._read :], len(log)
        return new.decode(errors="replace")


@contextmanager
def running_app(
    folder: Path,
    script: Path = ROOT / "app.py",
    settings: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[AppServer]:
    """Serve an app by ``streamlit run`` until the block ends, as ``running_server``.

    ``settings`` and ``environment`` stand in place of the values that Streamlit's settings and environment have here.
    """
    fixed = {"server.headless": "true", "server.fileWatcherType": "none", **(settings or {})}

    def command(host: str, port: int) -> list[str]:
        options = {"server.address": host, "server.port": port, **fixed}
        run = [sys.executable, "-m", "streamlit", "run", str(script)]
        return run + [f"--{name}={value}" for name, value in options.items()]

    with running_server(folder, command, environment, port=port) as server:
        yield server


@contextmanager
def running_server(
    folder: Path,
    command: Callable[[str, int], list[str]],
    environment: Mapping[str, str] | None = None,
    start_in: Path = ROOT,
    port: int | None = None,
) -> Iterator[AppServer]:
    """Run the command for a host and a port until the block ends; its log and its home are kept in ``folder``.

    The port is a free one unless it is given, as that of a server which has ended.

    Raises RuntimeError with the log when the server ends instead of starting, TimeoutError when it does neither.
    """
    port = port or free_port()
    server = AppServer(f"http://{HOST}:{port}", folder / "server.log")
    with server.log_file.open("wb") as log:
        process = subprocess.Popen(
            command(HOST, port),
            cwd=start_in,
            env={**_clean_environment(folder), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        server.process = process
        try:
            wait_until(lambda: process.poll() is not None or _is_healthy(server))
            if process.poll() is not None:
                raise RuntimeError(f"The app did not start:\n{server.log_file.read_text(errors='replace')}")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(reached: Callable[[], bool], seconds: float = WAIT_SECONDS, every: float = 0.05) -> None:
    """Wait until a state is reached, looked at ``every`` so many seconds, or raise TimeoutError."""
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It did not come within {seconds} s.")
        time.sleep(every)


def _is_healthy(server: AppServer) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _clean_environment(home: Path) -> dict[str, str]:
    """The environment less whatever would configure Streamlit or Python otherwise than the repository does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT_", "PYTHON", "PYTEST_"))}
    return {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1"}
