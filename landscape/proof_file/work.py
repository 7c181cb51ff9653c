"""How a check ends early: with what does not follow from a file, or before it takes too long."""

from __future__ import annotations

MOST_WORK = 2_000_000_000
"""Most products of whole numbers of some 64 binary digits: about a minute."""

WORD = 64
"""Binary digits of a number that count as one product; a longer one counts as more."""


class UnprovenError(Exception):
    """What is claimed does not follow from the file; the sentence says where it fails."""


class Work:
    """How much may still be computed."""

    def __init__(self) -> None:
        self._left = MOST_WORK

    def spend(self, products: int, digits: int = 0) -> None:
        """Count so many products of numbers of so many binary digits; raises UnprovenError where that is too much."""
        self._left -= products * (1 + digits // WORD)
        if self._left < 0:
            raise UnprovenError("To check it would take too long, so that nothing is proven.")
