"""Slices through the space of all weights pass through what they say, and the losses on them are true."""

import numpy as np
import pytest

from landscape.model.network import objective
from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Data, Scenario, Training
from landscape.scene.slices import slice_along_run, slice_through_runs

DATA = Data((-0.9, -0.2, 0.3, 1.0), (0.9, -0.5, 0.7, -0.2), bias=True)
SCENARIO = Scenario(DATA, Training(m=5, layer="trained", lam=0.05, starts=2, steps=300, runs=()))


@pytest.fixture(scope="module")
def solved():
    return solve_scenario(SCENARIO.data, SCENARIO.training)


def test_the_plane_through_two_runs_holds_both_ends_and_the_optimum(solved):
    scene = slice_through_runs(solved, 0, 1)
    assert scene is not None
    assert scene.exact
    plane = scene.surface.plane
    for path, run in zip(scene.paths, solved.runs, strict=True):
        there = plane.network(float(path.x[-1]), float(path.y[-1]))
        assert objective(solved.problem, there) == pytest.approx(run.trajectory.objective[-1], rel=1e-8)
    best = plane.network(*scene.optimum)
    assert objective(solved.problem, best) == pytest.approx(solved.proof.value, rel=1e-8)


def test_the_principal_plane_says_how_much_of_the_way_it_explains(solved):
    scene = slice_along_run(solved, 0)
    assert scene is not None
    explained = float(scene.note.split("explain ")[1].split(" %")[0])
    path = solved.runs[0].trajectory
    flat = np.concatenate([path.W.reshape(len(path.W), -1), path.alpha], axis=1) - np.append(
        path.W[-1].ravel(), path.alpha[-1]
    )
    inside = np.column_stack([scene.paths[0].x, scene.paths[0].y])
    assert explained == pytest.approx(100 * (inside**2).sum() / (flat**2).sum(), rel=1e-2)


def test_losses_on_the_slice_are_those_of_its_networks(solved):
    scene = slice_along_run(solved, 1)
    assert scene is not None
    surface = scene.surface
    for k, row in ((0, 0), (10, 40), (70, 3)):
        network = surface.plane.network(surface.w1[k], surface.w2[row])
        assert surface.loss[row, k] == pytest.approx(objective(solved.problem, network), rel=1e-9)


def test_a_run_that_never_moved_spans_no_plane():
    from landscape.scenario import Run

    dead = Training(m=2, layer="trained", runs=(Run(w=(0.0, -9.0, 0.0, -9.0), alpha=(0.0, 0.0)),), steps=50)
    solved = solve_scenario(DATA, dead)
    assert slice_along_run(solved, 0) is None


def test_networks_too_narrow_for_the_optimum_are_said_to_be():
    solved = solve_scenario(DATA, Training(m=2, layer="trained", lam=0.05, starts=2, steps=300, runs=()))
    assert solved.solution.network.m > 2
    scene = slice_through_runs(solved, 0, 1)
    assert scene is not None
    assert not scene.exact
    assert f"has {solved.solution.network.m} neurons" in scene.note
