"""Rooms as phones and lecturers reach them: over HTTP, from a server in a thread or a process of its own."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import brotli
import uvicorn
from app_server import HOST, wait_until
from starlette.applications import Starlette

from landscape.web.hosting import MIDDLEWARE
from landscape.web.hosting.ending import when_ending
from landscape.web.rooms import Hall, PreparedLesson, routes

WAIT = 30.0
"""Seconds within which whatever is waited for comes, on a busy machine too."""

SCENES = [
    (b'{"scene": 0}', b'{"scene": 0}'),
    (b'{"scene": 1}', b'{"scene": 1, "held back": "the optimum"}'),
    (b'{"scene": 2}', b'{"scene": 2, "held back": "another one"}'),
]
LECTURER = b'{"scenes": 3, "notes": "for the lecturer alone"}'


def lesson() -> PreparedLesson:
    """A lesson of three scenes, of which two hold something back."""
    return PreparedLesson.of("A lesson", SCENES, LECTURER)


@dataclass
class Reply:
    """What was answered; the body is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def refused(self) -> str:
        return json.loads(self.body)["refused"]


@dataclass
class Visit:
    """A room at the address of a server; ``prefix`` is before all of its paths."""

    url: str
    code: str
    key: str = ""
    prefix: str = ""

    def ask(self, path: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """What is answered below the address of the room; a body that is no bytes is sent as JSON."""
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        return ask(self.url, f"{self.prefix}/room/{self.code}{path}", method, sent, headers)

    def steer(self, place: int, **said: bool) -> Reply:
        return self.ask("/steer", "POST", {"place": place, **said}, {"X-Room-Key": self.key})

    def answer(self, phone: str, place: int, answer: Any) -> Reply:
        return self.ask("/answer", "POST", {"phone": phone, "place": place, "answer": answer})

    def close(self) -> Reply:
        return self.ask("/close", "POST", headers={"X-Room-Key": self.key})

    def table(self) -> str:
        return self.ask("/answers.csv", headers={"X-Room-Key": self.key}).body.decode()

    def events(self, phone: str = "") -> Events:
        """The events for a phone, or for the lecturer."""
        asked = f"phone={phone}" if phone else f"key={self.key}"
        return Events(self.url, f"{self.prefix}/room/{self.code}/events?{asked}")


def ask(
    url: str, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """What a server answers."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=WAIT)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        got = {name.lower(): value for name, value in answer.getheaders()}
        undo = {"gzip": gzip.decompress, "br": brotli.decompress}.get(got.get("content-encoding", ""), bytes)
        return Reply(answer.status, got, undo(answer.read()))
    finally:
        connection.close()


class Events:
    """An open stream of events, read as far as a test asks."""

    def __init__(self, url: str, path: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=WAIT)
        self._connection.request("GET", path, headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip, br"})
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = {name.lower(): value for name, value in self._answer.getheaders()}
        self.seen: list[dict[str, Any]] = []

    def lines(self) -> Iterator[str]:
        """The lines as they come, until the server ends the stream."""
        while line := self._answer.readline():
            yield line.decode().rstrip("\n")

    def until(self, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message from now on of which something is true; raises EOFError where the stream ends before."""
        for line in self.lines():
            if line.startswith("data: "):
                self.seen.append(json.loads(line.removeprefix("data: ")))
                if reached(self.seen[-1]):
                    return self.seen[-1]
        raise EOFError

    def next(self) -> dict[str, Any]:
        return self.until(lambda message: True)

    def close(self) -> None:
        self._answer.close()
        self._connection.close()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class HallServer:
    """A server of rooms in a thread."""

    url: str
    hall: Hall
    server: uvicorn.Server
    thread: threading.Thread | None = None
    prefix: str = ""

    def open(self, prepared: PreparedLesson | None = None) -> Visit:
        """A new room."""
        opened = self.hall.open_room(prepared or lesson())
        return Visit(self.url, opened.code, opened.key, self.prefix)

    def stop(self) -> None:
        """End the server as a signal does, and wait until it has ended."""
        self.server.should_exit = True
        if self.thread is not None:
            self.thread.join(WAIT)
            assert not self.thread.is_alive()


@contextmanager
def hall_server(hall: Hall, pages: Mapping[str, Callable[[str], str]] | None = None) -> Iterator[HallServer]:
    """Serve a hall's rooms, with the middleware of the app, until the block ends."""
    app = Starlette(
        routes=routes(pages or {}, lambda: hall), middleware=list(MIDDLEWARE), lifespan=lambda _: hall.running()
    )
    when_ending(hall.end)
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none"))
        running = HallServer(f"http://{HOST}:{listening.getsockname()[1]}", hall, server)
        running.thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        running.thread.start()
        wait_until(lambda: server.started)
        try:
            yield running
        finally:
            running.stop()
