"""The command: killed and resumed, on a full disk, with a progress line, and with sentences for what it refuses."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from app_server import wait_until

from landscape.__main__ import Progress, main

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ["--data", "five", "--m", "2", "4", "--seeds", "0:6", "--starts", "4", "--steps", "3000", "--lam", "0.05"]
CELLS = 12


def command(out, *settings):
    return [sys.executable, "-m", "landscape", "sweep", *settings, "--out", str(out)]


def table(out):
    """The rows of a sweep, without the time they took."""
    with open(out / "results.csv", newline="", encoding="utf-8") as file:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def journalled(out):
    path = out / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [tuple(json.loads(line)["cell"]) for line in lines[1:] if line.endswith(b"\n")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What the sweep finds when nothing happens to it."""
    out = tmp_path_factory.mktemp("whole")
    subprocess.run(command(out, *SETTINGS, "--workers", "1"), cwd=ROOT, check=True, capture_output=True)
    return table(out)


def begun(out, *settings):
    """A sweep that has finished at least two cells and is going on."""
    # A shell starts what runs behind it deaf to Ctrl+C, and its children inherit that.
    hears = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    going = subprocess.Popen(
        command(out, *settings),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=hears,  # noqa: PLW1509
    )
    wait_until(lambda: len(journalled(out)) >= 2 or going.poll() is not None, every=0.005)
    assert going.poll() is None
    return going


def test_a_killed_sweep_goes_on_without_losing_or_repeating_a_cell(tmp_path, whole):
    going = begun(tmp_path, *SETTINGS, "--workers", "2")
    children = Path(f"/proc/{going.pid}/task/{going.pid}/children").read_text().split()
    going.kill()
    going.communicate()
    kept = journalled(tmp_path)
    assert 2 <= len(kept) < CELLS
    wait_until(lambda: not any(_alive(child) for child in children))
    again = subprocess.run(
        command(tmp_path, *SETTINGS, "--workers", "2"), cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert f"{len(kept)} of them done before" in again.stderr
    keys = journalled(tmp_path)
    assert keys[: len(kept)] == kept
    assert len(keys) == len(set(keys)) == CELLS
    assert table(tmp_path) == whole


def _alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", maxsplit=1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sweep_says_how_to_go_on(tmp_path, number):
    going = begun(tmp_path, *SETTINGS, "--workers", "1")
    going.send_signal(number)
    _, errors = going.communicate(timeout=30)
    assert going.returncode == 130
    assert "the same command goes on" in errors.decode()
    assert "Traceback" not in errors.decode()
    assert len(journalled(tmp_path)) >= 2


def test_a_full_disk_stops_the_sweep_with_a_sentence_and_keeps_the_rest(tmp_path, whole):
    """A limit on the size of files stands for the disk: one block of 1,024 bytes."""
    limited = subprocess.run(
        ["bash", "-c", 'ulimit -f 1; exec "$@"', "bash", *command(tmp_path, *SETTINGS, "--workers", "1")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert limited.returncode == 3
    assert "The sweep cannot go on: File too large" in limited.stderr
    assert "Traceback" not in limited.stderr
    kept = journalled(tmp_path)
    assert 0 < len(kept) < CELLS
    subprocess.run(command(tmp_path, *SETTINGS, "--workers", "1"), cwd=ROOT, check=True, capture_output=True)
    assert journalled(tmp_path)[: len(kept)] == kept
    assert table(tmp_path) == whole


def test_a_finished_sweep_only_writes_its_tables_again(tmp_path, capsys):
    quick = [*SETTINGS[:4], "--seeds", "0", "--starts", "1", "--steps", "5", "--workers", "1"]
    arguments = ["sweep", *quick, "--out", str(tmp_path)]
    assert main(arguments) == 0
    (tmp_path / "results.csv").unlink()
    assert main(arguments) == 0
    out, errors = capsys.readouterr()
    assert errors.count("cells on") == 1
    assert "1 of 1 cells are in results.csv" in out
    assert len(table(tmp_path)) == 1


def test_a_sweep_runs_on_data_from_a_file(tmp_path, capsys):
    data = tmp_path / "mine.csv"
    data.write_text("\ufeffx,label\n-1,1\n1,2\n", encoding="utf-8")
    arguments = ["sweep", "--data", str(data), "--bias", "--m", "2", "--starts", "1", "--steps", "5", "--workers", "1"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    (row,) = table(tmp_path / "out")
    assert (row["data"], row["n"], row["d"]) == ("mine", "2", "2")
    assert "mine.csv: 2 points were read: 1 feature, “x”; label “label”." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x,y\n1,2\n3\n", "but line 3 has 1 cell"),
        ("1,2\nx,3\n", "line 2, column 1 holds"),
        ("", "The table must hold at least one row"),
        ("1,nan\n", "line 1, column 2 holds"),
    ],
)
def test_a_file_without_samples_is_refused(tmp_path, capsys, text, sentence):
    data = tmp_path / "bad.csv"
    data.write_text(text)
    assert main(["sweep", "--data", str(data), "--out", str(tmp_path / "out")]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data", "iris"], "data must be one of poster"),
        (["--m", "0"], "m must hold whole numbers"),
        (["--seeds", "a:b"], "seeds must be whole numbers or ranges"),
        (["--seeds", "0:99999999"], "seeds must be at most 1,000,000"),
        (["--seeds", "3:3"], "seeds must hold at least one value"),
        (["--method", "newton"], "method must be among"),
        (["--workers", "0"], "workers must be at least 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_a_sentence(tmp_path, capsys, arguments, sentence):
    assert main(["sweep", *arguments, "--out", str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert sentence in errors
    assert "Traceback" not in errors


def test_a_file_that_is_not_there_is_said(tmp_path, capsys):
    assert main(["sweep", "--data", str(tmp_path / "none.csv"), "--out", str(tmp_path)]) == 2
    assert "none.csv: No such file" in capsys.readouterr().err


def test_another_sweep_in_the_same_folder_is_refused(tmp_path, capsys):
    quick = ["sweep", "--m", "1", "--starts", "1", "--workers", "1", "--out", str(tmp_path)]
    assert main([*quick, "--steps", "5"]) == 0
    assert main([*quick, "--steps", "6"]) == 2
    assert "differs in n_steps" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_one_line_on_a_terminal_and_few_lines_elsewhere():
    live, plain = Terminal(), io.StringIO()
    for stream in (live, plain):
        progress = Progress(10, 4, stream)
        for _ in range(5):
            progress.finished()
        progress.failed()
        progress.end()
    assert live.getvalue().count("\n") == 1
    assert "9 of 10 cells, about" in live.getvalue()
    assert plain.getvalue() == "10 of 10 cells, 1 failed\n"


def test_the_command_loads_no_numpy_before_it_has_set_its_threads():
    script = "import sys, landscape.__main__; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_help_names_every_setting():
    shown = subprocess.run(
        [sys.executable, "-m", "landscape", "sweep", "--help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    ).stdout
    for name in ("--data", "--m ", "--scale", "--lam", "--step ", "--seeds", "--scheduler", "--workers", "--out"):
        assert name in shown


@pytest.fixture
def scheduler(tmp_path):
    """A Dask scheduler with one worker: its process and its address."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    where = ["--scheduler-file", str(file), "--no-dashboard"]
    log = (tmp_path / "dask.log").open("wb")
    started = []

    def start(program, *options):
        command = [sys.executable, "-m", f"distributed.cli.{program}", *where, *options]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
        return started[-1]

    head = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    wait_until(lambda: file.exists() and file.read_text().endswith("}"))
    start("dask_worker", "--nthreads", "1", "--no-nanny", "--death-timeout", "60")
    wait_until(lambda: b"Registered to" in (tmp_path / "dask.log").read_bytes())
    yield head, json.loads(file.read_text())["address"]
    for process in started:
        process.kill()
        process.wait()
    log.close()


def test_a_sweep_whose_scheduler_is_killed_ends_in_one_sentence_and_goes_on(tmp_path, whole, scheduler):
    head, address = scheduler
    out = tmp_path / "sweep"
    going = begun(out, *SETTINGS, "--scheduler", address)
    head.kill()
    said = going.communicate(timeout=120)[1].decode().splitlines()
    assert going.returncode == 3
    assert said[-1] == (
        f"The scheduler {address} no longer answers. Finished cells are kept in {out}; the same command goes on."
    )
    assert not [line for line in said[:-1] if " cells" not in line]
    kept = journalled(out)
    assert 2 <= len(kept) < CELLS
    subprocess.run(command(out, *SETTINGS, "--workers", "1"), cwd=ROOT, check=True, capture_output=True)
    assert journalled(out)[: len(kept)] == kept
    assert table(out) == whole
