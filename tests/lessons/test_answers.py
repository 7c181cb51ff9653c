"""The right answer to a question is computed from its scene, and agrees with what is computed otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from landscape.lessons import Choose, Guess, Option, Place, Question, Train, facts_of
from landscape.lessons.answers import Answer, answer_of
from landscape.model.excess import at_optimum
from landscape.model.network import Network
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Scenario
from landscape.training.descent import descend


def solved(scenario: Scenario) -> SolvedScenario:
    return solve_scenario(scenario.data, scenario.training)


def answer(question: Question) -> Answer:
    scenario = Scenario()
    found = solved(scenario)
    return answer_of(question, scenario, facts_of(scenario, found), found)


ENDS = (Option("Best", equals="optimum"), Option("Caught", equals="stuck"))


def test_of_several_answers_that_which_the_fact_is() -> None:
    assert answer(Choose("?", "run1.end.kind", ENDS)).option == 1
    assert answer(Choose("?", "run2.end.kind", ENDS)).option == 0
    bounds = (Option("less", high=0.5), Option("between", low=0.5, high=1.5), Option("more", low=1.5))
    assert answer(Choose("?", "run1.end.loss", bounds)).option == 1


@pytest.mark.parametrize(
    ("fact", "options", "said"),
    [
        ("run1.end.kind", (Option("a", equals="dead"), Option("b", equals="moving")), "0 are"),
        ("run1.end.loss", (Option("a", low=0), Option("b", low=0.5)), "2 are"),
        ("run9.end.kind", ENDS, "no fact"),
    ],
)
def test_a_question_without_one_right_answer_is_refused(fact: str, options: tuple[Option, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        answer(Choose("?", fact, options))


def test_a_number_is_that_of_the_fact_and_lies_where_it_is_guessed() -> None:
    assert answer(Guess("?", "basins.share", 0, 100, "%")).value == pytest.approx(70.3125)
    with pytest.raises(ValueError, match="not between low and high"):
        answer(Guess("?", "basins.share", 0, 50))
    with pytest.raises(ValueError, match="must be a number"):
        answer(Guess("?", "optimum.name", 0, 1))


def test_the_share_of_starts_is_that_of_gradient_descent_with_small_steps() -> None:
    scenario = Scenario()
    share, problem = answer(Place("?")).share, scenario.problem()
    rng = np.random.default_rng(0)
    reached = 0
    for w in rng.uniform(-4, 4, (400, 2)):
        run = descend(problem, Network([w], np.ones(2)), step=0.05, n_steps=600)
        reached += bool(at_optimum(problem, float(run.objective[-1])))
    assert abs(reached / 400 - share) < 3 * np.sqrt(share * (1 - share) / 400)


def test_where_a_run_ends_is_where_it_lies_in_the_picture() -> None:
    found = solved(Scenario()).runs[0].trajectory.W[-1, 0]
    assert answer(Place("?", "end", 0)).place == pytest.approx(tuple(found))


def test_of_each_width_the_share_of_starts_that_reach_the_optimum() -> None:
    found = answer(Train("?", (2, 3)))
    for m, share in zip((2, 3), found.shares, strict=True):
        runs = solve_scenario(Scenario().data, Scenario().changed(m=m, runs=(), starts=60).training).runs
        values = np.array([run.trajectory.objective[-1] for run in runs])
        assert np.mean(values < 1e-6 * 5) == pytest.approx(share)
    assert found.starts == 60
