"""The course of the opening: equal times are equal shares of the ways, whatever the runs are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from javascript import SCRIPTS, page_with
from playwright.sync_api import Browser

Answers = Callable[[list[Any]], list[Any]]

ASK = """async (cases) => {
  const { courseOf, distances } = await import("/play/course.js");
  return JSON.parse(cases).map(({ runs, longest, shares }) => {
    const area = [[-4, 4], [-4, 4]];
    const ways = runs.map(({ steps, x, y }) => ({ steps, length: distances({ x, y }, area) }));
    const course = courseOf(ways, longest);
    return { lengths: ways.map((way) => way.length), steps: course && shares.map(course) };
  });
}"""

SHARES = np.linspace(0, 1, 41).tolist()


@pytest.fixture(scope="module")
def answers(browser: Browser) -> Iterator[Answers]:
    """Answer cases, the steps shown at each share of the time and the ways covered, in one round trip."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda cases: page.evaluate(ASK, json.dumps(cases))


def settling(rate: float, start: tuple[float, float], end: tuple[float, float], count: int) -> dict[str, list[float]]:
    """A run that comes nearer to its end by the same factor at each step."""
    steps = np.arange(count)
    left = rate**steps
    x, y = (e + (s - e) * left for s, e in zip(start, end, strict=True))
    return {"steps": steps.tolist(), "x": x.tolist(), "y": y.tolist()}


def test_equal_times_are_equal_shares_of_a_way_that_settles_early(answers):
    run = settling(0.92, (2.45, 2.25), (1.1, 0.9), 251)
    (found,) = answers([{"runs": [run], "longest": 475, "shares": SHARES}])
    steps = np.array(found["steps"])
    assert steps[0] == 0
    assert steps[-1] == 475
    assert (np.diff(steps) >= 0).all()
    covered = np.interp(steps, run["steps"], found["lengths"][0]) / found["lengths"][0][-1]
    # After the start has been held and before the last steps go by, each moment covers as much as the others.
    parts = np.diff(covered)[8:30]
    assert parts.min() > 0.8 * parts.max() > 0
    # The straight way from start to end, in sides of the picture.
    assert found["lengths"][0][-1] == pytest.approx(np.hypot(1.35, 1.35) / 8, rel=1e-6)


def test_of_two_runs_the_short_and_early_one_is_seen_as_well(answers):
    early, late = settling(0.5, (0.5, 0.5), (0.4, 0.4), 30), settling(0.99, (3.0, 3.0), (-3.0, -3.0), 1000)
    (found,) = answers([{"runs": [early, late], "longest": 999, "shares": SHARES}])
    steps = np.array(found["steps"])
    # The early one has covered nine tenths of its way after 4 steps: a third of the time at least shows them.
    assert np.count_nonzero(steps < 4) > len(SHARES) / 3
    assert np.count_nonzero(steps > 30) > len(SHARES) / 3


def test_a_course_runs_from_the_first_step_to_the_last_and_never_back(answers):
    rng = np.random.default_rng(0)
    cases = []
    for _ in range(200):
        runs = []
        for _ in range(rng.integers(1, 5)):
            count = int(rng.integers(1, 40))
            steps = np.concatenate([[0], np.cumsum(rng.integers(1, 50, count))])
            size = 10.0 ** rng.uniform(-12, 30)
            places = (size * rng.normal(size=(2, count + 1))).tolist()
            if rng.random() < 0.3:
                places[0][rng.integers(count + 1)] = None  # a gap, as outside of a picture in space
            runs.append({"steps": steps.tolist(), "x": places[0], "y": places[1]})
        longest = max(run["steps"][-1] for run in runs)
        cases.append({"runs": runs, "longest": longest, "shares": SHARES})
    moved = 0
    for case, found in zip(cases, answers(cases), strict=True):
        ways = [lengths[-1] for lengths in found["lengths"]]
        assert (found["steps"] is None) == (max(ways) <= 1e-3)
        if found["steps"] is None:
            continue
        moved += 1
        steps = np.array(found["steps"])
        assert steps[0] == 0
        assert steps[-1] == case["longest"]
        assert (np.diff(steps) >= -1e-9).all()
    assert 50 < moved < 200


def test_where_nothing_moves_in_the_picture_there_is_no_course(answers):
    still = {"steps": [0, 1, 2], "x": [1.5, 1.5, 1.5], "y": [0.5, 0.5, 0.5]}
    outside = {"steps": [0, 1, 2], "x": [10.0, 1e9, 1e30], "y": [10.0, 1e9, 1e30]}
    found = answers([{"runs": runs, "longest": 2, "shares": SHARES} for runs in ([], [still], [outside])])
    assert [case["steps"] for case in found] == [None, None, None]
