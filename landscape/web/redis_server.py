"""The Redis server that replicas share, where ``REDIS_URL`` names one: documents of links, and results of long work.

Nothing depends on it: while it does not answer, each replica goes on with what it has itself.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from redis import Redis

URL_VARIABLE = "REDIS_URL"
"""The environment variable that holds the server's address, as in ``redis://:password@redis:6379/0``."""

PREFIX = "landscape:"
"""How the names of all keys begin, for the server may have other users."""

PATIENCE = 1.0
"""Seconds that one request may take: a page waits for it."""

PAUSE = 15.0
"""Seconds for which a server that did not answer is asked nothing."""

T = TypeVar("T")


class RedisServer:
    """A Redis server that may be away.

    Arguments
        client: of the server; its requests end after a while, answered or not.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._away_until = 0.0

    def get(self, name: str, seconds: float) -> bytes | None:
        """Return what is kept under a name, which is kept for ``seconds`` from now on; None where there is nothing."""
        return self._asked(lambda client: client.getex(PREFIX + name, px=int(seconds * 1000)))

    def put(self, name: str, contents: bytes, seconds: float) -> bool:
        """Keep something under a name for some seconds; return whether it is kept."""
        return bool(self._asked(lambda client: client.set(PREFIX + name, contents, px=int(seconds * 1000))))

    def _asked(self, request: Callable[[Any], T]) -> T | None:
        """Return the answer to a request, or None where the server does not answer, or did not just now."""
        from redis.exceptions import RedisError

        with self._lock:
            if time.monotonic() < self._away_until:
                return None
        try:
            return request(self._client)
        except (RedisError, OSError) as error:
            with self._lock:
                self._away_until = time.monotonic() + PAUSE
            logging.getLogger(__name__).warning("Redis does not answer, and is left alone for %g s: %s", PAUSE, error)
            return None


@cache
def redis_server() -> RedisServer | None:
    """Return the server that the environment names, None where it names none.

    Raises ValueError where the address is none of a Redis server.
    """
    address = os.environ.get(URL_VARIABLE, "").strip()
    if not address:
        return None
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # What fails is not tried again: what was asked for can be computed, or is on the disk.
    once = Retry(NoBackoff(), 0)
    try:
        client = Redis.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=once)
    except ValueError:
        # Without the address itself, which may hold a password, in a log.
        raise ValueError(f"{URL_VARIABLE} must be an address such as redis://redis:6379/0, but is none.") from None
    return RedisServer(client)
