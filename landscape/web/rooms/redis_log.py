"""The rooms of several processes: a stream on their Redis server for each room, which all of them replay.

The server's order is everybody's order: whether an answer came before the lock is decided there, and a process tells
what became of a line only once it has read it back.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from landscape.web.redis_server import PATIENCE, PREFIX, URL_VARIABLE
from landscape.web.rooms.log import KEPT_SECONDS, Deed, Follower
from landscape.web.rooms.refusals import AwayError
from landscape.web.rooms.room import CLOSE, OPEN, written

if TYPE_CHECKING:
    from redis.asyncio import Redis

CONNECTIONS = 8
"""Over which one process asks; each room that it follows has one more of its own."""

BLOCK_SECONDS = 5.0
"""For which the server holds a request for lines that have not come yet."""

PAUSE = 0.5
"""Seconds after which a server that was away is asked for lines again."""

READ_BACK_WITHIN = 5.0
"""Seconds within which a line that was appended must have been read back."""

READ_BY_OTHERS = 60.0
"""Seconds for which a closed log is kept, so that every process reads that it is closed; that it is, is kept longer."""

HERE_SECONDS = 15.0
"""Seconds for which the server believes what a process says of its phones."""

T = TypeVar("T")


@dataclass
class _Followed:
    """A log that is followed.

    Arguments
        lines: from the one that says that the log begins, to write it anew where the server has lost it.
        waiting: who waits for a line to be read back, by the mark of the line.
    """

    follower: Follower
    lines: list[bytes] = field(default_factory=list)
    waiting: dict[bytes, asyncio.Future[bool]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    ended: bool = False


class RedisLog:
    """Logs on a Redis server, shared by all processes that use it.

    While the server is away nothing can be appended; when it is back, every process replays the log from its first
    line, and where the server has lost it, as after a restart, one of them writes it anew.

    Arguments
        url: of the server; kept_seconds: for which a room is kept that nobody touches.
    """

    def __init__(self, url: str, kept_seconds: float = KEPT_SECONDS) -> None:
        self.url = url
        self.kept_seconds = kept_seconds
        self._process = secrets.token_hex(8)
        self._marks = itertools.count()
        self._followed: dict[str, _Followed] = {}
        self._away = False
        self._asking: Redis | None = None
        self._reading: Redis | None = None

    async def start(self) -> None:
        """Begin, in the event loop in which everything else is called; the server is asked later.

        Raises ValueError where the address is none of a Redis server.
        """
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        once: dict[str, Any] = {"socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
        try:
            pool = BlockingConnectionPool.from_url(
                self.url, max_connections=CONNECTIONS, timeout=2 * PATIENCE, socket_timeout=PATIENCE, **once
            )
            self._asking = Redis.from_pool(pool)
            self._reading = Redis.from_url(self.url, socket_timeout=2 * BLOCK_SECONDS, **once)
        except ValueError:
            raise ValueError(f"{URL_VARIABLE} must be an address such as redis://redis:6379/0, but is none.") from None

    async def stop(self) -> None:
        """End all reading, and close the connections."""
        for code in list(self._followed):
            await self.leave(code)
        for client in (self._asking, self._reading):
            if client is not None:
                await client.aclose()

    async def open(self, code: str, deed: Deed) -> bool:
        """Begin a log; return False where the code is in use."""
        contents = deed.to_bytes()

        async def claimed(client: Redis) -> bool:
            if not await client.set(_deed(code), contents, nx=True, px=self._kept):
                return False
            async with client.pipeline(transaction=True) as together:
                together.delete(_stream(code), _closed(code))
                together.xadd(_stream(code), {"line": written(OPEN)})
                together.pexpire(_stream(code), self._kept)
                together.zadd(_ROOMS, {code: time.time() + self.kept_seconds})
                await together.execute()
            return True

        return await self._asked(claimed)

    async def find(self, code: str) -> Deed | None:
        """Return the deed of a room, None where there is no such room, or its deed is damaged."""
        contents = await self._asked(lambda client: client.get(_deed(code)))
        try:
            return None if contents is None else Deed.from_bytes(contents)
        except ValueError:
            return None

    async def follow(self, code: str, follower: Follower) -> None:
        """Tell of all lines that there are, before this returns, and then of each that comes."""
        followed = self._followed[code] = _Followed(follower)
        try:
            last = await self._asked(lambda client: self._replay(client, code, followed))
        except BaseException:
            self._followed.pop(code, None)
            raise
        followed.task = asyncio.create_task(self._follow(code, followed, last), name=f"following room {code}")

    async def append(self, code: str, line: bytes) -> bool:
        """Append a line to a log that is followed, wait until it was read back, and return whether it counts."""
        followed = self._followed[code]
        mark = f"{self._process}-{next(self._marks)}".encode()
        came = followed.waiting[mark] = asyncio.get_running_loop().create_future()
        try:
            fields = {"line": line, "mark": mark}
            if not await self._asked(lambda client: client.xadd(_stream(code), fields, nomkstream=True)):
                raise AwayError  # The server is back without the log, which is about to be written anew.
            return await asyncio.wait_for(came, READ_BACK_WITHIN)
        except TimeoutError:
            raise AwayError from None
        finally:
            followed.waiting.pop(mark, None)

    async def elsewhere(self, code: str, here: int) -> int:
        """Say how many phones are in a room here; return how many are there by way of other processes."""

        async def told(client: Redis) -> int:
            async with client.pipeline(transaction=False) as together:
                together.set(f"{_phones(code)}:{self._process}", here, px=int(HERE_SECONDS * 1000))
                together.sadd(_phones(code), self._process)
                together.pexpire(_phones(code), self._kept)
                together.smembers(_phones(code))
                names = (await together.execute())[-1]
            others = [name for name in names if name != self._process.encode()]
            if not others:
                return 0
            counts = await client.mget([f"{_phones(code)}:{name.decode()}" for name in others])
            return sum(int(count) for count in counts if count is not None)

        return await self._asked(told)

    async def touch(self, code: str) -> None:
        """Keep a room for longer."""

        async def touched(client: Redis) -> None:
            async with client.pipeline(transaction=False) as together:
                together.pexpire(_deed(code), self._kept)
                together.pexpire(_stream(code), self._kept)
                together.zadd(_ROOMS, {code: time.time() + self.kept_seconds}, xx=True)
                await together.execute()

        await self._asked(touched)

    async def leave(self, code: str) -> None:
        """Follow a log no more."""
        followed = self._followed.pop(code, None)
        if followed is None or followed.task is None:
            return
        followed.ended = True
        # More than once: the client may take a cancellation for the end of a request alone.
        while not followed.task.done():
            followed.task.cancel()
            await asyncio.wait({followed.task}, timeout=0.1)

    async def remove(self, code: str) -> None:
        """Keep nothing of a room; its log a moment longer, in which every process reads that it is closed."""
        await self.leave(code)

        async def removed(client: Redis) -> None:
            async with client.pipeline(transaction=True) as together:
                together.delete(_deed(code), _phones(code))
                together.set(_closed(code), b"", px=self._kept)
                together.pexpire(_stream(code), int(READ_BY_OTHERS * 1000))
                together.zrem(_ROOMS, code)
                await together.execute()

        await self._asked(removed)

    async def count(self) -> int:
        """Return how many rooms there are."""

        async def counted(client: Redis) -> int:
            await client.zremrangebyscore(_ROOMS, 0, time.time())
            return int(await client.zcard(_ROOMS))

        return await self._asked(counted)

    async def expire(self) -> None:
        """Do nothing: the server drops what nobody has touched for long."""

    @property
    def _kept(self) -> int:
        """Milliseconds for which a room is kept that nobody touches."""
        return int(self.kept_seconds * 1000)

    async def _asked(self, request: Callable[[Any], Awaitable[T]]) -> T:
        """The answer to a request; raises AwayError where the server does not answer."""
        from redis.exceptions import RedisError

        try:
            answer = await request(self._asking)
        except (RedisError, OSError) as error:
            if not self._away:
                logging.getLogger(__name__).warning("Redis does not answer, and rooms wait for it: %s", error)
            self._away = True
            raise AwayError from error
        self._away = False
        return answer

    async def _follow(self, code: str, followed: _Followed, last: bytes) -> None:
        """Read what comes after a line, for as long as the log is followed, and from the first line after a failure."""
        from redis.exceptions import RedisError

        assert self._reading is not None
        while not followed.ended:
            try:
                if not last:
                    last = await self._replay(self._reading, code, followed)
                block = int(BLOCK_SECONDS * 1000)
                read: Any = await self._reading.xread({_stream(code): last}, count=1000, block=block)
                for _, lines in read or ():
                    last = _told(followed, lines)
                if not read and not await self._reading.exists(_stream(code)):
                    last = b""
            except (RedisError, OSError):
                last = b""
                await asyncio.sleep(PAUSE)

    async def _replay(self, client: Any, code: str, followed: _Followed) -> bytes:
        """Tell of all lines from the first on, written anew where the server has lost them; return the last one's id.

        Without a pause in between: nobody sees the room on its way.
        """
        from redis.exceptions import WatchError

        while not (lines := await client.xrange(_stream(code))):
            if await client.exists(_closed(code)):
                followed.follower.apply(written(CLOSE))
                return b"0-0"
            async with client.pipeline(transaction=True) as together:
                with suppress(WatchError):
                    # Of several processes one writes it; the others find it written.
                    await together.watch(_stream(code))
                    if await together.exists(_stream(code)):
                        continue
                    together.multi()
                    for line in followed.lines or [written(OPEN)]:
                        together.xadd(_stream(code), {"line": line})
                    together.pexpire(_stream(code), self._kept)
                    together.set(_deed(code), followed.follower.deed.to_bytes(), px=self._kept)
                    together.zadd(_ROOMS, {code: time.time() + self.kept_seconds})
                    await together.execute()
        return _told(followed, lines)


def _told(followed: _Followed, lines: list[tuple[bytes, dict[bytes, bytes]]]) -> bytes:
    """Tell of lines that were read, and who waits for them; return the id of the last one."""
    for _, fields in lines:
        line = fields.get(b"line", b"")
        if line == written(OPEN):
            followed.lines.clear()
        followed.lines.append(line)
        counts = followed.follower.apply(line)
        waiting = followed.waiting.pop(fields.get(b"mark", b""), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(counts)
    return lines[-1][0]


_ROOMS = f"{PREFIX}rooms"
"""The codes of all rooms, each with the time at which it expires."""


def _deed(code: str) -> str:
    return f"{PREFIX}room:{code}:deed"


def _stream(code: str) -> str:
    return f"{PREFIX}room:{code}:log"


def _phones(code: str) -> str:
    return f"{PREFIX}room:{code}:phones"


def _closed(code: str) -> str:
    return f"{PREFIX}room:{code}:closed"
