"""The visitors of the load benchmark see what visitors see: every answer comes, and nothing that they set is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import proxy
import pytest
from app_server import ROOT, free_port, running_app
from load import ACTS, measure, measure_static, served
from loops import run_apart
from visiting.static_visitor import served_site
from visiting.visitor import Visitor


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(tmp_path_factory.mktemp("load")) as server:
        yield server.url


def test_no_answer_and_no_move_of_three_visitors_is_lost(url: str) -> None:
    found = run_apart(measure(url, 3, seconds=60, every=0.1, most_acts=2))
    assert not found.errors
    assert not found.lost
    assert {name: len(waits.seconds) for name, waits in found.waits.items()} == {"enter": 3, "move": 6}


def test_whatever_a_visitor_does_is_answered(url: str) -> None:
    found = run_apart(measure(url, 1, seconds=60, every=0.1, acts=ACTS, most_acts=8))
    assert not found.errors
    assert not found.lost
    assert found.waits.keys() == {"enter", *ACTS}
    for waits in found.waits.values():
        # Not compressed: the bytes on the wire are those of the messages, and a few more for their frames.
        assert 0 < waits.payload < waits.wire < 1.1 * waits.payload


def test_a_move_that_never_reaches_the_server_is_reported(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lose(visitor: Visitor, x1: float) -> float:
        visitor.x1 = x1
        return time.perf_counter()

    monkeypatch.setattr(Visitor, "move", lose)
    found = run_apart(measure(url, 1, seconds=60, every=0.1, most_acts=1))
    assert len(found.lost) == 1


def test_visitors_of_the_static_site_fetch_what_their_pictures_need(tmp_path: Path) -> None:
    with served_site(tmp_path / "site", free_port()) as (url, _):
        found = run_apart(measure_static(url, 3))
        assert len(found.waits["enter"].seconds) == 3
        assert not found.errors
        largest = max((tmp_path / "site" / "files").iterdir(), key=lambda file: file.stat().st_size)
        assert 3 * largest.stat().st_size < found.waits["enter"].wire <= 3 * 2_000_000
        largest.unlink()
        assert len(run_apart(measure_static(url, 2)).errors) == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--static", "2"], "2 visitors of the static site entering at once"),
        (["--enter-at-once", "2"], "2 visitors entering at once"),
        (["--visitors", "1", "--seconds", "2", "--every", "0.2"], "1 visitors, each acting every 0.2 s for 2 s"),
    ],
)
def test_the_command_line_measures_what_it_is_asked_for(asked, said) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "load.py"), *asked]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr
    assert said in ran.stdout
    assert "errors: 0" in ran.stdout


@pytest.mark.skipif(proxy.HAPROXY is None, reason=proxy.NEEDED)
def test_visitors_of_a_replica_that_dies_come_back_with_what_they_had_set() -> None:
    with served(replicas=2) as (url, _, kill):
        found = run_apart(measure(url, 4, seconds=60, every=0.5, most_acts=6, kill=kill, kill_after=1.5))
    assert not found.errors
    assert not found.lost
    assert len(found.waits["enter"].seconds) == 4
    assert len(found.waits["back"].seconds) == 2  # two of the four were on it
