"""The inputs of every page's sidebar: each shows the value of the state, and commits a new one.

A number can be dragged and typed. The contents of a page's sidebar are in that page's ``controls.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from landscape.formatting import short
from landscape.scenario.limits import Range
from landscape.web.notes import note
from landscape.web.shared.given_value import chosen_here, given_value
from landscape.web.shared.number_field import number_field


def _holding(allowed: Range, value: float) -> Range:
    """Return a range with the value in it: a link, or another page, may have set one that this control does not."""
    return replace(allowed, low=min(allowed.low, value), high=max(allowed.high, value))


def dial(
    label: str,
    value: float,
    allowed: Range,
    commit: Callable[[Any], None],
    *,
    slider: tuple[float, float],
    key: str,
    step: float = 0.1,
    help: str | None = None,
) -> None:
    """Show a number as a slider and as a field to type in.

    Arguments
        value: the scenario's value; allowed: the range the field accepts, widened to hold the value.
        commit: called with the new value before the page runs again.
        slider: the range of the slider; it widens to hold the value.
        key: identifies the control in the session; step: the slider's step.
    """
    low, high = slider
    allowed = _holding(allowed, value)
    number = int if allowed.whole else float
    low, high = number(max(allowed.low, min(low, value))), number(min(allowed.high, max(high, value)))
    if low == high:
        return
    left, right = st.columns([5, 4], vertical_alignment="bottom", gap="small")
    # A slider with another range is another widget: its key contains the range.
    sliding, typed = f"{key} slider {low} {high}", f"{key} typed"
    with given_value(sliding, number(value)):
        left.slider(
            label,
            low,
            high,
            number(value),
            step=number(step),
            key=sliding,
            help=help,
            format="%d" if allowed.whole else "plain",
            on_change=chosen_here(sliding, lambda: _commit(_tidy(st.session_state[sliding], high - low), commit)),
        )
    with right:
        number_field(label, value, allowed, commit, key=typed)


def log_dial(
    label: str,
    value: float,
    allowed: Range,
    commit: Callable[[Any], None],
    *,
    decades: tuple[int, int],
    key: str,
    help: str | None = None,
) -> None:
    """Show a positive number on a logarithmic slider of 1, 2, 5 × 10ᵏ and as a field to type in."""
    allowed = _holding(allowed, value)
    marks = [float(f"{digit}e{power}") for power in range(decades[0], decades[1] + 1) for digit in (1, 2, 5)]
    marks = sorted({*marks, float(value)})
    left, right = st.columns([5, 4], vertical_alignment="bottom", gap="small")
    sliding, typed = f"{key} slider {value:g}", f"{key} typed"
    with given_value(sliding, float(value)):
        left.select_slider(
            label,
            marks,
            float(value),
            key=sliding,
            help=help,
            format_func=short,
            on_change=chosen_here(sliding, lambda: _commit(st.session_state[sliding], commit)),
        )
    with right:
        number_field(label, value, allowed, commit, key=typed)


def choice(
    label: str,
    value: str,
    options: Sequence[tuple[str, str]],
    commit: Callable[[Any], None],
    *,
    key: str,
    help: str | None = None,
) -> None:
    """Show a choice between a few options, side by side; options are (value, label) pairs."""
    draw = partial(st.segmented_control, default=value, required=True, width="stretch")
    _offer(draw, label, value, options, commit, key, help)


def selection(
    label: str,
    value: str,
    options: Sequence[tuple[str, str]],
    commit: Callable[[Any], None],
    *,
    key: str,
    help: str | None = None,
) -> None:
    """Show a choice between several options, one below the other; options are (value, label) pairs."""
    place = [name for name, _ in options].index(value)
    _offer(partial(st.selectbox, index=place), label, value, options, commit, key, help)


def _offer(
    widget: Callable[..., Any],
    label: str,
    value: str,
    options: Sequence[tuple[str, str]],
    commit: Callable[[Any], None],
    key: str,
    help: str | None,
) -> None:
    names = dict(options)

    def chosen() -> None:
        # A browser that has not drawn the control yet may send None.
        if st.session_state[key] is not None:
            _commit(st.session_state[key], commit)

    with given_value(key, value):
        widget(
            label, list(names), format_func=names.__getitem__, key=key, help=help, on_change=chosen_here(key, chosen)
        )


def uploaded_once(label: str, types: Sequence[str], *, key: str) -> bytes | None:
    """Show an upload, and return a file's contents at the first run of the page that has it."""
    given = st.file_uploader(label, type=types, key=key)
    read = f"{key} read"
    if given is None or given.file_id == st.session_state.get(read):
        return None
    st.session_state[read] = given.file_id
    contents: bytes = given.getvalue()
    return contents


def switch(label: str, value: bool, commit: Callable[[Any], None], *, key: str, help: str | None = None) -> None:
    """Show something that is on or off."""
    with given_value(key, value):
        st.toggle(
            label, value, key=key, help=help, on_change=chosen_here(key, lambda: _commit(st.session_state[key], commit))
        )


def _commit(value: Any, commit: Callable[[Any], None]) -> None:
    """Commit a value that a browser sent; an invalid one changes nothing and adds a note."""
    try:
        commit(value)
    except ValueError as refused:
        note([str(refused)])


def _tidy(value: float, span: float) -> float:
    """Return a slider's value without the rounding of its steps: 0, and not −1.4e−17."""
    return value if isinstance(value, int) else round(value, 12 - int(np.ceil(np.log10(span)))) + 0.0
