"""The rooms of this process: who is in them, and what each is told when a room changes."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any, NamedTuple, TypeVar

from landscape.web.redis_server import URL_VARIABLE
from landscape.web.rooms.codes import Guesses, hash_of, new_code, new_key, opens
from landscape.web.rooms.disk_log import DiskLog
from landscape.web.rooms.held import HeldRoom
from landscape.web.rooms.log import KEPT_SECONDS, Deed, Follower, Log
from landscape.web.rooms.prepared import PreparedLesson
from landscape.web.rooms.redis_log import RedisLog
from landscape.web.rooms.refusals import AwayError, RefusedError, no_such_room
from landscape.web.rooms.room import CLOSE, Entry, answer, steer, written
from landscape.web.store import folder

MOST_ROOMS = 200

COUNT_EVERY = 1.0
"""Seconds after which the processes tell each other how many phones they have."""

SWEEP_EVERY = 60.0
"""Seconds after which rooms with somebody in them are kept for longer, and rooms without anybody dropped."""

T = TypeVar("T")

OPENING_WITHIN, ASKED_WITHIN = 20.0, 1.0
"""Seconds within which a room is opened, and within which a page hears whether there is one."""


class Opened(NamedTuple):
    """A room that was opened: its code, which all may know, and the key with which it is steered."""

    code: str
    key: str


class Hall:
    """All rooms that this process has to do with.

    Arguments
        log: where their entries are kept; clock: seconds, which only grow.
    """

    def __init__(self, log: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self.log = log
        self.guesses = Guesses(clock)
        self.ending = False
        """Whether the server ends: then every connection is to end too."""
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rooms: dict[str, HeldRoom] = {}
        self._finding: dict[str, asyncio.Future[HeldRoom | None]] = {}
        self._removing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold rooms until the block ends, in the event loop that serves the requests."""
        self.ending = False
        self._loop = asyncio.get_running_loop()
        await self.log.start()
        chores = [
            asyncio.create_task(self._every(SWEEP_EVERY, self.sweep)),
            asyncio.create_task(self._every(COUNT_EVERY, self.count_phones)),
        ]
        try:
            yield
        finally:
            self.end()
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, *self._removing, return_exceptions=True)
            await self.log.stop()
            self._rooms.clear()
            self._loop = None

    def end(self) -> None:
        """Let every connection of this event loop end, for the server waits for them."""
        if self._loop is not None and self._loop is asyncio.get_running_loop():
            self.ending = True
            for held in self._rooms.values():
                held.wake_all()

    def open_room(self, lesson: PreparedLesson) -> Opened:
        """Open a room for a lesson, from a thread that is not the event loop's.

        Raises RefusedError, with a sentence, where that cannot be done.
        """
        return self._from_a_thread(self.opened(lesson), OPENING_WITHIN)

    def is_open(self, code: str) -> bool:
        """Return whether there may be a room of a code, from a thread that is not the event loop's."""
        try:
            self._from_a_thread(self.room(code), ASKED_WITHIN)
        except RefusedError as refused:
            return refused.status != 404
        return True

    def _from_a_thread(self, doing: Coroutine[Any, Any, T], within: float) -> T:
        """Wait so many seconds for what the event loop does; raises RefusedError where it cannot, or does not."""
        if self._loop is None:
            doing.close()
            raise RefusedError(503, "Rooms are opened where the app is served.")
        asked = asyncio.run_coroutine_threadsafe(doing, self._loop)
        try:
            return asked.result(within)
        except TimeoutError:
            asked.cancel()
            raise AwayError from None

    async def opened(self, lesson: PreparedLesson) -> Opened:
        """As ``open_room``, in the event loop."""
        if await self.log.count() >= MOST_ROOMS:
            raise RefusedError(503, f"All {MOST_ROOMS} rooms are in use. Try again later.")
        key = new_key()
        deed = Deed(hash_of(key), lesson)
        while not await self.log.open(code := new_code(), deed):
            pass
        return Opened(code, key)

    async def room(self, code: str) -> HeldRoom:
        """Return the room of a code; raises RefusedError where there is none, or it cannot be reached."""
        held = self._rooms.get(code)
        if held is not None:
            return held
        if code not in self._finding:
            finding = asyncio.ensure_future(self._find(code))
            self._finding[code] = finding
            finding.add_done_callback(lambda _: self._finding.pop(code, None))
        held = await asyncio.shield(self._finding[code])
        if held is None:
            raise no_such_room()
        return held

    async def _find(self, code: str) -> HeldRoom | None:
        deed = await self.log.find(code)
        if deed is None:
            return None
        held = HeldRoom(code, deed, self._clock, self._forget)
        await self.log.follow(code, Follower(deed, held.apply))
        if held.room.closed:
            return None
        self._rooms[code] = held
        return held

    def lecturer(self, held: HeldRoom, key: str) -> None:
        """Raise RefusedError where a key is not the one of a room's lecturer."""
        if not opens(key, held.deed.key_hash):
            raise RefusedError(403, "Only the lecturer can do this, with the link that opened the room.")

    async def answer(self, held: HeldRoom, phone: str, place: int, given: Any) -> None:
        """Take a phone's answer to a scene; raises RefusedError where it does not count."""
        held.check_answer(phone, place, given)
        if not await self._append(held, answer(place, phone, given)):
            raise held.late(place)

    async def steer(self, held: HeldRoom, place: int, revealed: bool | None, locked: bool | None) -> None:
        """Go to a scene, reveal it, lock it; raises RefusedError where the lesson has no such scene."""
        held.check_steer()
        if not await self._append(held, steer(place, revealed, locked)):
            raise no_such_room() if held.room.closed else RefusedError(400, "The lesson has no such scene.")

    async def close(self, held: HeldRoom) -> None:
        """Close a room; nothing of it is kept."""
        await self._append(held, CLOSE)
        await asyncio.gather(*self._removing)

    async def _append(self, held: HeldRoom, entry: Entry) -> bool:
        if self._rooms.get(held.code) is not held:
            raise no_such_room()
        return await self.log.append(held.code, written(entry))

    def _forget(self, held: HeldRoom) -> None:
        """Drop a room that was closed, here or by way of another process."""
        self._rooms.pop(held.code, None)
        self.guesses.forget(held.code)
        removing = asyncio.create_task(self._remove(held.code))
        self._removing.add(removing)
        removing.add_done_callback(self._removing.discard)

    async def _remove(self, code: str) -> None:
        # Where the server of the logs is away, it drops the room itself some hours later.
        with suppress(AwayError):
            await self.log.remove(code)

    async def sweep(self) -> None:
        """Keep rooms with somebody in them for longer, and drop those in which nobody has been for long."""
        for held in list(self._rooms.values()):
            if not held.is_empty:
                with suppress(AwayError):
                    await self.log.touch(held.code)
            elif self._clock() - held.empty_since > KEPT_SECONDS:
                # Not closed: by way of another process somebody may be there.
                self._rooms.pop(held.code, None)
                await self.log.leave(held.code)
        with suppress(AwayError):
            await self.log.expire()

    async def count_phones(self) -> None:
        """Tell the other processes how many phones are here, and hear how many are there."""
        with suppress(AwayError):
            for held in [each for each in self._rooms.values() if not each.is_empty]:
                elsewhere = await self.log.elsewhere(held.code, held.connected)
                if elsewhere != held.elsewhere:
                    held.elsewhere = elsewhere
                    held.gather()

    async def _every(self, seconds: float, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await act()
            except Exception:
                logging.getLogger(__name__).exception("The rooms could not be looked after")


@cache
def hall() -> Hall:
    """Return the hall of this process: its rooms are on the Redis server that the environment names, or on its disk."""
    address = os.environ.get(URL_VARIABLE, "").strip()
    return Hall(RedisLog(address) if address else DiskLog(folder() / "rooms"))
