"""The sidebar of the page Convex twin: data, regularisation, and the gradient descents to compare."""

from __future__ import annotations

from landscape.scenario import Scenario, limits
from landscape.web.frame import heading
from landscape.web.session import change
from landscape.web.shared.data_panel import choose_data
from landscape.web.shared.scenario_controls import (
    SHORT_OPTIMISERS,
    choose_in_sidebar,
    large_type,
    neurons_dial,
    regularisation_dial,
    seed_dial,
    step_dial,
)
from landscape.web.shared.widgets import choice, dial, log_dial

OUTPUT_BIASES = (("none", "None"), ("free", "Free"), ("penalised", "Penalised"))
"""Each output bias: its value in a scenario, and its name."""


def choose() -> Scenario:
    """Draw the controls in the sidebar, unless the address hides them, and return what they set."""
    return choose_in_sidebar(_choose)


def _choose(scenario: Scenario) -> None:
    training = scenario.training
    heading("Data")
    choose_data(scenario)
    heading("Regularisation")
    regularisation_dial(
        scenario, "twin lam", "λ penalises ‖w‖² + α². From λ_max on, the best network is the zero network."
    )
    choice(
        "Output bias",
        training.output_bias,
        OUTPUT_BIASES,
        lambda output_bias: change(output_bias=output_bias, escape=None),
        key="twin output bias",
        help="A number added to every output, f(x) = Σ α max(0, wᵀx) + b, as most libraries train it: none, "
        "free, or with λ b² added to the loss. Each is a class of networks with an optimum of its own.",
    )
    heading("Gradient descent")
    neurons_dial(
        scenario,
        "twin m",
        40,
        "The width of the networks that are trained. The convex program needs no width.",
        escape=None,
    )
    dial(
        "Runs",
        training.starts,
        limits.STARTS,
        lambda starts: change(starts=int(starts), escape=None),
        slider=(0, 6),
        step=1,
        key="twin starts",
        help="From weights drawn at random.",
    )
    choice(
        "Optimiser",
        training.method,
        SHORT_OPTIMISERS,
        lambda method: change(method=method, escape=None),
        key="twin method",
        help="How the networks are trained; the convex program is solved without any.",
    )
    step_dial(training.step is None, training.step, lambda step: change(step=step, escape=None), key="twin step")
    dial(
        "Steps",
        training.steps,
        limits.STEPS,
        lambda steps: change(steps=int(steps), escape=None),
        slider=(100, 20000),
        step=100,
        key="twin steps",
        help="How many steps every run takes at the most.",
    )
    log_dial(
        "Initial scale",
        training.scale,
        limits.SCALE,
        lambda scale: change(scale=scale, escape=None),
        decades=(-6, 1),
        key="twin scale",
        help="The standard deviation of the weights that the runs start from.",
    )
    seed_dial(scenario, "twin seed", "Fixes every random number: the same seed gives the same picture.", escape=None)
    large_type(scenario)
