"""The sidebar of the page Beyond: the controls that its settings share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from landscape.scenario.limits import Range
from landscape.web.beyond.state import SEED, STARTS, SettingState, without_point
from landscape.web.beyond.tab_choice import current, shown
from landscape.web.frame import heading
from landscape.web.session import change, put
from landscape.web.shared.widgets import choice, dial, log_dial


def field(name: str, *, whole: bool = False) -> Callable[[Any], None]:
    """Return the function that a control calls to set one field."""
    return here(lambda value: change(**{name: int(value) if whole else value}))


def here(commit: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a commit that does nothing once another tab is shown: a removed control may still report a value."""
    drawn_in = shown()
    return lambda value: commit(value) if shown() == drawn_in else None


def points_dial(state: SettingState, more: Callable[[Any], SettingState], size: str) -> None:
    """Show how many points there are; ``more`` adds one, ``size`` is a sentence on the size of the program."""
    dial(
        "Points n",
        state.n,
        state.sizes,
        here(lambda n: put(resized(current(), int(n), more))),
        slider=(state.sizes.low, state.sizes.high),
        step=1,
        key=f"{shown()} points",
        help="Points that are added come from the example.",
    )
    st.caption(size)


def resized(state: SettingState, n: int, more: Callable[[Any], SettingState]) -> SettingState:
    """Return the state with n points: the last ones are dropped, or new ones come from ``more``."""
    while state.n > n:
        state = without_point(state, state.n - 1)
    while state.n < n:
        state = more(state)
    return state


def lam_dial(state: Any, meaning: str) -> None:
    """Show λ as a plain number, on a logarithmic slider."""
    log_dial("λ", state.lam, Range(1e-4, 1e3), field("lam"), decades=(-3, 0), key=f"{shown()} lam", help=meaning)


def fraction_dial(state: Any, label: str, meaning: str, name: str = "lam") -> None:
    """Show a regularisation as a fraction of the least one that makes everything zero."""
    dial(
        label,
        getattr(state, name),
        Range(0.01, 1.5),
        field(name),
        slider=(0.01, 1.0),
        step=0.01,
        key=f"{shown()} {name}",
        help=meaning,
    )


def training_dials(state: SettingState, what: str = "Networks trained", *, starts: bool = True) -> None:
    """Show how many networks are trained, and their seed."""
    heading("Training")
    if starts:
        dial(
            what,
            state.starts,
            STARTS,
            field("starts", whole=True),
            slider=(1, 100),
            step=1,
            key=f"{shown()} starts",
            help="By L-BFGS, each from weights drawn at random.",
        )
    dial(
        "Seed",
        state.seed,
        SEED,
        field("seed", whole=True),
        slider=(0, 50),
        step=1,
        key=f"{shown()} seed",
        help="Fixes every random number: the same seed gives the same networks.",
    )


def word_choice(label: str, name: str, state: SettingState, options: tuple[tuple[str, str], ...], meaning: str) -> None:
    """Show a choice between named values for one field."""
    choice(
        label,
        str(getattr(state, name)),
        options,
        _as(type(getattr(state, name)), field(name)),
        key=f"{shown()} {name}",
        help=meaning,
    )


def _as(kind: type, commit: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda value: commit(kind(value))
