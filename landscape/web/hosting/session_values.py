"""A session's values are looked up one by one.

Before it draws a text field or a slider, Streamlit asks whether the session holds a value for it, and for that copies
the values of all widgets: a page of twenty fields makes four hundred look-ups a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.runtime.state.common import is_element_id
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState, _is_internal_key


class Values(Mapping[str, Any]):
    """The values of a session by their keys, as ``filtered_state`` has them, copied only where all are asked for."""

    def __init__(self, safe: SafeSessionState) -> None:
        self._safe = safe

    def __getitem__(self, key: str) -> Any:
        if is_element_id(key) or _is_internal_key(key):
            raise KeyError(key)
        with self._safe._lock:
            return self._safe._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> dict[str, Any]:
        with self._safe._lock:
            state: SessionState = self._safe._state
            return state.filtered_state


def look_up_one_by_one() -> None:
    """Make Streamlit look up what it needs of a session's values alone; a second call changes nothing."""
    SafeSessionState.filtered_state = property(Values)  # type: ignore[method-assign,assignment]
