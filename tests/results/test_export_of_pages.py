"""Code and tables of every page give the page's numbers: each script is run, each table read back."""

import csv
import io
import json
import re

import numpy as np
import pytest
from test_export import SCENARIOS, here

from landscape.figures.front.loss_curves import Curve, Level, loss_curves
from landscape.figures.style import as_json
from landscape.model.network import Network, objective, predict
from landscape.results.export import address, drawn_csv, duals_csv, film_snippet, frame, neurons_csv, race_snippet
from landscape.results.filmed_runs import film_runs
from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Data, Run, Scenario, Training
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.state import from_values

_LINE = Data((-1.0, -0.2, 0.4, 1.0), (0.5, -0.3, 0.8, 0.1), bias=True)
_PLANE = Data((1.0, 0.5, -1.0, 2.0, 0.5, -1.5), (1.0, -0.5, 0.7), features=2)

FILMS = {
    "two scales": Training(m=30, layer="trained", runs=(), scales=(1e-6, 1.0), steps=400, init="uniform"),
    "balanced, λ": Training(m=9, layer="trained", lam=0.1, runs=(), scales=(0.5,), steps=300, seed=3),
    "PyTorch's, Adam": Training(m=9, layer="trained", runs=(), scales=(0.5,), steps=200, method="adam", init="pytorch"),
    "a step that is cut": Training(m=9, layer="trained", runs=(), scales=(1.0,), steps=200, step=50.0, init="normal"),
    "given": Training(
        m=2, layer="trained", runs=(Run("adam", ((0, 0.05), (30, 0.01)), (1.0, 0.4, -0.7, 0.3), (1.0, -0.5)),), steps=80
    ),
}


@pytest.mark.parametrize("name", FILMS)
def test_the_script_of_a_film_prints_how_its_runs_began_and_ended(name):
    scenario = Scenario(_LINE, FILMS[name])
    filmed = film_runs(scenario.data, scenario.training)
    n = filmed.problem.n
    printed = here(film_snippet(scenario, filmed))
    for run, (_, proof) in zip(filmed.runs, filmed.certificates(None), strict=True):
        first, last = run.trajectory.objective[[0, -1]] / n
        assert f"{run.name}: loss {first:.8g} at first, {last:.8g} after {run.trajectory.steps[-1]} steps" in printed
        assert proof.complete
        bound = max(proof.lower_bound, 0.0) / n
        bounded = f"No two-layer ReLU network without output bias of any width is below {bound:.8g}; "
        assert f"{bounded}this one is {proof.gap / n:.8g} above that" in printed
    assert len(printed.splitlines()) == 2 * len(filmed.runs)


def test_the_script_of_a_race_prints_the_optimum_and_every_entrant():
    scenario = Scenario(_LINE, Training(m=6, layer="trained", lam=0.1, runs=(), scale=1.0))
    printed = here(race_snippet(scenario, 0.2))
    optimum = float(re.search(r"^Optimum: loss (\S+), proven$", printed, re.MULTILINE)[1])
    assert optimum == pytest.approx(solve_scenario(scenario.data, scenario.training).proof.value, rel=1e-7)
    assert re.findall(r"^(\w+): ", printed, re.MULTILINE)[1:] == ["convex", "gd", "momentum", "adam", "lbfgs"]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_script_of_a_setting_beyond_prints_the_values_of_the_page(name):
    setting = SETTINGS[name]
    state = setting.start.changed(starts=2, seed=3)
    printed = here(setting.code(state))
    found = setting.solve(state)
    trained = setting.train(state, lambda done, all_: None, lambda: False)
    if name == "linear":
        values = [(found.standard.primal, trained.standard.values), (found.parallel.primal, trained.parallel.values)]
        for value, ends in values:
            assert f"least penalty {value:.8g}" in printed
            assert f"best {np.min(ends):.8g}, worst {np.max(ends):.8g}" in printed
        return
    found = getattr(found, "deep", found)
    assert f"Convex program: {found.value:.8g}, proven bound {found.lower_bound:.8g}." in printed
    ends = trained.values[np.isfinite(trained.values)]
    assert f"{ends.min():.8g}" in printed
    assert f"{ends.max():.8g}" in printed


@pytest.mark.parametrize("name", SETTINGS)
def test_a_saved_state_beyond_opens_as_it_was(name):
    from landscape.web.beyond.share import json_of

    setting = SETTINGS[name]
    state = setting.start.changed(seed=7, x=tuple(value + 1 / 3 for value in setting.start.x))
    values = json.loads(json_of(setting, state))
    assert values.pop("tab") == name
    assert from_values(values, setting.start) == state


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_table_of_neurons_is_the_optimal_network(name):
    solved = solve_scenario(SCENARIOS[name].data, SCENARIOS[name].training)
    rows, d = table(neurons_csv(solved)), solved.problem.d
    W = np.array([[float(row["w" if d == 1 else f"w{k + 1}"]) for row in rows] for k in range(d)])
    bias = float(rows[0].get("output_bias", 0.0))
    network = Network(W.reshape(d, len(rows)), np.array([float(row["alpha"]) for row in rows]), bias)
    assert objective(solved.problem, network) == pytest.approx(solved.proof.value, rel=1e-12, abs=1e-300)
    for row, w in zip(rows, network.W.T, strict=True):
        active = [int(point) - 1 for point in row["active_on"].split()]
        assert np.all(solved.problem.X[active] @ w > 0)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_table_of_dual_variables_is_the_residual_that_proves_the_bound(name):
    solved = solve_scenario(SCENARIOS[name].data, SCENARIOS[name].training)
    rows = table(duals_csv(solved))
    dual = np.array([float(row["dual"]) for row in rows])
    output = predict(solved.problem.X, solved.solution.network)
    assert np.array_equal(dual, solved.problem.y - output)
    assert [float(row["y"]) for row in rows] == solved.problem.y.tolist()
    x = [[float(row[f"x{k + 1}"]) for k in range(solved.problem.d)] for row in rows]
    assert x == solved.problem.X.tolist()


def test_the_table_of_a_picture_has_every_point_of_its_curves():
    steps, losses = np.arange(5), np.array([4.0, 2.0, 1.0, 0.5, 0.25])
    drawn = loss_curves([Curve("run0", 0, "Run 1", steps, losses)], Level(0.0, "optimum"))
    rows = table(drawn_csv([("Loss", json.loads(as_json(drawn)))]))
    found = [(float(row["x"]), float(row["y"])) for row in rows if row["curve"].startswith("run0") and row["y"]]
    assert set(zip(steps.tolist(), losses.tolist(), strict=True)) <= set(found)
    assert not any(row["curve"].startswith("=") for row in rows)


def test_the_cells_of_a_map_and_gaps_are_written():
    figure = {"data": [{"name": "map", "x": [0, 1], "y": [2, 3], "z": [[1.5, None], [3.5, 4.5]]}, {"y": [7, None]}]}
    rows = [(row["x"], row["y"], row["z"]) for row in table(drawn_csv([("A", figure)]))]
    assert rows == [
        ("0", "2", "1.5"),
        ("1", "2", ""),
        ("0", "3", "3.5"),
        ("1", "3", "4.5"),
        ("0", "7", ""),
        ("1", "", ""),
    ]


def test_an_address_is_refused_where_browsers_would_cut_it_and_a_frame_names_what_it_shows():
    url = address({"tab": "norm", "x": ["1,2"]}, "http://lecture.example/beyond?old=1")
    assert url == "http://lecture.example/beyond?tab=norm&x=1%2C2"
    assert 'title="Hidden convex landscape: &lt;x&gt;"' in frame(url, "<x>")
    with pytest.raises(ValueError, match="save it as a file"):
        address({"x": "1" * 9000}, "http://lecture.example/")
    with pytest.raises(ValueError, match="base_url must be"):
        address({}, "javascript:alert(1)")
