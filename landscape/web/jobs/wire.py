"""Messages between the app and a worker: frames of bytes, with arrays beside the pickle, so that they stay frozen."""

from __future__ import annotations

import pickle
import struct
from typing import IO, Any

_COUNT = struct.Struct("!I")
_LENGTH = struct.Struct("!Q")

Frame = list[bytes]


def packed(message: Any) -> Frame:
    """Return a message as a frame; arrays are chunks of their own. Raises where it cannot be pickled."""
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    return [head, *(buffer.raw().tobytes() for buffer in buffers)]


def unpacked(frame: Frame) -> Any:
    """Return the message of a frame; its arrays are read-only, for what arrives is shared between visitors."""
    return pickle.loads(frame[0], buffers=frame[1:])


def write(stream: IO[bytes], frame: Frame) -> None:
    """Write a frame."""
    stream.write(_COUNT.pack(len(frame)) + b"".join(_LENGTH.pack(len(chunk)) for chunk in frame))
    for chunk in frame:
        stream.write(chunk)
    stream.flush()


def read(stream: IO[bytes]) -> Frame | None:
    """Return the next frame, or None where the other side has ended."""
    count = _exactly(stream, _COUNT.size)
    if count is None:
        return None
    lengths = _exactly(stream, _LENGTH.size * _COUNT.unpack(count)[0])
    if lengths is None:
        return None
    frame = []
    for (length,) in _LENGTH.iter_unpack(lengths):
        chunk = _exactly(stream, length)
        if chunk is None:
            return None
        frame.append(chunk)
    return frame


def _exactly(stream: IO[bytes], size: int) -> bytes | None:
    found = stream.read(size)
    return found if len(found) == size else None
