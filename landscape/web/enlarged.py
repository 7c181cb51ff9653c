"""Which view fills a stage: a key of the address that is part of no state (``stage/js/view/enlarge.js`` writes it)."""

from __future__ import annotations

import streamlit as st

ENLARGED = "enlarged"
"""The key of the address. It belongs to no state: it is no step of *undo*, and a changed state leaves it as it is."""


def named_in_address() -> str | None:
    """Return the name of a view that the address holds, whether or not there is a view of that name."""
    return st.query_params.get(ENLARGED) or None
