"""The page Convex twin: any data a visitor brings, solved, proven, and never lost."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from visit import begin

from landscape.figures.convex_twin.pattern_matrix import MOST_ROWS
from landscape.scenario import Data, Scenario, Training
from landscape.web import session
from landscape.web.convex_twin import best_of_width
from landscape.web.convex_twin.page import START
from landscape.web.convex_twin.sentences import MOST_DRAGGED, sentences_of
from landscape.web.convex_twin.stage_state import state_of
from landscape.web.convex_twin.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of

ROOT = Path(__file__).resolve().parents[2]


def trained(**values: object) -> Training:
    return Training(**{"layer": "trained", "lam": 0.1, "runs": (), "starts": 1, "steps": 100, **values})


SCENARIOS = {
    "start": START,
    "one point": Scenario(Data((0.5,), (1.0,), bias=True), trained()),
    "all labels zero": Scenario(Data((-1.0, 1.0), (0.0, 0.0), bias=True), trained()),
    "equal points, other labels": Scenario(Data((1.0, 1.0, 1.0), (0.0, 1.0, 2.0), bias=True), trained()),
    "almost equal points": Scenario(Data((1.0, 1.0 + 1e-9, 2.0), (0.0, 1.0, 2.0), bias=True), trained()),
    "a constant feature": Scenario(Data((3.0, 3.0), (1.0, -1.0), features=1, bias=True), trained()),
    "large": Scenario(Data((-1e6, 1e6, 5.0), (1e6, -1e6, 0.0), bias=True), trained()),
    "small": Scenario(Data((-1e-6, 1e-6, 3e-6), (1e-6, -1e-6, 0.0), bias=True), trained()),
    "no regularisation": Scenario(Data((-1.0, 0.0, 1.0), (1.0, 0.0, 1.0), bias=True), trained(lam=0.0)),
    "beyond λ_max": Scenario(Data((-1.0, 0.0, 1.0), (1.0, 0.0, 1.0), bias=True), trained(lam=1.2)),
    "two features": Scenario(
        Data((1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0, -1.0), (1.0, -1.0, 1.0, -1.0), features=2, bias=True), trained()
    ),
    "two features on a line": Scenario(
        Data((1.0, 1.0, 2.0, 2.0, 3.0, 3.0), (1.0, 0.0, 1.0), features=2, bias=True), trained()
    ),
    "a free output bias": Scenario(START.data, trained(m=1, output_bias="free")),
    "a penalised output bias": Scenario(START.data, trained(output_bias="penalised")),
    "an output bias, one feature": Scenario(Data((-1.0, 0.5, 1.0), (2.0, 3.0, 1.0)), trained(output_bias="penalised")),
    "an output bias without regularisation": Scenario(
        Data((1.0, 1.0, 2.0), (0.0, 1.0, 2.0)), trained(lam=0.0, output_bias="free")
    ),
    "more features than points": Scenario(Data((1.0, 2.0), (1.0,), features=2, bias=True), trained()),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_any_data_are_solved_certified_and_drawn(name):
    scenario = SCENARIOS[name]
    solved = solved_scenario_of(scenario)
    size = max(float(solved.problem.y @ solved.problem.y), 1e-300)
    assert solved.proof.complete
    assert solved.proof.gap <= 1e-6 * size
    views = views_of(scenario)
    assert {view.name for view in views} & {"outputs", "optimum"}
    for view in views:
        assert "NaN" not in view.figure
        json.loads(view.figure)
    text = sentences_of(scenario, solved)[0].text
    assert text.startswith("No network of this kind, of any width, does better than")


def test_five_thousand_points_are_solved_and_proven():
    import numpy as np

    x = np.linspace(-1, 1, 5000)
    scenario = Scenario(Data(tuple(x), tuple(np.sin(9 * x)), bias=True), trained(steps=2, m=2))
    solved = solved_scenario_of(scenario)
    assert solved.proof.gap <= 1e-7 * solved.proof.value
    matrix = json.loads(next(view.figure for view in views_of(scenario) if view.name == "patterns"))
    assert len(matrix["data"][0]["z"]) <= MOST_ROWS


@pytest.mark.parametrize(
    "query",
    [{}, {"x": "1,2,3", "y": "0,0", "m": "0"}, {"x": "<b>", "lam": "-1"}, {"x": "1,2", "y": "1,2", "features": "7"}],
)
def test_the_page_opens_on_any_link(query):
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=60)
    page.query_params.update(query)
    page.switch_page("pages/convex_twin.py").run()
    assert not page.exception
    assert page.get("bidi_component")


@pytest.mark.parametrize("kind", ["free", "penalised"])
@pytest.mark.parametrize("lam", ["0.04", "0"])
@pytest.mark.parametrize("tab", ["Solution", "λ path", "Width", "Landscape"])
def test_every_tab_has_something_to_say_of_an_output_bias(tab, lam, kind):
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=60)
    scenario = START.changed(lam=float(lam), output_bias=kind, steps=50, formulas=True, proof=True, escape=0)
    page.query_params.update(scenario.to_query())
    page.session_state["twin tabs"] = tab
    page.switch_page("pages/convex_twin.py").run()
    assert not page.exception
    said = " ".join(element.value for element in (*page.text, *page.markdown))
    if tab == "Solution":
        assert "Output bias **b = " in said
        assert "The set of all optima is described for networks without an output bias." in said
    else:
        assert "is computed for networks without an output bias: set Output bias to None at the left to see it." in said


def test_the_output_bias_is_set_beside_lambda_and_kept_by_no_other_page():
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=60)
    page.switch_page("pages/convex_twin.py").run()
    (control,) = [element for element in page.get("button_group") if element.label == "Output bias"]
    assert control.value == "none"
    for script, query in (
        ("front.py", Scenario(Data(), trained(output_bias="free")).to_query()),
        ("pages/dynamics.py", START.changed(output_bias="free", steps=50).to_query()),
        ("pages/race.py", START.changed(output_bias="penalised", steps=50).to_query()),
    ):
        other = AppTest.from_file(str(ROOT / "front.py"), default_timeout=60)
        other.query_params.update(query)
        other.switch_page(script).run()
        assert not other.exception
        assert session.NO_OUTPUT_BIAS in " ".join(
            str(element.value) for element in (*other.text, *other.info, *other.markdown)
        )


def test_the_best_of_a_width_is_searched_for_once_a_drag_has_ended(monkeypatch):
    asked = []

    def queue():
        asked.append(True)
        raise LookupError

    narrow = START.changed(m=2)
    solved = solved_scenario_of(narrow)
    assert best_of_width.may_be_too_narrow(narrow, solved)
    begin(monkeypatch, START)
    monkeypatch.setattr(best_of_width, "queue", queue)
    session.put(narrow, passing=True)
    assert best_of_width.with_best_of_width(narrow, solved) is solved
    assert not asked
    session.put(narrow)
    with pytest.raises(LookupError):
        best_of_width.with_best_of_width(narrow, solved)


@pytest.mark.parametrize("n", [MOST_DRAGGED, MOST_DRAGGED + 1])
def test_the_data_invite_to_be_dragged_where_they_can_be(n):
    x = tuple(np.linspace(-1.0, 1.0, n).tolist())
    scenario = Scenario(Data(x, x), Training(m=2, layer="trained", lam=0.5, steps=5))
    solved = solved_scenario_of(scenario)
    (fit,) = [view for view in views_of(scenario, solved) if view.name == "outputs"]
    assert bool(fit.invitation) == (state_of(scenario, solved).drag is not None) == (n <= MOST_DRAGGED)
