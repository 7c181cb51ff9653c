"""The front page's controls: data, network, descent, and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from landscape.numbers import subscript
from landscape.scenario import Scenario, limits
from landscape.scene import nice_reach
from landscape.web.controls import choice, dial, log_dial
from landscape.web.frame import heading
from landscape.web.session import change

METHODS = (("gd", "Gradient descent"), ("momentum", "Momentum"), ("adam", "Adam"))


def choose(scenario: Scenario) -> None:
    """Draw the controls of the front page in the sidebar; each acts on the session's scenario."""
    with st.sidebar:
        heading("Data")
        _data(scenario)
        heading("Network")
        _network(scenario)
        heading("Descent")
        _descent(scenario)
        heading("View")
        _view(scenario)


def _data(scenario: Scenario) -> None:
    data = scenario.data
    for name, values in (("x", data.x), ("y", data.y)):
        reach = max(3.0, nice_reach(1.2 * max(map(abs, values))))
        for index, value in enumerate(values):
            dial(
                f"{name}{subscript(index + 1)}", value, limits.NUMBER, _entry(name, values, index),
                slider=(-reach, reach), step=reach / 60, key=f"{name}{index}",
                help=("The feature of this data point" if name == "x" else "The label of this data point") + ".",
            )  # fmt: skip


def _entry(name: str, values: tuple[float, ...], index: int) -> Callable[[float], None]:
    return lambda new: change(**{name: (*values[:index], new, *values[index + 1 :])})


def _network(scenario: Scenario) -> None:
    training = scenario.training
    dial("Neurons m", training.m, limits.NEURONS, lambda m: change(m=m), slider=(1, 20), step=1, key="m",
         help="The number of ReLU neurons, max(0, x·w).")  # fmt: skip
    choice("Second layer α", training.layer, (("ones", "Fixed to 1"), ("trained", "Trained")),
           lambda layer: change(layer=layer), key="layer",
           help="The network is f(x) = Σ αⱼ max(0, x·wⱼ). Its second layer α is held at 1, or trained too.")  # fmt: skip
    if training.layer == "trained":
        dial("Regularisation λ / λ_max", training.lam, limits.LAMBDA, lambda lam: change(lam=lam), slider=(0.0, 1.0),
             step=0.01, key="lam", help="λ penalises ‖w‖² + α². From λ_max on the best network is the zero network.")  # fmt: skip


def _descent(scenario: Scenario) -> None:
    training = scenario.training
    method = st.selectbox(
        "Optimiser", [value for value, _ in METHODS], index=[value for value, _ in METHODS].index(training.method),
        format_func=dict(METHODS).__getitem__, help="Used by every run.",
    )  # fmt: skip
    if method != training.method:
        change(method=method, runs=tuple(replace(run, method=method) for run in training.runs))
        st.rerun()
    log_dial("Step size", training.step, limits.STEP, lambda step: _set_step(scenario, step), decades=(-5, 0), key="step",
             help="How far one step goes along the slope, for every run.")  # fmt: skip
    dial(
        "Steps",
        training.steps,
        limits.STEPS,
        lambda steps: change(steps=steps),
        slider=(10, 2000),
        step=10,
        key="steps",
    )
    for index, run in enumerate(training.runs[:2]):
        for weight in range(min(2, training.m, len(run.w))):
            dial(f"Run {index + 1} starts at w{subscript(weight + 1)}", run.w[weight], limits.NUMBER,
                 _start(scenario, index, weight), slider=(-4.0, 4.0), step=0.1, key=f"run{index} w{weight}")  # fmt: skip
    dial("Random starts", training.starts, limits.STARTS, lambda starts: change(starts=starts), slider=(0, 12), step=1,
         key="starts", help="More runs, from weights drawn at random.")  # fmt: skip
    log_dial("Initial scale", training.scale, limits.SCALE, lambda scale: change(scale=scale), decades=(-9, 1), key="scale",
             help="The standard deviation of the weights that are drawn.")  # fmt: skip
    dial("Seed", training.seed, limits.SEED, lambda seed: change(seed=seed), slider=(0, 50), step=1, key="seed",
         help="Fixes every random number: the same seed gives the same picture.")  # fmt: skip


def _set_step(scenario: Scenario, step: float) -> None:
    """Set the step size of every run, from the playhead on where it stands in the middle of them."""
    at = scenario.view.at
    if not at:
        change(step=step, runs=tuple(replace(run, step=((0, step),)) for run in scenario.training.runs))
        return
    runs = tuple(
        replace(run, step=(*((start, size) for start, size in run.step if start < at), (at, step)))
        for run in scenario.training.runs
    )
    change(runs=runs)


def _start(scenario: Scenario, index: int, weight: int) -> Callable[[float], None]:
    def commit(value: float) -> None:
        runs = list(scenario.training.runs)
        w = list(runs[index].w)
        w[weight] = value
        runs[index] = replace(runs[index], w=tuple(w))
        change(runs=tuple(runs))

    return commit


def _view(scenario: Scenario) -> None:
    view, training = scenario.view, scenario.training
    automatic = st.toggle("Window fits data, optimum and runs", value=view.window is None)
    if automatic != (view.window is None):
        change(window=None if automatic else 4.0)
        st.rerun()
    if view.window is not None:
        log_dial("Half-width of the window", view.window, limits.WINDOW, lambda window: change(window=window),
                 decades=(-3, 3), key="window")  # fmt: skip
    sliced = training.m > 2 or training.layer == "trained"
    total = len(training.runs) + training.starts
    if sliced and total:
        dial("Slice through run", scenario.shown_run + 1, limits.Range(1, total, whole=True),
             lambda run: change(selected=int(run) - 1), slider=(1, max(total, 2)), step=1, key="selected")  # fmt: skip
        dial("at step", training.steps if view.at is None else view.at, limits.AT,
             lambda at: change(at=None if at >= training.steps else int(at)), slider=(0, training.steps), step=1, key="at")  # fmt: skip
    if training.m > 2:
        choice("Plane of the slice", view.plane, (("neurons", "Two neurons"), ("path", "Start, end, optimum")),
               lambda plane: change(plane=plane), key="plane",
               help="More than two weights do not fit a map: it shows a plane through them.")  # fmt: skip
        if view.plane == "neurons":
            first, second = scenario.shown_neurons
            allowed = limits.Range(1, training.m, whole=True)
            dial(
                "First neuron",
                first + 1,
                allowed,
                lambda i: _neurons(int(i) - 1, second),
                slider=(1, training.m),
                step=1,
                key="first",
            )
            dial(
                "Second neuron",
                second + 1,
                allowed,
                lambda j: _neurons(first, int(j) - 1),
                slider=(1, training.m),
                step=1,
                key="second",
            )
    st.toggle("Large type, for a projector", value=view.large, key="large type",
              on_change=lambda: change(large=st.session_state["large type"]))  # fmt: skip


def _neurons(first: int, second: int) -> None:
    change(neurons=(first, second))
