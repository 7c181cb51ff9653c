"""What the browser finds at a place of a landscape, and how it sounds, against Python's objective and critical set."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from javascript import SCRIPTS, answered, page_with
from playwright.sync_api import Browser

from landscape.geometry.lambda_max import lambda_max
from landscape.loss.critical_points import ComponentKind, critical_set
from landscape.model.network import Network, objective
from landscape.model.problem import Problem

Ask = Callable[[str, str, list[Any]], Any]
WINDOW = [[-3.0, 3.0], [-2.5, 2.5]]


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    with page_with(browser, SCRIPTS) as page:
        yield lambda names, body, cases: json.loads(answered(page, names, body, cases))


def cases(count: int) -> list[tuple[Problem, dict[str, Any]]]:
    """Problems of one feature, and the models by which the browser knows them: any width, both second layers."""
    rng = np.random.default_rng(5)
    found = []
    for k in range(count):
        n, m, layer = int(rng.integers(1, 6)), 1 + k % 4, ("ones", "trained")[k // 4 % 2]
        x, y = rng.choice([-2.0, -1.0, -0.5, 0.0, 1.0, 1.5], n), rng.normal(size=n).round(1)
        x[0] = rng.choice([-1.0, 1.0])  # one that is nowhere else than 0 has no λ_max
        share = 0.0 if layer == "ones" else float(rng.choice([0.0, 0.2, 0.7]))
        free = Problem(x[:, None], y, second_layer=layer)
        problem = Problem(x[:, None], y, share * lambda_max(free), second_layer=layer)
        W, alpha = rng.normal(size=m), np.ones(m) if layer == "ones" else rng.normal(size=m)
        plane = {"neurons": [0] if m == 1 else [0, m - 1], "W": W.tolist(), "alpha": alpha.tolist(), "follows": None}
        model = {"x": x.tolist(), "y": y.tolist(), "lam": share, "layer": layer, "m": m, "plane": plane}
        found.append((problem, model))
    return found


def of_weights(problem: Problem, plane: dict[str, Any], at: list[float]) -> float:
    W = np.array(plane["W"])
    W[plane["neurons"]] = at[: len(plane["neurons"])]
    return objective(problem, Network(W[None], plane["alpha"]))


def test_the_loss_at_a_place_of_weights_is_the_objective_there(ask):
    rng, known = np.random.default_rng(6), cases(160)
    places = rng.uniform(-3, 3, (len(known), 2)) * rng.choice([0.0, 1.0, 1.0], (len(known), 2))
    asked = [
        {"m": model, "view": "curve" if model["m"] == 1 else "map", "at": at.tolist()}
        for (_, model), at in zip(known, places, strict=True)
    ]
    found = ask("engine/pointed_at", "return module.lossAt(c.m, c.view, c.at);", asked)
    expected = [of_weights(p, model["plane"], at.tolist()) for (p, model), at in zip(known, places, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_the_loss_at_a_place_of_slopes_is_that_of_a_balanced_network_with_them(ask):
    rng, known = np.random.default_rng(7), cases(160)
    places = rng.uniform(-3, 3, (len(known), 2)).round(1)
    asked = [{"m": model, "at": at.tolist()} for (_, model), at in zip(known, places, strict=True)]
    found = ask("engine/pointed_at", "return module.lossAt(c.m, 'twin', c.at);", asked)
    for (problem, _), (right, left), loss in zip(known, places, found, strict=True):
        # One neuron for each side, of the least norm; a second layer of ones is left out to reach every slope.
        size = np.sqrt(np.abs([right, left]))
        network = Network([[size[0], -size[1]]], [np.sign(right) * size[0], -np.sign(left) * size[1]])
        trained = Problem(problem.X, problem.y, problem.lam)
        assert loss == pytest.approx(objective(trained, network), rel=1e-9, abs=1e-12)


def test_no_place_of_a_window_has_a_larger_loss(ask):
    known = cases(80)
    asked = [{"m": model, "view": "curve" if model["m"] == 1 else "map", "w": WINDOW} for _, model in known]
    found = ask("engine/pointed_at", "return module.highest(c.m, c.view, c.w);", asked)
    for (problem, model), largest in zip(known, found, strict=True):
        grid = [np.linspace(low, high, 13) for low, high in (WINDOW if model["m"] > 1 else WINDOW[:1])]
        places = np.stack(np.meshgrid(*grid), axis=-1).reshape(-1, len(grid))
        losses = [of_weights(problem, model["plane"], at.tolist()) for at in places]
        assert max(losses) <= largest * (1 + 1e-12)
        assert largest == pytest.approx(max(losses), rel=1e-9)  # the grid has the corners


def test_a_place_on_a_segment_of_local_minima_is_one_where_runs_get_stuck(ask):
    asked, expected = [], []
    for problem, model in cases(3000):
        if model["layer"] != "ones" or model["m"] > 2:
            continue
        model["plane"]["neurons"] = list(range(model["m"]))
        for piece in critical_set(problem, model["m"]):
            middle = piece.vertices.mean(axis=0)
            if np.abs(middle).max() > 2.5 or len(piece.directions):
                continue
            kind = {ComponentKind.GLOBAL: "OPTIMUM", ComponentKind.SPURIOUS: "STUCK"}.get(piece.kind)
            if kind is None:
                continue
            at = [*middle.tolist(), 0.0][:2]
            asked.append({"m": model, "view": "curve" if model["m"] == 1 else "map", "at": at, "w": WINDOW})
            expected.append((kind, piece.loss))
    found = ask("engine/pointed_at", "return module.foundAt(c.m, c.view, c.at, c.w);", asked)
    count: Counter[str] = Counter()
    for ours, (kind, loss) in zip(found, expected, strict=True):
        assert ours["loss"] == pytest.approx(loss, rel=1e-9, abs=1e-12)
        # A local minimum that is as good as the optimum for the ear is heard as one; the best of one neuron is another.
        near = loss - ours["low"] <= 0.005 * (ours["high"] - ours["low"])
        assert ours["kind"] == ("OPTIMUM" if near else "BEST_OF_WIDTH" if kind == "OPTIMUM" else kind)
        count[ours["kind"]] += 1
    assert min(count["OPTIMUM"], count["STUCK"], count["BEST_OF_WIDTH"]) > 10, count


def test_a_higher_loss_has_a_higher_tone(ask):
    losses = np.concatenate([[-1.0], np.geomspace(1e-9, 8.0, 60), [9.0, 1e300]])
    asked = [{"loss": float(loss), "heights": {"low": 0.0, "high": 8.0}} for loss in losses]
    found = ask("heard/tones", "return module.pitchOf(c.loss, c.heights);", asked)
    assert all(a <= b for a, b in pairwise(found))
    assert (found[0], found[-1]) == (pytest.approx(196.0), pytest.approx(1568.0))
    assert all(196.0 - 1e-9 <= tone <= 1568.0 + 1e-9 for tone in found)
    flat = {"low": 2.0, "high": 2.0}
    assert ask("heard/tones", "return module.pitchOf(c.loss, c.heights);", [{"loss": 2.0, "heights": flat}]) == [196]


def test_each_end_of_a_run_sounds_otherwise(ask):
    kinds = ["OPTIMUM", "BEST_OF_WIDTH", "STUCK", "DEAD", "DIVERGED", "MOVING"]
    found = ask("heard/tones", "return [module.endingOf(c), module.duration(module.endingOf(c))];", kinds)
    assert len({json.dumps(tones) for tones, _ in found}) == len(kinds)
    assert all(0 < lasts < 1 for _, lasts in found)
    (optimum, _), (stuck, _) = found[0], found[2]
    assert all(a["from"] < b["from"] for a, b in pairwise(optimum))
    assert [tone["from"] for tone in stuck] == [110, 110]


def test_symbols_are_spoken(ask):
    texts = ["w₁ = −0.5, loss 3·10⁻⁹", "u₂ at (−1, 2)", "λ 0.1 and α₁₂"]
    assert ask("heard/describe", "return module.spoken(c);", texts) == [
        "w 1 = minus 0.5, loss 3 times 10 to the minus 9",
        "u 2 at (minus 1, 2)",
        "lambda 0.1 and alpha 12",
    ]
