"""Where the entries of rooms are kept, in one order for everybody: what the hall asks of such a place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from landscape.web.rooms.prepared import PreparedLesson

KEPT_SECONDS = 12 * 3600.0
"""Seconds for which a room is kept that has neither lecturer nor phone."""


@dataclass(frozen=True)
class Deed:
    """What a room is opened with: the hash of its lecturer's key, and its lesson."""

    key_hash: str
    lesson: PreparedLesson

    def to_bytes(self) -> bytes:
        """Return it as bytes, a line of JSON first."""
        return json.dumps({"key": self.key_hash}).encode() + b"\n" + self.lesson.to_bytes()

    @classmethod
    def from_bytes(cls, contents: bytes) -> Deed:
        """Return the deed of such bytes; raises ValueError where they are damaged."""
        line, _, rest = contents.partition(b"\n")
        try:
            key_hash = json.loads(line)["key"]
        except (ValueError, KeyError, TypeError):
            raise ValueError("This is no deed of a room.") from None
        return cls(str(key_hash), PreparedLesson.from_bytes(rest))


@dataclass(frozen=True)
class Follower:
    """Who is told of a log's lines.

    Arguments
        deed: of the room; apply: takes a line, and returns whether its entry counts.
    """

    deed: Deed
    apply: Callable[[bytes], bool]


class Log(Protocol):
    """The logs of rooms by their codes. Every method raises AwayError where they cannot be reached.

    Lines are JSON without line ends; the first of each log says that it begins.
    """

    async def start(self) -> None:
        """Begin, in the event loop in which everything else is called."""

    async def stop(self) -> None:
        """End: nobody is told of anything any more."""

    async def open(self, code: str, deed: Deed) -> bool:
        """Begin a log; return False where the code is in use."""

    async def find(self, code: str) -> Deed | None:
        """Return the deed of a room, None where there is no such room."""

    async def follow(self, code: str, follower: Follower) -> None:
        """Tell of all lines that there are, before this returns, and then of each that comes, in their order."""

    async def append(self, code: str, line: bytes) -> bool:
        """Append a line to a log that is followed, wait until it has been told of, and return whether it counts."""

    async def elsewhere(self, code: str, here: int) -> int:
        """Say how many phones are in a room here; return how many are there by way of other processes."""

    async def touch(self, code: str) -> None:
        """Keep a room for longer: somebody is there."""

    async def leave(self, code: str) -> None:
        """Follow a log no more; others may."""

    async def remove(self, code: str) -> None:
        """Keep nothing of a room, and follow it no more."""

    async def count(self) -> int:
        """Return how many rooms there are."""

    async def expire(self) -> None:
        """Drop rooms in which nobody has been for long."""
