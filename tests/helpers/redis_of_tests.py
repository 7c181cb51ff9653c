"""A Redis server of a test's own: Debian's, on a free port, with nothing on the disk."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import services
from app_server import HOST, free_port, wait_until

PROGRAM = services.find("redis-server")

NEEDED = "redis-server is not here, and could not be installed"


@dataclass
class RunningRedis:
    """A server that can be stopped and started anew, empty, at the same address."""

    port: int
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        assert PROGRAM is not None
        settings = ["--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(
            [PROGRAM, *settings],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        wait_until(lambda: process.poll() is not None or self._answers())
        assert process.poll() is None

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(10)
        self.processes.clear()

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def running_redis(folder: Path) -> Iterator[RunningRedis]:
    """Run a server until the block ends."""
    server = RunningRedis(free_port(), folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
