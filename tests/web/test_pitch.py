"""How losses and outcomes sound, and what a step over a landscape passes: pure functions, asked in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from javascript import SCRIPTS, answered, page_with
from playwright.sync_api import Browser

Ask = Callable[[str, str, list[Any]], list[Any]]

OUTCOMES = {
    "OPTIMUM": "optimum",
    "BEST_OF_WIDTH": "lowest",
    "STUCK": "stuck",
    "DEAD": "stuck",
    "DIVERGED": "diverged",
    "MOVING": "moving",
    "escape": None,
    "": None,
}


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    with page_with(browser, SCRIPTS) as page:
        yield lambda names, body, cases: json.loads(answered(page, names, body, cases))


def test_a_higher_loss_is_a_higher_pitch_within_three_octaves(ask):
    scale = {"low": -2.0, "high": 2.0, "soft": 0.01, "top": 100.0}
    losses = np.sort(np.random.default_rng(0).uniform(0, 100, 50)).tolist()
    cases = [{"loss": loss, "scale": scale} for loss in [0.0, *losses, 1e30]]
    pitches = ask("heard/pitch", "return module.pitchOf(c.loss, c.scale);", cases)
    assert pitches == sorted(pitches)
    assert pitches[0] == pytest.approx(220)
    assert pitches[-1] == pytest.approx(1760)
    expected = 220 * 8 ** ((np.log10(np.array(losses) + 0.01) + 2) / 4)
    np.testing.assert_allclose(pitches[1:-1], np.minimum(expected, 1760))


def test_each_outcome_has_its_own_tone(ask):
    found = ask("heard/pitch", "return module.toneOf(c);", list(OUTCOMES))
    assert found == list(OUTCOMES.values())
    [tones] = ask("heard/pitch", "return module.TONES;", [None])
    low, high = tones["stuck"]
    assert {**low, "at": 0} == {**high, "at": 0}, "two equal knocks"
    assert low["from"] < 220, "below every loss"
    chord = [note["from"] for note in tones["optimum"]]
    assert chord == sorted(chord)
    assert len(chord) == 3
    assert sum(note["loud"] for note in tones["optimum"]) <= 1
    [glide] = tones["diverged"]
    assert glide["to"] < glide["from"]
    assert len({json.dumps(tone) for tone in tones.values()}) == len(tones)


def test_runs_sound_from_left_to_right_in_their_order(ask):
    cases = [[k, count] for count in (1, 2, 3, 4) for k in range(count)]
    pans = ask("heard/pitch", "return module.panOf(...c);", cases)
    assert pans[0] == 0
    assert pans[1:3] == pytest.approx([-0.8, 0.8])
    assert pans[3:6] == pytest.approx([-0.8, 0, 0.8], abs=1e-12)


SEGMENT = {"kind": "stuck", "loss": 1, "vertices": [[2, 0], [0, 2]], "directions": []}
STAR = {"kind": "optimum", "loss": 0, "vertices": [[2, -1]], "directions": []}
RAY = {"kind": "stuck", "loss": 1, "vertices": [[0, 1]], "directions": [[-1, 0]]}
AREA = {"kind": "stuck", "loss": 1, "vertices": [[0, 0]], "directions": [[-1, 0], [0, -1]]}


@pytest.mark.parametrize(
    ("start", "end", "places", "expected"),
    [
        ([1, -0.1], [1, 0.1], [], ["wall"]),
        ([1, 0], [1, 0.1], [], []),
        ([1, 0.2], [1, 0.0], [], ["wall"]),
        ([-3, 3], [3, -3], [], ["wall"]),
        ([0.8, 0.9], [1.2, 1.3], [SEGMENT], ["stuck"]),
        ([0.4, 0.5], [0.5, 0.6], [SEGMENT], []),
        ([1, 1], [1.01, 1], [SEGMENT], []),
        ([2.5, -1], [2.05, -1], [STAR], ["optimum"]),
        ([2.5, -1], [1.5, -1], [STAR], ["optimum"]),
        ([2.5, -1], [2.3, -1], [STAR], []),
        ([-2, 1.5], [-2, 1.02], [RAY], ["stuck"]),
        ([2, 1.5], [2, 1.02], [RAY], []),
        ([1, -1], [-0.1, -1], [AREA], ["wall", "stuck"]),
    ],
)
def test_a_step_passes_walls_and_reaches_places(ask, start, end, places, expected):
    picture = {"walls": [True, True], "places": places, "window": [[-4, 4], [-4, 4]], "near": 0.0126}
    body = "return module.passed(c.start, c.end, c.picture);"
    assert ask("heard/places", body, [{"start": start, "end": end, "picture": picture}]) == [expected]


def test_a_curve_has_one_wall_and_points(ask):
    point = {"kind": "stuck", "loss": 1, "vertices": [[-1, 0]], "directions": []}
    picture = {"walls": [True, False], "places": [point], "window": [[-3, 3], [0, 0]], "near": 0.0126}
    cases = [{"at": at, "picture": picture} for at in ([[0.1, 0], [-0.1, 0]], [[-0.9, 0], [-1.05, 0]])]
    body = "return module.passed(...c.at, c.picture);"
    assert ask("heard/places", body, cases) == [["wall"], ["stuck"]]
