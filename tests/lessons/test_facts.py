"""Every number that a lesson says is one of its scene's result, and what it says of runs is what they did."""

from __future__ import annotations

import numpy as np
import pytest
from any_lesson import scenes
from hypothesis import given, settings

from landscape.formatting import short, written
from landscape.lessons import Scene, facts_of, filled, shipped
from landscape.lessons.markup import pieces_of
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.results.verdict import VerdictKind
from landscape.scenario import Scenario

SHOW_ME = shipped("show-me")
BY_TITLE = {scene.title: scene for scene in SHOW_ME.scenes}


def solved(scenario: Scenario) -> SolvedScenario:
    return solve_scenario(scenario.data, scenario.training, scenario.view.escape)


def loss(scenario: Scenario, w: np.ndarray, alpha: np.ndarray) -> float:
    """The sum of squares, written out for one feature."""
    return sum(
        (sum(max(0.0, wj * x) * aj for wj, aj in zip(w, alpha, strict=True)) - y) ** 2
        for x, y in zip(scenario.data.x, scenario.data.y, strict=True)
    )


@pytest.mark.parametrize("scene", SHOW_ME.scenes, ids=lambda scene: scene.title)
def test_the_facts_of_the_story_are_those_of_its_runs(scene: Scene) -> None:
    found = solved(scene.scenario)
    facts = {name: fact.text for name, fact in facts_of(scene.scenario, found).items()}
    for run in found.shown:
        name = f"{'escape' if run.method == 'escape' else 'run'}{run.place + 1}"
        for moment, index in (("start", 0), ("end", -1)):
            w, alpha = run.trajectory.W[index, 0], run.trajectory.alpha[index]
            value = loss(scene.scenario, w, alpha)
            assert facts[f"{name}.{moment}.loss"] == ("0" if value < 1e-12 else written(value))
            assert facts[f"{name}.{moment}.w1"] == short(w[0])
            assert facts[f"{name}.{moment}.u1"] == short(sum(w[w > 0]))
            assert facts[f"{name}.{moment}.u2"] == short(sum(w[w < 0]))
    assert facts["optimum.loss"] == "0"
    assert facts["optimum.name"].startswith("the")
    assert (facts["x1"], facts["y2"], facts["n"], facts["m"]) == ("−1", "2", "2", "2")


def test_what_the_story_says_of_the_runs_is_what_they_did() -> None:
    scenario = Scenario()
    caught, reached = solved(scenario).runs
    assert caught.verdict.kind is VerdictKind.STUCK
    assert caught.certificate.gap > 0.5
    assert reached.verdict.kind is VerdictKind.OPTIMUM
    # Why: its weights are positive at every step, so the output left of 0 is 0 and u₂ too, on the wall of the bowl.
    assert (caught.trajectory.W > 0).all()
    assert (np.minimum(caught.trajectory.W[:, 0], 0).sum(axis=1) == 0).all()
    assert solved(scenario).proof.closed
    # Why: with w₂ negative it ends at a star.
    moved = scenario.changed(
        runs=tuple(run.__class__(run.method, run.step, (run.w[0], -2.0)) for run in scenario.training.runs)
    )
    assert solved(moved).runs[0].verdict.kind is VerdictKind.OPTIMUM


def test_on_the_way_out_the_loss_never_rises_and_one_neuron_first_takes_over_the_work_of_both() -> None:
    scene = BY_TITLE["The way out"]
    path = solved(scene.scenario).escape
    assert path is not None
    rises = np.diff(path.trajectory.objective)
    assert rises.max() <= 1e-12
    merged = path.trajectory.W[path.trajectory.legs[0].last, 0]  # type: ignore[attr-defined]
    assert np.count_nonzero(merged) == 1
    assert merged.sum() == pytest.approx(path.trajectory.W[0, 0].sum())
    assert path.trajectory.objective[path.trajectory.legs[0].last] == pytest.approx(path.trajectory.objective[0])  # type: ignore[attr-defined]
    assert path.verdict.kind is VerdictKind.OPTIMUM


def test_the_loss_is_convex_along_every_line_of_slopes_and_sees_nothing_but_them() -> None:
    rng = np.random.default_rng(0)
    scenario = Scenario()
    for _ in range(200):
        # Any networks of two neurons on either side: the midpoint of their slopes is no higher than their mean.
        a, b = rng.uniform(0, 4, (2, 2)) * [1, -1]
        middle, ends = loss(scenario, (a + b) / 2, np.ones(2)), [loss(scenario, w, np.ones(2)) for w in (a, b)]
        assert middle <= np.mean(ends) + 1e-12
        assert loss(scenario, a[::-1], np.ones(2)) == loss(scenario, a, np.ones(2))


@settings(max_examples=25)
@given(scenes(pages=("landscape", "convex-twin"), most_neurons=6, most_steps=60))
def test_any_scene_has_facts_and_each_is_read_in_a_text(scene: Scene) -> None:
    found = solved(scene.scenario)
    facts = facts_of(scene.scenario, found)
    assert filled("".join(f"{{{{{name}}}}};" for name in facts), facts) == "".join(
        f"{fact.text};" for fact in facts.values()
    )


def test_a_name_that_no_fact_has_is_refused() -> None:
    scenario = Scenario()
    with pytest.raises(ValueError, match=r"no fact of this scene is called 'run9\.end\.loss'"):
        filled("It ends at {{run9.end.loss}}.", facts_of(scenario, solved(scenario)))


@pytest.mark.parametrize(
    ("markdown", "styles"),
    [
        ("plain", [("plain", "plain")]),
        ("a **b** c", [("plain", "a "), ("strong", "b"), ("plain", " c")]),
        (
            "*a* `b*` $x_1 < 2$",
            [("emphasis", "a"), ("plain", " "), ("code", "b*"), ("plain", " "), ("formula", "x_1 < 2")],
        ),
        ("3 * 4 * 5", [("plain", "3 * 4 * 5")]),
        ("costs 3 $ and 4 $", [("plain", "costs 3 $ and 4 $")]),
        (r"\*a\* \$5", [("plain", "*a* $5")]),
        ("**open", [("plain", "**open")]),
        ("<b>&", [("plain", "<b>&")]),
        ("", []),
    ],
)
def test_a_text_is_taken_apart_at_its_marks(markdown: str, styles: list[tuple[str, str]]) -> None:
    assert [(piece.style, piece.text) for piece in pieces_of(markdown)] == styles
