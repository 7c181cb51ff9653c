"""Nothing that a page says, shows or exports claims more than is proven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from landscape.convex.certificate import Certificate
from landscape.convex.twin import ConvexSolution, Status
from landscape.figures.style import as_json
from landscape.results import filmed_runs, solved_scenario
from landscape.results.claims import networks_meant, unproven
from landscape.results.export import python_snippet
from landscape.results.filmed_runs import FilmedRuns, film_runs
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Data, Scenario, Training
from landscape.scene.slices import slice_along_run, slice_through_runs
from landscape.web.convex_twin import sentences as twin_sentences, views as twin_views
from landscape.web.dynamics import sentences as film_sentences, views as film_views
from landscape.web.front import views as front_views
from landscape.web.race import page as race_page, sentences as race_sentences
from landscape.web.race.live_race import RaceSoFar
from landscape.web.shared import results_cache, run_sentences

CLAIM = re.compile(r"proven|certified|does better|optimal|optimum|the best|best loss", re.IGNORECASE)
"""Words that claim a proof …"""

NO_CLAIM = re.compile(
    r"not certified|(is )?not proven optimal|bound of the optimum|above the (optimum|best)|from the best is not known|"
    r"the best (network|one|fit)( that was)? found|the best that was found|"
    r'"(uid|run)":"[^"]*"',
    re.IGNORECASE,
)
"""… less what denies it, what speaks of a bound, and names inside a figure that nobody reads."""

PAIR = Scenario(Data((-1.0, 1.0), (1.0, 2.0)), Training(m=2, layer="trained", lam=0.1, runs=(), starts=2, steps=60))
LINE = Scenario(
    Data((-1.0, 0.0, 1.0), (1.0, -1.0, 1.0), bias=True),
    Training(m=3, layer="trained", lam=0.1, runs=(), starts=2, steps=60),
)
PLANE = Scenario(
    Data((1.0, 1.0, -1.0, 1.0, -1.0, -1.0), (1.0, -1.0, 1.0), features=2, bias=True),
    Training(m=3, layer="trained", lam=0.1, runs=(), starts=2, steps=60),
)


def opened(proof: Certificate, below: float) -> Certificate:
    """The same certificate with a weaker bound, none where ``below`` is infinite."""
    lower = proof.lower_bound - below
    return replace(proof, lower_bound=lower, gap=proof.value - lower, complete=bool(np.isfinite(below)), closed=False)


@pytest.fixture(params=[0.5, np.inf], ids=["gap", "no bound"])
def unclosed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """Solutions and certificates that prove less: the bound is lower by so much."""
    below = float(request.param)
    status = Status.INACCURATE if np.isfinite(below) else Status.UNPROVEN

    def weaker(certify: Callable[..., Certificate]) -> Callable[..., Certificate]:
        return lambda *given, **named: opened(certify(*given, **named), below)

    def unproven_solution(solve: Callable[..., ConvexSolution]) -> Callable[..., ConvexSolution]:
        def solved(*given: Any, **named: Any) -> ConvexSolution:
            solution = solve(*given, **named)
            return replace(solution, status=status, certificate=opened(solution.certificate, below))

        return solved

    for module in (solved_scenario, filmed_runs):
        monkeypatch.setattr(module, "certify", weaker(module.certify))
        monkeypatch.setattr(module, "solve_convex", unproven_solution(module.solve_convex))
    monkeypatch.setattr(st, "session_state", {})
    return below


def solved_by(monkeypatch: pytest.MonkeyPatch, scenario: Scenario) -> SolvedScenario:
    """Solve a scenario anew and let the views draw that."""
    solved = solve_scenario(scenario.data, scenario.training, scenario.view.escape)
    for module in (front_views, twin_views, results_cache):
        monkeypatch.setattr(module, "solved_scenario_of", lambda _: solved)
        monkeypatch.setattr(module, "missing_neurons_in", lambda *_: {}, raising=False)
    monkeypatch.setattr(run_sentences, "missing_neurons_in", lambda *_: {})
    return solved


def said_on_stage(sentences: Any, views: Any) -> Iterator[str]:
    for sentence in sentences:
        yield " ".join([sentence.name, sentence.text, sentence.why, *map(" ".join, sentence.digits)])
    for view in views:
        yield from (view.title, view.caption, view.alt, view.figure)


@pytest.mark.parametrize("scenario", [PAIR, LINE, PLANE], ids=["front page", "one feature", "two features"])
def test_where_the_gap_is_open_no_page_claims_an_optimum(scenario, unclosed, monkeypatch):
    solved = solved_by(monkeypatch, scenario)
    assert not solved.proof.closed
    said = list(said_on_stage(twin_sentences.sentences_of(scenario, solved), twin_views.views_of(scenario, solved)))
    if scenario is PAIR:
        said += said_on_stage(run_sentences.sentences_of(scenario, solved), front_views.views_of.__wrapped__(scenario))
    for scene in (slice_along_run(solved, 0), slice_through_runs(solved, 0, 1)):
        assert scene is not None
        said += [*scene.labels, scene.note]
    for text in said:
        rest = NO_CLAIM.sub("", text)
        assert not CLAIM.search(rest), (CLAIM.search(rest), rest[:400])
    first = said[0]
    assert first.startswith("Not certified.")
    assert solved.solution.status.sentence in first
    assert ("Lower bound: no two-layer ReLU network" in first) == np.isfinite(unclosed)
    assert ("gap 0.5" in first) == np.isfinite(unclosed)


def test_where_the_gap_is_open_dynamics_gives_the_bound(unclosed):
    filmed = film_runs(LINE.data, replace(LINE.training, starts=0, scales=(0.1, 1.0)))
    assert isinstance(filmed, FilmedRuns)
    proof = film_sentences.sentences_of(filmed, None)[-1]
    level = film_views._loss(filmed)
    for text in (proof.text, level.caption, level.figure):
        assert not re.search(r"(?<!not )proven optimum|has reached it", text)
    if np.isfinite(unclosed):
        assert proof.text.startswith("The optimum is not proven; its lower bound is ")
        assert "lower bound" in level.figure
    else:
        assert proof.text.startswith("Nothing is proven here")


def test_the_race_calls_its_value_proven_only_where_it_is():
    series = {"convex": ((0.001, 0.0),), "gd": ((0.1, 0.5),)}
    for proven in (False, True):
        state = RaceSoFar(series=series, optimum=0.25, proven=proven)
        text = race_sentences._entrant("convex", state).text
        assert text.startswith("Optimum 0.2500, proven" if proven else "Best network found: loss 0.2500, not proven")
        assert "optimum" not in race_sentences._entrant("gd", state).text
        assert ("not proven optimal" in race_page._known(state)) != proven
    assert race_page._known(RaceSoFar()) == ""


def test_where_the_gap_is_closed_the_class_is_named(monkeypatch):
    fixed = Scenario(Data((-1.0, 1.0), (1.0, -2.0)), Training(m=2, layer="ones", runs=(), starts=1, steps=60))
    for scenario, meant in (
        (PAIR, "This kind: every two-layer ReLU network without biases."),
        (fixed, "This kind: every two-layer ReLU network with second layer 1 and no biases."),
        (LINE, "This kind: every two-layer ReLU network without output bias."),
        (
            replace(LINE, training=fixed.training),
            "This kind: every two-layer ReLU network with second layer 1 and no output bias.",
        ),
    ):
        solved = solved_by(monkeypatch, scenario)
        assert solved.proof.closed
        told = run_sentences.sentences_of(scenario, solved)[-1]
        assert told.text.endswith("proven – no network of this kind does better, however many neurons it has.")
        assert meant in told.why
        certified = twin_sentences.sentences_of(scenario, solved)[0]
        assert certified.text.startswith("No network of this kind, of any width, does better than ")
        assert certified.why == meant


def test_the_best_of_one_neuron_names_its_class(monkeypatch):
    """With a bias one neuron, max(0, (x + 3) / 2), would fit both points."""
    scenario = Scenario(training=Training(m=1, runs=(), starts=1))
    solved = solved_by(monkeypatch, scenario)
    told = next(said for said in run_sentences.sentences_of(scenario, solved) if said.run == "narrow")
    assert "the best that one neuron can do, exactly" in told.text
    assert told.why == "Meant is every two-layer ReLU network with second layer 1 and no biases."


def test_a_run_claims_the_best_only_where_it_is_known(unclosed, monkeypatch):
    solved = solved_by(monkeypatch, PAIR)
    for run in solved.runs:
        assert "and the best is" not in run.verdict.text
        assert not run.verdict.text.startswith("Reached")
        assert not any("proven" in name for name, _ in run.verdict.digits)


def test_the_exported_script_says_what_its_certificate_says():
    code = python_snippet(PAIR, solve_scenario(PAIR.data, PAIR.training))
    assert 'proof = "proven optimal" if optimum.closed else "not proven optimal"' in code
    assert f"no {networks_meant(PAIR.problem())}\n# of any width has a lower loss" in code


def test_a_status_that_says_optimal_is_not_repeated_beside_an_open_gap():
    solved = solve_scenario(PAIR.data, PAIR.training)
    assert solved.solution.status is Status.OPTIMAL
    text = unproven(solved.solution, opened(solved.proof, 0.5))
    assert Status.OPTIMAL.sentence not in text
    assert Status.INACCURATE.sentence in text
    assert as_json({"text": text})
