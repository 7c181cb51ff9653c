"""Any scenario, link and document that a visitor may bring: the strategies that hypothesis draws them from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from landscape.scenario import Data, Run, Scenario, Training, View, limits
from landscape.scenario.limits import Range

METHODS = ("gd", "momentum", "adam")


def within(allowed: Range, usual: float) -> st.SearchStrategy[Any]:
    """Any number of a range: its ends, the usual value, even over the range, and of any order of magnitude."""
    ends = st.sampled_from([allowed.low, allowed.high, usual])
    if allowed.whole:
        return st.one_of(ends.map(int), st.integers(int(allowed.low), int(allowed.high)))
    return st.one_of(ends, st.floats(allowed.low, allowed.high), magnitudes()).map(allowed.clamp)


def magnitudes(reach: float = 20.0) -> st.SearchStrategy[float]:
    """A number of any order of magnitude from 10⁻ʳᵉᵃᶜʰ to 10ʳᵉᵃᶜʰ and either sign."""
    return st.tuples(st.floats(-reach, reach), st.sampled_from([-1.0, 1.0])).map(lambda pair: pair[1] * 10.0 ** pair[0])


numbers = within(limits.NUMBER, 0.1)
weights = within(limits.WEIGHT, 0.1)
near = st.one_of(
    st.integers(-3, 3).map(float), st.integers(-30, 30).map(lambda tenth: tenth / 10), st.floats(-2.0, 2.0)
).map(limits.NUMBER.clamp)
"""A number as it is typed, or dragged: repeated and opposite values and zeros are likely."""

schedules = st.lists(st.tuples(within(limits.AT, 150), within(limits.STEP, 0.02)), max_size=4).map(
    lambda pieces: tuple(sorted({0: 0.02, **dict(pieces)}.items()))
)
runs = st.builds(
    Run,
    method=st.sampled_from(METHODS),
    step=st.none() | schedules,
    w=st.lists(near | weights, max_size=5).map(tuple),
    alpha=st.lists(near | weights, max_size=3).map(tuple),
    pinned=st.booleans(),
)
views = st.builds(
    View,
    window=st.none() | within(limits.WINDOW, 4.0),
    plane=st.sampled_from(limits.PLANES),
    neurons=st.sampled_from([(0, 1), (1, 0), (2, 0)]),
    surface=st.sampled_from(limits.SURFACES),
    at=st.none() | st.integers(0, 1),
    large=st.booleans(),
    basins=st.booleans(),
    escape=st.none() | st.integers(0, 2),
    formulas=st.booleans(),
    proof=st.booleans(),
)


@st.composite
def coordinates(draw: st.DrawFn, count: int) -> tuple[float, ...]:
    """``count`` numbers near 0, in any unit and from any origin, or each of its own magnitude."""
    kind = draw(st.sampled_from(["near", "near", "stretched", "shifted", "any"]))
    if kind == "any":
        return tuple(draw(st.lists(numbers, min_size=count, max_size=count)))
    values = draw(st.lists(near, min_size=count, max_size=count))
    stretch = draw(magnitudes(15.0)) if kind == "stretched" else 1.0
    origin = draw(st.sampled_from([2015.0, -1e6, 1e9, 1.7e12])) if kind == "shifted" else 0.0
    return tuple(limits.NUMBER.clamp(stretch * value + origin) for value in values)


@st.composite
def data(draw: st.DrawFn, *, features: st.SearchStrategy[int], bias: st.SearchStrategy[bool], most: int = 12) -> Data:
    """Data of a few points."""
    n, d = draw(st.integers(1, most)), draw(features)
    return Data(draw(coordinates(n * d)), draw(coordinates(n)), d, draw(bias))


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    filmed: bool = True,
    points: st.SearchStrategy[Data] | None = None,
    most_neurons: int = 20,
    most_steps: int = 2000,
    output_biases: tuple[str, ...] = ("none",),
) -> Scenario:
    """Any scenario that is small enough to be drawn many times."""
    if points is None:
        points = data(features=st.integers(1, 3), bias=st.booleans())
    layer = draw(st.sampled_from(limits.LAYERS))
    scales = tuple(draw(st.lists(within(limits.SCALE, 1.0), max_size=2 if filmed else 0)))
    training = Training(
        m=draw(st.integers(1, 1000 if scales and most_neurons >= 20 else most_neurons)),
        layer=layer,
        lam=draw(within(limits.LAMBDA, 0.1)) if layer == "trained" else 0.0,
        method=draw(st.sampled_from(METHODS)),
        step=draw(st.none() | st.sampled_from([0.02, 0.1]) | within(limits.STEP, 0.02)),
        steps=draw(st.integers(1, most_steps)),
        starts=0 if scales else draw(st.integers(0, 20)),
        scale=draw(within(limits.SCALE, 2.0)),
        seed=draw(within(limits.SEED, 0)),
        runs=() if scales else tuple(draw(st.lists(runs, max_size=4))),
        scales=scales,
        init=draw(st.sampled_from(limits.INITS)),
        output_bias=draw(st.sampled_from(output_biases)) if layer == "trained" else "none",
    )
    last = max(0, len(training.runs) + training.starts - 1)
    view = draw(views)
    seen = {
        "selected": draw(st.integers(0, last)),
        "escape": None if view.escape is None else min(view.escape, last),
        "neurons": view.neurons if max(view.neurons) < max(2, training.m) else (0, 1),
    }
    return Scenario(draw(points), training, view).changed(**seen)


@st.composite
def mutated(draw: st.DrawFn, query: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
    """A link with some characters changed, a key lost or two exchanged, as by hand, a chat or a mail program."""
    changed = {key: list(value) if isinstance(value, list) else [value] for key, value in query.items()}
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(sorted(changed)))
        which = draw(st.integers(0, len(changed[key]) - 1))
        text = changed[key][which]
        at = draw(st.integers(0, len(text)))
        end = draw(st.integers(at, min(len(text), at + 3)))
        into = draw(st.sampled_from(["", "0", "9", "-", ".", ",", ";", ":", "e9", "1e-300", "nan", "~", "@", "none"]))
        changed[key][which] = text[:at] + into + text[end:]
    keys = st.sampled_from(sorted(changed))
    first, second = draw(keys), draw(keys)
    how = draw(st.sampled_from(["nothing", "nothing", "drop", "swap"]))
    if how == "swap":
        changed[first], changed[second] = changed[second], changed[first]
    elif how == "drop":
        del changed[first]
    return {key: value if key == "run" else value[-1] for key, value in changed.items()}
