"""The first run of a page in a session is not cut short by what its visitor does next.

A session that a server begins anew, as after a restart or on another replica, knows nothing of the controls that the
browser shows. Streamlit takes a new value of a control for a choice only once a run has drawn that control: a number
typed while the first run is under way would be taken for what the browser showed before, and lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequestType

_DRAWN = "drawn whole once"
"""Where a session keeps that its first run has ended."""


@contextmanager
def whole_if_first(runner: ScriptRunner) -> Iterator[None]:
    """Hold back requests for another run while the session's first one is under way; one to stop is let through."""
    if _DRAWN in runner._session_state.filtered_state:
        yield
        return
    requests = runner._requests
    asked = requests.on_scriptrunner_yield

    def only_to_stop() -> ScriptRequest | None:
        return asked() if requests._state == ScriptRequestType.STOP else None

    requests.on_scriptrunner_yield = only_to_stop  # type: ignore[method-assign]
    try:
        yield
    finally:
        del requests.on_scriptrunner_yield
    runner._session_state[_DRAWN] = True
