"""The first run of a page in a session is not cut short by what its visitor does next.

A session that a server begins anew, as after a restart or on another replica, knows nothing of the controls that the
browser shows. Streamlit takes a new value of a control for a choice only once a run has drawn that control: a number
typed while the first run is under way would be taken for what the browser showed before, and lost.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

LONGEST = 20.0
"""Seconds for which a session's next run waits for its first at most."""

_ENDED = "first run ended"
"""Where a session keeps the event of the end of its first run."""


@contextmanager
def after_the_first(runner: ScriptRunner) -> Iterator[None]:
    """Let a session's first run go to its end, whatever is asked for meanwhile, and begin the next one after it."""
    state = runner._session_state
    ended = state[_ENDED] if _ENDED in state.filtered_state else None
    if isinstance(ended, threading.Event):
        ended.wait(LONGEST)
        yield
        return
    state[_ENDED] = ended = threading.Event()
    # Where the script asks whether it is to stop, or to run again.
    runner._requests.on_scriptrunner_yield = lambda: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        del runner._requests.on_scriptrunner_yield
        ended.set()
