"""The race on the page: controls, the live picture, the times, and the profile over a suite."""

from __future__ import annotations

import streamlit as st

from landscape.figures.race.race import LOOKS, performance, race_track
from landscape.figures.style import as_json
from landscape.formatting import counted, short, written
from landscape.model.datasets import DATASETS
from landscape.scenario import Data, Scenario, Training, limits
from landscape.web import jobs
from landscape.web.follow import follow
from landscape.web.frame import heading
from landscape.web.race.live_race import BUDGETS, RATIOS, TARGETS, RaceSoFar, run_profile, run_race
from landscape.web.session import change
from landscape.web.shared.data_panel import choose_data
from landscape.web.shared.widgets import dial
from landscape.web.stage import StageState, StageView, stage
from landscape.web.stage.protocol import Sentence

_SINE = DATASETS["sine"]
START = Scenario(
    Data(tuple(_SINE.X.ravel().tolist()), tuple(_SINE.y.tolist()), bias=True),
    Training(m=20, layer="trained", lam=0.01, starts=0, scale=1.0, runs=()),
)


def choose(scenario: Scenario) -> None:
    """Draw the controls in the sidebar."""
    training = scenario.training
    with st.sidebar:
        heading("Data")
        choose_data(scenario)
        heading("Problem")
        dial(
            "λ / λ_max",
            training.lam,
            limits.LAMBDA,
            lambda lam: change(lam=lam),
            slider=(0.0, 1.0),
            step=0.01,
            key="race lam",
            help="λ penalises ‖w‖² + α².",
        )
        dial(
            "Neurons m",
            training.m,
            limits.NEURONS,
            lambda m: change(m=int(m)),
            slider=(1, 100),
            step=1,
            key="race m",
            help="The width of the network that is trained. The convex program needs no width.",
        )
        dial(
            "Seed",
            training.seed,
            limits.SEED,
            lambda seed: change(seed=int(seed)),
            slider=(0, 50),
            step=1,
            key="race seed",
            help="Fixes the start of the trained networks.",
        )
        st.segmented_control(
            "Seconds each may take",
            BUDGETS,
            default=2.0,
            required=True,
            format_func=short,
            key="race budget",
            width="stretch",
        )
        st.toggle(
            "Large type, for a projector",
            value=scenario.view.large,
            key="race large",
            on_change=lambda: change(large=st.session_state["race large"]),
        )


def race_section(scenario: Scenario) -> None:
    """Draw the race: a button until it has begun, then the picture as it runs."""
    budget = float(st.session_state.get("race budget") or 2.0)
    key = ("race", scenario.data, scenario.training, budget)
    job = jobs.found(key)
    if job is None or (job.done and (job.error or job.stopped) and not job.result):
        if job is not None and job.error:
            st.text(job.error)
        left, right = st.columns([1, 4], vertical_alignment="center")
        if left.button("Start the race", type="primary", key="start race", width="stretch"):
            jobs.start(key, lambda report, halt: run_race(scenario, budget, report, halt))
            st.rerun()
        right.markdown(
            f"First the convex program is solved and proven. Then gradient descent, momentum, Adam (each with its step "
            f"tuned) and L-BFGS train {counted(scenario.training.m, 'neuron')}, one after the other, at most "
            f"{short(budget)} s each, on this machine."
        )
        _draw(RaceSoFar(), scenario)
        return

    follow(job, "race", lambda state: _draw(state, scenario))


def _draw(state: RaceSoFar, scenario: Scenario) -> None:
    ends = "; ".join(f"{LOOKS[name][2]}: {text}" for name, text in state.finish.items()) or "Nobody has run yet"
    sentences = tuple(_sentence(name, state) for name in LOOKS if name in state.series)
    stage(
        [
            StageView(
                "race",
                "Distance from the proven optimum",
                "Relative excess against seconds of the method’s own work.",
                f"{ends}.",
                as_json(race_track(state.series, TARGETS)),
                kind="still",
            )
        ],
        StageState(sentences=sentences, large=scenario.view.large),
        key="race stage",
        on_event=lambda event: None,
    )
    if state.times:
        st.table(
            {
                "": [LOOKS[name][2] for name in state.times],
                **{
                    f"within {short(t)}": [_seconds(times[k]) for times in state.times.values()]
                    for k, t in enumerate(TARGETS)
                },
                "step size": [short(state.step[name]) if name in state.step else "none" for name in state.times],
            },
            hide_index=True,
        )


def _seconds(value: float | None) -> str:
    return "did not get there" if value is None else f"{short(value, 3)} s"


def _sentence(name: str, state: RaceSoFar) -> Sentence:
    color, symbol, called = LOOKS[name]
    seconds, above = state.series[name][-1]
    if name == "convex":
        proof = "proven" if state.proven else "not proven to the last target"
        text = f"Optimum {written(state.optimum)}, {proof}, after {short(seconds, 3)} s."
    else:
        text = f"{short(seconds, 3)} s: {_percent(above)} above the optimum. {state.finish.get(name, 'Running.')}"
    return Sentence(name, f"{called[0].upper()}{called[1:]}.", text, "race", color, symbol)


def _percent(share: float) -> str:
    return f"{written(100 * max(share, 0.0), 3)} %"


def profile_section(scenario: Scenario) -> None:
    """Draw the performance profile over the suite, made when it is asked for."""
    st.markdown("#### Over a suite of problems")
    key = ("race suite",)
    job = jobs.found(key)
    if job is None or (job.done and job.result is None):
        st.markdown("39 problems of 5 to 50 points, three strengths of λ each; every entrant may take half a second.")
        if st.button("Run the suite (one to two minutes)", key="start suite"):
            jobs.start(key, run_profile)
            st.rerun()
        return

    follow(job, "suite", lambda found: _draw_profile(found[0], found[1], scenario), every=1.0)


def _draw_profile(profile: dict[str, list[float]], count: int, scenario: Scenario) -> None:
    shares = ", ".join(f"{LOOKS[name][2]} {100 * values[-1]:.3g} %" for name, values in profile.items())
    st.markdown(f"Solved to within {short(TARGETS[-1])} of the optimum, of {counted(count, 'problem')}: {shares}.")
    stage(
        [
            StageView(
                "profile",
                "Performance profile",
                "Share of problems solved within a multiple of the fastest time.",
                f"{shares}.",
                as_json(performance(profile, RATIOS)),
                kind="still",
            )
        ],
        StageState(large=scenario.view.large),
        key="profile stage",
        on_event=lambda event: None,
    )
