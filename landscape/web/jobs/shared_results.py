"""Results of long work that replicas share: what one of them has computed, no other computes again.

A result travels as a pickle, and reading a pickle runs what it says. So each is signed with the secret of the replicas,
and what is not signed by one of them is not read.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import logging
import os
import threading
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Any

from landscape.web.jobs.wire import packed, read, unpacked, write
from landscape.web.redis_server import RedisServer, redis_server

SECRET_VARIABLE = "STREAMLIT_SERVER_COOKIE_SECRET"
"""The environment variable with the secret of all replicas; without it no results are shared."""

KEPT_SECONDS = 86_400.0
"""For how long a result is kept after it was last asked for."""

MOST_BYTES = 32_000_000
"""Larger results stay where they are."""

_SIGNATURE = hashlib.sha256().digest_size


class SharedResults:
    """Results by what determines them, on a server that replicas share.

    Arguments
        server: where; secret: of the replicas.
    """

    def __init__(self, server: RedisServer, secret: str) -> None:
        self._server, self._secret = server, secret.encode()

    def get(self, key: Hashable) -> tuple[Any, int] | None:
        """Return a result and its bytes, or None where there is none that a replica of this version has signed."""
        name = _name(key)
        found = self._server.get(name, KEPT_SECONDS)
        if found is None or not hmac.compare_digest(found[:_SIGNATURE], self._signature(name, found[_SIGNATURE:])):
            return None
        frame = read(io.BytesIO(found[_SIGNATURE:]))
        return None if frame is None else (unpacked(frame), sum(map(len, frame)))

    def put(self, key: Hashable, result: Any) -> threading.Thread:
        """Share a result, beside what goes on; return the thread that does it."""
        thread = threading.Thread(target=self._put, args=(key, result), name="sharing a result", daemon=True)
        thread.start()
        return thread

    def _put(self, key: Hashable, result: Any) -> None:
        try:
            frame = packed(result)
        except Exception as error:  # whatever a result holds may refuse in its own way
            logging.getLogger(__name__).warning("A result stays on this replica: %s", error)
            return
        if sum(map(len, frame)) > MOST_BYTES:
            return
        stream = io.BytesIO()
        write(stream, frame)
        name, contents = _name(key), stream.getvalue()
        self._server.put(name, self._signature(name, contents) + contents, KEPT_SECONDS)

    def _signature(self, name: str, contents: bytes) -> bytes:
        """Return a signature of a result under its name: one cannot be put in the place of another."""
        return hmac.digest(self._secret, name.encode() + b"\0" + contents, "sha256")


def shared_results() -> SharedResults | None:
    """Return the results that this replica shares, None where the environment names no server or no secret."""
    server, secret = redis_server(), os.environ.get(SECRET_VARIABLE, "")
    return SharedResults(server, secret) if server is not None and secret else None


def _name(key: Hashable) -> str:
    """Return the name of a key, which is made of flat records: they are written with all their numbers."""
    return f"result:{hashlib.sha256(f'{_version()} {key!r}'.encode()).hexdigest()}"


@cache
def _version() -> str:
    """Return a digest of this package's code: another version may compute something else, or store it otherwise."""
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
