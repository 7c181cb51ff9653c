"""A field in which a number is typed, as people write it.

The number field of Streamlit is the browser's: emptied, it takes the least number that it allows, and of “-0,8” many
browsers keep “-08”. Here a text field is read in Python: emptied, the value stays, a comma is a decimal comma, and what
is no number is refused in a sentence. ``stage/js/fields/number_fields.js`` gives it the arrow keys of a number field
and the keypad of a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import streamlit as st

from landscape.formatting import short
from landscape.model.written_numbers import as_written, typed_number
from landscape.scenario.limits import Range
from landscape.web.notes import note
from landscape.web.shared.given_value import chosen_here, given_value


def number_field(label: str, value: float, allowed: Range, commit: Callable[[Any], None], *, key: str) -> None:
    """Show a number in a field without a visible label.

    Arguments
        label: what the number is, for sentences and screen readers; value: the scenario's value.
        allowed: the numbers that can be set; commit: called with a new one before the page runs again.
        key: where the session keeps the text.
    """
    text = typed_text(value, whole=allowed.whole)
    ends = (typed_text(end, whole=allowed.whole) for end in (allowed.low, allowed.high))
    with given_value(key, text):
        st.text_input(
            label,
            text,
            key=key,
            label_visibility="collapsed",
            autocomplete="off",
            # Seen in an emptied field; number_fields.js reads the range from it.
            placeholder=(" … " if allowed.whole else " to ").join(ends),
            on_change=chosen_here(key, lambda: _typed(label, value, allowed, commit, st.session_state[key])),
        )


def typed_text(value: float, *, whole: bool = False) -> str:
    """Return a number as it stands in a field: six significant digits, and no exponent from 10⁻⁶ to 10¹²."""
    if whole:
        return str(int(value))
    text = f"{value + 0.0:.6g}"
    if "e" in text and 1e-6 <= abs(value) < 1e12:
        return f"{Decimal(text):f}"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def _typed(label: str, value: float, allowed: Range, commit: Callable[[Any], None], text: str | None) -> None:
    """Commit what was typed; nothing, or what cannot be set, leaves the value as it is."""
    if not text or not text.strip():
        return
    number = typed_number(text, whole=allowed.whole)
    if number is None or not allowed.holds(number):
        stays = typed_text(value, whole=True) if allowed.whole else short(value)
        note([f"{label} must be {allowed.rule}, but “{as_written(text.strip())}” was typed: it stays {stays}."])
        return
    try:
        commit(allowed.exact(number))
    except ValueError as refused:
        note([str(refused)])
