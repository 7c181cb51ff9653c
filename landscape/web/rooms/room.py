"""What a room is after the entries of its log: where it stands, what is shown, and what has been answered.

Whoever replays the same entries in the same order has the same room; nothing else changes one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Entry = Mapping[str, Any]
"""An entry of a log: a JSON object whose ``kind`` is "open", "steer", "answer" or "close"."""


def steer(place: int, revealed: bool | None = None, locked: bool | None = None) -> Entry:
    """Return the entry by which a lecturer goes to a scene, reveals or locks it; None leaves it as it was there."""
    said = {"revealed": revealed, "locked": locked}
    return {"kind": "steer", "place": place, **{name: value for name, value in said.items() if value is not None}}


def answer(place: int, phone: str, given: Any) -> Entry:
    """Return the entry by which a phone answers, or changes its answer."""
    return {"kind": "answer", "place": place, "phone": phone, "answer": given}


OPEN: Entry = {"kind": "open"}
"""With this entry a log begins, and begins anew where it was lost and is written once more."""

CLOSE: Entry = {"kind": "close"}


def written(entry: Entry) -> bytes:
    """Return an entry as one line of JSON, without its end."""
    return json.dumps(entry, separators=(",", ":")).encode()


def read(line: bytes) -> Entry | None:
    """Return the entry that a line holds, None where it is damaged."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


@dataclass
class Room:
    """A room, from the entries applied to it up to now.

    Arguments
        scenes: how many the lesson has.
        place: the scene that is present, counted from 0; seen: those that are or have been present.
        version: how often the room was steered; closed: whether it was closed, after which nothing counts.
    """

    scenes: int
    place: int = 0
    version: int = 0
    closed: bool = False
    seen: set[int] = field(default_factory=lambda: {0})
    _revealed: set[int] = field(default_factory=set)
    _locked: set[int] = field(default_factory=set)
    _answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def revealed(self) -> bool:
        """Whether what the present scene holds back has been revealed."""
        return self.is_revealed(self.place)

    @property
    def locked(self) -> bool:
        """Whether answers to the present scene are taken no more."""
        return self.place in self._locked

    def is_revealed(self, place: int) -> bool:
        """Return whether what a scene holds back has been revealed, and not been hidden again."""
        return place in self._revealed

    def takes(self, place: int) -> bool:
        """Return whether an answer to a scene counts now."""
        return not self.closed and place == self.place and not self.locked and not self.revealed

    def apply(self, entry: Entry) -> bool:
        """Apply an entry of the log; return whether it counts, as a late answer or a scene that is none do not."""
        if self.closed:
            return False
        match entry:
            case {"kind": "open"}:
                vars(self).update(vars(Room(self.scenes)))
            case {"kind": "steer", "place": int(place)} if 0 <= place < self.scenes:
                self.place = place
                self.version += 1
                self.seen.add(place)
                for name, places in (("revealed", self._revealed), ("locked", self._locked)):
                    if name in entry:
                        (places.add if entry[name] else places.discard)(place)
            case {"kind": "answer", "place": int(place), "phone": str(phone), "answer": given} if self.takes(place):
                self._numbers.setdefault(phone, len(self._numbers) + 1)
                self._answers.setdefault(place, {})[phone] = given
            case {"kind": "close"}:
                self.closed = True
                self.version += 1
            case _:
                return False
        return True

    def state(self) -> dict[str, Any]:
        """Return what everybody in the room may know."""
        return {
            "version": self.version,
            "place": self.place,
            "scenes": self.scenes,
            "revealed": self.revealed,
            "locked": self.locked,
            "closed": self.closed,
        }

    def all_revealed(self) -> list[int]:
        """Return the scenes, counted from 0, whose reveal has not been taken back."""
        return sorted(self._revealed)

    def answer_of(self, phone: str) -> Any:
        """Return a phone's own answer to the present scene, None where it has given none."""
        return self._answers.get(self.place, {}).get(phone)

    def answers(self) -> list[dict[str, Any]]:
        """Return all answers to the present scene, each with the number of its phone, by these numbers."""
        given = self._answers.get(self.place, {})
        numbered = sorted((self._numbers[phone], phone) for phone in given)
        return [{"phone": number, "answer": given[phone]} for number, phone in numbered]

    def all_answers(self) -> list[tuple[int, int, Any]]:
        """Return the scene, counted from 0, the phone's number, and the answer of all that was answered, in order."""
        rows = [
            (place, self._numbers[phone], given)
            for place, answers in self._answers.items()
            for phone, given in answers.items()
        ]
        return sorted(rows, key=lambda row: row[:2])

    def has_answered(self, phone: str) -> bool:
        """Return whether a phone has given any answer that counts."""
        return phone in self._numbers

    @property
    def phones(self) -> int:
        """How many phones have given answers that count."""
        return len(self._numbers)
