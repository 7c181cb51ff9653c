"""Cones, patterns, weights, fits, paths and runs in a notebook show the numbers of their records."""

from __future__ import annotations

import numpy as np
import pytest

import landscape
from landscape import Network, Problem, certify, descend, descend_many, enumerate_patterns, optimal_set, plot

go = pytest.importorskip("plotly.graph_objects")

SINGLE = 1e-6
"""Pictures hold their numbers as float32."""

X1 = np.array([-0.97, -0.92, -0.46, 0.28, 0.63])
FIVE = Problem(np.c_[X1, np.ones(5)], [0.8, -0.3, 0.6, 0.1, -0.7], lam=0.05)
BEST = landscape.solve_convex(FIVE)
START = Network([[0.5, -0.4, 0.3], [0.1, 0.2, -0.3]], [0.4, 0.5, -0.6])
RUN = descend(FIVE, START, step=0.02, n_steps=400)


def by_uid(figure, uid: str):
    return next(trace for trace in figure.data if trace.uid == uid)


def entries(figure) -> list[str]:
    return [trace.name for trace in figure.data if trace.showlegend]


def outputs(network: Network, x: np.ndarray) -> np.ndarray:
    neurons = list(zip(network.W[0], network.W[1], network.alpha, strict=True))
    return np.array([sum(a * max(0.0, w * t + b) for w, b, a in neurons) for t in x])


def test_there_are_as_many_wedges_as_patterns_and_each_names_the_points_it_is_active_on() -> None:
    figure = plot.cones(FIVE, {"mine": RUN})
    wedges = [trace for trace in figure.data if trace.uid and trace.uid.startswith("cone")]
    assert len(wedges) == len(enumerate_patterns(FIVE.X)) == 10
    for wedge in wedges:
        middle = np.array([wedge.x[1] + wedge.x[2], wedge.y[1] + wedge.y[2]])
        assert wedge.meta["points"] == np.flatnonzero(FIVE.X @ middle > 0).tolist()


def test_stars_of_the_cones_are_the_neurons_of_the_best_network_in_yellow_wedges() -> None:
    figure = plot.cones(FIVE, RUN, solution=BEST)
    vectors = (np.abs(BEST.network.alpha) * BEST.network.W).T
    tips = [(x, y) for sign in (1, -1) for x, y in zip(*(by_uid(figure, f"tips{sign}")[k] for k in "xy"), strict=True)]
    assert np.allclose(sorted(tips), sorted(map(tuple, vectors)), atol=SINGLE)
    neurons = by_uid(figure, "run0-neurons")
    assert np.allclose(neurons.x, np.abs(RUN.network().alpha) * RUN.network().W[0], atol=SINGLE)
    assert list(neurons.marker.symbol) == [f"triangle-{'up' if a >= 0 else 'down'}" for a in RUN.network().alpha]


def test_rows_of_the_patterns_are_those_of_the_data_and_gold_where_the_optimum_has_a_neuron() -> None:
    figure = plot.patterns(FIVE, solution=BEST)
    z = np.array(figure.data[0].z)
    assert {tuple(row) for row in z > 0} == {tuple(row) for row in enumerate_patterns(FIVE.X).D}
    used = {tuple(FIVE.X @ w > 1e-9) for w in BEST.network.W.T}
    gold = {tuple(row > 0) for row in z if (row == 2).any()}
    # An optimal kink lies on a data point, so a neuron is on the border of two cones: gold is one of them.
    assert len(gold) == np.sum((BEST.U != 0).any(axis=0) | (BEST.V != 0).any(axis=0))
    assert all(any(np.sum(np.array(a) != np.array(b)) <= 1 for b in gold) for a in used)
    assert f"{len(gold)} carry a neuron of the optimum" in plot.caption(figure)
    assert sum(text == "★" for text in figure.layout.yaxis.ticktext) == len(gold)


def test_weights_are_the_neurons_by_strength() -> None:
    network = Network([[1.0, -2.0, 0.0], [0.5, 3.0, 0.0]], [1.0, -2.0, 4.0])
    z = np.array(plot.weights(FIVE, network).data[0].z)
    assert z.tolist() == [[-4.0, 6.0], [1.0, 0.5]]


def test_a_fit_on_a_line_is_what_the_networks_compute_with_every_kink() -> None:
    figure = plot.fit(FIVE, mine=RUN, solution=BEST)
    for uid, network in (("optimum-line", BEST.network), ("run0-line", RUN.network())):
        line = by_uid(figure, uid)
        x = np.asarray(line.x, float)
        assert np.allclose(line.y, outputs(network, x), atol=1e-5)
        kinks = [-b / w for w, b in network.W.T if w != 0 and x[0] < -b / w < x[-1]]
        assert all(np.min(np.abs(x - kink)) < 1e-5 for kink in kinks)
    assert entries(figure) == ["data", "optimum", "mine"]
    assert np.allclose(by_uid(figure, "data").y, FIVE.y, atol=SINGLE)


def test_curves_of_several_networks_differ_by_more_than_colour() -> None:
    figure = plot.fit(FIVE, RUN, START, BEST.network)
    lines = [by_uid(figure, f"run{k}-line").line for k in range(3)]
    assert len({line.dash for line in lines}) == len({line.color for line in lines}) == 3
    assert entries(figure) == ["data", "optimum", "Run", "Network 1", "Network 2"]


def test_a_fit_with_an_output_bias_is_drawn_with_it() -> None:
    problem = Problem(FIVE.X, FIVE.y + 3.0, lam=0.1, output_bias="free")
    found = landscape.solve_convex(problem)
    line = by_uid(plot.fit(problem, solution=found), "optimum-line")
    assert np.allclose(line.y, outputs(found.network, np.asarray(line.x, float)) + found.network.bias, atol=1e-5)


def test_a_fit_of_two_features_is_a_map_of_the_output() -> None:
    rng = np.random.default_rng(0)
    problem = Problem(np.c_[rng.standard_normal((9, 2)), np.ones(9)], rng.standard_normal(9), lam=0.3)
    network = Network(rng.standard_normal((3, 4)), rng.standard_normal(4))
    field = by_uid(plot.fit(problem, network), "field")
    for l, k in ((0, 0), (40, 7), (80, 80)):  # noqa: E741
        row = np.array([field.x[k], field.y[l], 1.0])
        assert np.isclose(field.z[l][k], network.alpha @ np.maximum(row @ network.W, 0.0), rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="networks must be one for data of two features, whose picture is a map"):
        plot.fit(problem, network, network)


def test_a_fit_of_many_features_is_outputs_against_labels() -> None:
    rng = np.random.default_rng(0)
    problem = Problem(rng.standard_normal((9, 4)), rng.standard_normal(9), lam=0.3)
    network = Network(rng.standard_normal((4, 2)), rng.standard_normal(2))
    shown = by_uid(plot.fit(problem, network), "outputs0")
    assert np.allclose(shown.x, problem.y, atol=SINGLE)
    assert np.allclose(shown.y, np.maximum(problem.X @ network.W, 0.0) @ network.alpha, atol=1e-5)


def test_the_path_of_two_points_is_its_closed_form() -> None:
    """For (−1, 1) and (1, 2): the slopes are 2 − λ and −(1 − λ), down to 0."""
    path = landscape.lambda_path(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]), points=30)
    figure = plot.lambda_path(path, at=0.25)
    lam = np.asarray(by_uid(figure, "error").x, float) * 2.0
    first, second = np.maximum(2.0 - lam, 0.0), np.maximum(1.0 - lam, 0.0)
    error, norm = np.minimum(lam, 2.0) ** 2 + np.minimum(lam, 1.0) ** 2, first + second
    assert np.allclose(by_uid(figure, "error").customdata, error, atol=1e-5)
    assert np.allclose(by_uid(figure, "norm").customdata, norm, atol=1e-5)
    inside = (np.abs(lam - 1.0) > 1e-3) & (np.abs(lam - 2.0) > 1e-3)
    assert np.array_equal(
        np.asarray(by_uid(figure, "count").y)[inside], ((first > 0).astype(int) + (second > 0))[inside]
    )
    assert figure.layout.shapes[0].x0 == 0.25
    assert "λ = 0.25 λ_max" in entries(figure)
    lengths = plot.neuron_lengths(path)
    stars = sorted(by_uid(lengths, "events").x)
    assert np.allclose(stars, [0.5, 1.0])
    assert not lengths.layout.shapes


@pytest.mark.parametrize("at", [0.0, -1.0, 1.5, float("nan")])
def test_a_lambda_that_is_no_share_is_refused(at: float) -> None:
    path = landscape.lambda_path(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]), points=3)
    for draw in (plot.lambda_path, plot.neuron_lengths):
        with pytest.raises(ValueError, match="at must be above 0 and at most 1, a share of λ_max, but was"):
            draw(path, at=at)
        with pytest.raises(
            ValueError, match=r"path must be a LambdaPath, as landscape\.lambda_path gives, but was a str"
        ):
            draw("path")


def test_a_path_that_was_stopped_says_so() -> None:
    path = landscape.lambda_path(FIVE, points=10, stop=lambda: True)
    assert plot.caption(plot.lambda_path(path)).endswith("It was stopped before its end.")


def test_losses_are_those_of_the_run_over_the_certified_bound() -> None:
    figure = plot.losses(FIVE, mine=RUN, solution=BEST)
    line = by_uid(figure, "run0-line")
    assert np.allclose(line.customdata, RUN.objective, rtol=SINGLE)
    assert np.array_equal(line.x, RUN.steps)
    bound = certify(FIVE, BEST.network).lower_bound
    assert np.allclose(by_uid(figure, "optimum").y, bound, rtol=1e-6)
    assert entries(figure)[0] == "mine"
    assert entries(figure)[1].startswith("proven optimum 0.9")
    assert (RUN.objective >= bound).all()


def test_measures_along_a_run_are_counted_anew() -> None:
    patterns = [len({tuple(FIVE.X @ w > 0) for w in W.T}) for W in RUN.W]
    flat = np.hstack([RUN.W.reshape(len(RUN.W), -1), RUN.alpha])
    moved = [np.sqrt(((row - flat[0]) ** 2).sum()) for row in flat]
    first = FIVE.X @ RUN.W[0] > 0
    changed = [100.0 * ((FIVE.X @ W > 0) != first).any(axis=0).mean() for W in RUN.W]
    for quantity, expected in (("patterns", patterns), ("moved", moved), ("changed", changed)):
        line = by_uid(plot.along(FIVE, quantity, RUN), "run0-line")
        assert np.allclose(line.y, expected, rtol=1e-5, atol=1e-6)


def test_the_triangles_of_a_run_stand_at_its_kinks_at_the_steps_asked_for() -> None:
    figure = plot.dynamics(FIVE, RUN, steps=[0, 100, 400])
    assert [note.text for note in figure.layout.annotations] == ["step 0", "step 100", "step 400"]
    for panel, step in enumerate((0, 100, 400)):
        network = RUN.network(int(np.searchsorted(RUN.steps, step)))
        low, high = figure.layout[f"xaxis{panel + 1 if panel else ''}"].range
        kinks = sorted(-b / w for w, b in network.W.T if low < -b / w < high)
        drawn = [by_uid(figure, f"run0-{sign}-{panel}") for sign in ("plus", "minus")]
        assert np.allclose(sorted(x for trace in drawn for x in trace.x), kinks, atol=1e-5)
        sides = [s for trace in drawn for s in trace.marker.symbol]
        assert sum("right" in side for side in sides) == sum(w > 0 and low < -b / w < high for w, b in network.W.T)


def test_by_default_a_run_is_drawn_at_its_start_and_end_too() -> None:
    notes = [note.text for note in plot.dynamics(FIVE, RUN).layout.annotations]
    assert (notes[0], notes[-1]) == ("step 0", f"step {RUN.steps[-1]:,}")


def test_the_best_of_each_width_is_the_least_of_its_networks() -> None:
    rng = np.random.default_rng(2)
    networks = [Network(rng.standard_normal((2, m)), rng.standard_normal(m)) for m in (1, 1, 2, 5, 5, 5)]

    def cost(network: Network) -> float:
        f = outputs(network, X1)
        return float(((f - FIVE.y) ** 2).sum() + 0.05 * ((network.W**2).sum() + (network.alpha**2).sum()))

    figure = plot.width(FIVE, networks, solution=BEST)
    best = by_uid(figure, "best")
    assert list(best.x) == [1, 2, 5]
    assert np.allclose(best.y, [min(cost(net) for net in networks if net.m == m) for m in (1, 2, 5)])
    assert np.allclose(sorted(by_uid(figure, "each").y), sorted(map(cost, networks)))
    fewest = optimal_set(FIVE).fewest
    assert [(note.text, note.x) for note in figure.layout.annotations] == [("m*", fewest)]


def test_trained_networks_of_a_width_never_fall_below_the_optimum_and_are_the_same_again() -> None:
    first, again = (plot.width(FIVE, widths=[1, 4], starts=4, n_steps=400, solution=BEST) for _ in range(2))
    assert list(by_uid(first, "each").y) == list(by_uid(again, "each").y)
    assert len(by_uid(first, "each").y) == 8
    assert min(by_uid(first, "each").y) >= BEST.certificate.lower_bound
    line = by_uid(first, "optimum")
    assert np.allclose(line.y, BEST.certificate.lower_bound)


@pytest.mark.parametrize("layer", ["ones", "trained"])
def test_widths_of_a_fixed_layer_and_without_a_penalty_are_trained(layer: str) -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer=layer)
    figure = plot.width(problem, widths=[1, 3], starts=3, n_steps=300)
    assert [note.text for note in figure.layout.annotations] == ["m found"]
    assert np.isfinite(np.asarray(by_uid(figure, "each").y, float)).all()


def test_many_runs_of_one_record_are_drawn_one_by_one() -> None:
    runs = descend_many(FIVE, np.stack([START.W, -START.W]), np.stack([START.alpha] * 2), step=0.02, n_steps=50)
    assert entries(plot.losses(FIVE, runs))[:2] == ["Run 1", "Run 2"]


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: plot.cones(Problem(X=[[1.0]], y=[1.0])), "there are 1: plot.twin, plot.patterns and plot.weights"),
        (lambda: plot.cones(Problem(X=[[1.0, 2.0, 3.0]], y=[1.0])), "two columns of X, but there are 3: plot.patterns"),
        (lambda: plot.dynamics(Problem(X=[[1.0, 2.0, 3.0]], y=[1.0]), RUN), "3 columns: plot.along and plot.losses"),
        (lambda: plot.dynamics(FIVE, RUN, steps=[]), "steps must be from 1 to 6 steps, but were 0"),
        (lambda: plot.dynamics(FIVE, RUN, steps=range(9)), "steps must be from 1 to 6 steps, but were 9"),
        (lambda: plot.along(FIVE, "speed", RUN), "quantity must be one of patterns, changed, moved, but was 'speed'"),
        (lambda: plot.along(FIVE, "moved"), "runs must hold at least one Trajectory"),
        (lambda: plot.losses(FIVE), "runs must hold at least one Trajectory"),
        (lambda: plot.width(FIVE, widths=[]), "widths must be whole numbers above 0"),
        (lambda: plot.width(FIVE, widths=[0, 2]), "widths must be whole numbers above 0"),
        (lambda: plot.width(FIVE, starts=0), "starts must be whole numbers above 0"),
        (lambda: plot.width(FIVE, n_steps=1.5), "n_steps must be whole numbers above 0"),
        (lambda: plot.width(FIVE, []), "networks must hold at least one network"),
        (lambda: plot.width(FIVE, widths=[1], init="zeros"), "start must be one of"),
        (lambda: plot.fit(FIVE, "network"), "networks must hold Trajectory or Network records, or lists of the"),
        (lambda: plot.weights(FIVE, RUN.W), "network must"),
        (lambda: plot.caption(go.Figure()), "figure must be one that a function of landscape.plot returned"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_in_a_sentence(draw, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        draw()
