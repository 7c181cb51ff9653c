"""What a search for an optimum has known at which time: the best value, the proven bound, and how the search stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import isfinite

CLOSE = 0.02
"""Of moments nearer to each other than this share of the time gone by, the later one alone is kept."""


class SearchState(Enum):
    """How a search stands; the text is the sentence a visitor reads."""

    GOING_ON = "The search goes on."
    CLOSED = "The gap is closed: proven optimal."
    NOTHING_LEFT = "The search has ended: there is nothing left here that would narrow the gap."
    TIME_OVER = "The search has used its time; a longer one may narrow the gap."
    STOPPED = "The search was stopped."

    @property
    def sentence(self) -> str:
        """The text of the state."""
        return self.value


@dataclass(frozen=True)
class SearchRecord:
    """The value and the lower bound of a search, moment by moment.

    Arguments
        seconds: of searching until each moment, not falling.
        values: the objective of the best network known then, not rising.
        bounds: what was proven then: no network is below. Not falling; −infinity where nothing is proven.
        state: how the search stands at the last moment.

    Raises ValueError where there is no moment, or the three differ in length.

    >>> record = SearchRecord((0.0,), (5.0,), (1.0,)).then(2.0, 4.0, 3.0)
    >>> record.gap, record.values
    (1.0, (5.0, 4.0))
    """

    seconds: tuple[float, ...]
    values: tuple[float, ...]
    bounds: tuple[float, ...]
    state: SearchState = SearchState.GOING_ON

    def __post_init__(self) -> None:
        if not len(self.seconds) == len(self.values) == len(self.bounds) > 0:
            raise ValueError("seconds, values and bounds must hold one number for each of some moments.")

    @property
    def gap(self) -> float:
        """The last value less the last bound, at least 0; infinite where nothing is proven."""
        return max(self.values[-1] - self.bounds[-1], 0.0) if isfinite(self.bounds[-1]) else float("inf")

    def then(
        self, seconds: float, value: float, bound: float, state: SearchState = SearchState.GOING_ON
    ) -> SearchRecord:
        """Return the record with one moment more; a value that is worse, or a bound that is lower, changes nothing."""
        seconds = max(seconds, self.seconds[-1])
        # A moment between two others that are close in time is left out: a picture of all could not be told from it.
        kept = len(self.seconds)
        if kept > 1 and seconds - self.seconds[-2] < CLOSE * seconds:
            kept -= 1
        value, bound = min(value, self.values[-1]), max(bound, self.bounds[-1])
        return SearchRecord(
            (*self.seconds[:kept], seconds), (*self.values[:kept], value), (*self.bounds[:kept], bound), state
        )
