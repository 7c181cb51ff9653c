"""A lesson as a room hands it out: every scene before and after its reveal, compressed once for all phones."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from anyio import to_thread

from landscape.web.hosting.answers import Encoding, encoded

MOST_BYTES = 20_000_000
"""Bytes of a lesson, uncompressed."""

MOST_SCENES = 200


@dataclass(frozen=True)
class Packed:
    """Bytes that are kept compressed, in each form that is asked for.

    Arguments
        gzipped: the bytes, compressed by gzip.
    """

    gzipped: bytes
    _others: dict[Encoding, bytes] = field(default_factory=dict, compare=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False, repr=False)

    @classmethod
    def of(cls, contents: bytes) -> Packed:
        """Compress bytes."""
        return cls(encoded(contents, "gzip"))

    def whole(self) -> bytes:
        """Return the bytes."""
        return gzip.decompress(self.gzipped)

    async def form(self, encoding: Encoding | None) -> bytes:
        """Return the bytes as a browser takes them; who comes while they are compressed waits for the same."""
        if encoding == "gzip":
            return self.gzipped
        if encoding is None:
            return await to_thread.run_sync(self.whole)
        if encoding not in self._others:
            async with self._turn:
                if encoding not in self._others:
                    self._others[encoding] = await to_thread.run_sync(lambda: encoded(self.whole(), encoding))
        return self._others[encoding]


@dataclass(frozen=True)
class PreparedScene:
    """A scene: what may be seen before the reveal, and after it; the same where nothing is held back."""

    hidden: Packed
    whole: Packed

    @property
    def holds_back(self) -> bool:
        """Whether there is anything to reveal."""
        return self.hidden is not self.whole


@dataclass(frozen=True)
class PreparedLesson:
    """A lesson whose scenes are encoded and compressed.

    Arguments
        title: of the lesson; scenes: in their order; lecturer: the whole lesson, as the lecturer's page reads it.
    """

    title: str
    scenes: tuple[PreparedScene, ...]
    lecturer: Packed

    @classmethod
    def of(cls, title: str, scenes: Sequence[tuple[bytes, bytes]], lecturer: bytes) -> PreparedLesson:
        """Compress a lesson of which everything is encoded as JSON: for each scene what is seen before, and after.

        It takes about a tenth of a second for each megabyte. Raises ValueError, with a sentence, where the lesson has
        no scene or is too large.
        """
        if not 1 <= len(scenes) <= MOST_SCENES:
            raise ValueError(f"A lesson for a room has from 1 to {MOST_SCENES} scenes.")
        size = len(lecturer) + sum(len(hidden) + len(whole) for hidden, whole in scenes)
        if size > MOST_BYTES:
            raise ValueError(f"This lesson is too large for a room: {MOST_BYTES // 1_000_000} MB is the most.")
        packed = []
        for hidden, whole in scenes:
            before = Packed.of(hidden)
            packed.append(PreparedScene(before, before if hidden == whole else Packed.of(whole)))
        return cls(title, tuple(packed), Packed.of(lecturer))

    def to_bytes(self) -> bytes:
        """Return it as bytes: a line of JSON that says how long each part is, then the parts, compressed."""
        parts = [self.lecturer.gzipped]
        lengths = []
        for scene in self.scenes:
            own = [scene.hidden.gzipped, scene.whole.gzipped] if scene.holds_back else [scene.hidden.gzipped]
            lengths.append([len(part) for part in own])
            parts += own
        head = {"title": self.title, "lecturer": len(parts[0]), "scenes": lengths}
        return b"".join([json.dumps(head).encode(), b"\n", *parts])

    @classmethod
    def from_bytes(cls, contents: bytes) -> PreparedLesson:
        """Return the lesson of such bytes; raises ValueError where they are damaged."""
        line, _, rest = contents.partition(b"\n")
        start = 0

        def part(length: int) -> Packed:
            nonlocal start
            start += length
            return Packed(rest[start - length : start])

        try:
            head: Any = json.loads(line)
            lecturer = part(head["lecturer"])
            packed = [[part(length) for length in lengths] for lengths in head["scenes"]]
            lesson = cls(head["title"], tuple(PreparedScene(own[0], own[-1]) for own in packed), lecturer)
        except (ValueError, KeyError, TypeError, IndexError):
            raise ValueError("This is no lesson of a room.") from None
        if start != len(rest) or not lesson.scenes:
            raise ValueError("This lesson of a room is not whole.")
        return lesson
