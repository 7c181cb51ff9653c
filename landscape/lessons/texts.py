"""How long a lesson's texts may be, and what may be in them."""

from __future__ import annotations

from landscape.scenario.limits import quoted

MAX_TITLE = 120
MAX_OPTION = 200
"""Longest title, and longest answer among several, in characters."""

MAX_TEXT = 2000
"""Longest sentence or sentences of a scene, longest thing to do, and longest question, in characters."""

MAX_NOTES = 20_000
"""Longest notes of a lecturer to one scene, in characters."""


def checked_text(value: object, longest: int, name: str, *, empty: bool = False) -> None:
    """Raise ValueError unless a value is text of at most so many characters; ``empty``: whether it may say nothing."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text, but was {quoted(value)}.")
    if not (empty or value.strip()):
        raise ValueError(f"{name} must not be empty.")
    if len(value) > longest:
        raise ValueError(f"{name} must have at most {longest} characters, but has {len(value)}.")
    # JSON carries a lone half of a surrogate pair, which no file and no browser takes.
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f"{name} must be text that UTF-8 can write.")
