"""The phones of the rooms' benchmark see every scene, their answers are in the table, and what is lost is reported."""

from __future__ import annotations

import subprocess
import sys

import pytest
from app_server import ROOT
from loops import run_apart
from rooms import SCENES, measure, served
from visiting.phone import Phone


def test_every_scene_comes_and_no_answer_of_two_rooms_is_lost() -> None:
    with served() as (url, processes):
        found = run_apart(measure(url, 3, 2, within=0.1, moves=1, processes=processes))
    assert not found.lost
    for seconds in (found.told, found.shown, found.answers):
        assert len(seconds) == 2 * 3 * (SCENES - 1)
    assert len(found.entered) == 6
    assert found.alone
    assert found.beside
    assert 14_000 < found.scene < 17_000


def test_an_answer_that_never_reaches_the_server_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lose(phone: Phone, after: float) -> None:
        phone.answers.append(after)

    monkeypatch.setattr(Phone, "answer", lose)
    with served() as (url, _):
        found = run_apart(measure(url, 1, moves=0, within=0.1))
    assert len(found.lost) == SCENES - 1


def test_the_command_line_prints_what_was_found() -> None:
    command = [sys.executable, "benchmarks/rooms.py", "--phones", "2", "--within", "0.1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "a scene is shown" in done.stdout
    assert "lost: 0" in done.stdout
