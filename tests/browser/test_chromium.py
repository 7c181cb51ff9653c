"""The browser for the tests is found, or its absence is said in one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import chromium
import pytest


def _command(folder: Path, name: str, status: int) -> str:
    """A command that answers with an exit status and does nothing."""
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Chromium, no apt-get, no Playwright: only what a test puts into its folder."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "MAC_APPLICATIONS", ())
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: str(tmp_path / "none"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))


def test_the_named_chromium_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _command(tmp_path, "chromium", 0)
    named = _command(tmp_path, "mine", 0)
    monkeypatch.setenv("CHROMIUM", named)
    assert chromium.find() == named


def test_a_named_chromium_that_does_not_run_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", _command(tmp_path, "mine", 1))
    with pytest.raises(chromium.NoChromiumError, match="mine does not"):
        chromium.find()


def test_a_stand_in_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    _command(tmp_path, "chromium-browser", 1)
    real = _command(tmp_path, "google-chrome", 0)
    assert chromium.find() == real


def test_playwrights_own_download_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = _command(tmp_path, "own", 0)
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: own)
    assert chromium.find() == own


def test_where_none_can_be_had_one_sentence_says_so() -> None:
    assert chromium.find() is None
    with pytest.raises(chromium.NoChromiumError, match=r"^The browser tests need a Chromium: .*\$CHROMIUM\.$"):
        chromium.install()
