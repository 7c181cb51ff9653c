"""What the Share panel hands out opens as the same picture."""

import json
import re
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from visit import begin, notes

from landscape.scenario import Scenario, read_query
from landscape.scenario.presets import PRESETS
from landscape.web.front.share import share
from landscape.web.session import change, current, state_key
from landscape.web.shared import share_result
from landscape.web.shared.light_link import SITE_VARIABLE


@pytest.fixture
def held(monkeypatch):
    return begin(monkeypatch, Scenario())


@pytest.fixture
def handed_out(held, monkeypatch):
    """What the front page hands out of its first picture."""
    found = []
    monkeypatch.setattr(share_result, "share_panel", found.append)
    share(Scenario())
    return found[0]


def panel() -> None:
    """Draw the panel alone, as the page does once it is opened."""
    from landscape.web.front.page import PAGE
    from landscape.web.front.share import share
    from landscape.web.session import current, enter

    enter(PAGE)
    share(current())


@pytest.fixture(scope="module")
def opened_panel():
    app = AppTest.from_function(panel, default_timeout=60)
    app.query_params["y"] = "0.5,2"
    app.query_params["run"] = "adam:0.1:1,-1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "context", SimpleNamespace(url="http://lecture.example/?m=9"))
        yield app.run()


def test_the_panel_shows_link_frame_and_code_of_the_scenario(opened_panel):
    assert not opened_panel.exception
    link, frame, ours, theirs = (code.value for code in opened_panel.code)
    pairs = [pair.split("=", maxsplit=1) for pair in link.split("?", maxsplit=1)[1].split("&")]
    assert (
        read_query({key: value.replace("%2C", ",").replace("%3A", ":") for key, value in pairs})[0]
        == (opened_panel.session_state[state_key("landscape")])
    )
    assert "embed=true" in frame
    assert "from landscape" in ours
    assert "import cvxpy" in theirs
    assert "landscape" not in theirs.replace("Hidden convex landscape", "")


def test_the_panel_leaves_out_what_is_chosen(opened_panel):
    opened_panel.multiselect(key="share hide").set_value(["controls", "title"]).run()
    frame = opened_panel.code[1].value
    assert re.search(r"hide=controls(,|%2C)title", frame)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_saved_state_opens_as_the_same_scenario(held, handed_out, preset):
    handed_out.open(preset.scenario.to_json().encode())
    assert current() == preset.scenario
    assert not notes(held)


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"\xff\xfe\x00", b"{" * 5000, b"7", b"not json"], ids=lambda document: repr(document[:8])
)
def test_a_file_that_is_no_state_is_refused_in_a_sentence(held, handed_out, document):
    change(m=5)
    handed_out.open(document)
    assert current() == Scenario().changed(m=5)
    assert len(notes(held)) == 1
    assert notes(held)[0].endswith(".")


def test_a_state_with_impossible_values_says_so_and_gives_the_rest(held, handed_out):
    handed_out.open(json.dumps({"x": [-1, 1], "y": [1, 0.5], "m": 10**9, "seed": "<b>"}).encode())
    assert current().data.y == (1.0, 0.5)
    assert notes(held)
    assert not any("<" in sentence for sentence in notes(held))


def test_a_state_of_another_kind_of_data_changes_nothing(held, handed_out):
    handed_out.open(Scenario().changed(bias=True).to_json().encode())
    assert current() == Scenario()
    assert "Convex twin" in notes(held)[0]


def test_the_offline_page_names_no_address_and_holds_every_module(handed_out):
    page = next(file for file in handed_out.files if file.kind == "text/html").made()
    query = json.loads(re.search(r'id="query">(.*?)</script>', page, re.S)[1])
    assert read_query(parse_qs(query)) == (Scenario(), ())
    assert "src=" not in page.split("<main")[0]
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="?http', page)
    lesson = json.loads(re.search(r'id="lesson">(.*?)</script>', page, re.S)[1].replace("<\\/", "</"))
    assert len(lesson["scenes"]) == 5
    assert 'data-lesson="#lesson"' in page
    assert "dialog.lesson" in page
    modules = json.loads(re.search(r'type="importmap">(.*?)</script>', page, re.S)[1])["imports"]
    assert all(address.startswith("data:text/javascript;base64,") for address in modules.values())
    assert "stage/alone/page.js" in modules


def test_where_the_site_cannot_solve_the_offline_page_holds_what_is_drawn(held, monkeypatch):
    found = []
    monkeypatch.setattr(share_result, "share_panel", found.append)
    many = Scenario().changed(x=tuple(range(1, 41)), y=tuple(range(1, 41)))
    share(many)
    page = next(file for file in found[0].files if file.kind == "text/html").made()
    state = json.loads(re.search(r'id="state">(.*?)</script>', page, re.S)[1].replace("<\\/", "</"))
    assert [view["name"] for view in state["views"]] == ["map", "outputs", "twin", "losses"]
    assert state["state"]["drag"] is None
    modules = json.loads(re.search(r'type="importmap">(.*?)</script>', page, re.S)[1])["imports"]
    assert not any("alone" in name for name in modules)


def test_a_host_that_names_its_site_hands_out_the_light_link(held, monkeypatch):
    found = []
    monkeypatch.setattr(share_result, "share_panel", found.append)
    shown = Scenario().changed(y=(1.0, 0.5), m=3)
    share(shown)
    monkeypatch.setenv(SITE_VARIABLE, "https://example.org/landscape/")
    share(shown)
    share(Scenario().changed(x=tuple(range(1, 41)), y=tuple(range(1, 41))))
    monkeypatch.setenv(SITE_VARIABLE, "example.org")
    share(shown)
    link = found[1].light
    assert [shared.light for shared in found] == [None, link, None, None]
    assert link.startswith("https://example.org/landscape/?x=")
    assert read_query(parse_qs(link.split("?")[1])) == (shown, ())
