"""Weights and the slopes of f that they add up to: the browser's way there and back, against brute force."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from javascript import SCRIPTS, page_with
from playwright.sync_api import Browser

from landscape.convex.one_feature import slopes

Ask = Callable[[str, str, list[Any]], list[Any]]

ASK = """async ([file, body, cases]) => {
  const module = await import(`/${file}`);
  const answer = new Function("module", "c", body);
  return JSON.parse(cases).map((c) => answer(module, c));
}"""

IMAGE = "return module.imageOf(c.plane, ...c.at);"
PREIMAGES = "return module.preimages(c.plane, c.slopes, c.window, c.window);"


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    """Answer a list of cases by the same line of JavaScript with a module of the stage."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda file, body, cases: page.evaluate(ASK, [file, body, json.dumps(cases)])


def planes(count: int) -> list[dict[str, Any]]:
    """Slices of any width and second layer, 1, 0 or negative too, a place on each, on an axis too, and a window."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(count):
        m = int(rng.integers(1, 6))
        alpha = np.ones(m) if rng.random() < 0.5 else rng.choice([-2.0, -0.5, 0.0, 0.7, 3.0], m)
        neurons = [0] if m == 1 else rng.permutation(m)[:2].tolist()
        W = rng.normal(size=m) * 10.0 ** rng.integers(-2, 3)
        W[neurons] = 0.0
        half = float(10.0 ** rng.integers(-2, 3))
        at = rng.uniform(-half, half, 2) * rng.choice([0.0, 1.0, 1.0, 1.0], 2)
        if m == 1:
            at[1] = 0.0
        plane = {"neurons": neurons, "W": W.tolist(), "alpha": alpha.tolist(), "follows": None}
        found.append({"plane": plane, "at": at.tolist(), "window": [-half, half]})
    return found


def slopes_at(plane: dict[str, Any], places: np.ndarray) -> np.ndarray:
    """The slopes (..., 2) of the networks at places (..., 2) of a plane."""
    W = np.broadcast_to(plane["W"], (*places.shape[:-1], len(plane["W"]))).copy()
    for k, neuron in enumerate(plane["neurons"]):
        W[..., neuron] = places[..., k]
    return np.stack(slopes(W[..., None, :], np.broadcast_to(plane["alpha"], W.shape)), axis=-1)


def size_of(case: dict[str, Any]) -> float:
    """How large the slopes of a slice's networks are."""
    plane = case["plane"]
    return float(np.abs(plane["alpha"]).max() * (np.abs(plane["W"]).sum() + 2 * case["window"][1])) or 1.0


def test_the_image_of_weights_is_the_slopes_of_their_network(ask):
    cases = planes(300)
    for case, image in zip(cases, ask("engine/preimages.js", IMAGE, cases), strict=True):
        assert image == pytest.approx(slopes_at(case["plane"], np.array(case["at"])), abs=1e-12 * size_of(case))


def test_every_preimage_has_the_slopes_and_every_place_is_among_those_of_its_own(ask):
    cases = planes(400)
    for case in cases:
        case["slopes"] = slopes_at(case["plane"], np.array(case["at"])).tolist()
    rng = np.random.default_rng(1)
    for case, pieces in zip(cases, ask("engine/preimages.js", PREIMAGES, cases), strict=True):
        size, reach = size_of(case), case["window"][1]
        distances = []
        for piece in pieces:
            corners = np.array(piece)
            assert np.abs(corners).max() <= reach * (1 + 1e-12)
            inside = rng.dirichlet(np.ones(len(corners)), 40) @ corners
            np.testing.assert_allclose(
                slopes_at(case["plane"], np.vstack([corners, inside])) - case["slopes"], 0, atol=1e-9 * size
            )
            distances.append(distance(np.array(case["at"]), corners))
        assert min(distances) <= 1e-8 * reach, case


def distance(place: np.ndarray, corners: np.ndarray) -> float:
    """How far a place is from a point, a segment or a rectangle along the axes."""
    if len(corners) > 2:
        return float(np.linalg.norm(place - np.clip(place, corners.min(axis=0), corners.max(axis=0))))
    along = corners[-1] - corners[0]
    share = np.clip((place - corners[0]) @ along / (along @ along or 1.0), 0, 1)
    return float(np.linalg.norm(place - corners[0] - share * along))


def test_a_brute_search_finds_no_preimage_that_is_not_listed(ask):
    rng = np.random.default_rng(2)
    cases = [
        {
            "plane": {"neurons": [0, 1], "W": [0.0, 0.0], "alpha": alpha, "follows": None},
            "slopes": rng.choice([-1.0, 0.0, 0.5, 2.0], 2).tolist(),
            "window": [-4.0, 4.0],
        }
        for alpha in ([1.0, 1.0], [2.0, 1.0], [-1.0, 1.0], [0.0, 1.0], [-0.5, -1.0])
        for _ in range(12)
    ]
    axis = np.linspace(-4, 4, 65)  # has every 1/8
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    listed_somewhere = missing = 0
    for case, pieces in zip(cases, ask("engine/preimages.js", PREIMAGES, cases), strict=True):
        hits = grid[np.abs(slopes_at(case["plane"], grid) - case["slopes"]).max(axis=-1) < 1e-12]
        for place in hits:
            assert min((distance(place, np.array(piece)) for piece in pieces), default=np.inf) < 1e-9, (case, place)
        listed_somewhere += bool(len(hits))
        missing += not pieces
    assert listed_somewhere > 10
    assert missing > 10


def test_mixed_signs_have_two_preimages_and_a_wall_a_segment_of_them(ask):
    plane = {"neurons": [0, 1], "W": [0.0, 0.0], "alpha": [1.0, 1.0], "follows": None}
    cases = [{"plane": plane, "slopes": u, "window": [-4.0, 4.0]} for u in ([2.0, -1.0], [2.0, 0.0], [2.0, 1.0])]
    swapped, wall, grey = ask("engine/preimages.js", PREIMAGES, cases)
    assert sorted(swapped) == [[[-1, 2]], [[2, -1]]]
    assert [sorted(piece) for piece in wall] == [[[0, 2], [2, 0]]]
    assert grey == []


WORDS = [
    ([1.5, 0.5], [1.0, 1.0], False, "right", ["u₁ = w₁ + w₂", "= 1.5 + 0.5 = 2"]),
    ([1.5, 0.5], [1.0, 1.0], False, "left", ["u₂ = 0:", "no neuron acts"]),
    ([-1.0], [1.0], False, "left", ["u₂ = w = −1"]),
    ([2.0, -1.0], [0.5, 2.0], True, "left", ["u₂ = α₂w₂ = −2"]),
    ([2.0, 1.0], [1.0, -0.5], True, "right", ["u₁ = α₁w₁ + α₂w₂", "= 2 − 0.5 = 1.5"]),
    ([1.0] * 7, [1.0] * 7, False, "right", ["u₁ = 7, sum of", "7 weights"]),
    ([1.0, 1e-12], [1.0, 1.0], False, "right", ["u₁ = w₁ + w₂", "= 1 + 0 = 1"]),
]


@pytest.mark.parametrize(("W", "alpha", "trained", "side", "lines"), WORDS)
def test_a_slope_is_told_as_the_sum_of_what_acts_on_its_side(ask, W, alpha, trained, side, lines):
    network = {"W": W, "alpha": alpha, "d": 1, "m": len(W)}
    body = "return module.slopeLines(c.side, c.network, c.trained);"
    assert ask("bridge/slope_words.js", body, [{"side": side, "network": network, "trained": trained}]) == [lines]
