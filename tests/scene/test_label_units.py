"""Labels in other units change no verdict, no share and no sentence but the losses it quotes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from landscape.convex.certificate import certify
from landscape.convex.twin import solve_convex
from landscape.loss.basins import simulated_basins
from landscape.loss.gradient_flow import flow_basins
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.results.solved_scenario import solve_scenario
from landscape.results.verdict import VerdictKind, verdict
from landscape.scenario import Data, Run, Scenario, Training, View
from landscape.scene import basins_of, loss_scene
from landscape.training.descent import descend
from landscape.web.convex_twin.sentences import sentences_of as convex_twin_sentences
from landscape.web.shared.run_sentences import sentences_of as run_sentences

SCALES = [1e-8, 1e-4, 1e4, 1e8]
X = np.array([[-1.0], [1.0]])
Y = np.array([1.0, 2.0])

LOSS = re.compile(r"\d++(?:[.,]\d++)*+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]++)?+(?! (?:%|×|start|step|neuron))")


def in_any_unit(text: str) -> str:
    """A sentence with every loss that it quotes replaced by #; shares and counts stay."""
    return LOSS.sub("#", text)


def front_page(scale: float, m: int, width: float = 4.0) -> Scenario:
    """The front page's data in other units: with a second layer of ones the weights scale as the labels do."""
    starts = ((1.5, 0.5), (3.0, -0.5), (-1.0, -2.0))
    runs = tuple(Run(w=tuple(scale * w for w in (*start, *[0.25] * (m - 2)))) for start in starts)
    data = Data((-1.0, 1.0), tuple((scale * Y).tolist()))
    return Scenario(data, Training(m=m, runs=runs), View(window=scale * width, basins=True))


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1e-2, 1e5])
@pytest.mark.parametrize("m", [2, 3])
def test_the_front_page_says_the_same_in_any_unit(m, scale):
    usual, other = (front_page(s, m) for s in (1.0, scale))
    ours, theirs = (solve_scenario(s.data, s.training) for s in (usual, other))
    assert [run.verdict.kind for run in theirs.runs] == [run.verdict.kind for run in ours.runs]
    for said in (run_sentences, convex_twin_sentences):
        expected = [in_any_unit(sentence.text) for sentence in said(usual, ours)]
        assert [in_any_unit(sentence.text) for sentence in said(other, theirs)] == expected
    stars = [loss_scene(t, s) for s, t in ((usual, ours), (other, theirs))]
    assert np.allclose(stars[1].optima, scale * np.array(stars[0].optima), rtol=1e-9)
    assert [piece.label for piece in stars[1].pieces] == [piece.label for piece in stars[0].pieces]


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1.0, 1e5])
def test_the_hatched_share_is_the_one_in_the_sentence(scale):
    scenario = front_page(scale, 3, width=6.0)
    basins = basins_of(solve_scenario(scenario.data, scenario.training), scenario)
    reaching = float(re.search(r"from ([\d.]+) %", basins.sentence)[1]) / 100
    assert 0.5 < reaching < 1.0
    assert 1 - np.mean(basins.caught) == pytest.approx(reaching, abs=1e-4)
    assert basins.sentence == basins_of(*usual_basins()).sentence


def usual_basins():
    scenario = front_page(1.0, 3, width=6.0)
    return solve_scenario(scenario.data, scenario.training), scenario


@pytest.mark.parametrize("scale", SCALES)
def test_shares_of_basins_are_the_same_in_any_unit(scale):
    usual, other = (Problem(X, s * Y, second_layer="ones") for s in (1.0, scale))
    axis = 4.0 * (np.arange(-10, 10) + 0.47) / 10
    ours, theirs = (
        simulated_basins(p, s * axis, s * axis, optimum=0.0, step=0.02) for p, s in ((usual, 1.0), (other, scale))
    )
    assert 0.0 < ours.share < 1.0
    assert theirs.share == ours.share
    assert np.array_equal(theirs.reached, ours.reached)
    assert [share for _, share in theirs.levels] == [share for _, share in ours.levels]
    assert flow_basins(other, -4 * scale, 4 * scale).share == pytest.approx(flow_basins(usual).share, rel=1e-12)


@pytest.mark.parametrize("scale", [4.0**-13, 4.0**-7, 4.0**7, 4.0**13])
@pytest.mark.parametrize("lam", [0.0, 0.05])
def test_verdicts_and_proofs_are_the_same_in_any_unit(scale, lam):
    """With both layers trained, labels × c go with weights × √c, λ × c and a step / c.

    Powers of 4 keep every digit, so that of two neurons that would help alike the same one is named.
    """
    rng = np.random.default_rng(0)
    features = np.column_stack([np.linspace(-1.0, 1.0, 6), np.ones(6)])
    labels, kinds = rng.standard_normal(6), []
    starts = [Network(rng.standard_normal((2, 3)), rng.standard_normal(3)) for _ in range(6)]
    for c in (1.0, scale):
        problem = Problem(features, c * labels, c * lam)
        solution = solve_convex(problem)
        said = [solution.status.name]
        for start in starts:
            scaled = Network(np.sqrt(c) * start.W, np.sqrt(c) * start.alpha)
            run = descend(problem, scaled, step=0.005 / c, n_steps=3000)
            certificate = certify(problem, run.network())
            found = verdict(problem, run, certificate, optimum=solution.certificate.value)
            # That a loss swings is said only where the digits written differ, and those depend on the unit.
            said += [found.kind, in_any_unit(found.text).partition(" The loss swings")[0]]
        kinds.append(said)
    assert kinds[0] == kinds[1]
    assert {VerdictKind.STUCK, VerdictKind.MOVING, VerdictKind.OPTIMUM} & set(kinds[0])
