"""The example notebook runs from its first cell to its last, and is kept without what it printed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
LONGEST = 30
"""Seconds of the processor that a notebook may take."""


def test_there_is_a_notebook() -> None:
    assert [path.name for path in NOTEBOOKS] == ["your_network.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_names_no_machine(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 5
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    assert notebook["metadata"]["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what runs notebooks, not of what they run
def test_every_cell_of_a_notebook_runs_and_shows_what_it_ends_with(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chromium_path: str | None
) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    for needed in ("plotly", "kaleido", "torch"):
        pytest.importorskip(needed)
    if chromium_path is None:
        pytest.skip("there is no Chromium that draws")
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "BROWSER_PATH": chromium_path}
    before = os.times()
    client = nbclient.NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=env)
    assert _seconds_of_children(before) < LONGEST
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(_is_whole(cell) for cell in codes)
    assert not [o for cell in codes for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]
    figures = [o for cell in codes for o in cell.outputs if "application/vnd.plotly.v1+json" in o.get("data", {})]
    assert len(figures) == sum(cell.source.split("\n")[-1].startswith(("plot.", "figure")) for cell in codes)
    texts = "\n".join(o.get("data", {}).get("text/plain", "") for cell in codes for o in cell.outputs)
    assert "ConvexSolution: value" in texts
    assert "Proven optimal" in texts
    assert "['landscape.pdf', 'landscape.svg']" in texts


def _is_whole(cell: Any) -> bool:
    return bool(cell.execution_count) and all(output.output_type != "error" for output in cell.outputs)


def _seconds_of_children(before: os.times_result) -> float:
    now = os.times()
    return now.children_user + now.children_system - before.children_user - before.children_system
