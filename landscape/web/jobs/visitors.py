"""Who asks for long work: a visitor's session, and whether her browser is still connected."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

_KEY = "visitor of the queue"


@dataclass(frozen=True)
class Visitor:
    """One session: what tells it from others, and the name that Streamlit gives it."""

    token: str
    session: str


def visitor() -> Visitor | None:
    """Return the visitor whose page is being drawn, or None outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    if _KEY not in st.session_state:
        st.session_state[_KEY] = uuid4().hex
    return Visitor(st.session_state[_KEY], context.session_id)


def is_here(visitor: object) -> bool | None:
    """Return whether a visitor's browser is connected; None where that is not known."""
    if not isinstance(visitor, Visitor) or not Runtime.exists():
        return None
    return Runtime.instance().is_active_session(visitor.session)
