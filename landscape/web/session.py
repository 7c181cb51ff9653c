"""The state that a visitor has set on each page: kept for the session, undone and redone, written into the address.

A ``Page`` holds the start of a page and how its state is read from an address and written into one; a tab with a state
of its own is a page of its own here. All of them share the history, the address and the notes.

Every change is an entry of the browser's history: Streamlit adds one when the address is written, and runs the page
again when the visitor goes back or forward. The state of that entry is then looked for among those that *undo* and
*redo* would restore, and they go along: Back is *undo*, Forward is *redo*. The step of the playhead makes no entry: the
browser writes it into the one that is shown (``stage/js/view/address.js``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from landscape.scenario import Scenario, read_query
from landscape.scenario.kept import KEPT, kept_values, query_in_parts
from landscape.scenario.keys import KEYS
from landscape.web.enlarged import ENLARGED, named_in_address
from landscape.web.notes import note
from landscape.web.store import store

LONGEST_HISTORY = 100
"""Changes that can be undone; a state is a few hundred bytes."""

_PAGE_KEY = "page"
_ADDRESS_KEY = "address"
"""Where the session keeps which state the entry of the browser's history has: the page's name and its address."""

_MENU_KEY = "addresses of pages"
_KEPT_IN_ADDRESS = ("embed", "embed_options", "hide", ENLARGED)
"""Keys of the address that belong to no state and stay in it."""

_STEP = "at"
"""The key of the playhead's step, which belongs to an entry of the history and makes none."""

Query = Mapping[str, list[str]]
"""An address's query: for each key all its values, in their order."""


class State(Protocol):
    """What a visitor sets: a frozen record."""

    def changed(self, **values: Any) -> Any:
        """Return the record with other values; raises ValueError for what cannot be set."""


P = ParamSpec("P")
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
        keys: every key that a query of it may have.
        script: of the page, by which the menu knows it.
        fit: a state as the page shows it, and a sentence for every value that had to be changed for that; raises
            ValueError, with a sentence, where it cannot show it.
        keep: called when the state is written into the address, for what the address is too short for; raises
            ValueError, with a sentence, where that cannot be kept.
        noun: what a visitor calls its state.
    """

    name: str
    start: S
    read: Callable[[Query], tuple[S, Sequence[str]]]
    write: Callable[[S], Mapping[str, str | list[str]]]
    keys: Collection[str]
    script: str
    fit: Callable[[S], tuple[S, Sequence[str]]] = lambda state: (state, ())
    keep: Callable[[S], None] = lambda state: None
    noun: str = "page"


TRAINS_SECOND_LAYER = "This page trains the second layer: it is not held at 1."
"""What is said where a scenario whose second layer is fixed comes to a page that trains it."""

NO_OUTPUT_BIAS = "This page shows networks without an output bias: there is one on the page Convex twin."
"""What is said where a scenario with an output bias comes to a page that has none."""


def scenario_page(
    name: str,
    start: Scenario,
    unfit: Callable[[Scenario], str | None] = lambda scenario: None,
    *,
    script: str = "",
    trains_second_layer: bool = False,
    has_output_bias: bool = False,
) -> Page[Scenario]:
    """Return a page whose state is a scenario.

    Arguments
        start: its scenario before a visitor has changed anything. A link without data changes the default scenario, so
            it is ignored on a page that starts with another one, less the step of the playhead.
        unfit: why the page cannot show a scenario, as a sentence, or None if it can.
        script: of the page, by which the menu knows it.
        trains_second_layer: whether it does so in every scenario, also where a link does not say it.
        has_output_bias: whether it shows networks that have one.
    """

    def read(query: Query) -> tuple[Scenario, Sequence[str]]:
        if not {"x", KEPT} & query.keys() and start != Scenario():
            ignored = [key for key in KEYS if key in query and key != _STEP]
            found, notes = read_query({**start.to_query(), _STEP: query.get(_STEP, "last")})
            return found, (*([_without_data(ignored)] if ignored else []), *notes)
        kept = kept_values(query.get(KEPT, ()), store().get)
        found, notes = read_query(query, kept, layer=start.training.layer if trains_second_layer else "ones")
        scenario, changes = fit(found)
        return scenario, (*notes, *changes)

    def fit(scenario: Scenario) -> tuple[Scenario, Sequence[str]]:
        if (reason := unfit(scenario)) is not None:
            raise ValueError(reason)
        changes: tuple[str, ...] = ()
        if scenario.training.output_bias != "none" and not has_output_bias:
            scenario, changes = scenario.changed(output_bias="none"), (NO_OUTPUT_BIAS,)
        if trains_second_layer and scenario.training.layer == "ones":
            scenario, changes = scenario.changed(layer="trained"), (*changes, TRAINS_SECOND_LAYER)
        return scenario, changes

    def keep(scenario: Scenario) -> None:
        for document in query_in_parts(scenario)[1]:
            store().put(document)

    page = Page(name, start, read, lambda state: query_in_parts(state)[0], (*KEYS, KEPT), script or name, fit, keep)
    starts_with(page.script, page)
    return page


def _without_data(ignored: Sequence[str]) -> str:
    """Return why a link without data is not read."""
    return f"The link has no points (x and y): its {', '.join(ignored)} {'is' if len(ignored) == 1 else 'are'} ignored."


def enter(page: Page[Any]) -> None:
    """Set which page this run of the script draws; its state comes from the address at first, and along the history."""
    before: Page[Any] | None = st.session_state.get(_PAGE_KEY)
    st.session_state[_PAGE_KEY] = page
    walked = went_through_history()
    if _key("state") not in st.session_state:
        _open(page)
    elif walked and not _stands_for_present():
        _follow(page)
    if walked or before is None or before.script != page.script:
        shows = _is_described(page) or (walked and _stands_for_present())
        st.session_state[_ADDRESS_KEY] = (page.name, _address(page, current_state())) if shows else None


def stand_for_present() -> None:
    """Let the entry of the browser's history that is shown stand for the state as it is now.

    What was added on the way to the page is no change of the page that Back should take away: it leads on from there.
    """
    _set("arrivals", [*_get("arrivals", [])[-LONGEST_HISTORY:], (_without_step(_own(_query())), current_state())])


def _stands_for_present() -> bool:
    return (_without_step(_own(_query())), current_state()) in _get("arrivals", [])


def went_through_history() -> bool:
    """Return whether the visitor has just gone back or forward in the browser's history."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def _open(page: Page[Any]) -> None:
    """Read the state of a page from the address."""
    _set("start", page.start)
    try:
        state, notes = page.read(_query())
    except ValueError as refused:
        state, notes = page.start, [f"{refused} The {page.noun} opens as it does without a link."]
    note(notes)
    _set("state", state)


def _follow(page: Page[Any]) -> None:
    """Restore the state of the entry that the visitor has gone to.

    It is looked for by its address among those that ``undo`` and ``redo`` would restore: they were more exact than an
    address, and what was undone stays in reach. Any other, as one of before the server restarted, is a change.
    """
    query = _query()
    here = _without_step(_own(query))
    try:
        found, notes = page.read(query)
        read = _address(page, found)
    except ValueError as refused:
        found, notes, read = None, [str(refused)], None
    past, future = _get("past", []), _get("future", [])
    line = [*past, current_state(), *reversed(future)]
    same = [place for place, state in enumerate(line) if _address(page, state) in (here, read)]
    if same:
        place = min(same, key=lambda candidate: abs(candidate - len(past)))
        _set("passing", False)
        _set("past", line[:place])
        _set("state", line[place])
        _set("future", line[:place:-1])
        _set("walked", place < len(line) - 1)
    elif found is None:
        note(notes)
    else:
        note(notes)
        put(found)
    if isinstance(found, Scenario):
        look(at=found.view.at)


def _is_described(page: Page[Any]) -> bool:
    """Return whether the address, as it is, describes the state: then it is not written anew.

    A bare address describes the page as it starts. Written out, it would be an entry of its own, and whoever goes back
    from it would come to the bare one, which would be written out again: nobody could go back from the page.
    """
    if not set(_own(_query())) <= set(page.keys):
        return False
    try:
        state, notes = page.read(_query())
    except ValueError:
        return False
    return not notes and _address(page, state) == _address(page, current_state())


def _address(page: Page[Any], state: State) -> dict[str, list[str]]:
    """Return the address of a state without the step of the playhead: two states of one entry have the same."""
    return _without_step(_written(page, state))


def _written(page: Page[Any], state: State) -> dict[str, list[str]]:
    return {key: [value] if isinstance(value, str) else list(value) for key, value in page.write(state).items()}


def _without_step(query: Query) -> dict[str, list[str]]:
    return {key: list(values) for key, values in query.items() if key != _STEP}


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
    _set("walked", False)


def to_newest() -> None:
    """Take back what going back in the browser's history has undone, unless something was changed or undone since.

    Who goes on from an older entry of another page, and so passes this one, means to undo nothing of it.
    """
    while _get("walked", False) and can_redo():
        redo()


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


def look_at(step: int | None) -> None:
    """Set the step of the playhead, None for the end; a way out goes on after the last step of its run."""
    if step is not None and current().view.escape is None:
        step = min(step, current().training.steps)
    look(at=step)


def on_its_page(act: Callable[P, None]) -> Callable[P, None]:
    """Return what a widget of the page being drawn calls: ``act``, unless another page is shown by then.

    A browser that has just changed pages may still send what the widgets of the last one show. Streamlit has forgotten
    those, takes what they show for a change, and calls them: they would change the state of the page that is shown now.
    """
    drawn: Page[Any] | None = st.session_state.get(_PAGE_KEY)

    def called(*args: P.args, **kwargs: P.kwargs) -> None:
        shown: Page[Any] | None = st.session_state.get(_PAGE_KEY)
        if drawn is None or (shown is not None and shown.name == drawn.name):
            act(*args, **kwargs)

    return called


def undo() -> None:
    """Go back to the state before the last change, if there is one."""
    _set("walked", False)
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
    """Write the state into the address, as an entry of the browser's history: copying the address shares the picture.

    Call it before the stage is drawn, which writes the step of its playhead into the entry that is then there. A state
    on the way, while something is dragged, is not written: the whole drag is one entry.
    """
    page: Page[Any] = st.session_state[_PAGE_KEY]
    if is_passing():
        return
    written = _written(page, state)
    address = _without_step(written)
    kept = {key: values for key, values in _query().items() if key in _KEPT_IN_ADDRESS}
    st.session_state[_MENU_KEY] = {**st.session_state.get(_MENU_KEY, {}), page.script: written}
    if st.session_state.get(_ADDRESS_KEY) == (page.name, address):
        return
    st.session_state[_ADDRESS_KEY] = page.name, address
    try:
        page.keep(state)
    except ValueError as refused:
        note([f"{refused} A reload opens the {page.noun} as it starts: save the state as a file to keep it."])
        written = {}
    st.query_params.from_dict({**written, **kept})


def current_query() -> Mapping[str, str | list[str]]:
    """Return the query of a link that opens the page as it is now."""
    page: Page[Any] = st.session_state[_PAGE_KEY]
    enlarged = named_in_address()
    return {**page.write(current_state()), **({ENLARGED: enlarged} if enlarged else {})}


def open_state(page: Page[S], state: S, notes: Sequence[str] = ()) -> None:
    """Show a state that was saved, and note what had to be changed; one that the page cannot show changes nothing."""
    try:
        fitting, changes = page.fit(state)
    except ValueError as refused:
        note([str(refused)])
        return
    note([*notes, *changes])
    put(fitting)


def menu_query(script: str) -> dict[str, list[str]]:
    """Return the query with which the menu opens a page: as it was left, or as it starts.

    With it the address of a page is complete when the page is entered, and going there is one entry of the history.
    """
    visited: dict[str, dict[str, list[str]]] = st.session_state.get(_MENU_KEY, {})
    page = _STARTS.get(script)
    return visited.get(script) or ({} if page is None else _written(page, page.start))


_STARTS: dict[str, Page[Any]] = {}
"""The page, or the first of its tabs, that a script opens with."""


def starts_with(script: str, page: Page[Any]) -> None:
    """Let the menu open a script with the start of a page."""
    _STARTS[script] = page


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


def _own(query: Query) -> Query:
    """Return what a query says of the state."""
    return {key: values for key, values in query.items() if key not in _KEPT_IN_ADDRESS}
