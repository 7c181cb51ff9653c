"""Every page hands out a link that opens as it, and code."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
import visit

from landscape.results.solved_scenario import solve_scenario
from landscape.web.convex_twin.page import START
from landscape.web.convex_twin.share import share
from landscape.web.frame import panel_key
from landscape.web.session import TRAINS_SECOND_LAYER, state_key
from landscape.web.shared import share_result

PAGES = {
    "pages/convex_twin.py": ("twin", {"x": "-1,0,1", "y": "1,-1,1", "bias": "1", "m": "2", "run": "none", "at": "4"}),
    "pages/dynamics.py": (
        "dynamics",
        {"x": "-1,1", "y": "1,2", "bias": "1", "scales": "0.5", "steps": "40", "at": "7"},
    ),
    "pages/race.py": ("race", {"x": "-1,0,1", "y": "1,-1,1", "bias": "1", "m": "5", "run": "none"}),
    "pages/beyond.py": ("beyond norm", {"tab": "norm", "seed": "4", "starts": "2"}),
}


@pytest.mark.parametrize("path", PAGES)
def test_the_link_of_a_page_opens_as_it_and_its_code_is_there(path, monkeypatch):
    monkeypatch.setattr(st, "context", SimpleNamespace(url="http://lecture.example/page"))
    name, query = PAGES[path]
    page = visit.opened(path, **query)
    page.session_state[panel_key("Share")] = True
    page.run()
    assert not page.exception
    link, frame, *code = (shown.value for shown in page.code)
    assert "embed=true" in frame
    assert code
    assert all("from landscape" in script or "import cvxpy" in script for script in code)
    again = visit.opened(path, **parse_qs(urlsplit(link).query))
    assert again.session_state[state_key(name)] == page.session_state[state_key(name)]
    assert not again.text or again.text[0].value == page.text[0].value


def test_a_second_layer_of_ones_becomes_trained_on_the_page_that_trains_it_and_that_is_said():
    page = visit.opened("pages/convex_twin.py", x="-1,0,1", y="1,-1,1", bias="1", m="2", run="none", layer="ones")
    assert page.text[0].value == TRAINS_SECOND_LAYER
    assert page.session_state[state_key("twin")].training.layer == "trained"
    silent = visit.opened("pages/convex_twin.py", x="-1,0,1", y="1,-1,1", bias="1", m="2", run="none", starts="0")
    assert silent.session_state[state_key("twin")].training.layer == "trained"
    assert TRAINS_SECOND_LAYER not in [text.value for text in silent.text]


@pytest.mark.parametrize("there", [False, True])
def test_what_needs_the_result_is_handed_out_with_it_and_not_computed_for_it(there, monkeypatch):
    solved = solve_scenario(START.data, START.training) if there else None
    handed_out = []
    monkeypatch.setattr(share_result, "found_of", lambda _: solved)
    monkeypatch.setattr(share_result, "share_panel", handed_out.append)
    share(START)
    (shared,) = handed_out
    assert shared.waiting is not there
    assert [file.name for file in shared.files] == [
        "landscape.json",
        *(["neurons.csv", "duals.csv", "runs.csv", "proof-5-points.json", "landscape.html"] if there else []),
    ]
    assert all(file.made() for file in shared.files)
    assert any("from landscape import" in script for _, script in shared.code) is there
    assert any("import cvxpy" in script for _, script in shared.code)
