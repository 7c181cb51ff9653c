"""Data that take long to solve: the page shows what there is, says what is not proven, and holds up nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import visit
from streamlit.testing.v1 import AppTest
from visit import payload

from landscape.model.network import objective
from landscape.results import solved_by_stages as stages
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario, limits
from landscape.web.convex_twin.page import START
from landscape.web.jobs import queue
from landscape.web.session import state_key
from landscape.web.shared.results_cache import AT_ONCE, answer_of, takes_long


def two_features(n: int, *, features: int = 2, lam: float = 0.05, **changes: Any) -> Scenario:
    """Own data of two features and a bias, or more, with short runs."""
    rng = np.random.default_rng(n)
    X = rng.standard_normal((n, features))
    y = np.sin(3 * X[:, 0]) * X[:, 1] + 0.1 * rng.standard_normal(n)
    changes = {"steps": 200, "starts": 1, "step": 1e-5, **changes}
    return START.changed(
        x=tuple(X.ravel().tolist()), y=tuple(y.tolist()), features=features, bias=True, lam=lam, **changes
    )


def opened(scenario: Scenario, path: str = "pages/convex_twin.py") -> AppTest:
    page = AppTest.from_file(str(visit.ROOT / "front.py"), default_timeout=120)
    page.switch_page(path)
    page.session_state[state_key("twin")] = scenario
    page.session_state["twin start"] = scenario
    return page.run()


def sentences(page: AppTest) -> str:
    return " ".join(f"{line['name']} {line['text']} {line['why']}" for line in payload(page)["state"]["sentences"])


def solved(scenario: Scenario) -> tuple[SolvedScenario, list[SolvedScenario]]:
    """Return the result of solving by stages, and those reported on the way."""
    reported: list[SolvedScenario] = []

    def report(share: float, text: str, best: SolvedScenario | None) -> None:
        reported.extend([] if best is None else [best])

    return stages.solve_by_stages(scenario.data, scenario.training, None, report, lambda: False), reported


@pytest.mark.parametrize("scenario", [two_features(160), two_features(20, features=3)], ids=["d = 3", "d = 4"])
def test_the_stages_close_in_on_the_optimum_and_claim_no_more_than_is_proven(scenario):
    found, (rough, bounded) = solved(scenario)
    assert found.proof.closed
    assert found.proof.value == pytest.approx(objective(found.problem, found.solution.network))
    for early in (rough, bounded):
        assert early.proof.value >= found.proof.lower_bound
        assert early.proof.lower_bound <= found.proof.value
        assert not early.proof.closed
        assert early.proof.value == pytest.approx(found.proof.value, rel=0.05)
    assert not rough.proof.complete
    assert rough.proof.lower_bound == -np.inf
    assert bounded.proof.complete
    assert bounded.proof.gap < np.inf


@pytest.mark.parametrize("n", [1001, limits.MAX_POINTS])
@pytest.mark.parametrize("lam", [0.0, 0.05])
def test_data_with_more_cells_than_can_be_visited_have_an_unproven_answer(n, lam):
    found, _ = solved(two_features(n, lam=lam))
    zero = float(found.problem.y @ found.problem.y)
    assert found.proof.value == pytest.approx(objective(found.problem, found.solution.network))
    assert found.proof.value < zero
    assert not found.proof.closed
    assert found.proof.complete == (lam == 0)  # without regularisation a bound is known for any data


def test_halted_solving_returns_the_best_so_far():
    scenario = two_features(160)
    reported: list[SolvedScenario] = []
    found = stages.solve_by_stages(
        scenario.data,
        scenario.training,
        None,
        lambda share, text, best: reported.extend([] if best is None else [best]),
        lambda: bool(reported),
    )
    assert found.proof.value == pytest.approx(reported[0].proof.value)
    assert not found.proof.closed


def test_the_page_is_never_blank_and_ends_with_what_is_proven():
    page = opened(two_features(160))
    assert not page.exception
    assert payload(page)["views"]
    assert queue().wait(120)
    page.run()
    assert "Certified" in sentences(page)
    assert queue().wait(120)  # for the best of the runs' width, which is looked for once the optimum is known
    page.run()
    assert not page.exception
    assert not page.get("progress")
    assert "Certified" in sentences(page)


@pytest.mark.parametrize("n", [1001, limits.MAX_POINTS])
def test_what_the_reader_accepts_the_page_shows(n):
    page = opened(two_features(n))
    assert not page.exception
    assert payload(page)["views"]
    assert queue().wait(180)
    page.run()
    assert not page.exception
    assert {view["name"] for view in payload(page)["views"]} >= {"optimum", "losses"}
    said = sentences(page)
    assert "Certified" not in said
    assert "Not certified." in said
    assert "too many patterns to visit for a proof" in said


def test_another_visitors_page_does_not_wait_for_it():
    slow = opened(two_features(400))
    assert slow.get("progress")
    quick = opened(START)
    assert not quick.get("progress")
    assert "Certified" in sentences(quick)


def test_who_stops_long_solving_may_begin_it_again():
    page = opened(two_features(400))
    page.button(key="stop solving").click().run()
    assert queue().wait(60)
    page.run()
    assert not page.exception
    assert not page.get("progress")
    assert any("Stopped" in text.value for text in page.text)
    page.button(key="again solving").click().run()
    assert page.get("progress")


@pytest.mark.parametrize("name", ["twin", "landscape"])
def test_long_runs_show_their_first_steps_until_all_are_there(name):
    start = Scenario() if name == "landscape" else START
    scenario = start.changed(steps=20_000, starts=6, m=20, runs=(), step=1e-4)
    assert takes_long(scenario)
    page = AppTest.from_file(str(visit.ROOT / "front.py"), default_timeout=120)
    if name == "twin":
        page.switch_page("pages/convex_twin.py")
    page.session_state[state_key(name)] = scenario
    page.session_state[f"{name} start"] = scenario
    page.run()
    assert not page.exception
    assert payload(page)["views"]
    assert queue().wait(120)
    page.run()
    assert max(payload(page)["state"]["runs"][0]["steps"]) > 1000
    assert not any("Shown: the first" in text.value for text in page.text)


def test_a_page_solves_by_itself_only_what_is_quick():
    assert not takes_long(START)
    assert not takes_long(two_features(60, steps=100))
    assert takes_long(two_features(120, steps=100))
    assert takes_long(two_features(20, features=3, steps=100))
    assert stages.solving_seconds(limits.MAX_POINTS, 2) < AT_ONCE


def test_the_best_of_one_neuron_counts_wherever_a_scenario_is_expected_to_take_long(monkeypatch):
    one = two_features(90, steps=100, m=1)
    several = one.changed(m=2)
    assert not takes_long(several)
    assert takes_long(one)
    told: list[float] = []
    monkeypatch.setattr(
        type(queue()), "start", lambda self, key, work, *, seconds, **rest: told.append(seconds) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        answer_of(one)
    assert told == [stages.scenario_seconds(one.data, one.training)]
    assert stages.optima_seconds(one.data, one.training) > stages.optima_seconds(several.data, several.training)
