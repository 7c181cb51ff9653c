"""What a script sends reaches the server's loop together, not message by message.

A run of a page sends dozens of messages. For each, Streamlit wakes the loop through a socket; the thread of the script
then loses Python's lock to the loop and waits to have it back. Here the loop is woken once, and takes what has come a
moment later: it sends to browsers every 10 ms at the soonest.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import wraps
from weakref import WeakKeyDictionary

from streamlit.runtime.app_session import AppSession

MOMENT = 0.004
"""Seconds for which the loop lets messages gather, once it is woken."""


def hand_over_together() -> None:
    """Make Streamlit's sessions wake their loop once for what they have for it; a second call changes nothing."""
    wake = AppSession._call_soon_on_event_loop
    if hasattr(wake, "__wrapped__"):
        return
    lock = threading.Lock()
    waiting: WeakKeyDictionary[AppSession, list[Callable[[], None]]] = WeakKeyDictionary()

    @wraps(wake)
    def together(session: AppSession, callback: Callable[[], None]) -> None:
        with lock:
            before = waiting.setdefault(session, [])
            before.append(callback)
            woken = len(before) > 1
        if not woken:
            wake(session, lambda: gather(session))

    def gather(session: AppSession) -> None:
        asyncio.get_running_loop().call_later(MOMENT, hand_over, session)

    def hand_over(session: AppSession) -> None:
        with lock:
            callbacks = waiting.pop(session, [])
        # Each on its own, in their order: what one raises is reported, and holds up no other.
        loop = asyncio.get_running_loop()
        for callback in callbacks:
            loop.call_soon(callback)

    AppSession._call_soon_on_event_loop = together  # type: ignore[method-assign,assignment]
