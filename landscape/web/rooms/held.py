"""A room as one process holds it: its state, those who follow it here, and what each of them is told."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from landscape.web.rooms.log import Deed
from landscape.web.rooms.rates import Rates
from landscape.web.rooms.refusals import RefusedError, no_such_room
from landscape.web.rooms.room import Room, read

MOST_PHONES = 1000
"""Phones of a room: those that are connected, and those that have answered."""

MOST_CONNECTIONS = 5
MOST_LECTURERS = 20
"""Connections of one phone, and of all who have the lecturer's key."""

MOST_ANSWER = 2000
"""Bytes of an answer, as JSON."""

MOST_LOG = 10_000_000
"""Bytes of a room's log, after which it takes no more answers."""

ANSWERS_PER_SECOND, ANSWERS_AT_ONCE = 5.0, 10.0
STEERS_PER_SECOND, STEERS_AT_ONCE = 20.0, 40.0

GATHER = 0.25
"""Seconds that lie at least between two messages to a lecturer about answers and phones."""

PHONE = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a phone may choose as its id."""


@dataclass(eq=False)
class Subscriber:
    """A connection over which a phone, or a lecturer where ``phone`` is None, is told what changes.

    Arguments
        wake: set when there may be something new to tell, or the connection is to end.
    """

    phone: str | None
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class HeldRoom:
    """A room as this process holds it: its state, and the connections of those who follow it."""

    def __init__(self, code: str, deed: Deed, clock: Callable[[], float], closed: Callable[[HeldRoom], None]) -> None:
        self.code = code
        self.deed = deed
        self.room = Room(len(deed.lesson.scenes))
        self.log_size = 0
        self.elsewhere = 0
        """Phones that are connected by way of other processes."""
        self.empty_since = clock()
        self._clock = clock
        self._closed = closed
        self._phones: dict[str, set[Subscriber]] = {}
        self._lecturers: set[Subscriber] = set()
        self._answers = Rates(ANSWERS_PER_SECOND, ANSWERS_AT_ONCE, 2 * MOST_PHONES, clock)
        self._steers = Rates(STEERS_PER_SECOND, STEERS_AT_ONCE, 1, clock)
        self._gathering: asyncio.TimerHandle | None = None
        self._gathered = float("-inf")
        self._without_answer = b""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is connected here."""
        return not self._phones and not self._lecturers

    @property
    def connected(self) -> int:
        """How many phones are connected here; each once, however many connections it has."""
        return len(self._phones)

    def apply(self, line: bytes) -> bool:
        """Apply a line of the log and wake whom it concerns; return whether its entry counts."""
        entry = read(line)
        if entry is None or not self.room.apply(entry):
            return False
        self.log_size += len(line)
        if entry["kind"] == "answer":
            # On a second connection of the same phone its answer stands too.
            for subscriber in self._phones.get(entry["phone"], ()):
                subscriber.wake.set()
            self.gather()
            return True
        if entry["kind"] == "open":
            self.log_size = len(line)
        self.wake_all()
        if self.room.closed:
            self._closed(self)
        return True

    def wake_all(self) -> None:
        """Have everybody told what is new."""
        self._without_answer = b""
        for subscribers in (*self._phones.values(), self._lecturers):
            for subscriber in subscribers:
                subscriber.wake.set()

    def gather(self) -> None:
        """Have lecturers told of answers and phones, soon, with those that come until then."""
        if self._gathering is None and self._lecturers:
            wait = self._gathered + GATHER - time.monotonic()
            self._gathering = asyncio.get_running_loop().call_later(max(0.0, wait), self._wake_lecturers)

    def _wake_lecturers(self) -> None:
        self._gathering = None
        self._gathered = time.monotonic()
        for subscriber in self._lecturers:
            subscriber.wake.set()

    def join(self, subscriber: Subscriber) -> None:
        """Let a connection follow the room; raises RefusedError where there are too many."""
        if subscriber.phone is None:
            if len(self._lecturers) >= MOST_LECTURERS:
                raise RefusedError(429, "Too many lecturers' pages of this room are open. Close some of them.")
            self._lecturers.add(subscriber)
            return
        self.admit(subscriber.phone)
        own = self._phones.setdefault(subscriber.phone, set())
        if len(own) >= MOST_CONNECTIONS:
            raise RefusedError(429, "This room is open too often on your phone. Close some of its pages.")
        own.add(subscriber)
        self.gather()

    def part(self, subscriber: Subscriber) -> None:
        """Forget a connection that has ended."""
        self._lecturers.discard(subscriber)
        own = self._phones.get(subscriber.phone or "")
        if own is not None:
            own.discard(subscriber)
            if not own:
                del self._phones[subscriber.phone or ""]
                self.gather()
        if self.is_empty:
            self.empty_since = self._clock()

    def admit(self, phone: str) -> None:
        """Raise RefusedError for one phone more than the room has place for."""
        if phone in self._phones or self.room.has_answered(phone):
            return
        away = self.room.phones - sum(1 for each in self._phones if self.room.has_answered(each))
        if len(self._phones) + self.elsewhere + away >= MOST_PHONES:
            raise RefusedError(503, f"This room is full: {MOST_PHONES:,} phones are in it.")

    def check_answer(self, phone: str, place: int, given: Any) -> None:
        """Raise RefusedError where an answer cannot be taken."""
        if len(json.dumps(given, ensure_ascii=False).encode(errors="replace")) > MOST_ANSWER:
            raise RefusedError(413, "This answer is too long.")
        self.admit(phone)
        if not self._answers.spend(phone):
            raise RefusedError(429, "That was very fast. Wait a moment and answer again.")
        if not self.room.takes(place):
            raise self.late(place)
        if self.log_size > MOST_LOG:
            raise RefusedError(507, "This room has taken as many answers as it can keep.")

    def check_steer(self) -> None:
        """Raise RefusedError where a room is steered too often."""
        if not self._steers.spend(None):
            raise RefusedError(429, "The room is steered too fast. Wait a moment.")

    def late(self, place: int) -> RefusedError:
        """Return why an answer to a scene does not count."""
        if self.room.closed:
            return no_such_room()
        if place != self.room.place:
            return RefusedError(409, "The room has gone on to another scene.")
        if self.room.revealed:
            return RefusedError(409, "What was asked has been shown already.")
        return RefusedError(409, "Answers to this scene are taken no more.")

    def message(self, subscriber: Subscriber) -> bytes:
        """Return what a connection is to know now, as JSON."""
        if subscriber.phone is None:
            phones = self.connected + self.elsewhere
            own = {"phones": phones, "answers": self.room.answers(), "all_revealed": self.room.all_revealed()}
            told = {**self.room.state(), **own}
            return json.dumps(told, separators=(",", ":")).encode()
        # Hundreds of phones are told the same at once, but for those that have answered this scene before.
        if not self._without_answer:
            told = {**self.room.state(), "answer": None}
            self._without_answer = json.dumps(told, separators=(",", ":")).encode()
        own = self.room.answer_of(subscriber.phone)
        if own is None:
            return self._without_answer
        return self._without_answer.removesuffix(b"null}") + json.dumps(own, separators=(",", ":")).encode() + b"}"
