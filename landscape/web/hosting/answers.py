"""Whole answers of an ASGI application: taken from it, changed, and sent on."""

from __future__ import annotations

import asyncio
import gzip
import re
from dataclasses import dataclass, field
from typing import Literal, get_args

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Scope, Send
from streamlit import config

Encoding = Literal["br", "gzip"]
"""Encodings of an answer, the better one first."""

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

UNCONDITIONAL = frozenset({b"if-none-match", b"if-modified-since", b"if-range", b"range", b"accept-encoding"})
"""Headers of a request that ask for less than the whole, or for another form of it."""


@dataclass
class Answer:
    """An answer that has come whole: its status, its headers as ASGI has them, and its body."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return the value of a header, empty where there is none."""
        return Headers(raw=self.headers).get(name, "")

    def set_headers(self, **values: str) -> None:
        """Set headers, with ``_`` for ``-`` in their names."""
        headers = MutableHeaders(raw=self.headers)
        for name, value in values.items():
            headers[name.replace("_", "-")] = value

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it; a HEAD request gets no body."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


async def whole_answer(app: ASGIApp, scope: Scope) -> Answer:
    """Ask an application for the whole of what a GET or HEAD request names, uncompressed, and wait until it has come.

    It comes whole although the visitor may have left meanwhile: the application hears nothing of her.
    """
    kept = [(name, value) for name, value in scope["headers"] if name not in UNCONDITIONAL]
    answer = Answer()
    chunks: list[bytes] = []

    unread = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if unread:
            return unread.pop()
        return await asyncio.Future()

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = list(message["headers"])
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    # Without the extensions: one of them lets an application name a file to be sent instead of sending it.
    await app({**scope, "method": "GET", "headers": kept, "extensions": {}}, receive, take)
    answer.body = b"".join(chunks)
    return answer


def path_of(scope: Scope) -> str:
    """Return the path that a request names below the app: without the prefix of a proxy or of Streamlit's setting."""
    path = str(scope["path"])
    for prefix in (scope.get("root_path", ""), config.get_option("server.baseUrlPath")):
        stem = f"/{prefix.strip('/')}" if prefix and prefix.strip("/") else ""
        if stem and (path == stem or path.startswith(f"{stem}/")):
            path = path.removeprefix(stem)
    return path or "/"


def encoding_of(scope: Scope) -> Encoding | None:
    """Return the better of the encodings that the browser takes (names it without the weight 0), or None.

    Browsers take brotli over https, and from their own machine.
    """
    taken = set()
    for part in Headers(scope=scope).get("accept-encoding", "").split(","):
        name, _, weight = part.strip().lower().partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            taken.add(name.strip())
    return next((encoding for encoding in ENCODINGS if encoding in taken), None)


def encoded(body: bytes, encoding: Encoding) -> bytes:
    """Return a body in an encoding, as small as can be had in about a second; replicas make the same of it."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=9))
    return gzip.compress(body, 9, mtime=0)
