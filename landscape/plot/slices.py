"""The plane through the space of weights over which a landscape is drawn."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from landscape.formatting import subscript
from landscape.loss.surface import Plane, neuron_plane, plane_through
from landscape.model.network import Network
from landscape.model.problem import Problem, is_one_of
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scene import Slice, nearest_arrangement, of_width, single_weight
from landscape.scene.slices import principal_plane
from landscape.training.trajectory import Outcome

PlaneName = Literal["neurons", "run", "principal", "optimum"]
NAMES: tuple[str, ...] = get_args(PlaneName)

CHOICES = (
    'plane="run" (through start and end of the first run and the best network), "principal" (the two directions in '
    'which it moved most), "optimum" (through the network, the best network and the zero network), or a '
    "landscape.Plane of your own"
)


def slice_of(
    solved: SolvedScenario, network: Network | None, neurons: tuple[int, int], plane: PlaneName | Plane | None
) -> Slice:
    """Return the plane of a landscape.

    Arguments
        network: through which it passes; by default the end of the first run, or the best network known.
        neurons: whose weights are the coordinates, counted from 0, for one feature without a bias.
        plane: by name or itself; by default that of two neurons.

    Raises ValueError where there is no such plane, and says which there are.
    """
    problem = solved.problem
    base, name = _base(solved, network)
    if isinstance(plane, Plane):
        return Slice(base, plane, ("1st direction", "2nd direction"), "A slice: the plane that was given.", ())
    if plane is not None and not is_one_of(plane, NAMES):
        raise ValueError(f"plane must be one of {', '.join(NAMES)}, or a Plane, but was {plane!r}.")
    if plane == "run":
        return _along_run(solved)
    if plane == "principal":
        found = principal_plane(solved, 0) if solved.runs else None
        if found is None:
            raise ValueError('runs must hold a run that moves for plane="principal".')
        return Slice(base, found[0], ("1st principal direction", "2nd principal direction"), found[1], ())
    if plane == "optimum":
        return _to_optimum(solved, base, name)
    if problem.d != 1:
        raise ValueError(
            f"The weights of two neurons are a plane for one feature without a bias, but X has {problem.d} columns: "
            f"give {CHOICES}."
        )
    trained = problem.second_layer == "trained"
    if base.m == 1:
        note = f"A slice: the second layer is that of {name}." if trained else ""
        return Slice(base, single_weight(base), ("w", ""), note, (0,))
    i, j = neurons
    labels = f"w{subscript(i + 1)}", f"w{subscript(j + 1)}"
    note = f"A slice: the second layer is that of {name}." if trained else ""
    if base.m > 2:
        note = f"A slice: neurons {i + 1} and {j + 1} move, the other {base.m - 2} stay as in {name}."
    return Slice(base, neuron_plane(base, (i, j)), labels, note, (i, j))


def aim_of(solved: SolvedScenario, cut: Slice) -> tuple[float, float]:
    """Return the place of the best network in a slice: of its arrangement nearest to the network it passes through.

    Where it does not lie in the slice it is the point nearest to it.
    """
    goal = nearest_arrangement(solved.problem, solved.solution.network, cut.base)
    x, y = cut.plane.coordinates(goal.W, goal.alpha)
    return float(x), float(y)


def _base(solved: SolvedScenario, network: Network | None) -> tuple[Network, str]:
    if network is not None:
        return network, "the network"
    if solved.runs:
        run = solved.runs[0]
        if run.trajectory.outcome is Outcome.DIVERGED:
            return run.trajectory.network(0), f"{run.name} at its start"
        return run.trajectory.network(), f"{run.name} at its end" if len(run.trajectory.steps) > 1 else run.name
    best = solved.solution.network
    return of_width(best, max(best.m, 2), solved.problem), called(solved.proof)


def _along_run(solved: SolvedScenario) -> Slice:
    moved = next((run for run in solved.runs if _moves(run.trajectory.network(0), run.trajectory.network())), None)
    if moved is None:
        raise ValueError('runs must hold a run that moves for plane="run".')
    start, end = moved.trajectory.network(0), moved.trajectory.network()
    goal = nearest_arrangement(solved.problem, solved.solution.network, end)
    best = called(solved.proof)
    note = f"A slice: the plane through start and end of {moved.name} and the nearest arrangement of {best}."
    return Slice(end, plane_through(start, end, goal), ("along the run", f"towards {best}"), note, ())


def _to_optimum(solved: SolvedScenario, base: Network, name: str) -> Slice:
    goal, best = nearest_arrangement(solved.problem, solved.solution.network, base), called(solved.proof)
    if not _moves(base, goal):
        raise ValueError(f'network must differ from {best} for plane="optimum": there is no direction from it to it.')
    nothing = Network(np.zeros_like(base.W), base.alpha if _is_fixed(solved.problem) else np.zeros_like(base.alpha))
    note = f"A slice: the plane through {name}, the nearest arrangement of {best}, and the zero network."
    return Slice(base, plane_through(base, goal, nothing), (f"towards {best}", "across, on the side of zero"), note, ())


def _is_fixed(problem: Problem) -> bool:
    return problem.second_layer == "ones"


def _moves(one: Network, other: Network) -> bool:
    return bool(np.any(one.W != other.W) or np.any(one.alpha != other.alpha))
