"""What visitors do on the front page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landscape.web.front.drawn_by import draw_here
from landscape.web.shared import run_events


def act(event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage."""
    if event.get("kind") == "undrawn":
        draw_here()
    else:
        run_events.act(event)
