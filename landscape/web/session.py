"""The state that a visitor has set on each page: kept for the session, undone and redone, written into the address.

A ``Page`` holds the start of a page and how its state is read from an address and written into one; a tab with a state
of its own is a page of its own here. All of them share the history, the address and the list of notes, below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st

from landscape.scenario import Scenario, read_query

LONGEST_HISTORY = 100
"""Changes that can be undone; a state is a few hundred bytes."""

NOTES_KEY = "notes"
"""Where the session keeps the sentences to be shown next."""

_PAGE_KEY = "page"
_KEPT_IN_ADDRESS = ("embed", "embed_options", "hide")
"""Keys of the address that belong to no state and stay in it."""

Query = Mapping[str, list[str]]
"""An address's query: for each key all its values, in their order."""


class State(Protocol):
    """What a visitor sets: a frozen record."""

    def changed(self, **values: Any) -> Any:
        """Return the record with other values; raises ValueError for what cannot be set."""


S = TypeVar("S", bound=State)


@dataclass(frozen=True, eq=False)
class Page(Generic[S]):
    """A page, or a tab of one, whose state the session keeps.

    Arguments
        name: its name in the session.
        start: its state before a visitor has changed anything.
        read: the state that an address describes, and a sentence for every value that had to be changed; raises
            ValueError, with a sentence, where the address describes no state that the page can show.
        write: the query from which a state is read; empty where there is none.
        noun: what a visitor calls its state.
    """

    name: str
    start: S
    read: Callable[[Query], tuple[S, Sequence[str]]]
    write: Callable[[S], Mapping[str, str | list[str]]]
    noun: str = "page"


def scenario_page(
    name: str, start: Scenario, unfit: Callable[[Scenario], str | None] = lambda scenario: None
) -> Page[Scenario]:
    """Return a page whose state is a scenario.

    Arguments
        start: its scenario before a visitor has changed anything. A link without data changes the default scenario, so
            it is ignored on a page that starts with another one.
        unfit: why the page cannot show a scenario, as a sentence, or None if it can.
    """

    def read(query: Query) -> tuple[Scenario, Sequence[str]]:
        if "x" not in query and start != Scenario():
            return start, ()
        scenario, notes = read_query(query)
        if (reason := unfit(scenario)) is not None:
            raise ValueError(reason)
        return scenario, notes

    return Page(name, start, read, lambda scenario: scenario.to_query() if scenario.fits_a_link else {})


def enter(page: Page[Any]) -> None:
    """Set which page this run of the script draws; the first time, its state is read from the address."""
    st.session_state[_PAGE_KEY] = page
    if _key("state") in st.session_state:
        return
    _set("start", page.start)
    try:
        state, notes = page.read(_query())
    except ValueError as refused:
        state, notes = page.start, [f"{refused} The {page.noun} opens as it does without a link."]
    note(notes)
    _set("state", state)


def state_key(page: str) -> str:
    """Return where the session keeps the state of a page, by the page's name."""
    return _key_of(page, "state")


def current_state() -> Any:
    """Return the state of the page being drawn, of the type that its ``Page`` has."""
    return st.session_state[_key("state")]


def current() -> Scenario:
    """Return the scenario of the page being drawn."""
    scenario: Scenario = current_state()
    return scenario


def page_start() -> Any:
    """Return the state that the page being drawn began with, or the preset that was chosen last."""
    return _get("start", None)


def change(**values: object) -> None:
    """Set some fields of the state; a value out of range changes nothing and adds a note."""
    try:
        put(current_state().changed(**values))
    except ValueError as refused:
        note([str(refused)])


def put(state: State, *, passing: bool = False) -> None:
    """Make this the state of the page; ``undo`` restores the one before.

    Arguments
        passing: an intermediate state, as while something is dragged: the whole drag is undone at once.
    """
    before = current_state()
    if state != before and not is_passing():
        _set("past", [*_get("past", [])[-LONGEST_HISTORY:], before])
        _set("future", [])
    _set("passing", passing)
    _set("state", state)


def is_passing() -> bool:
    """Return whether the state is an intermediate one, while something is dragged."""
    return bool(_get("passing", False))


def reset(start: State | None = None) -> None:
    """Go back to where this page started, or make another state that start and go there."""
    if start is not None:
        _set("start", start)
    put(_get("start", None))


def look(**values: object) -> None:
    """Set fields of the view without a step in the history, such as the playhead."""
    _set("state", current_state().changed(**values))


def undo() -> None:
    """Go back to the state before the last change, if there is one."""
    _travel("past", "future")


def redo() -> None:
    """Take back the last ``undo``, if there is one."""
    _travel("future", "past")


def can_undo() -> bool:
    """Return whether there is a change to take back."""
    return bool(_get("past", []))


def can_redo() -> bool:
    """Return whether there is an undo to take back."""
    return bool(_get("future", []))


def _travel(source: str, target: str) -> None:
    states = _get(source, [])
    if states:
        _set("passing", False)
        _set(target, [*_get(target, []), current_state()])
        _set(source, states[:-1])
        _set("state", states[-1])


def mirror(state: State) -> None:
    """Write the state into the address, so that copying it shares the picture."""
    page: Page[Any] = st.session_state[_PAGE_KEY]
    now = _query()
    written = {key: [value] if isinstance(value, str) else value for key, value in page.write(state).items()}
    target = {**written, **{key: now[key] for key in _KEPT_IN_ADDRESS if key in now}}
    if now != target:
        st.query_params.from_dict(target)


def note(sentences: Sequence[str]) -> None:
    """Keep sentences to be shown once on this or the next drawing of the page."""
    if sentences:
        st.session_state[NOTES_KEY] = [*st.session_state.get(NOTES_KEY, []), *sentences]


def show_notes() -> None:
    """Show the notes, each one sentence, as plain text."""
    notes = st.session_state.pop(NOTES_KEY, [])
    for sentence in notes[:4]:
        with st.container(border=True):
            st.text(sentence)
    if len(notes) > 4:
        st.text(f"{len(notes) - 4} more values were changed in the same way.")


def _key(part: str) -> str:
    page: Page[Any] = st.session_state[_PAGE_KEY]
    return _key_of(page.name, part)


def _key_of(page: str, part: str) -> str:
    return f"{page} {part}"


def _get(part: str, default: Any) -> Any:
    # Where no page is drawn, as while a file is made for a download, there is no history.
    return st.session_state.get(_key(part), default) if _PAGE_KEY in st.session_state else default


def _set(part: str, value: object) -> None:
    st.session_state[_key(part)] = value


def _query() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}
