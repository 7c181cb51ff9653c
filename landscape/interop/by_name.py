"""Options that are passed by their names alone, with a sentence for those who pass them by position."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import ParamSpec, TypeVar

from landscape.formatting import listed

P = ParamSpec("P")
R = TypeVar("R")

TOLD = 2
"""Options that a sentence names."""


def options_by_name(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that tells, by a TypeError, which of its arguments are passed by name, and how.

    >>> @options_by_name
    ... def double(x, *, times=2):
    ...     return times * x
    >>> double(1, 3)
    Traceback (most recent call last):
    ...
    TypeError: double takes x by position, but was given 2 arguments so: pass the others by name, as times=.
    """
    parameters = signature(function).parameters.values()
    first = [one.name for one in parameters if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
    options = [f"{one.name}=" for one in parameters if one.kind is Parameter.KEYWORD_ONLY]

    @wraps(function)
    def named(*args: P.args, **kwargs: P.kwargs) -> R:
        if len(args) > len(first):
            raise TypeError(
                f"{function.__name__} takes {listed(first)} by position, but was given {len(args)} arguments so: pass "
                f"the others by name, as {listed(options[:TOLD])}."
            )
        return function(*args, **kwargs)

    return named
