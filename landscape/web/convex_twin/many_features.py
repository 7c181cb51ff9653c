"""The views of data that no plane shows: bound and value, labels and outputs, weights and patterns of the neurons."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape.figures.convex_twin.bound_and_value import bound_and_value
from landscape.figures.convex_twin.labels_and_outputs import labels_and_outputs
from landscape.figures.convex_twin.pattern_matrix import pattern_matrix
from landscape.figures.convex_twin.weights import MOST_ROWS, weights
from landscape.figures.style import as_json
from landscape.formatting import counted, short, subscript, written
from landscape.model.excess import without_rounding
from landscape.model.network import Network, predict
from landscape.results.claims import called, gap_share
from landscape.results.search_record import SearchRecord, SearchState
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Data, Scenario
from landscape.web.stage.protocol.views import StageView


def gap_view(solved: SolvedScenario) -> StageView:
    """Return value and bound against the time of the search; of what took none, as they are."""
    proof = solved.proof
    record = solved.search or SearchRecord((0.0,), (proof.value,), (proof.lower_bound,))
    gap = gap_share(proof)
    drawn = bound_and_value(record.seconds, record.values, record.bounds, closed=proof.closed, gap=gap)
    value = written(without_rounding(solved.problem, proof.value))
    seconds = f"{short(record.seconds[-1], 2)} s"
    if proof.closed:
        title = "Bound and value: closed, proven optimal"
        said = f"The loss of the best network and what no network is below have met at {value}"
    elif not np.isfinite(proof.lower_bound):
        title, said = "Bound and value: no bound is proven", f"The best network has loss {value}; no bound is known"
    else:
        title = f"Bound and value: gap {gap}"
        bound = written(without_rounding(solved.problem, proof.lower_bound))
        said = f"The best network has loss {value}, and none is below {bound}: the gap is {gap} of the loss"
    going = "." if solved.search is None else f", after {seconds} of searching."
    state = "" if solved.search is None or solved.search.state is SearchState.CLOSED else f" {record.state.sentence}"
    caption = (
        "Blue: loss of the best network found, which falls. Brown, dashed: what no network is below, which rises. "
        "Between them lies the optimum."
    )
    return StageView("gap", title, caption, f"{said}{going}{state}", as_json(drawn), kind="still")


def feature_names(data: Data) -> list[str]:
    """Return the names of the columns of X: x₁, x₂, …, and 1 for the bias."""
    return [*(f"x{subscript(k + 1)}" for k in range(data.features)), *(["bias"] if data.bias else [])]


def by_strength(network: Network) -> np.ndarray:
    """Return the neurons by what they contribute, ‖w‖ |α|, the strongest first; of the zero network one."""
    strength = np.linalg.norm(network.W, axis=0) * np.abs(network.alpha)
    order = np.argsort(-strength, kind="stable")
    found: np.ndarray = order[: max(int(np.count_nonzero(strength)), 1)]
    return found


@lru_cache(maxsize=64)
def many_feature_views(scenario: Scenario, solved: SolvedScenario) -> tuple[StageView, ...]:
    """Return the views of a network's fit, weights and patterns for data of more than two features."""
    return (_fit(scenario, solved), *_neurons(scenario.data, solved))


def _fit(scenario: Scenario, solved: SolvedScenario) -> StageView:
    problem, best = solved.problem, solved.solution.network
    runs = [solved.runs[scenario.shown_run]] if solved.runs else []
    outputs = [(run.name, run.place, predict(problem.X, run.trajectory.network())) for run in runs]
    outputs = [(name, place, f) for name, place, f in outputs if np.isfinite(f).all()]
    own = predict(problem.X, best)
    name = called(solved.proof)
    also = f" Hollow: {outputs[0][0]}." if outputs else ""
    caption = f"What {name} gives each point (squares), against its label: on the line they are equal.{also}"
    off = written(float(np.sqrt(np.mean((own - problem.y) ** 2))))
    alt = f"{counted(problem.n, 'point')}; the outputs of {name} are off their labels by {off}, root mean square."
    drawn = labels_and_outputs(problem.y, own, outputs)
    return StageView("fitted", "Labels and outputs", caption, alt, as_json(drawn), kind="still")


def _neurons(data: Data, solved: SolvedScenario) -> list[StageView]:
    problem, network, name = solved.problem, solved.solution.network, called(solved.proof)
    order = by_strength(network)
    u = network.W[:, order] * np.abs(network.alpha[order])
    names = feature_names(data)
    shown = min(len(order), MOST_ROWS)
    which = "" if shown == len(order) else f" The {shown} strongest of {len(order)}."
    caption = (
        f"Each row is a neuron of {name}, the strongest first: its weights |α| w, feature by feature. Orange: "
        f"above 0, blue: below.{which}"
    )
    strongest = ", ".join(f"{names[k]} {short(float(u[k, 0]), 2)}" for k in np.argsort(-np.abs(u[:, 0]))[:3])
    many = f"{counted(len(order), 'neuron')} of {counted(problem.d, 'weight')}"
    alt = f"{many}; the largest weights of the strongest: {strongest}."
    heat = weights(u, np.sign(network.alpha[order]), names)
    # Optimal kinks lie on data points: there only rounding is above 0.
    size = np.linalg.norm(problem.X, axis=1)[:, None] * np.linalg.norm(u, axis=0)
    active = (problem.X @ u > 1e-9 * size).T
    used = np.unique(active, axis=0)
    share = " to ".join(
        f"{100 * float(s):.0f} %" for s in sorted({active.mean(axis=1).min(), active.mean(axis=1).max()})
    )
    points = [str(i + 1) for i in range(problem.n)]
    drawn = pattern_matrix(active[:shown], np.ones(shown, dtype=bool), points)
    drawn["layout"]["yaxis"]["title"]["text"] = "neuron"
    drawn["layout"]["yaxis"]["ticktext"] = [str(j + 1) for j in range(shown)]
    return [
        StageView("weights", "Neurons of the solution", caption, alt, as_json(heat), kind="still"),
        StageView(
            "patterns",
            "Patterns in use",
            f"Each row is a neuron, in the same order, coloured on the points where it is active. "
            f"{counted(len(used), 'pattern')} in use by {counted(len(order), 'neuron')}.",
            f"{counted(len(used), 'pattern')} in use; a neuron is active on {share} of {counted(problem.n, 'point')}.",
            as_json(drawn),
            kind="still",
        ),
    ]
