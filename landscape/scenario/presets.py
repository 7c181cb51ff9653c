"""Named scenarios, in the order they are offered: each sets everything that its caption needs."""

from __future__ import annotations

from dataclasses import dataclass

from landscape.scenario import Run, Scenario


@dataclass(frozen=True)
class Preset:
    """A named scenario.

    Arguments
        name: its identifier in code and links.
        title: the label of its button.
        caption: one line that describes it.
        scenario: everything set.
    """

    name: str
    title: str
    caption: str
    scenario: Scenario


def preset(name: str) -> Preset:
    """Return the preset of a name; raises ValueError, naming those there are, for any other."""
    for found in PRESETS:
        if found.name == name:
            return found
    names = ", ".join(found.name for found in PRESETS)
    raise ValueError(f"name must be one of {names}, but was {name!r}.")


def _runs(*starts: tuple[float, ...], step: float | None = None) -> tuple[Run, ...]:
    return tuple(Run("gd", None if step is None else ((0, step),), start) for start in starts)


_FRONT = Scenario()

PRESETS = (
    Preset(
        "poster",
        "The poster's two points",
        "Gradient descent from two starts: one is caught at loss 1, the other reaches 0.",
        _FRONT,
    ),
    Preset(
        "one-neuron",
        "One neuron",
        "The landscape is a curve with two valleys, at loss 0.25 and 1; two neurons would reach 0.",
        _FRONT.changed(y=(1.0, 0.5), m=1, runs=_runs((-2.0,), (2.0,), step=0.05)),
    ),
    Preset(
        "negative-label",
        "Negative label",
        "Neurons added up cannot go below 0: with the label −1 the best loss is 1, and both runs get there.",
        _FRONT.changed(y=(1.0, -1.0)),
    ),
    Preset(
        "one-side",
        "Both points on one side",
        "Right of 0 a network is one straight line through 0: the best loss is 1.8, and both runs reach it.",
        _FRONT.changed(x=(1.0, 2.0), y=(2.0, 1.0)),
    ),
    Preset(
        "ten-neurons",
        "Ten neurons",
        "Eight random starts, and none is caught: among ten neurons, some are active on either point.",
        _FRONT.changed(m=10, starts=8, scale=0.5, runs=()),
    ),
    Preset(
        "dead-start",
        "Dead start",
        "One run starts with no neuron active on any point and never moves; one active neuron is enough for the other.",
        _FRONT.changed(x=(1.0, 2.0), y=(1.0, 2.0), runs=_runs((-1.5, -0.5), (-1.5, 0.5))),
    ),
    Preset(
        "divergence",
        "Divergence",
        "One start, two step sizes: with 1.2 every step overshoots by more than the last, with 0.2 the run reaches 0.",
        _FRONT.changed(runs=_runs((3.0, -0.5), step=1.2) + _runs((3.0, -0.5), step=0.2)),
    ),
    Preset(
        "large-start",
        "Large initialisation",
        "A hundred neurons, both layers trained, large weights: the loss falls at once, no neuron changes sides.",
        _FRONT.changed(m=100, layer="trained", starts=4, scale=1.0, step=0.001, steps=300, runs=()),
    ),
    Preset(
        "small-start",
        "Small initialisation",
        "The same network from weights near 0: nothing seems to happen for 100 steps, then the loss falls in stairs.",
        _FRONT.changed(m=100, layer="trained", starts=4, scale=1e-4, step=0.01, steps=1000, runs=()),
    ),
)
