"""What the landscape pictures show is true: slices, windows, paths, optima and cells."""

import numpy as np
import pytest

from landscape.model.network import Network, objective
from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Data, Run, Scenario, Training, View
from landscape.scene import basins_of, loss_scene, nearest_arrangement, nice_reach, slice_plane, twin_scene
from landscape.training.descent import descend


def solved_of(scenario):
    return solve_scenario(scenario.data, scenario.training)


def test_the_front_page_shows_weights_from_minus_four_to_four():
    scene = loss_scene(solved_of(Scenario()), Scenario())
    assert (scene.surface.w1[0], scene.surface.w1[-1]) == (-4.0, 4.0)
    assert scene.slice == ""
    assert 0.0 in scene.surface.w1
    assert 0.0 in scene.surface.w2


SLICES = [
    Scenario(training=Training(m=5)),
    Scenario(training=Training(m=5), view=View(neurons=(2, 4), selected=1, at=3)),
    Scenario(training=Training(m=5), view=View(plane="path")),
    Scenario(training=Training(m=2, layer="trained", lam=0.1)),
    Scenario(training=Training(m=3, layer="trained"), view=View(plane="path", selected=1)),
    Scenario(training=Training(m=4, runs=(), starts=0)),
]


@pytest.mark.parametrize("scenario", SLICES)
def test_a_slice_says_that_it_is_one_and_passes_through_the_selected_run(scenario):
    solved = solved_of(scenario)
    scene = loss_scene(solved, scenario)
    assert scene.slice.startswith("A slice")
    plane = slice_plane(solved, scenario).plane
    rng = np.random.default_rng(0)
    for _ in range(5):
        k, row = rng.integers(len(scene.surface.w1)), rng.integers(len(scene.surface.w2))
        network = plane.network(scene.surface.w1[k], scene.surface.w2[row])
        assert scene.surface.loss[row, k] == pytest.approx(objective(solved.problem, network), rel=1e-9, abs=1e-9)
    if solved.runs and scenario.view.at is None:
        end = solved.runs[scenario.shown_run].trajectory.network()
        x, y = plane.coordinates(end.W, end.alpha)
        assert np.allclose(plane.network(x, y).W, end.W)


@pytest.mark.parametrize(("scenario", "stars"), [*zip([Scenario(), *SLICES], [2, 0, 0, 1, 0, 1, 2], strict=True)])
def test_every_star_is_a_global_optimum_of_the_plane(scenario, stars):
    solved = solved_of(scenario)
    scene = loss_scene(solved, scenario)
    plane = slice_plane(solved, scenario).plane
    assert len(scene.optima[0]) == stars
    for x, y in zip(*scene.optima, strict=True):
        assert objective(solved.problem, plane.network(x, y)) <= solved.proof.lower_bound + 1e-6


def test_both_arrangements_of_the_optimum_are_starred():
    scene = loss_scene(solved_of(Scenario()), Scenario())
    assert sorted(zip(*map(np.ndarray.tolist, scene.optima), strict=True)) == [(-1.0, 2.0), (2.0, -1.0)]


@pytest.mark.parametrize(
    "data", [Data((1.0, 2.0), (1.0, 1.5)), Data((0.0, 0.0), (1.0, 2.0)), Data((-2.0, -1.0), (1.0, 1.0))]
)
def test_a_side_without_data_leaves_a_whole_line_of_optima_in_the_bowl(data):
    scenario = Scenario(data)
    solved = solved_of(scenario)
    scene = twin_scene(solved, scenario)
    assert scene.optimal_lines
    for x, y in scene.optimal_lines:
        for u1, u2 in zip(x, y, strict=True):
            network = Network([[max(u1, 0.0), min(u2, 0.0)]], [1.0, 1.0])
            assert objective(solved.problem, network) == pytest.approx(solved.proof.lower_bound, abs=1e-9)


def test_the_window_keeps_to_the_start_of_a_run_that_diverges():
    from landscape.scenario import Run

    scenario = Scenario(training=Training(runs=(Run(step=((0, 5.0),), w=(1.5, -0.5)),)))
    scene = loss_scene(solved_of(scenario), scenario)
    assert scene.surface.w1[-1] <= 4.0


def test_a_chosen_window_is_kept():
    scenario = Scenario(view=View(window=7.0))
    scene = loss_scene(solved_of(scenario), scenario)
    assert (scene.surface.w1[0], scene.surface.w2[-1]) == (-7.0, 7.0)


@pytest.mark.parametrize(
    ("reach", "round_number"),
    [(3.6, 4), (4.0, 4), (4.0000000001, 4), (0, 1), (1.01, 1.5), (9, 10), (8e-7, 8e-7), (12, 15)],
)
def test_a_window_ends_at_a_round_number(reach, round_number):
    assert nice_reach(reach) == pytest.approx(round_number)


def test_the_nearest_arrangement_computes_the_same_function():
    network = Network([[2.0, -1.0]], [1.0, 1.0])
    near = nearest_arrangement(Scenario().problem(), network, Network([[-1.0, 0.3, 2.2]], [1.0, 1.0, 1.0]))
    assert near.W.tolist() == [[-1.0, 0.0, 2.0]]


@pytest.mark.parametrize("layer", ["ones", "trained"])
@pytest.mark.parametrize("y", [(1.0, 2.0), (1.0, -2.0), (0.0, 0.0), (1e-12, 2.0)])
def test_without_runs_a_landscape_is_that_of_the_width_that_is_set(y, layer):
    for m in (1, 2, 3):
        scenario = Scenario(Data((-1.0, 1.0), y), Training(m=m, layer=layer, runs=(), starts=0))
        solved = solved_of(scenario)
        scene, plane = loss_scene(solved, scenario), slice_plane(solved, scenario).plane
        assert plane.origin.m == m
        assert scene.surface.loss.shape[0] == 1 if m == 1 else scene.surface.loss.shape[0] > 1


@pytest.mark.parametrize(("y", "best"), [((1.0, 2.0), 1.0), ((3.0, 2.0), 4.0), ((1e-12, 2.0), 1e-24)])
def test_without_runs_the_curve_of_one_neuron_shows_the_best_of_one(y, best):
    scenario = Scenario(Data((-1.0, 1.0), y), Training(m=1, runs=(), starts=0))
    assert loss_scene(solved_of(scenario), scenario).surface.loss.min() == pytest.approx(best, rel=1e-4, abs=1e-4)


def test_slopes_beyond_every_picture_leave_it_a_window():
    far = Run("adam", ((0, 0.02),), (1e50, -1.0), (1e50, 1e50))
    scenario = Scenario(training=Training(m=2, layer="trained", runs=(far,), steps=1))
    solved = solved_of(scenario)
    assert np.max(np.abs(twin_scene(solved, scenario).paths[0].x)) >= 1e99
    assert np.isfinite(twin_scene(solved, scenario).surface.loss).all()


@pytest.mark.parametrize("m", [1, 2, 4])
@pytest.mark.parametrize("step", [6.552790363761472e59, 1e40, 1e20])
@pytest.mark.parametrize("at", [None, 1])
def test_a_landscape_has_losses_though_a_run_has_weights_whose_loss_no_number_holds(m, step, at):
    time_stamps = Data((1700000000001.0, 1700000000001.0, 1700000000000.0), (1.0, 1.0, 0.0))
    thrown = Training(m=m, layer="trained", step=step, steps=85, starts=6, scale=100.0, seed=3, runs=(), init="pytorch")
    solved = solved_of(Scenario(time_stamps, thrown))
    for plane in ("neurons", "path"):
        for run in range(len(solved.runs)):
            view = View(window=1e60, at=at, selected=run, plane=plane)
            loss = loss_scene(solved, Scenario(time_stamps, thrown, view)).surface.loss
            assert np.isfinite(loss).all()


@pytest.mark.parametrize("step", [1e60, 1e45, 1e30])
@pytest.mark.parametrize("m", [2, 3, 5])
def test_a_landscape_is_drawn_though_the_neurons_held_fixed_shift_labels_beyond_what_these_may_be(m, step):
    data = Data((-1e15, 1e15), (1.0, 2.0))
    training = Training(m=m, step=step, steps=5, starts=3, runs=(Run(step=step, w=(2.0, 1.0, 3.0)),))
    solved = solved_of(Scenario(data, training))
    for run in range(len(solved.runs)):
        for at in (0, 1, 2, 5):
            scene = loss_scene(solved, Scenario(data, training, View(at=at, selected=run)))
            assert np.isfinite(scene.surface.loss).all()


def test_basins_are_exact_in_the_plane_of_both_weights_alone():
    scenario = Scenario(view=View(plane="path", basins=True))
    solved = solved_of(scenario)
    found = basins_of(solved, scenario)
    assert not found.polygons
    assert "exact" not in found.sentence
    plane = slice_plane(solved, scenario).plane
    # What is hatched is what does not reach the optimum from the networks of this plane.
    for i, j in ((3, 5), (20, 20), (37, 11), (11, 37), (30, 30)):
        start = plane.network(float(found.x[j]), float(found.y[i]))
        end = descend(solved.problem, start, step=0.02, n_steps=5000).network()
        assert found.caught[i, j] == (objective(solved.problem, end) > 1e-4)
    weights = basins_of(solved, Scenario(view=View(basins=True)))
    assert len(weights.polygons) > 0
    assert "exact" in weights.sentence


@pytest.mark.parametrize(
    ("points", "m", "starts", "steps"), [(25, 4, 22, 20_000), (60, 4, 14, 20_000), (60, 200, 9, 1028)]
)
def test_basins_of_many_points_take_no_more_steps_than_descent_does(points, m, starts, steps):
    x = tuple(np.linspace(1.0, 2.0, points).tolist())
    scenario = Scenario(Data(x, x), Training(m=m, layer="trained", steps=20_000, starts=1, runs=()), View(basins=True))
    found = basins_of(solved_of(scenario), scenario)
    assert f"(simulated, {starts} × {starts} starts, {steps} steps)" in found.sentence
