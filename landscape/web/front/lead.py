"""The line under the title of the front page: what is trained, as a formula, and what the two landscapes are."""

from __future__ import annotations

from landscape.formatting import subscript
from landscape.scenario import Scenario

WORDS = {1: "one neuron", 2: "two neurons"}


def lead_of(scenario: Scenario) -> str:
    """Return the line for a scenario's network."""
    training = scenario.training
    neurons = WORDS.get(training.m, f"{training.m} neurons")
    return (
        f"Training {neurons}, {formula(training.m, trained=training.layer == 'trained')}, can get stuck. "
        "Drawn over the two slopes of f, the same loss is one bowl: its convex twin."
    )


def formula(m: int, *, trained: bool) -> str:
    """Return the network of m neurons as a formula in words of its weights; trained: its second layer α too."""

    def neuron(index: int) -> str:
        place = "" if m == 1 else subscript(index)
        return f"{f'α{place} ' if trained else ''}max(0, w{place}x)"

    if m <= 2:
        return f"f(x) = {' + '.join(neuron(index) for index in range(1, m + 1))}"
    return f"f(x) = {neuron(1)} + … + {neuron(m)}"
