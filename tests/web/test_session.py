"""What a visitor has set is kept, undone and mirrored; a refusal changes nothing."""

from dataclasses import replace

import pytest
import streamlit as st
from visit import begin, notes, opened

from landscape.scenario import Scenario
from landscape.scenario.presets import PRESETS
from landscape.web import session
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.tab_choice import page_of
from landscape.web.front.page import PAGE
from landscape.web.session import LONGEST_HISTORY, change, current, look, put, redo, reset, state_key, undo


@pytest.fixture
def held(monkeypatch):
    return begin(monkeypatch, Scenario())


def test_undo_and_redo_walk_through_every_change(held):
    states = [current()]
    for m in (3, 4, 5):
        change(m=m)
        states.append(current())
    back = []
    while session.can_undo():
        back.append(current())
        undo()
    assert [*back, current()] == states[::-1]
    while session.can_redo():
        redo()
    assert current() == states[-1]


def test_a_change_after_an_undo_forgets_what_was_undone(held):
    change(m=3)
    undo()
    change(m=4)
    assert not session.can_redo()
    undo()
    assert current() == Scenario()


def test_a_whole_drag_is_undone_at_once(held):
    for y in (1.1, 1.2, 1.3):
        put(current().changed(y=(y, 2.0)), passing=True)
    put(current().changed(y=(1.4, 2.0)))
    change(m=3)
    undo()
    assert current().data.y == (1.4, 2.0)
    undo()
    assert current() == Scenario()
    assert not session.can_undo()


def test_an_undo_in_the_middle_of_a_drag_ends_it(held):
    put(current().changed(y=(1.1, 2.0)), passing=True)
    undo()
    change(m=3)
    undo()
    assert current() == Scenario()


def test_looking_is_not_undone(held):
    look(at=100)
    assert current().view.at == 100
    assert not session.can_undo()


def test_a_refused_change_is_said_and_changes_nothing(held):
    before = current()
    change(m=0)
    change(x=(1.0,))
    change(nonsense=1)
    assert current() == before
    assert not session.can_undo()
    assert len(notes(held)) == 3
    assert "m must be a whole number from 1 to 200, but was 0." in notes(held)


def test_history_is_bounded(held):
    for k in range(LONGEST_HISTORY + 50):
        change(seed=k)
    undone = 0
    while session.can_undo():
        undo()
        undone += 1
    assert LONGEST_HISTORY <= undone <= LONGEST_HISTORY + 1


def test_reset_goes_back_to_the_last_preset_and_can_be_undone(held):
    chosen = PRESETS[1].scenario
    reset(chosen)
    change(m=7)
    reset()
    assert current() == chosen
    undo()
    assert current().training.m == 7


def test_the_address_follows_the_scenario_and_keeps_what_embeds_the_page():
    scenario = Scenario().changed(y=(0.5, 2.0), m=3, seed=7)
    page = opened(**scenario.to_query(), embed="true", hide="controls", unknown="1")
    query = {key: page.query_params[key] for key in ("embed", "hide")}
    assert {key: value if isinstance(value, str) else value[-1] for key, value in query.items()} == {
        "embed": "true",
        "hide": "controls",
    }
    assert "unknown" not in page.query_params
    assert page.session_state[state_key("landscape")] == scenario


def test_a_scenario_too_large_for_a_link_leaves_the_address_alone():
    many = tuple(float(k) for k in range(1, 41))
    page = opened()
    page.session_state[state_key("landscape")] = replace(Scenario().changed(runs=(), starts=1)).changed(x=many, y=many)
    page.run()
    assert not page.exception
    assert "x" not in page.query_params


def test_every_page_and_tab_has_a_state_and_a_history_of_its_own(held):
    change(m=3)
    for name, setting in SETTINGS.items():
        session.enter(page_of(setting, SETTINGS))
        assert session.current_state() == setting.start
        assert not session.can_undo()
        for seed in (1, 2, 3):
            put(session.current_state().changed(seed=seed), passing=True)
        put(session.current_state().changed(seed=4))
        change(seed=5)
        assert session.current_state().seed == 5, name
    session.enter(page_of(SETTINGS["norm"], SETTINGS))
    undo()
    assert session.current_state().seed == 4
    undo()
    assert session.current_state() == SETTINGS["norm"].start
    assert not session.can_undo()
    session.enter(page_of(SETTINGS["game"], SETTINGS))
    assert session.current_state().seed == 5
    session.enter(session.scenario_page("landscape", Scenario()))
    assert current().training.m == 3
    undo()
    assert current() == Scenario()


class Address(dict[str, list[str]]):
    """An address's query, as Streamlit keeps it."""

    def get_all(self, key: str) -> list[str]:
        return self[key]

    def from_dict(self, query: dict[str, list[str]]) -> None:
        self.clear()
        self.update(query)


@pytest.mark.parametrize(
    ("query", "seed"), [({"tab": "norm", "seed": "7"}, 7), ({"seed": "7"}, 7), ({"tab": "game", "seed": "7"}, 0)]
)
def test_a_tab_reads_the_address_unless_it_is_that_of_another(held, monkeypatch, query, seed):
    monkeypatch.setattr(st, "query_params", Address({key: [value] for key, value in query.items()}))
    session.enter(page_of(SETTINGS["norm"], SETTINGS))
    assert session.current_state() == SETTINGS["norm"].start.changed(seed=seed)
    assert not notes(held)


def test_an_address_written_by_a_tab_opens_it_as_it_was(held, monkeypatch):
    address = Address({"embed": ["true"], "unknown": ["1"]})
    monkeypatch.setattr(st, "query_params", address)
    page = page_of(SETTINGS["game"], SETTINGS)
    session.enter(page)
    change(beta=0.7, seed=3)
    session.mirror(session.current_state())
    assert address == {"tab": ["game"], "beta": ["0.7"], "seed": ["3"], "embed": ["true"]}
    set_there = session.current_state()
    held.clear()
    session.enter(page)
    assert session.current_state() == set_there


@pytest.mark.parametrize(
    ("page", "noun", "query"), [("norm", "tab", {"x": ["oops"]}), ("landscape", "page", {"bias": ["1"]})]
)
def test_an_address_that_a_page_cannot_show_is_said_and_it_opens_as_it_starts(held, monkeypatch, page, noun, query):
    monkeypatch.setattr(st, "query_params", Address(query))
    held.clear()
    entered = page_of(SETTINGS[page], SETTINGS) if page in SETTINGS else PAGE
    session.enter(entered)
    assert session.current_state() == entered.start
    assert f"The {noun} opens as it does without a link." in notes(held)[0]
    assert not session.can_undo()


def test_a_link_without_points_is_ignored_on_a_page_that_starts_with_others_and_says_so():
    start = Scenario().changed(x=(-1.0, 0.0, 1.0), y=(1.0, 2.0, 0.0))
    page = session.scenario_page("other data", start)
    assert page.read({"m": ["5"], "seed": ["3"], "at": ["7"]}) == (
        start.changed(at=7),
        ("The link has no points (x and y): its m, seed are ignored.",),
    )
    assert page.read({"at": ["7"], "embed": ["true"]}) == (start.changed(at=7), ())
    assert page.read({}) == (start, ())
