"""Documents that links are too short for, kept under short keys until they have not been used for long.

They are kept on disk, and where replicas share a Redis server there too. ``Store`` is all that the pages know of it.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from landscape.formatting import counted
from landscape.scenario.json_file import MAX_LENGTH
from landscape.scenario.kept import KEY_LENGTH, key_of
from landscape.web.redis_server import RedisServer, redis_server

FOLDER_VARIABLE = "LANDSCAPE_STORE"
"""The environment variable that names the folder; without it the user's folder of caches has one."""

MOST_DAYS = 30
"""Days for which a document is kept after it was last used."""

MOST_BYTES = 256_000_000
"""Most bytes of all documents together: of more, those go first that were not used for longest."""

_KEY = re.compile(f"[a-z2-7]{{{KEY_LENGTH}}}")

_UNFINISHED = ".unfinished-"
_UNFINISHED_DAYS = 0.05
"""How the names of files begin that are being written, and the days after which one was left by a crash."""


class Store(Protocol):
    """Documents by their keys."""

    def put(self, document: str) -> str:
        """Keep a document and return its key; raises ValueError, with a sentence, where that cannot be done."""

    def get(self, key: str) -> str | None:
        """Return the document of a key, or None where it is not, or no longer, kept whole."""

    def expire(self) -> None:
        """Drop what has not been used for long, and what there is too much of."""


@dataclass(frozen=True)
class DiskStore:
    """A store in a folder, a file for each document; several processes may use the same one.

    Arguments
        folder: where; it is made when the first document is kept.
        most_bytes: of all documents together; largest: characters of one; most_days: after its last use.
    """

    folder: Path
    most_bytes: int = MOST_BYTES
    largest: int = MAX_LENGTH
    most_days: float = MOST_DAYS

    def put(self, document: str) -> str:
        """Keep a document and return its key; raises ValueError, with a sentence, where that cannot be done."""
        contents = document.encode()
        if len(contents) > self.largest:
            raise ValueError(f"These data are too large to be kept here: {self.largest:,} characters is the most.")
        key = key_of(document)
        if self.get(key) == document:
            return key
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=_UNFINISHED)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(contents)
                # A reader, or another process, finds the whole document or none.
                os.replace(unfinished, self.folder / key)
            except BaseException:
                with suppress(OSError):
                    os.unlink(unfinished)
                raise
        except OSError:
            raise ValueError("These data could not be kept here: the server has no place to write them.") from None
        self.expire()
        return key

    def get(self, key: str) -> str | None:
        """Return the document of a key, or None where it is not, or no longer, kept whole."""
        if not _KEY.fullmatch(key):
            return None
        path = self.folder / key
        try:
            if path.stat().st_size > self.largest:
                return None
            document = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None
        if key_of(document) != key:
            return None
        with suppress(OSError):
            os.utime(path)
        return document

    def expire(self) -> None:
        """Drop what has not been used for long, and what there is too much of, longest unused first."""
        total, now = 0, time.time()
        for used, size, path in sorted(self._files(), reverse=True):
            unfinished = path.name.startswith(_UNFINISHED)
            total += 0 if unfinished else size
            days = _UNFINISHED_DAYS if unfinished else self.most_days
            if now - used > days * 86_400 or (total > self.most_bytes and not unfinished):
                # Another process may have dropped it already.
                with suppress(OSError):
                    path.unlink()

    def _files(self) -> list[tuple[float, int, Path]]:
        """Return when each file was last used, its size, and its path; those being written are among them."""
        found = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                if _KEY.fullmatch(entry.name) or entry.name.startswith(_UNFINISHED):
                    with suppress(OSError):
                        status = entry.stat(follow_symlinks=False)
                        found.append((status.st_mtime, status.st_size, Path(entry.path)))
        return found


@dataclass(frozen=True)
class SharedStore:
    """A store that replicas share on a Redis server, before one of each replica's own.

    What is kept while the server is away, or dropped by it for want of room, is still found where it was kept. How much
    the server holds is its own setting (``maxmemory``, with a policy that drops what was not used for longest).

    Arguments
        server: where; own: the store of this replica; most_days: after a document's last use.
    """

    server: RedisServer
    own: DiskStore
    most_days: float = MOST_DAYS

    def put(self, document: str) -> str:
        """Keep a document and return its key; raises ValueError, with a sentence, where that cannot be done."""
        contents = document.encode()
        if len(contents) <= self.own.largest and self.server.put(
            _shared(key_of(document)), contents, self.most_days * 86_400
        ):
            # A replica without room of its own keeps it too: on the server.
            with suppress(ValueError):
                self.own.put(document)
            return key_of(document)
        return self.own.put(document)

    def get(self, key: str) -> str | None:
        """Return the document of a key, or None where it is not, or no longer, kept whole."""
        if not _KEY.fullmatch(key):
            return None
        found = self.server.get(_shared(key), self.most_days * 86_400)
        with suppress(UnicodeDecodeError):
            document = "" if found is None else found.decode()
            if key_of(document) == key:
                return document
        return self.own.get(key)

    def expire(self) -> None:
        """Drop what has not been used for long here; the server does so itself."""
        self.own.expire()


def _shared(key: str) -> str:
    return f"kept:{key}"


def store() -> Store:
    """Return the store of this server."""
    own = DiskStore(folder())
    server = redis_server()
    return own if server is None else SharedStore(server, own)


def folder() -> Path:
    """Return the folder of what this server keeps."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else _usual_folder()


def kept_for() -> str:
    """Return for how long documents are kept, as text."""
    return f"{counted(MOST_DAYS, 'day')} after they were last opened"


def _usual_folder() -> Path:
    named = os.environ.get("XDG_CACHE_HOME")
    try:
        caches = Path(named) if named else Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        caches = Path(tempfile.gettempdir())
    return caches / "hidden-convex-landscape" / "kept"
