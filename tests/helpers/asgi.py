"""ASGI applications asked without a server."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field

import brotli
from loops import run_apart
from starlette.types import ASGIApp, Message


@dataclass
class Response:
    """What an application answered; header names in lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        undo = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers.get("content-encoding", ""), bytes)
        return undo(self.body).decode()


def ask(
    app: ASGIApp,
    path: str,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    kind: str = "http",
    prefix: str = "",
    leaves: bool = False,
) -> Response:
    """Return an application's answer to one request."""
    return run_apart(asked(app, path, headers, method, kind, prefix, leaves))


async def asked(
    app: ASGIApp,
    path: str,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    kind: str = "http",
    prefix: str = "",
    leaves: bool = False,
) -> Response:
    """As ``ask``, in a loop that runs already. A websocket is answered by 101 where it is accepted, else by 403."""
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "root_path": prefix,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    response = Response()

    unread = [{"type": "websocket.connect" if kind == "websocket" else "http.request", "body": b""}]

    async def receive() -> Message:
        """Say what is asked, and then nothing, or with ``leaves`` that the visitor has left."""
        if unread:
            return unread.pop()
        return {"type": "http.disconnect"} if leaves else await asyncio.Future()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status = message["status"]
            response.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            response.body += message.get("body", b"")
        elif message["type"] == "websocket.accept":
            response.status = 101
        elif message["type"] == "websocket.close":
            response.status = response.status or 403

    await app(scope, receive, send)
    return response
