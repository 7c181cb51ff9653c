"""Many drawn examples at once, for questions that are put to the browser in one round trip."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

Example = TypeVar("Example")


def batch(strategy: st.SearchStrategy[Example], count: int, *, start: int) -> list[Example]:
    """Return ``count`` examples of a strategy, the same ones for the same ``start`` of the generator."""
    found: list[Example] = []

    @seed(start)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=HealthCheck
    )
    @given(strategy)
    def collect(example: Example) -> None:
        found.append(example)

    collect()
    return found
