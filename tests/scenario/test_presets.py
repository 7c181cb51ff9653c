"""Each preset shows what its caption says."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from landscape.convex.certificate import certify
from landscape.formatting import short
from landscape.results.solved_scenario import solve_scenario
from landscape.results.verdict import VerdictKind, verdict
from landscape.scenario import Scenario, read_query
from landscape.scenario.presets import PRESETS, Preset, preset
from landscape.training.trajectory import Outcome, Trajectory


@cache
def shown(name: str) -> tuple[Trajectory, ...]:
    scenario = preset(name).scenario
    return tuple(run.trajectory for run in solve_scenario(scenario.data, scenario.training).runs)


def kinds(name: str) -> list[VerdictKind]:
    problem = preset(name).scenario.problem()
    return [verdict(problem, run, certify(problem, run.network())).kind for run in shown(name)]


def ends(name: str) -> list[float]:
    return [float(run.objective[-1]) for run in shown(name)]


@pytest.mark.parametrize("found", PRESETS, ids=lambda found: found.name)
def test_a_preset_is_a_link_a_title_and_one_sentence(found: Preset):
    assert read_query(found.scenario.to_query()) == (found.scenario, ())
    assert found.scenario.fits_a_link
    assert re.fullmatch(r"[A-Z][^.!]{3,40}", found.title)
    assert re.fullmatch(r"[A-Z](?:[^.!]|\.\d){20,130}\.", found.caption)
    assert preset(found.name) is found


@pytest.mark.parametrize("found", PRESETS, ids=lambda found: found.name)
def test_every_run_of_a_preset_has_settled_or_diverged(found: Preset):
    assert Outcome.OUT_OF_STEPS not in [run.outcome for run in shown(found.name)]
    assert len(shown(found.name)) >= 2


def test_the_first_preset_is_the_front_page_and_names_differ():
    assert PRESETS[0].scenario == Scenario()
    assert len({found.name for found in PRESETS}) == len({found.scenario for found in PRESETS}) == len(PRESETS)
    with pytest.raises(ValueError, match=r"name must be one of poster, one-neuron, .* but was 'nonsense'"):
        preset("nonsense")


def test_the_poster_catches_one_run_at_1():
    assert kinds("poster") == [VerdictKind.STUCK, VerdictKind.OPTIMUM]
    assert ends("poster") == pytest.approx([1.0, 0.0], abs=1e-9)


def test_one_neuron_has_two_valleys():
    assert kinds("one-neuron") == [VerdictKind.STUCK, VerdictKind.STUCK]
    assert ends("one-neuron") == pytest.approx([0.25, 1.0], abs=1e-9)
    assert [run.W[-1].item() for run in shown("one-neuron")] == pytest.approx([-1.0, 0.5], abs=1e-6)


def test_with_a_negative_label_every_run_reaches_the_best_loss_1():
    assert kinds("negative-label") == [VerdictKind.OPTIMUM] * 2
    assert ends("negative-label") == pytest.approx([1.0, 1.0], abs=1e-9)


def test_on_one_side_the_line_through_0_is_the_best_there_is():
    x, y = np.array([1.0, 2.0]), np.array([2.0, 1.0])
    line = float(np.sum((x * (x @ y) / (x @ x) - y) ** 2))
    assert short(line) in preset("one-side").caption
    assert kinds("one-side") == [VerdictKind.OPTIMUM] * 2
    assert ends("one-side") == pytest.approx([line, line], abs=1e-9)


def test_every_start_with_ten_neurons_reaches_the_optimum():
    assert kinds("ten-neurons") == [VerdictKind.OPTIMUM] * 8
    for run in shown("ten-neurons"):
        assert np.any(run.W[-1] > 0)
        assert np.any(run.W[-1] < 0)


def test_a_dead_start_never_moves_and_its_neighbour_gets_through():
    assert kinds("dead-start") == [VerdictKind.DEAD, VerdictKind.OPTIMUM]
    dead, alive = shown("dead-start")
    assert np.array_equal(dead.W[0], dead.W[-1])
    assert np.array_equal(alive.W[:, 0, 0], np.full(len(alive.W), -1.5))


def test_the_large_step_diverges_and_the_small_one_gets_through():
    assert kinds("divergence") == [VerdictKind.DIVERGED, VerdictKind.OPTIMUM]
    (first, large), (second, small) = ((run.w, run.step[0][1]) for run in preset("divergence").scenario.training.runs)
    assert first == second
    assert f"with {large:g} every step" in preset("divergence").caption
    assert f"with {small:g} the run" in preset("divergence").caption
    moves = np.linalg.norm(np.diff(shown("divergence")[0].W[:, 0, :], axis=0), axis=1)
    assert np.all(np.diff(moves) > 0)


def test_from_large_weights_the_loss_falls_at_once_and_no_neuron_changes_sides():
    assert kinds("large-start") == [VerdictKind.OPTIMUM] * 4
    for run in shown("large-start"):
        assert run.objective[run.steps == 20].item() < 0.01 * run.objective[0]
        assert np.all((run.W > 0) == (run.W[0] > 0))


def test_from_small_weights_the_loss_waits_then_falls_in_two_stairs():
    assert kinds("small-start") == [VerdictKind.OPTIMUM] * 4
    for run in shown("small-start"):
        F = run.objective
        assert np.all(F[run.steps <= 100] > 0.99 * F[0])
        # Each stair is one label fitted: first y² = 4 of the 5, then the 1 that is left, with a rest between.
        between = (F < 1.05) & (F > 0.95)
        assert between.sum() > 30
        assert np.max(np.abs(np.diff(F[between]))) < 0.01 < np.max(np.abs(np.diff(F)))
