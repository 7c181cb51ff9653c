"""The sections Race and Suite: the picture as the race runs, the times, and the performance profile."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from landscape.experiments.race.suite import RATIOS
from landscape.figures.race.race import LOOKS, performance, race_track
from landscape.figures.style import as_json
from landscape.formatting import counted, short
from landscape.model.datasets import DATASETS
from landscape.model.excess import TARGETS
from landscape.scenario import Data, Scenario, Training
from landscape.web.follow import follow, show_end
from landscape.web.jobs import Job, queue
from landscape.web.race.controls import seconds_allowed
from landscape.web.race.live_race import SUITE_BUDGET, Profile, RaceSoFar, run_profile, run_race
from landscape.web.race.recorded import Measured, recorded, recorded_race
from landscape.web.race.sentences import runs_of, sentences_of
from landscape.web.session import scenario_page
from landscape.web.stage import StageState, StageView, stage

_SINE = DATASETS["sine"]
START = Scenario(
    Data(tuple(_SINE.X.ravel().tolist()), tuple(_SINE.y.tolist()), bias=True),
    Training(m=20, layer="trained", lam=0.01, starts=0, scale=1.0, runs=()),
)

PAGE = scenario_page("race", START, script="pages/race.py", trains_second_layer=True)

START_LABEL = "Start the race"
"""On the button that runs the visitor's own race."""

_SHOWN = "race shown"

ONE_START, RESTARTS = "One start", "Restarts within the time"
"""The two performance profiles."""


def race_section(scenario: Scenario) -> None:
    """Draw the race: the recorded one, or an empty track, until the visitor's own has begun."""
    budget = seconds_allowed()
    key = ("race", scenario.data, scenario.training, budget)
    job = queue().found(key)

    def begin() -> Job[RaceSoFar]:
        return queue().start(key, partial(run_race, scenario, budget), seconds=6.0 * budget)

    if job is None:
        record = recorded_race(scenario, budget)
        left, right = st.columns([1, 4], vertical_alignment="center")
        if left.button(START_LABEL, type="primary", key="start race", width="stretch", help=_rules(scenario, budget)):
            begin()
            st.rerun()
        right.markdown(_invitation(scenario, budget, record))
        _draw(RaceSoFar() if record is None else record.result, scenario, budget, ended=record is not None)
        return

    show_end(job, "race", begin)
    if job.status.done and job.status.found is None:
        _draw(RaceSoFar(), scenario, budget, ended=False)
    follow(job, "race", lambda state: _draw(state, scenario, budget, ended=job.status.done))


def _invitation(scenario: Scenario, budget: float, record: Measured[RaceSoFar] | None) -> str:
    """Return what is shown before the visitor's own race, and what the button does."""
    if record is not None:
        return (
            f"**A recorded race, not yours**: {record.sentence}, start drawn with seed {scenario.training.seed}. "
            "The button runs the same race now, on this server."
        )
    return (
        f"**Nobody has raced on these data yet.** The button solves their convex twin and trains "
        f"{counted(scenario.training.m, 'neuron')} by four methods, at most {short(budget)} CPU seconds each."
    )


def _rules(scenario: Scenario, budget: float) -> str:
    return (
        f"First the convex twin is solved. Then gradient descent, momentum, Adam and L-BFGS train "
        f"{counted(scenario.training.m, 'neuron')} from one start, PyTorch’s, one after the other, until they are "
        f"within {short(TARGETS[-1])} of its value, at most {short(budget)} CPU seconds each. The step sizes of "
        "the first three are tuned beforehand, from that start and for as many steps as fit into this time."
    )


def race_shown() -> RaceSoFar:
    """Return the race as it was drawn last."""
    shown: RaceSoFar = st.session_state.get(_SHOWN, RaceSoFar())
    return shown


def _draw(state: RaceSoFar, scenario: Scenario, budget: float, *, ended: bool) -> None:
    st.session_state[_SHOWN] = state
    stage(*stage_of(state, scenario, budget, ended=ended), key="race stage", on_event=lambda event: None)
    if state.times:
        st.table(
            {
                "method": [LOOKS[name][2] for name in state.times],
                **{
                    f"within {short(t)}": [_seconds(times[k]) for times in state.times.values()]
                    for k, t in enumerate(TARGETS)
                },
                "step size": [short(state.step[name]) if name in state.step else "none" for name in state.times],
                "tuned for": [
                    counted(state.horizon[name], "step") if name in state.horizon else "" for name in state.times
                ],
            },
            hide_index=True,
        )


def stage_of(state: RaceSoFar, scenario: Scenario, budget: float, *, ended: bool) -> tuple[list[StageView], StageState]:
    """Return the picture of a race, and what is said and played in it."""
    ends = "; ".join(f"{LOOKS[name][2]}: {text}" for name, text in state.finish.items()) or "Nobody has run yet"
    view = StageView(
        "race",
        "How far each method is from the convex twin",
        f"Low is good, left is fast: a method’s loss above the convex twin’s value. {_known(state)}".rstrip(),
        f"{ends}.",
        as_json(race_track(state.series, TARGETS)),
        kind="track",
    )
    return [view], StageState(
        sentences=sentences_of(state, budget, ended=ended),
        runs=runs_of(state) if ended else (),
        large=scenario.view.large,
        lead=1,
        paced=True,
        clocked=True,
    )


def _seconds(value: float | None) -> str:
    return "did not get there" if value is None else f"{short(value, 3)} s"


def _known(state: RaceSoFar) -> str:
    """Return what is known of the value that the others are compared with; nothing before it is solved."""
    if np.isnan(state.optimum):
        return ""
    return "It is the proven optimum." if state.proven else "It is not proven optimal: a run may go below it."


def profile_section(scenario: Scenario) -> None:
    """Draw the performance profile over the suite: the recorded one until the visitor's own has begun."""
    st.markdown("## Over many problems: who solves how many, how fast")
    restarts = (
        st.segmented_control(
            "Starts", (ONE_START, RESTARTS), default=ONE_START, required=True, key="suite starts", width="content"
        )
        == RESTARTS
    )
    key = ("race suite", restarts)
    job = queue().found(key)

    def begin() -> Job[Profile | None]:
        return queue().start(key, partial(run_profile, restarts), seconds=180.0)

    if job is None:
        again = (
            "one that comes to rest above the optimum begins anew from another draw, within its time"
            if restarts
            else "each has one start"
        )
        st.markdown(
            f"39 problems of 5 to 50 points, three strengths of λ each. Every method may take {short(SUITE_BUDGET)} "
            f"CPU seconds to come within {short(TARGETS[-1])} of the optimum, its step size tuned for as many steps as "
            f"fit into them; {again}. A performance profile counts what each method has solved by then."
        )
        left, right = st.columns([1, 3], vertical_alignment="center")
        if left.button("Run the suite (a few minutes)", key="start suite", width="stretch"):
            begin()
            st.rerun()
        record = recorded().profiles.get(restarts)
        if record is not None:
            right.caption(f"Shown is a recorded suite, not yours: {record.sentence}.")
            _draw_profile(record.result, scenario)
        return

    show_end(job, "suite", begin)
    follow(job, "suite", lambda profile: _draw_profile(profile, scenario), every=1.0)


def _draw_profile(profile: Profile, scenario: Scenario) -> None:
    shares = ", ".join(f"{LOOKS[name][2]} {100 * values[-1]:.3g} %" for name, values in profile.shares.items())
    count = counted(profile.problems, "problem")
    st.markdown(f"Solved to within {short(TARGETS[-1])} of the convex twin’s value, of {count}: {shares}.")
    view = StageView(
        "profile",
        "Share of the problems solved, by time",
        "Performance profile. At 1: solved as the fastest. At 100: within a hundred times the fastest’s time.",
        f"{shares}.",
        as_json(performance(profile.shares, RATIOS)),
        kind="still",
    )
    stage([view], StageState(large=scenario.view.large), key="profile stage", on_event=lambda event: None)
