"""Data that take long to solve: the page shows what there is, says what is not proven, and holds up nobody."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import numpy as np
import pytest
import visit
from app_server import wait_until
from long_work import answer
from streamlit.testing.v1 import AppTest
from visit import payload

from landscape.convex.twin import Status
from landscape.model.network import objective
from landscape.results import solved_by_stages as stages
from landscape.results.search_record import SearchState
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario, limits
from landscape.web.convex_twin.page import START
from landscape.web.jobs import queue
from landscape.web.session import state_key
from landscape.web.shared.results_cache import AT_ONCE, _key, answer_of, takes_long


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


def hard(n: int) -> Scenario:
    """Own data of six features whose labels are noise: no search closes their gap in a test's time."""
    rng = np.random.default_rng(n)
    X, y = rng.standard_normal((n, 6)), rng.standard_normal(n)
    given = {"x": tuple(X.ravel().tolist()), "y": tuple(y.tolist()), "features": 6, "bias": True, "lam": 0.02}
    return START.changed(**given, steps=50, starts=1, step=1e-4)


def feasible(found: SolvedScenario) -> bool:
    """Whether no neuron of many gains more from the dual vector than it costs, and it gives the bound."""
    problem, z = found.problem, found.proof.dual
    u = np.random.default_rng(0).standard_normal((problem.d, 20_000))
    most = np.max(np.abs(z @ np.maximum(problem.X @ (u / np.linalg.norm(u, axis=0)), 0.0)))
    bound = float(2 * z @ problem.y - z @ z)
    return most <= problem.lam and bound == pytest.approx(found.proof.lower_bound)


def solved(scenario: Scenario, **how: Any) -> tuple[SolvedScenario, list[SolvedScenario]]:
    """Return the result of solving by stages, and those reported on the way."""
    reported: list[SolvedScenario] = []

    def report(share: float, text: str, best: SolvedScenario | None) -> None:
        reported.extend([] if best is None else [best])

    return stages.solve_by_stages(scenario.data, scenario.training, None, report, lambda: False, **how), reported


@pytest.mark.parametrize("scenario", [two_features(130), two_features(20, features=3)], ids=["d = 3", "d = 4"])
def test_the_stages_close_in_on_the_optimum_and_claim_no_more_than_is_proven(scenario):
    found, reported = solved(scenario)
    assert reported
    assert found.proof.closed
    assert found.search.state is SearchState.CLOSED
    assert found.solution.status is Status.OPTIMAL
    assert found.proof.value == pytest.approx(objective(found.problem, found.solution.network))
    for early in reported:
        assert early.proof.value >= found.proof.lower_bound
        assert early.proof.lower_bound <= found.proof.value
        assert early.proof.lower_bound > 0
        assert early.proof.value == pytest.approx(objective(early.problem, early.solution.network))
        for run in early.runs:
            assert run.certificate.lower_bound == pytest.approx(early.proof.lower_bound)
            assert run.certificate.gap >= 0


def test_a_search_is_recorded_as_it_goes_and_goes_on_from_where_it_was():
    scenario = hard(40)
    reported: list[SolvedScenario] = []

    def report(share: float, text: str, best: SolvedScenario | None) -> None:
        reported.extend([] if best is None else [best])

    def risen() -> bool:
        return bool(reported) and reported[-1].proof.lower_bound > reported[0].proof.lower_bound

    found = stages.solve_by_stages(scenario.data, scenario.training, None, report, risen)
    assert found.search.state is SearchState.STOPPED
    record = found.search
    assert record.seconds[0] == 0
    assert np.all(np.diff(record.seconds) >= 0)
    assert np.all(np.diff(record.values) <= 0)
    assert np.all(np.diff(record.bounds) >= 0)
    assert record.bounds[-1] > record.bounds[0]
    assert record.values[-1] == pytest.approx(found.proof.value)
    assert record.bounds[-1] == pytest.approx(found.proof.lower_bound)
    assert 0 < record.gap == pytest.approx(found.proof.gap)
    more, _ = solved(scenario, seconds=1.0, earlier=found)
    assert more.search.state is SearchState.TIME_OVER
    assert more.search.seconds[: len(record.seconds) - 2] == record.seconds[:-2]
    assert more.search.seconds[-1] > record.seconds[-1]
    assert more.proof.lower_bound >= found.proof.lower_bound
    assert more.proof.value <= found.proof.value * (1 + 1e-12)
    assert feasible(more)


@pytest.mark.parametrize("n", [1001, limits.MAX_POINTS])
def test_without_a_penalty_an_answer_that_is_not_proven_says_so(n):
    found, _ = solved(two_features(n, lam=0.0))
    assert found.proof.value == pytest.approx(objective(found.problem, found.solution.network))
    assert found.proof.value < float(found.problem.y @ found.problem.y)
    assert not found.proof.closed
    assert found.proof.complete  # without regularisation a bound is known for any data
    assert found.search is None


def test_halted_solving_returns_the_best_so_far():
    scenario = hard(40)
    reported: list[SolvedScenario] = []
    found = stages.solve_by_stages(
        scenario.data,
        scenario.training,
        None,
        lambda share, text, best: reported.extend([] if best is None else [best]),
        lambda: bool(reported),
    )
    assert found.proof.value <= reported[0].proof.value
    assert found.search.state is SearchState.STOPPED
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


def found_so_far(page: AppTest) -> AppTest:
    """Draw a page again until it shows what has been found so far."""
    # Before there is anything, data of two features are drawn by themselves.
    wait_until(lambda: "losses" in {view["name"] for view in payload(page.run())["views"]}, every=0.3)
    assert not page.exception
    return page


def stopped(page: AppTest) -> AppTest:
    """Stop solving, and draw the page once it has ended."""
    page.button(key="stop solving").click().run()
    assert queue().wait(60)
    return page.run()


def test_what_the_reader_accepts_the_page_shows():
    page = found_so_far(opened(two_features(limits.MAX_POINTS)))
    if page.get("progress"):
        stopped(page)
    assert {view["name"] for view in payload(page)["views"]} >= {"optimum", "gap", "losses"}
    said = sentences(page)
    assert "ertified." in said
    assert "Certified" in said or ("Lower bound: no two-layer ReLU network" in said and "% of the loss" in said)


def test_a_stopped_search_keeps_what_is_known_and_goes_on_from_there():
    page = found_so_far(opened(hard(40)))
    assert {view["name"] for view in payload(page)["views"]} == {"gap", "fitted", "weights", "patterns", "losses"}
    stopped(page)
    assert "Stopped. Shown is what was found until then." in [text.value for text in page.text]
    (gap,) = [view for view in payload(page)["views"] if view["name"] == "gap"]
    assert gap["alt"].endswith("The search was stopped.")
    before = json.loads(json.dumps(gap["figure"]))["data"][0]["y"]
    page.button(key="again solving").click().run()
    assert page.get("progress")
    (gap,) = [view for view in payload(page)["views"] if view["name"] == "gap"]
    assert gap["figure"]["data"][0]["y"][: len(before) - 2] == before[:-2]
    stopped(page)
    assert not page.exception


def test_a_stopped_search_is_nobody_elses_result():
    stopped(found_so_far(opened(hard(40))))
    other = opened(hard(40))
    assert other.get("progress")
    assert not any("Stopped" in text.value for text in other.text)


def is_solving(page: AppTest) -> bool:
    return any(button.key == "stop solving" for button in page.button)


def test_a_search_that_has_used_its_time_is_given_more_of_it():
    scenario = hard(40)
    found, _ = solved(scenario, seconds=0.5)
    assert found.search.state is SearchState.TIME_OVER
    queue().start(_key(scenario), partial(answer, found))
    assert queue().wait(60)
    page = opened(scenario)
    assert not is_solving(page)
    assert any(text.value.startswith(SearchState.TIME_OVER.sentence) for text in page.text)
    (gap,) = [view for view in payload(page)["views"] if view["name"] == "gap"]
    page.button(key="longer solving").click().run()
    assert is_solving(page)
    (more,) = [view for view in payload(page)["views"] if view["name"] == "gap"]
    assert more["figure"]["data"][0]["y"][0] == gap["figure"]["data"][0]["y"][0], "it goes on from what was found"
    stopped(page)
    assert not page.exception
    assert "Stopped. Shown is what was found until then." in [text.value for text in page.text]
    # Who comes later begins with what was found in its time, and not with the stub.
    other = opened(scenario)
    assert any(text.value.startswith(SearchState.TIME_OVER.sentence) for text in other.text)


def test_another_visitors_page_does_not_wait_for_it():
    slow = opened(hard(60))
    assert slow.get("progress")
    quick = opened(START)
    assert not quick.get("progress")
    assert "Certified" in sentences(quick)


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
