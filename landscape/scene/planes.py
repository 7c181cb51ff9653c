"""The plane through the space of weights that a loss picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.formatting import short, subscript
from landscape.loss.surface import Plane, neuron_plane, plane_through
from landscape.model.excess import at_optimum
from landscape.model.network import Network, objective, widen, with_best_bias
from landscape.model.problem import Problem
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.training.trajectory import Outcome


@dataclass(frozen=True, eq=False)
class Slice:
    """The plane of a loss picture.

    Arguments
        base: the network that it passes through.
        plane: the plane in the space of weights; labels: names of its two coordinates.
        note: the sentence that describes the slice; empty where the plane is the whole space of weights.
        moving: the neurons whose weights are the coordinates; empty for a plane of another kind.
    """

    base: Network
    plane: Plane
    labels: tuple[str, str]
    note: str
    moving: tuple[int, ...]


MOST_LOSS = 1e290
"""Losses above this are too near to what no number holds to be drawn."""


def base_network(solved: SolvedScenario, scenario: Scenario) -> tuple[Network, str]:
    """Return the network a slice passes through, and its name: the selected run at the selected step.

    Of a run that diverged it is a step from which there is something to see.
    Without runs it is the best known with as many neurons as a run would have.
    """
    if not solved.runs:
        if solved.narrow is not None:
            return solved.narrow.network, f"the {solved.narrow.name}"
        return of_width(solved.solution.network, scenario.training.m, solved.problem), called(solved.proof)
    run = solved.runs[scenario.shown_run]
    path = run.trajectory
    if scenario.view.at is None:
        # The end of a run that diverged is no place from which anything can be seen.
        if path.outcome is Outcome.DIVERGED:
            return path.network(0), f"{run.name} at its start"
        return path.network(), f"{run.name} at its end"
    index = min(int(np.searchsorted(path.steps, scenario.view.at)), len(path.steps) - 1)
    # Around a step of a run that diverges there may be no loss that a number holds: then what came before is shown.
    index = max(np.flatnonzero(path.objective[: index + 1] <= MOST_LOSS).tolist(), default=index)
    return path.network(index), f"{run.name} at step {path.steps[index]}"


def slice_plane(solved: SolvedScenario, scenario: Scenario) -> Slice:
    """Return the plane a scenario's loss picture shows."""
    base, base_name = base_network(solved, scenario)
    m, trained = base.m, scenario.training.layer == "trained"
    if scenario.view.plane == "path" and solved.runs and m > 1:
        path = solved.runs[scenario.shown_run].trajectory
        start, end = path.network(0), path.network()
        goal = nearest_arrangement(solved.problem, solved.solution.network, end)
        if np.any(end.W != start.W) or np.any(end.alpha != start.alpha):
            plane = plane_through(start, end, goal)
            name = solved.runs[scenario.shown_run].name
            best = called(solved.proof)
            note = f"A slice: the plane through start and end of {name} and the nearest arrangement of {best}."
            return Slice(base, plane, ("along the run", f"towards {best}"), note, ())
    i, j = scenario.shown_neurons
    if m == 1:
        note = f"A slice: the second layer is that of {base_name}." if trained else ""
        return Slice(base, single_weight(base), ("w", ""), note, (0,))
    labels = (f"w{subscript(i + 1)}", f"w{subscript(j + 1)}")
    if m == 2:
        note = f"A slice: the second layer is that of {base_name}, α = ({_listed(base.alpha)})." if trained else ""
    else:
        note = f"A slice: neurons {i + 1} and {j + 1} move, the other {m - 2} stay as in {base_name}."
    return Slice(base, neuron_plane(base, (i, j)), labels, note, (i, j))


def of_width(network: Network, m: int, problem: Problem) -> Network:
    """Return a network with neurons at 0 added, or all but its m largest neurons left out."""
    if network.m <= m:
        return widen(network, m - network.m, problem)
    largest = np.sort(np.argsort(-np.linalg.norm(network.W, axis=0) * np.abs(network.alpha), kind="stable")[:m])
    return Network(network.W[:, largest], network.alpha[largest])


def nearest_arrangement(problem: Problem, network: Network, other: Network) -> Network:
    """Return a network with its neurons permuted to be nearest to another in the sum of squared differences.

    Where it is narrower than the other, neurons at 0 are added; where it is wider, the worst matches are left out.
    """
    from scipy.optimize import linear_sum_assignment

    wide = widen(network, max(0, other.m - network.m), problem)
    ours, theirs = np.vstack([wide.W, wide.alpha]), np.vstack([other.W, other.alpha])
    distance = ((ours[:, :, None] - theirs[:, None, :]) ** 2).sum(axis=0)
    mine, place = linear_sum_assignment(distance)
    order = np.empty(len(mine), dtype=int)
    order[place] = mine
    return Network(wide.W[:, order[: other.m]], wide.alpha[order[: other.m]])


def single_weight(base: Network) -> Plane:
    """Return the line of a single neuron's weight, as a plane whose second coordinate changes nothing."""
    still = Network(np.zeros_like(base.W), np.zeros_like(base.alpha))
    return Plane(Network(np.zeros_like(base.W), base.alpha), Network(np.ones_like(base.W), still.alpha), still)


def optima_on(
    plane: Plane, solved: SolvedScenario, places: Sequence[tuple[float, float]] = ()
) -> list[tuple[float, float]]:
    """Return the coordinates of the arrangements of the optimal network that lie in the plane.

    Arguments
        places: where the best network known may lie too, proven optimal or not.
    """
    base = plane.origin
    if solved.solution.network.m > base.m:
        return []
    found: list[tuple[float, float]] = []

    def value_at(x: float, y: float) -> float:
        return objective(solved.problem, with_best_bias(solved.problem, plane.network(x, y)))

    for a, b in ((1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0)):
        near = nearest_arrangement(solved.problem, solved.solution.network, plane.network(a, b))
        x, y = plane.coordinates(near.W, near.alpha).tolist()
        # In the plane means: the plane's own network there is at the optimum.
        if at_optimum(solved.problem, value_at(x, y) - solved.proof.lower_bound):
            found.append((x, y))
    for x, y in places:
        is_new = not np.any(np.all(np.isclose(np.reshape(found, (-1, 2)), (x, y)), axis=1))
        if is_new and at_optimum(solved.problem, value_at(x, y) - solved.proof.value):
            found.append((x, y))
    return sorted(set(found))


def _listed(values: np.ndarray) -> str:
    return ", ".join(short(float(value)) for value in values)
