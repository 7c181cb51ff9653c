"""Work for the queue that crosses into a worker process, and says what it does through files."""

from __future__ import annotations

import os
import signal
import threading
from math import inf
from pathlib import Path
from typing import Any

from app_server import wait_until

KEPT: list[Any] = []
"""What ``keeps_memory`` leaves behind."""


def answer(value: Any, report: Any, halt: threading.Event, unfit: bool = False) -> Any:
    """Return a value at once, or one that cannot leave the process."""
    return threading.Lock() if unfit else value


def until(go_on: Path, report: Any, halt: threading.Event) -> str:
    """Report half, and go on once a file is there; halted, return what there is."""
    report(0.5, f"Half way in {os.getpid()}.", partial=f"half {os.getpid()}")
    wait_until(lambda: halt.is_set() or go_on.exists(), inf)
    return "what there is" if halt.is_set() else "everything"


def deaf(go_on: Path, report: Any, halt: threading.Event) -> str:
    """Report half, and go on whatever one says, until a file is there."""
    report(0.5, "Half way.", partial="half")
    wait_until(go_on.exists, inf)
    return "everything"


def dies(report: Any, halt: threading.Event) -> None:
    """Kill the process that does this."""
    os.kill(os.getpid(), signal.SIGKILL)


def fails(report: Any, halt: threading.Event) -> None:
    """Fail in a way nobody foresaw."""
    raise ZeroDivisionError("a cause for the log")


def refuses(report: Any, halt: threading.Event) -> None:
    """Refuse in a sentence."""
    raise ValueError("m must be at least 1, but was 0.")


def takes_memory(size: int, report: Any, halt: threading.Event) -> int:
    """Take so many bytes."""
    import numpy as np

    return int(np.ones(size, dtype=np.uint8).sum())


def keeps_memory(size: int, report: Any, halt: threading.Event) -> None:
    """Take so many bytes and do not give them back."""
    import numpy as np

    KEPT.append(np.ones(size, dtype=np.uint8))


def array(report: Any, halt: threading.Event) -> Any:
    """Return a large array."""
    import numpy as np

    return np.arange(100_000.0)


def environment(report: Any, halt: threading.Event) -> dict[str, Any]:
    """Return what the process is like."""
    import sys

    return {
        "pid": os.getpid(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS"),
        "sigint": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
        "streamlit": "streamlit" in sys.modules,
        "main": sys.modules["__main__"].__spec__.name if sys.modules["__main__"].__spec__ else None,
    }
