"""The rooms of a single process: in its memory, and in a folder so that it finds them again after a restart."""

from __future__ import annotations

import errno
import logging
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from anyio import to_thread

from landscape.web.rooms.codes import ALPHABET, LENGTH
from landscape.web.rooms.log import KEPT_SECONDS, Deed, Follower
from landscape.web.rooms.refusals import RefusedError
from landscape.web.rooms.room import OPEN, written

_LOG = re.compile(f"([{ALPHABET}]{{{LENGTH}}})\\.log")


@dataclass
class _Followed:
    """A log that is followed; its file, None where it cannot be written to."""

    follower: Follower
    file: FileIO | None


class DiskLog:
    """Logs in a folder, for each room a file of lines and one of its deed.

    A lecture goes on where the disk is full or cannot be written to: then a room is in memory alone, and lost with the
    process. What a crash has left of a line is dropped.

    Arguments
        folder: where; it is made, for its owner alone, when the first room is opened.
        kept_seconds: for which a room is kept that nobody touches.
    """

    def __init__(self, folder: Path, kept_seconds: float = KEPT_SECONDS) -> None:
        self.folder = folder
        self.kept_seconds = kept_seconds
        self._unwritten: dict[str, tuple[Deed, float]] = {}
        """The deeds of rooms that could not be written, and when these were opened."""
        self._followed: dict[str, _Followed] = {}

    async def start(self) -> None:
        """Drop what nobody has touched for long."""
        await self.expire()

    async def stop(self) -> None:
        """Close the files."""
        for code in list(self._followed):
            await self.leave(code)

    async def open(self, code: str, deed: Deed) -> bool:
        """Begin a log; return False where the code is in use."""
        if code in self._followed or code in self._unwritten:
            return False
        try:
            return await to_thread.run_sync(self._write, code, deed)
        except OSError as failed:
            logging.getLogger(__name__).warning("A room is kept in memory alone: %s", failed)
            self._unwritten[code] = deed, time.time()
            return True

    def _write(self, code: str, deed: Deed) -> bool:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            log = os.open(self._path(code), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        try:
            with os.fdopen(log, "wb") as file:
                file.write(written(OPEN) + b"\n")
            unfinished = self._deed(code).with_suffix(".unfinished")
            with open(unfinished, "wb", opener=_for_the_owner) as file:
                file.write(deed.to_bytes())
            os.replace(unfinished, self._deed(code))
        except OSError:
            self._unlink(code)
            raise
        return True

    async def find(self, code: str) -> Deed | None:
        """Return the deed of a room, None where there is no such room, or its files are damaged."""
        if code in self._unwritten:
            return self._unwritten[code][0]

        def found() -> Deed | None:
            try:
                return Deed.from_bytes(self._deed(code).read_bytes()) if self._path(code).is_file() else None
            except (OSError, ValueError):
                return None

        return await to_thread.run_sync(found)

    async def follow(self, code: str, follower: Follower) -> None:
        """Tell of all lines that there are, before this returns, and then of each that comes."""
        lines, file = [written(OPEN)], None
        if code not in self._unwritten:
            try:
                lines, file = await to_thread.run_sync(_read, self._path(code))
            except OSError as failed:
                logging.getLogger(__name__).warning("The log of a room cannot be read: %s", failed)
        self._followed[code] = _Followed(follower, file)
        for line in lines:
            follower.apply(line)

    async def append(self, code: str, line: bytes) -> bool:
        """Append a line to a log that is followed, and return whether it counts."""
        followed = self._followed[code]
        if followed.file is not None:
            try:
                # Unbuffered: with this the system has the whole line, whatever becomes of the process.
                if followed.file.write(line + b"\n") <= len(line):
                    raise OSError("There is no room on the disk.")
            except OSError as failed:
                logging.getLogger(__name__).warning("A room goes on in memory alone: %s", failed)
                followed.file.close()
                followed.file = None
        return followed.follower.apply(line)

    async def elsewhere(self, code: str, here: int) -> int:
        """Return 0: there is no other process."""
        return 0

    async def touch(self, code: str) -> None:
        """Keep a room for longer."""
        with suppress(OSError):
            os.utime(self._path(code))

    async def leave(self, code: str) -> None:
        """Follow a log no more; one that could not be written is lost with that."""
        self._unwritten.pop(code, None)
        followed = self._followed.pop(code, None)
        if followed is not None and followed.file is not None:
            followed.file.close()

    async def remove(self, code: str) -> None:
        """Keep nothing of a room."""
        await self.leave(code)
        await to_thread.run_sync(self._unlink, code)

    async def count(self) -> int:
        """Return how many rooms there are."""
        return len(self._unwritten.keys() | {code for code, _ in self._files()})

    async def expire(self) -> None:
        """Drop rooms that are not followed, and that nobody has touched for long."""
        now = time.time()
        opened = [(code, since) for code, (_, since) in self._unwritten.items()]
        for code, touched in (*self._files(), *opened):
            if code not in self._followed and now - touched > self.kept_seconds:
                self._unwritten.pop(code, None)
                self._unlink(code)

    def _path(self, code: str) -> Path:
        return self.folder / f"{code}.log"

    def _deed(self, code: str) -> Path:
        return self.folder / f"{code}.deed"

    def _unlink(self, code: str) -> None:
        # The log last: without it the code is free.
        for path in (self._deed(code), self._deed(code).with_suffix(".unfinished"), self._path(code)):
            with suppress(OSError):
                path.unlink()

    def _files(self) -> list[tuple[str, float]]:
        """The codes of all rooms, and when each was touched last."""
        found = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                named = _LOG.fullmatch(entry.name)
                with suppress(OSError):
                    if named:
                        found.append((named[1], entry.stat().st_mtime))
        return found


def _read(path: Path) -> tuple[list[bytes], FileIO]:
    """The whole lines of a log, and its file, ready for the next; what follows the last whole line is cut off."""
    file = FileIO(path, "r+")
    if not _hold(file):
        file.close()
        raise RefusedError(503, "This room is in another process of the server: several of them need Redis.")
    contents = file.readall() or b""
    whole = contents.rfind(b"\n") + 1
    file.truncate(whole)
    file.seek(whole)
    return contents[:whole].split(b"\n")[:-1], file


def _hold(file: FileIO) -> bool:
    """Hold a file until it is closed; return False where another process holds it. Not every system knows how."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        return held.errno not in {errno.EWOULDBLOCK, errno.EACCES}
    return True


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
