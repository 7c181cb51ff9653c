"""The visitors of the load benchmark see what visitors see: every answer comes, and nothing that they set is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app_server import running_app
from load import ACTS, measure


def test_no_answer_and_no_move_of_three_visitors_is_lost(tmp_path: Path) -> None:
    with running_app(tmp_path) as server:
        moved = asyncio.run(measure(server.url, 3, seconds=60, every=0.1, most_acts=2))
        acted = asyncio.run(measure(server.url, 1, seconds=60, every=0.1, acts=ACTS, most_acts=8))
    assert not moved.errors + acted.errors
    assert not moved.lost + acted.lost
    assert len(moved.waits["enter"].seconds) == 3
    assert len(moved.waits["move"].seconds) == 6
    assert acted.waits.keys() == {"enter", *ACTS}
    for waits in (*moved.waits.values(), *acted.waits.values()):
        # Not compressed: the bytes on the wire are those of the messages, and a few more for their frames.
        assert 0 < waits.payload < waits.wire < 1.1 * waits.payload
