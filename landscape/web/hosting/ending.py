"""What is done when the server begins to end, before it waits for its open connections.

Uvicorn ends the application (its ``lifespan``) only once every connection is closed: a stream that has no end of its
own would hold it up for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from uvicorn import Server

_ENDING: list[Callable[[], None]] = []


def when_ending(act: Callable[[], None]) -> None:
    """Have something done in the event loop of a server as soon as it is told to end; a second call changes nothing."""
    if act not in _ENDING:
        _ENDING.append(act)
    shutdown = Server.shutdown
    if hasattr(shutdown, "__wrapped__"):
        return

    @wraps(shutdown)
    async def after_these(server: Server, *arguments: Any, **named: Any) -> None:
        for each in _ENDING:
            each()
        await shutdown(server, *arguments, **named)

    Server.shutdown = after_these  # type: ignore[method-assign,assignment]
