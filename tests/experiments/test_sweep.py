"""Sweeps give the same numbers wherever they run, lose nothing when they are stopped, and go on."""

import contextlib
import csv
import itertools
import json
import math
import os
import re
import threading
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from landscape.experiments.sweep.cell import run_cell
from landscape.experiments.sweep.executors import Here, Processes, dask
from landscape.experiments.sweep.journal import Journal
from landscape.experiments.sweep.run import WORKER_DIED, Failed, Finished, WorkersReplaced, run
from landscape.experiments.sweep.settings import Sweep
from landscape.experiments.sweep.tables import rows, write_csv, write_parquet
from landscape.geometry.lambda_max import lambda_max
from landscape.model.datasets import DATASETS, Dataset
from landscape.model.excess import excess
from landscape.model.initialisation import uniform
from landscape.model.network import objective
from landscape.model.problem import Problem
from landscape.training.descent import descend

FIVE = DATASETS["five"]
SMALL = Sweep(data=(FIVE,), m=(1, 3), lam=(0.05,), seeds=(0, 1), starts=3, n_steps=60)
VARIED = Sweep(
    data=(FIVE, DATASETS["poster"], DATASETS["cars"]),
    m=(2, 40),
    lam=(0.0, 0.1),
    method=("gd", "adam"),
    seeds=(7,),
    starts=5,
    n_steps=80,
)


def numbers(sweep, executor, **settings):
    """What a sweep finds, by the key of its cells, without the time it took."""
    with contextlib.closing(run(sweep, executor, **settings)) as events:
        return {event.cell.key: event.result.numbers for event in events}


def raises_at_three(cell):
    if cell.m == 3:
        raise RuntimeError("three is one too many")
    return run_cell(cell)


def dies_at_three(cell):
    if cell.m == 3 and cell.seed == 1:
        os._exit(1)
    return run_cell(cell)


def test_a_sweep_is_the_product_of_its_settings():
    cells = list(VARIED.cells())
    assert len(cells) == len(VARIED) == 3 * 2 * 2 * 2
    wanted = itertools.product(("five", "poster", "cars"), (2, 40), (1.0,), (0.0, 0.1), (0.01,), ("gd", "adam"), (7,))
    assert [cell.key for cell in cells] == list(wanted)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"m": (0,)}, "m must hold whole numbers from 1"),
        ({"m": (1.5,)}, "m must hold whole numbers"),
        ({"m": ()}, "m must hold at least one value"),
        ({"m": (2, 2)}, "m must hold different values"),
        ({"m": (math.nan,)}, "m must hold whole numbers"),
        ({"scale": (0.0,)}, "scale must hold finite numbers above 0"),
        ({"scale": (math.inf,)}, "scale must hold finite numbers"),
        ({"lam": (-0.1,)}, "lam must hold finite numbers at or above 0"),
        ({"step": ("fast",)}, "step must hold finite numbers"),
        ({"seeds": (-1,)}, "seeds must hold whole numbers"),
        ({"method": ("newton",)}, "method must be among gd"),
        ({"start": "zero"}, "start must be one of"),
        ({"second_layer": "twos"}, "second_layer must be"),
        ({"second_layer": "ones", "lam": (0.1,)}, "lam must be 0"),
        ({"starts": 0}, "starts must hold whole numbers"),
        ({"n_steps": 10**9}, "n_steps must hold whole numbers"),
        ({"tolerance": 0.0}, "tolerance must hold finite numbers above 0"),
        ({"data": (FIVE, FIVE)}, "data must hold different values"),
        ({"data": ()}, "data must hold at least one"),
        ({"seeds": range(1_000_001)}, "at most 1,000,000 cells"),
        ({"m": (100_000,), "n_steps": 1_000_000}, "steps × neurons × samples must be at most"),
    ],
)
def test_settings_that_are_none_are_refused_by_name(setting, sentence):
    with pytest.raises(ValueError, match=sentence):
        Sweep(**{"data": (FIVE,), "m": (2,), **setting})


def test_more_neurons_succeed_more_often_and_fewer_than_three_never():
    """Five points, λ = .05: shares of successful starts 0, 0, 12, 25, 37, 58 % for m = 1, 2, 3, 4, 6, 12."""
    fraction = 0.05 / lambda_max(Problem(FIVE.design, FIVE.y))
    sweep = Sweep(
        data=(FIVE,), m=(1, 2, 3, 6, 12), lam=(fraction,), step=(0.02,), starts=60, n_steps=4000, tolerance=2e-4
    )
    found = {event.cell.m: event.result for event in run(sweep, Here())}
    assert all(result.optimum == pytest.approx(2 * 0.4528345, abs=1e-6) for result in found.values())
    assert all(result.proven for result in found.values())
    assert all(result.lower_bound <= result.best for result in found.values())
    assert found[1].best == pytest.approx(2 * 0.6286, abs=2e-4)
    assert found[2].best == pytest.approx(2 * 0.45457, abs=1e-3)
    rate = {m: result.success_rate for m, result in found.items()}
    assert rate[1] == rate[2] == 0
    assert 0 < rate[3] <= 0.3
    assert 0.15 <= rate[6] <= 0.6
    assert 0.4 <= rate[12] <= 0.9
    assert found[1].steps_to_success is None
    assert 0 < found[12].steps_to_success <= 4000


def test_a_cell_is_what_its_runs_one_by_one_come_to():
    (cell,) = Sweep(
        data=(FIVE,), m=(12,), lam=(0.1,), step=(0.03,), starts=6, n_steps=399, seeds=(5,), tolerance=0.05
    ).cells()
    result = run_cell(cell)
    problem = Problem(FIVE.design, FIVE.y, 0.1 * lambda_max(Problem(FIVE.design, FIVE.y)))
    rng = np.random.default_rng(5)
    runs = [descend(problem, uniform(2, 12, 1.0, rng), step=0.03, n_steps=399) for _ in range(6)]
    ends = [objective(problem, run.network()) for run in runs]
    within = [excess(problem, result.optimum, run.objective) <= 0.05 for run in runs]
    first = [int(np.argmax(there)) for there in within if there[-1]]
    assert result.lam == problem.lam
    assert result.best == pytest.approx(min(ends), rel=1e-9)
    assert result.worst == pytest.approx(max(ends), rel=1e-9)
    assert result.median == pytest.approx(np.median(ends), rel=1e-9)
    assert result.successes == len(first) > 0
    assert result.steps_to_success == np.median(first)
    assert result.converged + result.out_of_steps + result.diverged + result.dead == 6


def test_outcomes_of_a_cell_are_counted():
    common = {"data": (DATASETS["poster"],), "m": (2,), "second_layer": "ones", "starts": 40, "scale": (4.0,)}
    (cell,) = Sweep(**common, step=(0.1,), n_steps=2000).cells()
    result = run_cell(cell)
    assert result.optimum == pytest.approx(0.0, abs=1e-15)
    assert 0.5 < result.success_rate < 0.9
    assert result.dead == 0
    assert result.converged == 40
    (cell,) = Sweep(**common, step=(1e3,), n_steps=200).cells()
    assert run_cell(cell).diverged > 0


def test_success_is_judged_in_shares_of_the_optimum_or_of_the_labels():
    problem = Problem([[1.0]], [2.0])
    assert excess(problem, 0.5, np.array([0.5, 1.0])).tolist() == [0.0, 1.0]
    assert excess(problem, 0.0, 4e-4) == pytest.approx(1.0)
    assert excess(Problem([[1.0]], [0.0]), 0.0, np.array([0.0, 1.0])).tolist() == [0.0, math.inf]


def test_processes_and_threads_find_what_one_thread_finds_bit_by_bit():
    here = numbers(VARIED, Here())
    assert len(here) == len(VARIED)
    with Processes(2) as pool:
        assert numbers(VARIED, pool) == here
    with ThreadPoolExecutor(2) as pool:
        assert numbers(VARIED, pool) == here


@pytest.mark.filterwarnings("default")  # Dask and its web server warn of each other's ways
def test_a_dask_cluster_finds_the_same_bit_by_bit():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", worker_dashboard_address=None
        ) as cluster,
        dask(cluster.scheduler_address) as (executor, threads),
    ):
        assert threads == 2
        assert numbers(VARIED, executor, window=4) == numbers(VARIED, Here())


@pytest.mark.filterwarnings("default")
def test_no_scheduler_is_said():
    pytest.importorskip("distributed")
    with pytest.raises(ValueError, match="scheduler must be the address"), dask("nonsense://127.0.0.1:1"):
        pass


def test_a_journal_goes_on_where_it_stopped_and_repeats_nothing(tmp_path):
    path = tmp_path / "journal.jsonl"
    whole = numbers(SMALL, Here())
    with Journal(path, SMALL) as journal, contextlib.closing(run(SMALL, Here(), journal, window=1)) as events:
        first = [next(events) for _ in range(2)]
    with Journal(path, SMALL) as journal:
        assert set(journal.results) == {event.cell.key for event in first}
        rest = list(run(SMALL, Here(), journal))
        assert len(rest) == len(SMALL) - 2
        assert {key: result.numbers for key, result in journal.results.items()} == whole
    keys = [tuple(json.loads(line)["cell"]) for line in path.read_text().splitlines()[1:]]
    assert sorted(keys) == sorted(whole)


def test_a_torn_line_is_cut_off_wherever_it_was_torn(tmp_path):
    path = tmp_path / "journal.jsonl"
    with Journal(path, SMALL) as journal:
        list(run(SMALL, Here(), journal))
        held = dict(journal.results)
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in (0, 5, ends[0] - 1, ends[0], ends[0] + 1, ends[2] - 1, ends[2], len(whole) - 1):
        path.write_bytes(whole[:cut])
        with Journal(path, SMALL) as journal:
            assert len(journal.results) == max(0, sum(end <= cut for end in ends) - 1)
            list(run(SMALL, Here(), journal))
            assert {k: r.numbers for k, r in journal.results.items()} == {k: r.numbers for k, r in held.items()}
        with Journal(path, SMALL) as journal:
            assert len(journal.results) == len(SMALL)


def test_results_come_back_from_a_journal_bit_by_bit(tmp_path):
    with Journal(tmp_path / "j", SMALL) as journal:
        list(run(SMALL, Here(), journal))
        held = dict(journal.results)
    with Journal(tmp_path / "j", SMALL) as journal:
        assert journal.results == held


def test_a_journal_of_another_sweep_is_refused(tmp_path):
    Journal(tmp_path / "j", SMALL).close()
    other = Sweep(data=(FIVE,), m=(1, 3), lam=(0.05,), seeds=(0, 1), starts=3, n_steps=61)
    with pytest.raises(ValueError, match="differs in n_steps"):
        Journal(tmp_path / "j", other)


def extended(**more):
    return Sweep(**{"data": (FIVE,), "m": (1, 3), "lam": (0.05,), "seeds": (0, 1), "starts": 3, "n_steps": 60, **more})


@pytest.mark.parametrize("more", [{"seeds": (0, 1, 2)}, {"m": (1, 2, 3)}, {"data": (DATASETS["poster"], FIVE)}])
def test_a_finished_sweep_is_extended_and_runs_only_what_is_new(tmp_path, more):
    larger = extended(**more)
    with Journal(tmp_path / "j", SMALL) as journal:
        list(run(SMALL, Here(), journal))
        held = dict(journal.results)
    with Journal(tmp_path / "j", larger) as journal:
        assert journal.results == held
        fresh = [event.cell.key for event in run(larger, Here(), journal)]
        assert not {*fresh} & {*held}
        assert {*fresh} | {*held} == {cell.key for cell in larger.cells()}
    with Journal(tmp_path / "j", larger) as journal:
        assert len(journal.results) == len(larger)
        assert {key: result.numbers for key, result in journal.results.items()} == numbers(larger, Here())
    # What is in the journal is not dropped by a smaller sweep without a word.
    with pytest.raises(ValueError, match=f"differs in {next(iter(more))}: it has"):
        Journal(tmp_path / "j", SMALL)


def test_data_of_the_same_name_and_other_samples_do_not_extend_a_sweep(tmp_path):
    Journal(tmp_path / "j", SMALL).close()
    other = Dataset(name=FIVE.name, X=FIVE.X + 1.0, y=FIVE.y, source="another")
    with pytest.raises(ValueError, match="differs in data: it has five"):
        Journal(tmp_path / "j", extended(data=(other,)))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("success_rate", 7, "success_rate must be successes / runs, but is 7"),
        ("success_rate", math.nan, "success_rate must be successes / runs, but is nan"),
        ("successes", 5, "success_rate must be successes / runs"),
        ("converged", -1, "successes and outcomes must be whole numbers from 0"),
        ("dead", 400, "it has 40. runs instead of 3"),
        ("worst", -1.0, "best, median and worst must be in this order"),
        ("best", "low", "must be finite numbers"),
        ("optimum", math.inf, "must be finite numbers"),
        ("proven", 1, "proven must be true or false"),
        ("seconds", -3.0, "must be at least 0"),
        ("lam", None, "must be finite numbers"),
        ("colour", 1, "unexpected keyword argument"),
    ],
)
def test_a_result_that_cannot_be_is_refused_naming_its_line(tmp_path, name, value, reason):
    with Journal(tmp_path / "j", SMALL) as journal:
        list(run(SMALL, Here(), journal))
    lines = (tmp_path / "j").read_text().splitlines()
    record = json.loads(lines[2])
    record["result"][name] = value
    damaged = "\n".join([*lines[:2], json.dumps(record), *lines[3:], ""])
    (tmp_path / "j").write_text(damaged)
    with pytest.raises(ValueError, match=f"line 3 is damaged .*{reason}.*delete this line, and the same command"):
        Journal(tmp_path / "j", SMALL)
    assert (tmp_path / "j").read_text() == damaged
    (tmp_path / "j").write_text("\n".join([*lines[:2], *lines[3:], ""]))
    with Journal(tmp_path / "j", SMALL) as journal:
        assert len(list(run(SMALL, Here(), journal))) == 1


def test_a_damaged_journal_is_read_or_refused_in_a_sentence_that_names_the_line(tmp_path):
    path = tmp_path / "j"
    with Journal(path, SMALL) as journal:
        list(run(SMALL, Here(), journal))
        held = dict(journal.results)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    pieces = [
        b"",
        b"\n",
        b"{",
        b"}",
        b'"',
        b"[" * 3000,
        b"9" * 5000,
        b"null",
        b"\xff",
        b"\0",
        b"-",
        b"1e999",
        b"true",
        b",",
    ]
    refused = 0
    for _ in range(400):
        at, length = int(rng.integers(len(whole))), int(rng.integers(4))
        damaged = whole[:at] + pieces[rng.integers(len(pieces))] + whole[at + length :]
        path.write_bytes(damaged)
        try:
            with Journal(path, SMALL) as journal:
                kept = dict(journal.results)
            sentence = ""
        except ValueError as error:
            sentence, kept = str(error), {}
        if sentence:
            refused += 1
            assert re.search(r"line \d+ is damaged|first line is none|differs in", sentence)
            assert sentence.endswith(".")
            assert path.read_bytes() == damaged
        assert set(kept) <= set(held)
        assert all(0 <= result.success_rate <= 1 for result in kept.values())
    assert refused > 100


def test_a_file_without_a_line_end_that_is_no_journal_is_left_alone(tmp_path):
    (tmp_path / "j").write_text("my notes")
    with pytest.raises(ValueError, match="must be the journal of a sweep"):
        Journal(tmp_path / "j", SMALL)
    assert (tmp_path / "j").read_text() == "my notes"


@pytest.mark.parametrize("text", ["what is this\n", "[1, 2]\n", '{"format": 99}\n', '{"hello": 1}\n'])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path, text):
    (tmp_path / "j").write_text(text)
    with pytest.raises(ValueError, match="must be the journal of a sweep"):
        Journal(tmp_path / "j", SMALL)
    assert (tmp_path / "j").read_text() == text


def test_two_sweeps_do_not_write_one_journal(tmp_path):
    with Journal(tmp_path / "j", SMALL), pytest.raises(ValueError, match="another sweep is writing it"):
        Journal(tmp_path / "j", SMALL)
    Journal(tmp_path / "j", SMALL).close()


def test_a_cell_that_raises_is_said_and_tried_again_next_time(tmp_path):
    with Journal(tmp_path / "j", SMALL) as journal:
        events = list(run(SMALL, Here(), journal, task=raises_at_three))
        failed = [event for event in events if isinstance(event, Failed)]
        assert {event.cell.m for event in failed} == {3}
        assert failed[0].reason == "RuntimeError: three is one too many"
        assert len(journal.results) == 2
    with Journal(tmp_path / "j", SMALL) as journal:
        assert len(journal.failures) == 2
        assert all(isinstance(event, Finished) for event in run(SMALL, Here(), journal))
        assert not journal.failures
        assert len(journal.results) == 4


def test_a_worker_that_dies_costs_only_its_own_cell(tmp_path):
    with contextlib.ExitStack() as stack, Journal(tmp_path / "j", SMALL) as journal:

        def renew():
            return stack.enter_context(Processes(2))

        events = list(run(SMALL, renew(), journal, renew=renew, task=dies_at_three))
        assert any(isinstance(event, WorkersReplaced) for event in events)
        (failed,) = (event for event in events if isinstance(event, Failed))
        assert (failed.cell.m, failed.cell.seed, failed.reason) == (3, 1, WORKER_DIED)
        assert len(journal.results) == 3


def test_a_worker_that_dies_ends_a_sweep_that_cannot_replace_it(tmp_path):
    with Processes(1) as pool, Journal(tmp_path / "j", SMALL) as journal:
        with pytest.raises(BrokenExecutor):
            list(run(SMALL, pool, journal, window=1, task=dies_at_three))
        assert len(journal.results) == 3


def test_stopping_cancels_what_has_not_begun():
    begun, closed = [], threading.Event()

    def note(cell):
        begun.append(cell.key)
        if len(begun) == 2:
            assert closed.wait(60)
        return run_cell(cell)

    sweep = Sweep(data=(FIVE,), m=(1,), seeds=range(50), starts=1, n_steps=5)
    with ThreadPoolExecutor(1) as pool:
        with contextlib.closing(run(sweep, pool, window=20, task=note)) as events:
            next(events)
        closed.set()
    assert len(begun) <= 2


@pytest.mark.parametrize("finished", range(len(SMALL) + 1))
def test_a_sweep_stopped_between_cells_keeps_every_finished_cell(finished):
    begun = []

    def note(cell):
        begun.append(cell.key)
        return run_cell(cell)

    held = {}
    with contextlib.closing(run(SMALL, Here(), window=1, task=note)) as events:
        for event in itertools.islice(events, finished):
            held[event.cell.key] = event.result.numbers
    assert list(held) == begun == [cell.key for cell in SMALL.cells()][:finished]
    every = numbers(SMALL, Here())
    assert held == {key: every[key] for key in held}


def test_a_full_disk_is_raised_and_what_was_written_stays(tmp_path, monkeypatch):
    with Journal(tmp_path / "j", SMALL) as journal:
        synced = os.fsync

        def full(handle):
            if len(journal.results) == 2:
                raise OSError(28, "No space left on device")
            synced(handle)

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            list(run(SMALL, Here(), journal, window=1))
    monkeypatch.undo()
    with Journal(tmp_path / "j", SMALL) as journal:
        assert len(journal.results) == 2
        assert len(list(run(SMALL, Here(), journal))) == 2


def test_tables_hold_every_cell_with_every_digit(tmp_path):
    events = list(run(SMALL, Here(), task=raises_at_three))
    results = {event.cell.key: event.result for event in events if isinstance(event, Finished)}
    failures = {event.cell.key: event.reason for event in events if isinstance(event, Failed)}
    table = rows(SMALL, results, failures)
    assert [(row["m"], row["seed"]) for row in table] == [(1, 0), (1, 1), (3, 0), (3, 1)]
    write_csv(tmp_path / "t.csv", table)
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    for row, line in zip(table, read, strict=True):
        assert list(row) == list(line)
        for name, value in row.items():
            assert line[name] == ("" if value is None else str(value))
            if isinstance(value, float):
                assert float(line[name]) == value
    assert table[0]["lam"] == 0.05
    assert table[0]["lam_value"] == 0.05 * lambda_max(Problem(FIVE.design, FIVE.y))
    assert "three" in table[2]["failed"]
    pq = pytest.importorskip("pyarrow.parquet")
    assert write_parquet(tmp_path / "t.parquet", table)
    assert pq.read_table(tmp_path / "t.parquet").to_pylist() == table
    assert not list(tmp_path.glob("*.part"))


def test_data_given_by_hand_are_in_the_journal(tmp_path):
    mine = Dataset(name="mine", X=np.array([[1 / 3]]), y=np.array([0.1 + 0.2]), bias=True, source="by hand")
    Journal(tmp_path / "j", Sweep(data=(mine,), m=(1,))).close()
    (data,) = json.loads((tmp_path / "j").read_text())["sweep"]["data"]
    assert data == {"name": "mine", "X": [[1 / 3, 1.0]], "y": [0.1 + 0.2], "source": "by hand"}
