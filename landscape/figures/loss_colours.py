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

    ``log10(loss + soft)`` is finite for a loss of 0, where a plain logarithm is not.
    """

    soft: float
    top: float

    @classmethod
    def of(cls, loss: np.ndarray, rounding: float = 0.0) -> LossScale:
        """Return the scale for a field: DECADES below its largest loss have different colours.

        A field that is nothing but ``rounding`` is 0 everywhere.
        """
        top = float(np.max(loss))
        top = top if top > rounding else 0.0
        return cls(soft=max(top, 1e-300) * 10**-DECADES if top > 0 else 1.0, top=top)

    def place(self, loss: np.ndarray | float) -> np.ndarray:
        """Return the position on the map, the same shape as ``loss``."""
        return np.log10(np.asarray(loss, dtype=np.float64) + self.soft)

    @property
    def limits(self) -> tuple[float, float]:
        """The map's two ends, as positions."""
        low, high = float(self.place(0.0)), float(self.place(self.top))
        return low, high if high > low else low + 1.0

    def colorbar(self, title: str, below: bool = False) -> dict[str, Any]:
        """Return a colour bar whose ticks are losses, on a logarithmic scale, at the right of the plot or below it."""
        decades = 10.0 ** np.arange(
            np.ceil(np.log10(self.soft) + 0.5), np.floor(np.log10(max(self.top, self.soft))) + 1
        )
        ticks = [0.0, *decades.tolist()]
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
