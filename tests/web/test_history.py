"""Back and Forward in the browser restore what was set, in agreement with undo and redo, and make no loops."""

import random
from dataclasses import replace
from urllib.parse import urlencode

import pytest
import streamlit as st
from test_session import Address

from landscape.scenario import Scenario
from landscape.web import session
from landscape.web.beyond import tab_choice
from landscape.web.beyond.settings import SETTINGS
from landscape.web.convex_twin.page import PAGE as TWIN
from landscape.web.front.page import PAGE
from landscape.web.lecture.page import PAGE as LECTURE
from landscape.web.lecture.scene_list import take_added
from landscape.web.notes import NOTES_KEY
from landscape.web.session import (
    TRAINS_SECOND_LAYER,
    can_redo,
    can_undo,
    change,
    current,
    current_state,
    look_at,
    put,
    redo,
    undo,
)


class Browser:
    """A browser's history as Streamlit keeps it: an entry for each written address, none during Back and Forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, query: dict[str, list[str]]) -> None:
        self.held: dict = {}
        self.query = Address(query)
        self.entries, self.at = [dict(query)], 0
        self.walking = False
        monkeypatch.setattr(st, "session_state", self.held)
        monkeypatch.setattr(st, "query_params", self.query)
        monkeypatch.setattr(session, "went_through_history", lambda: self.walking)

    def run(self, page=PAGE) -> None:
        """Run a page's script: enter, then write the address."""
        before = dict(self.query)
        session.enter(page)
        session.mirror(current_state())
        if dict(self.query) != before:
            if not self.walking:
                self.entries = self.entries[: self.at + 1]
                self.entries.append({})
                self.at += 1
            self.entries[self.at] = dict(self.query)
        self.walking = False

    def rest_at(self, step: int | None) -> None:
        """Let the playhead rest at a step, as the stage reports it and writes it into the entry."""
        look_at(step)
        entry = {key: values for key, values in self.query.items() if key != "at"}
        self.query.from_dict({**entry, **({} if step is None else {"at": [str(step)]})})
        self.entries[self.at] = dict(self.query)
        self.run()

    def go(self, by: int, page=PAGE) -> None:
        self.at += by
        assert 0 <= self.at < len(self.entries)
        self.query.from_dict(self.entries[self.at])
        self.walking = True
        self.run(page)


@pytest.fixture
def browser(monkeypatch):
    found = Browser(monkeypatch, {"x": ["-1,1"], "y": ["1,2"], "m": ["2"]})
    found.run()
    return found


@pytest.mark.parametrize("page", [PAGE, TWIN], ids=lambda page: page.name)
def test_a_bare_address_is_one_entry_and_comes_back_as_it_was(monkeypatch, page):
    browser = Browser(monkeypatch, {})
    browser.run(page)
    assert browser.entries == [{}]
    start = current_state()
    change(m=3)
    browser.run(page)
    assert len(browser.entries) == 2
    browser.go(-1, page)
    assert current_state() == start
    assert browser.entries[0] == {}
    browser.go(1, page)
    assert current_state().training.m == 3


def test_a_link_that_says_what_is_shown_stays_as_it_is(browser):
    assert browser.entries == [{"x": ["-1,1"], "y": ["1,2"], "m": ["2"]}]


def test_back_and_forward_restore_every_change_and_undo_and_redo_go_along(browser):
    states = [current()]
    for values in ({"x": (-1.5, 1.0)}, {"layer": "trained", "lam": 0.25}, {"m": 5}):
        change(**values)
        browser.run()
        states.append(current())
    for place in (2, 1, 0, 1, 2, 3, 2):
        browser.go(place - states.index(current()))
        assert current() == states[place]
        assert can_undo() == (place > 0)
        assert can_redo() == (place < 3)
    assert len(browser.entries) == 4
    browser.go(-2)
    assert current() == states[0]
    redo()
    assert current() == states[1]
    undo()
    assert current() == states[0]


def test_back_after_undo_shows_what_was_undone(browser):
    change(m=3)
    browser.run()
    undo()
    browser.run()
    browser.go(-1)
    assert current().training.m == 3
    assert not can_redo()
    browser.go(-1)
    assert current() == Scenario()
    assert can_redo()


def test_a_drag_is_one_entry_and_the_playhead_makes_none(browser):
    for y in (1.1, 1.2, 1.3):
        put(current().changed(y=(y, 2.0)), passing=True)
        browser.run()
    put(current().changed(y=(1.4, 2.0)))
    browser.run()
    assert len(browser.entries) == 2
    for step in (5, 100, None, 7):
        browser.rest_at(step)
    assert len(browser.entries) == 2
    assert browser.entries[1]["at"] == ["7"]


def test_the_step_of_an_entry_comes_back_with_it(browser):
    browser.rest_at(5)
    change(m=4)
    browser.run()
    browser.rest_at(40)
    browser.go(-1)
    assert current() == Scenario().changed(at=5)
    browser.go(1)
    assert current() == Scenario().changed(m=4, at=40)


def test_a_step_beyond_the_last_is_dropped_when_the_runs_get_shorter(browser):
    browser.rest_at(400)
    change(steps=100)
    assert current().view.at is None
    browser.run()
    assert "at" not in browser.query


def test_an_entry_that_the_session_does_not_know_is_a_change(browser):
    change(m=3)
    browser.run()
    browser.entries[0] = {"x": ["-1,1"], "y": ["7,7"], "m": ["2"]}
    browser.go(-1)
    assert current().data.y == (7.0, 7.0)
    undo()
    assert current().training.m == 3


def test_an_entry_that_cannot_be_shown_changes_nothing_and_says_why(browser):
    change(m=3)
    browser.run()
    browser.entries[0] = {"x": ["1,2"], "y": ["1,2"], "bias": ["1"]}
    browser.go(-1)
    assert current().training.m == 3
    assert any("Convex twin" in sentence for sentence in browser.held[NOTES_KEY])


def test_pages_and_tabs_keep_their_own_states_along_one_history(browser):
    change(m=3)
    browser.run()
    tabs = {name: tab_choice.page_of(SETTINGS[name], SETTINGS) for name in ("norm", "game")}
    browser.query.from_dict(session.menu_query(TWIN.script))
    browser.entries.append(dict(browser.query))
    browser.at += 1
    browser.run(TWIN)
    assert len(browser.entries) == 3
    change(lam=0.2)
    browser.run(TWIN)
    browser.go(-1, TWIN)
    assert current() == TWIN.start
    browser.go(-1)
    assert current().training.m == 3
    browser.go(-1)
    assert current() == Scenario()
    browser.go(3, TWIN)
    assert current().training.lam == 0.2
    browser.query.from_dict({"tab": ["norm"]})
    browser.entries = [*browser.entries[: browser.at + 1], {"tab": ["norm"]}]
    browser.at += 1
    for tab in tabs.values():
        browser.run(tab)
        change(seed=5)
        browser.run(tab)
    assert [entry.get("tab") for entry in browser.entries[-4:]] == [["norm"], ["norm"], ["game"], ["game"]]
    browser.go(-2, tabs["norm"])
    assert current_state().seed == 5
    browser.go(-1, tabs["norm"])
    assert current_state() == SETTINGS["norm"].start


def test_any_walk_through_the_history_shows_the_state_of_its_entry(browser):
    draw = random.Random(0)
    for count in range(400):
        what = draw.choice(("change", "change", "undo", "redo", "step", "walk", "walk"))
        if what == "change":
            change(seed=draw.randrange(5))
        elif what in ("undo", "redo"):
            {"undo": undo, "redo": redo}[what]()
        elif what == "step":
            browser.rest_at(draw.choice((None, 3, 250)))
        elif what == "walk":
            browser.go(draw.randrange(-min(3, browser.at), min(3, len(browser.entries) - browser.at - 1) + 1))
        entries = len(browser.entries)
        browser.run()
        assert len(browser.entries) <= entries + 1
        found, notes = PAGE.read(browser.entries[browser.at])
        assert (found, notes) == (current(), ()), (count, what)


def test_the_menu_opens_a_page_as_it_was_left(browser):
    change(m=3)
    browser.run()
    assert urlencode(session.menu_query(PAGE.script), doseq=True) == "x=-1%2C1&y=1%2C2&m=3"
    assert Scenario.from_query(session.menu_query(TWIN.script)) == TWIN.start
    assert session.menu_query("pages/beyond.py") == {"tab": ["vector"]}
    assert session.menu_query("pages/about.py") == {}


TRAINED_PAGES = ("landscape.web.convex_twin.page", "landscape.web.dynamics.presets", "landscape.web.race.page")


@pytest.mark.parametrize("module", TRAINED_PAGES)
def test_a_page_that_trains_the_second_layer_reads_a_link_so(module):
    page = __import__(module, fromlist=["PAGE"]).PAGE
    query = {"x": ["-1,0,1"], "y": ["1,-1,1"], "bias": ["1"], "m": ["2"], "lam": ["0.1"], "run": ["none"]}
    found, notes = page.read(query)
    assert (found.training.layer, found.training.lam) == ("trained", 0.1)
    assert not notes
    found, notes = page.read({**query, "lam": ["0"], "layer": ["ones"]})
    assert found.training.layer == "trained"
    assert notes == (TRAINS_SECOND_LAYER,)
    assert page.fit(Scenario())[0] == Scenario().changed(layer="trained")


def test_the_front_page_holds_a_second_layer_of_ones_where_a_link_names_none():
    assert PAGE.read({"x": ["-1,1"], "y": ["1,2"]})[0].training.layer == "ones"
    assert PAGE.fit(Scenario()) == (Scenario(), ())


def test_data_too_large_for_a_link_survive_a_reload(browser, monkeypatch):
    many = tuple(float(k) / 7 for k in range(200))
    change(x=many, y=many, runs=(), starts=1)
    browser.run()
    assert set(browser.query) == {"kept", "m", "run", "starts"}
    again = Browser(monkeypatch, dict(browser.query))
    again.run()
    assert current().data.x == many
    assert len(again.entries) == 1


def test_data_that_are_no_longer_kept_are_said_so_and_the_page_opens(monkeypatch):
    Browser(monkeypatch, {"kept": ["a" * 20], "m": ["2"]}).run()
    assert current() == Scenario()
    (sentence,) = st.session_state[NOTES_KEY]
    assert "no longer kept" in sentence
    assert sentence.endswith("The page opens as it does without a link.")


def test_data_that_cannot_be_kept_are_said_so_and_stay_on_the_page(browser, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LANDSCAPE_STORE", str(tmp_path / "file"))
    many = tuple(float(k) for k in range(99))
    change(x=many, y=many, runs=(), starts=1)
    browser.run()
    assert current().data.x == many
    assert "x" not in browser.query
    assert "kept" not in browser.query
    assert "save the state as a file" in browser.held[NOTES_KEY][0]


def test_a_scene_is_added_to_the_newest_lesson_where_back_has_passed_an_older_one(monkeypatch):
    browser = Browser(monkeypatch, {})
    scene = LECTURE.start.lesson.scenes[0]

    def open_by_menu(page) -> None:
        browser.query.from_dict(session.menu_query(page.script))
        browser.entries = [*browser.entries[: browser.at + 1], dict(browser.query)]
        browser.at += 1
        session.enter(page)
        if page is LECTURE:
            take_added()
        browser.run(page)

    def titles() -> list[str]:
        return [each.title for each in current_state().lesson.scenes]

    def add(title: str) -> list[str]:
        browser.held.setdefault("scenes to add", []).append(replace(scene, title=title))
        open_by_menu(LECTURE)
        return titles()

    browser.run(PAGE)
    assert add("One") == ["One"]
    # The entry before what was added on arrival stands for the lesson too, and Back leads on from there.
    entries = len(browser.entries)
    browser.go(-1, LECTURE)
    assert titles() == ["One"]
    browser.go(-1, PAGE)
    browser.go(2, LECTURE)
    assert titles() == ["One"]
    assert len(browser.entries) == entries

    open_by_menu(TWIN)
    assert add("Two") == ["One", "Two"]
    for page in (LECTURE, TWIN, LECTURE):
        browser.go(-1, page)
        assert page is TWIN or titles() == ["One", "Two"]
    browser.go(-1, LECTURE)
    assert len(titles()) == len(LECTURE.start.lesson.scenes)
    open_by_menu(PAGE)
    assert add("Three") == ["One", "Two", "Three"]
    undo()
    browser.run(LECTURE)
    open_by_menu(PAGE)
    assert add("Four") == ["One", "Two", "Four"]
    open_by_menu(PAGE)
    assert add("Four") == ["One", "Two", "Four", "Four (2)"]
