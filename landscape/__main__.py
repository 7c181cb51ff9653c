"""``python -m landscape``: sweeps of gradient descent, the site as static files, and the check of proof files.

NumPy is imported only after the number of its threads is set, and not at all to check a proof.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from landscape.experiments.sweep.executors import ONE_THREAD, Processes, dask

if TYPE_CHECKING:
    from landscape.experiments.sweep.journal import Journal
    from landscape.experiments.sweep.settings import Sweep
    from landscape.model.datasets import Dataset

DONE, CELLS_FAILED, REFUSED, TROUBLE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes."""

NOT_PROVEN, UNREADABLE = 1, 2
"""Those of the check of proof files, the greatest of all files that are given."""

REPORT_EVERY = 5.0
"""Seconds between two lines of progress where the terminal cannot be rewritten."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "check":
        return _check(options.files)
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
    try:
        return _site(options.folder) if options.command == "site" else _sweep(options)
    except ValueError as error:
        return _report(str(error), REFUSED)
    except BrokenExecutor as lost:
        return _report(f"{lost} Finished cells are kept in {options.out}; the same command goes on.", TROUBLE)
    except OSError as error:
        failure = _site_failure if options.command == "site" else _io_failure
        return _report(failure(options.folder if options.command == "site" else options.out, error), TROUBLE)
    except KeyboardInterrupt:
        if options.command == "site":
            return _report("Stopped. The same command writes the site anew.", INTERRUPTED)
        return _report(f"Stopped. Finished cells are kept in {options.out}; the same command goes on.", INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m landscape", description=__doc__.split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sweep = commands.add_parser(
        "sweep",
        help="success rate and time of gradient descent over a product of settings",
        description="Trains many starts for every combination of the settings below and counts how many reach the "
        "convex optimum. A sweep that was stopped, or killed, goes on when the same command is given again.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    sweep.add_argument("--data", nargs="+", default=["five"], help="data sets by name, or CSV files")
    sweep.add_argument("--bias", action="store_true", help="give data from files a column of ones")
    sweep.add_argument("--m", nargs="+", type=int, default=[1, 2, 3, 4, 6, 12], help="neurons")
    sweep.add_argument("--scale", nargs="+", type=float, default=[1.0], help="scales of the start")
    sweep.add_argument("--lam", nargs="+", type=float, default=[0.05], help="regularisation, as fractions of λ_max")
    sweep.add_argument("--step", nargs="+", type=float, default=[0.02], help="step sizes")
    sweep.add_argument("--method", nargs="+", default=["gd"], help="gd, momentum, adam")
    sweep.add_argument("--seeds", nargs="+", default=["0"], help="seeds, or ranges such as 0:10 (without 10)")
    sweep.add_argument("--start", default="uniform", help="uniform, normal, balanced or pytorch")
    sweep.add_argument("--second-layer", default="trained", help="trained, or ones")
    sweep.add_argument("--starts", type=int, default=20, help="runs of each cell")
    sweep.add_argument("--steps", type=int, default=5000, help="most steps of a run")
    sweep.add_argument("--tolerance", type=float, default=1e-4, help="excess up to which a run succeeds")
    sweep.add_argument("--out", type=Path, default=Path("sweep"), help="folder of the journal and the tables")
    where = sweep.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes of this machine")
    where.add_argument("--scheduler", help="address of a Dask scheduler instead, such as tcp://10.0.0.1:8786")
    site = commands.add_parser(
        "site",
        help="the front page as static files, alive without a server",
        description="Writes a folder that any host of static files can show: the front page, solved and drawn in the "
        "browser, and recordings of the other pages. Give the same folder again to replace what was written.",
    )
    site.add_argument("folder", type=Path, help="a folder that is new, empty, or that a site was written into")
    check = commands.add_parser(
        "check",
        help="whether a proof file proves what it claims",
        description="Reads files that the app, or landscape.write_proof, has written, computes everything that they "
        "claim anew in exact arithmetic, and says what is proven. Ends with 0 where all is proven, 1 where something "
        "is not, and 2 where a file cannot be read.",
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a proof file (JSON)")
    return parser


def _check(files: Sequence[Path]) -> int:
    from landscape.proof_file.check import check_proof
    from landscape.proof_file.document import MOST_BYTES

    code = DONE
    for file in files:
        if len(files) > 1:
            print(f"{file}:")
        try:
            with open(file, "rb") as stream:
                report = check_proof(stream.read(MOST_BYTES + 1))
        except OSError as error:
            code = _report(f"{file} cannot be read: {error.strerror or error}.", UNREADABLE)
        except ValueError as refused:
            code = _report(f"{file}: {refused}", UNREADABLE)
        except KeyboardInterrupt:
            return _report("Stopped: nothing more is checked.", INTERRUPTED)
        else:
            print("\n".join(report.sentences), flush=True)
            code = max(code, DONE if report.proven else NOT_PROVEN)
    return code


def _site(folder: Path) -> int:
    with _without_warnings():
        try:
            from landscape.web.site.build import write_site
        except ModuleNotFoundError as missing:
            return _report(
                f"The site is made by the app, which needs {missing.name}: install what requirements.txt lists.",
                TROUBLE,
            )
        names = write_site(folder, lambda line: print(f"{line} …", file=sys.stderr, flush=True))
    size = sum((folder / name).stat().st_size for name in names) / 1e6
    print(f"{len(names)} files, {size:.1f} MB, are in {folder}. python -m http.server -d {folder} shows them.")
    return DONE


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep the log quiet: Streamlit, which is not running, would warn of that at every turn."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _sweep(options: argparse.Namespace) -> int:
    from landscape.experiments.sweep.journal import Journal

    sweep = _settings(options)
    options.out.mkdir(parents=True, exist_ok=True)
    with Journal(options.out / "journal.jsonl", sweep) as journal, ExitStack() as stack:
        if len(journal.results) < len(sweep):
            try:
                _run(sweep, journal, options, stack)
            except KeyboardInterrupt:
                journal.close()
                _leave_now(
                    _report(f"Stopped. Finished cells are in {options.out}; the same command goes on.", INTERRUPTED)
                )
        return _finish(sweep, journal, options.out)


def _run(sweep: Sweep, journal: Journal, options: argparse.Namespace, stack: ExitStack) -> None:
    from landscape.experiments.sweep.run import Failed, WorkersReplaced, run

    renew: Callable[[], Any] | None = None
    if options.scheduler:
        executor, threads = stack.enter_context(dask(options.scheduler))
        where = f"{threads} threads of {options.scheduler}"
    else:
        if options.workers < 1:
            raise ValueError(f"workers must be at least 1, but was {options.workers}.")
        threads, where = options.workers, f"{options.workers} processes"

        def renew() -> Any:
            return stack.enter_context(Processes(options.workers))

        executor = renew()
    progress = Progress(len(sweep), len(journal.results), sys.stderr)
    progress.say(f"{len(sweep)} cells on {where}, {len(journal.results)} of them done before.")
    for event in run(sweep, executor, journal, window=2 * threads, renew=renew):
        if isinstance(event, WorkersReplaced):
            progress.say(f"A worker died. Its {len(event.cells)} cells run again, one at a time.")
        elif isinstance(event, Failed):
            progress.failed()
            progress.say(f"Failed: {_name(event.cell.settings)}. {event.reason}")
        else:
            progress.finished()
    progress.end()


class Progress:
    """Progress of a sweep: one line that is rewritten on a terminal, a line every few seconds in a file."""

    def __init__(self, total: int, before: int, stream: TextIO) -> None:
        self._total, self._before, self._stream = total, before, stream
        self._done, self._failed = before, 0
        self._began = self._printed = monotonic()
        self._live = stream.isatty()

    def say(self, sentence: str) -> None:
        """Print a sentence on a line of its own."""
        self._stream.write(("\r\033[K" if self._live else "") + sentence + "\n")
        self._stream.flush()

    def finished(self) -> None:
        """Count a finished cell."""
        self._done += 1
        self._update()

    def failed(self) -> None:
        """Count a failed cell."""
        self._failed += 1
        self._update()

    def end(self) -> None:
        """Print the last count."""
        self.say(self.line())

    def line(self) -> str:
        """Return how many cells are over, and how long the rest will take at the pace so far."""
        over = self._done + self._failed
        text = f"{over} of {self._total} cells"
        if self._failed:
            text += f", {self._failed} failed"
        here, left = over - self._before, self._total - over
        if here > 0 and left > 0:
            text += f", about {_duration((monotonic() - self._began) / here * left)} left"
        return text

    def _update(self) -> None:
        if self._live:
            self._stream.write("\r\033[K" + self.line())
            self._stream.flush()
        elif monotonic() - self._printed >= REPORT_EVERY:
            self._printed = monotonic()
            self.say(self.line())


def _finish(sweep: Sweep, journal: Journal, out: Path) -> int:
    from landscape.experiments.sweep.tables import rows, write_csv, write_parquet

    table = rows(sweep, journal.results, journal.failures)
    write_csv(out / "results.csv", table)
    written = "results.csv"
    if write_parquet(out / "results.parquet", table):
        written += " and results.parquet"
    missing = len(sweep) - len(journal.results)
    print(f"{len(journal.results)} of {len(sweep)} cells are in {written} of {out}.")
    if missing:
        return _report(f"{missing} cells failed; the same command tries them again.", CELLS_FAILED)
    return DONE


def _settings(options: argparse.Namespace) -> Sweep:
    from landscape.experiments.sweep.settings import Sweep

    return Sweep(
        data=tuple(_data(name, options.bias) for name in options.data),
        m=tuple(options.m),
        scale=tuple(options.scale),
        lam=tuple(options.lam),
        step=tuple(options.step),
        method=tuple(options.method),
        seeds=tuple(seed for text in options.seeds for seed in _seeds(text)),
        start=options.start,
        second_layer=options.second_layer,
        starts=options.starts,
        n_steps=options.steps,
        tolerance=options.tolerance,
    )


def _data(name: str, bias: bool) -> Dataset:
    from landscape.model.datasets import DATASETS, Dataset, dataset

    path = Path(name)
    if name in DATASETS or not path.suffix:
        return dataset(name)
    from landscape.model.csv_table import read_table

    try:
        table = read_table(path.read_bytes())
    except (ValueError, OSError) as error:
        raise ValueError(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    print(f"{name}: {' '.join(table.notes)}", file=sys.stderr)
    return Dataset(name=path.stem, X=table.X, y=table.y, bias=bias, source=name)


def _seeds(text: str) -> range:
    first, colon, end = text.partition(":")
    try:
        seeds = range(int(first), int(end) if colon else int(first) + 1)
    except ValueError:
        raise ValueError(f"seeds must be whole numbers or ranges such as 0:10, but hold {text!r}.") from None
    if len(seeds) > 1_000_000:
        raise ValueError(f"seeds must be at most 1,000,000, but {text} has {len(seeds):,}.")
    return seeds


def _name(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {settings[name]}" for name in ("data", "m", "scale", "lam", "step", "method", "seed"))


def _duration(seconds: float) -> str:
    minutes, hours = seconds / 60, seconds / 3600
    return f"{seconds:.0f} s" if seconds < 100 else f"{minutes:.0f} min" if minutes < 100 else f"{hours:.0f} h"


def _io_failure(out: Path, error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return (
        f"The sweep cannot go on: {error.strerror or error}{place}. Cells that were finished are kept in {out}; "
        "when this is mended, the same command goes on."
    )


def _site_failure(folder: Path, error: OSError) -> str:
    return f"The site cannot be written into {folder}: {error.strerror or error} ({error.filename or folder})."


def _report(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _leave_now(code: int) -> NoReturn:
    """End at once: worker processes end with their parent, and their unfinished cells are not kept."""
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())
