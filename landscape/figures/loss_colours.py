"""Colouring a loss over a plane: its values span decades, and its floor is often exactly 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures.style import LOSS_SCALE
from landscape.formatting import short

DECADES = 3.5
"""Decades below the largest loss of a field that the colour map distinguishes."""


@dataclass(frozen=True, eq=False)
class LossScale:
    """The position of a loss on the colour map: linear below ``soft``, logarithmic above it.

    ``log10(loss + soft)`` is finite for a loss of 0, where a plain logarithm is not. The darkest colour is that of
    ``bottom``.
    """

    soft: float
    top: float
    bottom: float = 0.0

    @classmethod
    def of(cls, loss: np.ndarray, rounding: float = 0.0, *, from_lowest: bool = False) -> LossScale:
        """Return the scale for a field: DECADES below its largest loss have different colours.

        A field that is nothing but ``rounding`` is 0 everywhere. The darkest colour is that of a loss of 0, or
        ``from_lowest`` that of the least loss of the field where it is not as good as 0.
        """
        top, least = float(np.max(loss)), float(np.min(loss))
        top = top if top > rounding else 0.0
        soft = max(top, 1e-300) * 10**-DECADES if top > 0 else 1.0
        return cls(soft=soft, top=top, bottom=least if from_lowest and soft < least < top else 0.0)

    def place(self, loss: np.ndarray | float) -> np.ndarray:
        """Return the position on the map, the same shape as ``loss``."""
        return np.log10(np.asarray(loss, dtype=np.float64) + self.soft)

    @property
    def limits(self) -> tuple[float, float]:
        """The map's two ends, as positions."""
        low, high = float(self.place(self.bottom)), float(self.place(self.top))
        return low, high if high > low else low + 1.0

    def colorbar(self, title: str, below: bool = False) -> dict[str, Any]:
        """Return a colour bar whose ticks are losses, on a logarithmic scale, at the right of the plot or below it."""
        decades = 10.0 ** np.arange(
            np.ceil(np.log10(self.soft) + 0.5), np.floor(np.log10(max(self.top, self.soft))) + 1
        )
        ticks = [0.0, *decades.tolist()] if self.bottom == 0 else _between(self.bottom, self.top)
        place = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"} if below else {}
        return {
            "title": {"text": title, "side": "right", **({"font": {"size": 13}} if below else {})},
            "thickness": 8 if below else 11,
            "outlinewidth": 0,
            "len": 1.0,
            "xpad": 0 if below else 4,
            "ypad": 0,
            "ticklabeloverflow": "allow",
            **place,
            "tickvals": [float(self.place(t)) for t in ticks],
            "ticktext": [short(t) for t in ticks],
        }

    def coloring(self, title: str = "loss, log scale", below: bool = False) -> dict[str, Any]:
        """Return what a heat map, contour or surface trace needs to be coloured by this scale."""
        low, high = self.limits
        return {"colorscale": LOSS_SCALE, "colorbar": self.colorbar(title, below), "low": low, "high": high}


def _between(low: float, high: float) -> list[float]:
    """Return round losses between two: powers of ten, with their double and fivefold where those are few."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    for digits in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        ticks = [digit * 10.0**e for e in decades for digit in digits if low <= digit * 10.0**e <= high]
        if len(ticks) >= 3:
            return ticks
    return [float(loss) for loss in np.linspace(low, high, 3)]
