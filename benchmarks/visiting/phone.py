"""A phone in a room: it follows the room's events, fetches each scene, and answers; over plain sockets, as HTTP has it.

An event stream and one more connection, which is kept, as a browser has them.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

LONGEST_WAIT = 60.0
"""Seconds after which a phone takes what it waits for as lost."""


class PhoneError(Exception):
    """What went wrong for a phone, as a sentence."""


@dataclass
class Connection:
    """A connection of HTTP/1.1 that is kept between requests."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    @classmethod
    async def to(cls, host: str) -> Connection:
        """Connect to a host and port, as in 127.0.0.1:8501."""
        name, _, port = host.partition(":")
        async with asyncio.timeout(LONGEST_WAIT):
            reader, writer = await asyncio.open_connection(name, int(port))
        return cls(reader, writer, host)

    async def ask(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        """Return the status and the body of the answer, compressed as it came.

        A server closes what was silent for some seconds: then it is connected anew, as a browser does.
        """
        async with asyncio.timeout(LONGEST_WAIT):
            try:
                return await self._asked(method, path, body, headers)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                anew = await Connection.to(self.host)
                self.reader, self.writer = anew.reader, anew.writer
                return await self._asked(method, path, body, headers)

    async def _asked(self, method: str, path: str, body: bytes, headers: str) -> tuple[int, bytes]:
        await self.send(method, path, body, headers)
        status, length = await self.head()
        return status, await self.reader.readexactly(length)

    async def send(self, method: str, path: str, body: bytes = b"", headers: str = "") -> None:
        """Send a request."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAccept-Encoding: gzip, deflate\r\n{headers}"
        length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
        self.writer.write(f"{head}{length}\r\n".encode() + body)
        await self.writer.drain()

    async def head(self) -> tuple[int, int]:
        """Return the status of an answer, and how long its body is."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        lengths = [int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")]
        return int(lines[0].split()[1]), lengths[0] if lengths else 0

    def close(self) -> None:
        """Close it."""
        self.writer.close()


@dataclass
class Phone:
    """A phone that follows a room.

    Arguments
        place: the scene that it shows; shown: for each scene, when it had come whole, by ``time.perf_counter``.
        answers: seconds that each of its answers took; lost: what went wrong, as sentences.
    """

    room: str
    name: str
    events: Connection
    asking: Connection
    place: int = -1
    shown: dict[int, float] = field(default_factory=dict)
    told: dict[int, float] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    bytes_of_scene: int = 0

    @classmethod
    async def enter(cls, host: str, code: str, name: str) -> Phone:
        """Open a room on a phone."""
        phone = cls(f"/room/{code}", name, await Connection.to(host), await Connection.to(host))
        await phone.events.send("GET", f"{phone.room}/events?phone={name}", headers="Accept: text/event-stream\r\n")
        status, _ = await phone.events.head()
        if status != 200:
            raise PhoneError(f"The room answers with {status}.")
        return phone

    async def follow(self) -> None:
        """Fetch each scene that the room goes to, until the stream ends."""
        while line := await self.events.reader.readline():
            if not line.startswith(b"data: "):
                continue
            said: dict[str, Any] = json.loads(line[6:])
            if said["closed"]:
                return
            if said["place"] == self.place:
                continue
            self.place = said["place"]
            self.told[self.place] = time.perf_counter()
            status, body = await self.asking.ask("GET", f"{self.room}/scene/{self.place}/hidden")
            if status != 200:
                self.lost.append(f"Scene {self.place} was answered with {status}.")
                continue
            self.bytes_of_scene = len(body)
            self.shown[self.place] = time.perf_counter()

    async def answer(self, after: float) -> None:
        """Answer the scene that is shown, so many seconds from now."""
        await asyncio.sleep(after)
        given = {"phone": self.name, "place": self.place, "answer": {"x": round(after, 3)}}
        begun = time.perf_counter()
        status, _ = await self.asking.ask(
            "POST", f"{self.room}/answer", json.dumps(given).encode(), "Content-Type: application/json\r\n"
        )
        self.answers.append(time.perf_counter() - begun)
        if status != 204:
            self.lost.append(f"An answer was answered with {status}.")

    def close(self) -> None:
        """Close its connections."""
        self.events.close()
        self.asking.close()
