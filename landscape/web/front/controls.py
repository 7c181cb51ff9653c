"""The sidebar of the front page: data, network, descent, and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from landscape.formatting import subscript
from landscape.scenario import Scenario, limits
from landscape.scene import nice_reach
from landscape.training.optimisers import Method
from landscape.training.step_size import USUAL
from landscape.web.frame import heading
from landscape.web.session import change, current, look_at
from landscape.web.shared.results_cache import known_so_far
from landscape.web.shared.scenario_controls import (
    OPTIMISERS,
    choose_in_sidebar,
    large_type,
    neurons_dial,
    seed_dial,
    step_dial,
)
from landscape.web.shared.widgets import choice, dial, log_dial, selection, switch

MOST_POINTS = 20
"""Up to this many points have controls of their own; the others can be dragged."""


def choose() -> Scenario:
    """Draw the controls in the sidebar, unless the address hides them, and return what they set."""
    return choose_in_sidebar(_choose)


def _choose(scenario: Scenario) -> None:
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
    reach = {name: max(3.0, nice_reach(1.2 * max(map(abs, getattr(data, name))))) for name in "xy"}
    with st.container(key="data-numbers"):
        for index in range(min(data.n, MOST_POINTS)):
            for name in "xy":
                values = getattr(data, name)
                dial(
                    f"{name}{subscript(index + 1)}",
                    values[index],
                    limits.NUMBER,
                    _entry(name, values, index),
                    slider=(-reach[name], reach[name]),
                    step=reach[name] / 60,
                    key=f"{name}{index}",
                    help=("The feature of this data point" if name == "x" else "The label of this data point") + ".",
                )


def _entry(name: str, values: tuple[float, ...], index: int) -> Callable[[float], None]:
    return lambda new: change(**{name: (*values[:index], new, *values[index + 1 :])})


def _network(scenario: Scenario) -> None:
    training = scenario.training
    neurons_dial(scenario, "m", 20, "The number of ReLU neurons, max(0, x·w).")
    choice(
        "Second layer α",
        training.layer,
        (("ones", "Fixed to 1"), ("trained", "Trained")),
        lambda layer: change(layer=layer),
        key="layer",
        help="The network is f(x) = Σ αⱼ max(0, x·wⱼ). Its second layer α is held at 1, or trained too.",
    )
    if training.layer == "trained":
        dial(
            "Regularisation λ / λₘₐₓ",
            training.lam,
            limits.LAMBDA,
            lambda lam: change(lam=lam),
            slider=(0.0, 1.0),
            step=0.01,
            key="lam",
            help="λ penalises ‖w‖² + α². From λₘₐₓ on the best network is the zero network.",
        )


def _descent(scenario: Scenario) -> None:
    training = scenario.training
    selection(
        "Optimiser",
        training.method,
        OPTIMISERS,
        _set_method,
        key="method",
        help="Used by every run. “All optimisers”, below the pictures, compares them from one start.",
    )
    step_dial(
        training.step is None and all(run.step is None for run in training.runs),
        step_shown(scenario),
        _set_step,
        key="step",
        help="How far one step goes along the slope. Where playback stands in the middle of the runs, "
        "a new size takes over from there.",
    )
    dial(
        "Steps",
        training.steps,
        limits.STEPS,
        lambda steps: change(steps=steps),
        slider=(10, 2000),
        step=10,
        key="steps",
        help="How many steps every run takes at the most.",
    )
    for index, run in enumerate(training.runs[:2]):
        for weight in range(min(2, training.m, len(run.w))):
            name = f"w{subscript(weight + 1)}"
            dial(
                f"Run {index + 1} starts at {name}",
                run.w[weight],
                limits.WEIGHT,
                _start(index, weight),
                slider=(-4.0, 4.0),
                step=0.1,
                key=f"run{index} w{weight}",
                help=f"The weight {name} that run {index + 1} starts from. Its start can also be dragged on the map.",
            )
    dial(
        "Random starts",
        training.starts,
        limits.STARTS,
        lambda starts: change(starts=starts),
        slider=(0, 12),
        step=1,
        key="starts",
        help="More runs, from weights drawn at random.",
    )
    log_dial(
        "Initial scale",
        training.scale,
        limits.SCALE,
        lambda scale: change(scale=scale),
        decades=(-9, 1),
        key="scale",
        help="The standard deviation of the weights that are drawn.",
    )
    seed_dial(scenario, "seed", "Fixes every random number: the same seed gives the same picture.")


def _set_method(method: Method) -> None:
    change(method=method, runs=tuple(replace(run, method=method) for run in current().training.runs))


def step_shown(scenario: Scenario) -> float:
    """Return the step size of the selected run at the playhead, or at its end."""
    training, at = scenario.training, scenario.view.at
    solved = known_so_far(scenario)
    runs = solved.runs if solved is not None else ()
    schedule = runs[scenario.shown_run].schedule if runs else training.schedule or ((0, USUAL),)
    return [size for start, size in schedule if at is None or start <= at][-1]


def _set_step(step: float | None) -> None:
    """Set the step size of every run; from the playhead on, where that is neither at the start nor at the end.

    None: one that suits the data.
    """
    scenario = current()
    at = scenario.view.at
    if not at or step is None:
        schedule = None if step is None else ((0, step),)
        change(step=step, runs=tuple(replace(run, step=schedule) for run in scenario.training.runs))
        return
    known = known_so_far(scenario)
    made = known.runs if known is not None else ()
    runs = tuple(
        replace(run, step=(*((start, size) for start, size in as_made.schedule if start < at), (at, step)))
        for run, as_made in zip(scenario.training.runs, made, strict=False)
    )
    change(runs=runs)


def _start(index: int, weight: int) -> Callable[[float], None]:
    def commit(value: float) -> None:
        runs = list(current().training.runs)
        w = list(runs[index].w)
        w[weight] = value
        runs[index] = replace(runs[index], w=tuple(w))
        change(runs=tuple(runs))

    return commit


def _view(scenario: Scenario) -> None:
    view, training = scenario.view, scenario.training
    switch(
        "Window fits data, optimum and runs",
        view.window is None,
        lambda automatic: change(window=None if automatic else 4.0),
        key="automatic window",
        help="Off: the landscape shows a fixed range of weights.",
    )
    if view.window is not None:
        log_dial(
            "Half-width of the window",
            view.window,
            limits.WINDOW,
            lambda window: change(window=window),
            decades=(-3, 3),
            key="window",
            help="The landscape shows weights from minus to plus this number.",
        )
    total = len(training.runs) + training.starts
    if (training.m > 2 or training.layer == "trained") and total:
        _slice(scenario, total)
    if training.m > 2:
        _plane(scenario)
    large_type(scenario)


def _slice(scenario: Scenario, total: int) -> None:
    steps, at = scenario.training.steps, scenario.view.at
    dial(
        "Slice through run",
        scenario.shown_run + 1,
        limits.Range(1, total, whole=True),
        lambda run: change(selected=run - 1),
        slider=(1, total),
        step=1,
        key="selected",
        help="The picture is a slice through all weights: it passes through this run.",
    )
    dial(
        "at step",
        steps if at is None else min(at, steps),
        limits.Range(0, steps, whole=True),
        lambda at: look_at(None if at >= steps else at),
        slider=(0, steps),
        step=1,
        key="at",
        help="The slice passes through the run as it is after this many steps.",
    )


def _plane(scenario: Scenario) -> None:
    m = scenario.training.m
    choice(
        "Plane of the slice",
        scenario.view.plane,
        (("neurons", "Two neurons"), ("path", "Start, end, optimum")),
        lambda plane: change(plane=plane),
        key="plane",
        help="More than two weights do not fit a map: it shows a plane through them.",
    )
    if scenario.view.plane == "neurons":
        for place, name in enumerate(("First", "Second")):
            dial(
                f"{name} neuron",
                scenario.shown_neurons[place] + 1,
                limits.Range(1, m, whole=True),
                _neuron(place),
                slider=(1, m),
                step=1,
                key=f"neuron {place}",
                help="A neuron whose weight is an axis of the map.",
            )


def _neuron(place: int) -> Callable[[int], None]:
    def commit(neuron: int) -> None:
        shown = list(current().shown_neurons)
        if shown[1 - place] == neuron - 1:
            shown.reverse()  # the two are exchanged: they cannot be the same
        shown[place] = neuron - 1
        change(neurons=tuple(shown))

    return commit
