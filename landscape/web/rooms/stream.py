"""What is new in a room, told over one connection for as long as it lasts: server-sent events."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.types import Receive, Send

from landscape.web.rooms.hall import Hall
from landscape.web.rooms.held import HeldRoom, Subscriber

HEARTBEAT = 10.0
"""Seconds after which a connection that has nothing to tell sends a beat, so that neither a proxy nor a phone takes it
for dead: the same as BEAT of ``js/rooms/room.js``."""

RETRY = 1000
"""Milliseconds after which a browser that has lost its connection opens another one."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def tell(hall: Hall, held: HeldRoom, subscriber: Subscriber, receive: Receive, send: Send) -> None:
    """Send a room's state, and again whenever it has changed, until the client leaves, or room or server ends.

    A client that is slow to take it gets the latest state, and none of those in between. The subscriber has joined
    before, and parts here.
    """
    leaving = asyncio.ensure_future(_left(receive))
    leaving.add_done_callback(lambda _: subscriber.wake.set())
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        before, start = b"", f"retry: {RETRY}\n\n".encode()
        while not leaving.done() and not hall.ending:
            subscriber.wake.clear()
            message = held.message(subscriber)
            if message != before:
                await _send(send, start + b"event: room\ndata: " + message + b"\n\n")
                before, start = message, b""
            if held.room.closed:
                break
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await subscriber.wake.wait()
            except TimeoutError:
                await _send(send, b"event: beat\ndata:\n\n")
        if not leaving.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        held.part(subscriber)
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _left(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
