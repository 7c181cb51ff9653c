"""A scenario as a script over this package: the same data, runs and proofs, printed instead of drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from landscape.formatting import counted
from landscape.results.claims import networks_meant
from landscape.results.export.writing import WIDTH, bracketed, data_lines, number, rows, vector
from landscape.results.solved_scenario import SolvedScenario
from landscape.results.step_advice import Schedule
from landscape.scenario import Run, Scenario, Training
from landscape.training.step_size import USUAL


def python_snippet(scenario: Scenario, solved: SolvedScenario) -> str:
    """Return a script that prints a scenario's convex optimum and lower bound, and loss and gap of every run in it.

    It needs this package and NumPy. Explicit starts are written as numbers, random ones as the seed they are drawn
    with.
    """
    training, data = scenario.training, scenario.data
    steps = [run.schedule for run in solved.runs]
    return "\n".join(
        [
            _title(scenario),
            "",
            "import numpy as np",
            "",
            f"from landscape import {', '.join(_used(training))}",
            "",
            *data_lines(data),
            *problem_lines(training),
            "",
            f"# The convex twin's solution, and a lower bound: no {networks_meant(scenario.problem())}",
            "# of any width has a lower loss. The solution is proven optimal where the two agree.",
            "solution = solve_convex(problem)",
            "dual = y - predict(X, solution.network)",
            "optimum = certify(problem, solution.network, dual=dual)",
            'proof = "proven optimal" if optimum.closed else "not proven optimal"',
            'print(f"Best network: loss {optimum.value:.8g}, lower bound {optimum.lower_bound:.8g}, {proof}")',
            *_drawing(training, data.d),
            *_running(training, data.d, steps),
            "",
        ]
    )


def _title(scenario: Scenario) -> str:
    points = counted(scenario.data.n, "point")
    training = scenario.training
    ends = ": where gradient descent ends" if training.runs or training.starts else ""
    return (
        f'"""{counted(training.m, "ReLU neuron")} on {points}{ends}, and the convex optimum.\n\n'
        'Needs the package "landscape" of this app (in its folder: pip install .).\n"""'
    )


def problem_lines(training: Training) -> list[str]:
    """Return the lines that define the training problem of X and y."""
    if training.layer == "ones":
        return ['problem = Problem(X, y, second_layer="ones")']
    if training.output_bias != "none":
        given = f'output_bias="{training.output_bias}"'
        if training.lam == 0:
            return [f"problem = Problem(X, y, {given})"]
        lam = f"{number(training.lam)} * lambda_max(bare)"
        return [f"bare = Problem(X, y, {given})", f"problem = Problem(X, y, lam={lam}, {given})"]
    if training.lam == 0:
        return ["problem = Problem(X, y)"]
    return [f"problem = Problem(X, y, lam={number(training.lam)} * lambda_max(Problem(X, y)))"]


def _running(training: Training, d: int, steps: Sequence[Schedule]) -> list[str]:
    """Return the lines that make every run; ``steps`` has the step sizes of each."""
    if not training.runs and not training.starts:
        return []
    lines = ["", "paths = []"]
    if training.runs:
        long_starts, entries = [], []
        for index, (given, step) in enumerate(zip(training.runs, steps, strict=False)):
            run = replace(given, step=step)
            entry = _entry(training, run, index, d)
            if len(entry) > WIDTH:
                found, entry = _named_start(training, run, index, d)
                long_starts += found
            entries.append(entry)
        lines = [
            "",
            *long_starts,
            "# Each run: method, step size (or pairs: from which step on, step size), start.",
            "runs = [",
            *entries,
            "]",
            "paths = [",
            f"    descend(problem, start, step=step, n_steps={training.steps}, method=method)",
            "    for method, step, start in runs",
            "]",
        ]
    if training.starts:
        drawn = [number(schedule[0][1]) for schedule in steps[len(training.runs) :]]
        lines += [
            f"starts = [drawn(1, index) for index in range({training.starts})]",
            "many = descend_many(",
            "    problem,",
            "    np.array([start.W for start in starts]),",
            "    np.array([start.alpha for start in starts]),",
            f"    step={drawn[0] if len(set(drawn)) == 1 else '[' + ', '.join(drawn) + ']'},",
            f"    n_steps={training.steps},",
            f'    method="{training.method}",',
            ")",
            "paths += [many.run(index) for index in range(len(many))]",
        ]
    return [
        *lines,
        "for count, path in enumerate(paths, start=1):",
        "    end = certify(problem, path.network(), dual=dual)",
        '    print(f"Run {count}: loss {end.value:.8g}, gap {end.gap:.8g}. {path.outcome.value}")',
    ]


def _entry(training: Training, run: Run, index: int, d: int, *, W: str = "", alpha: str = "") -> str:
    """Return a run's line in the list of runs; its start in numbers, or by the names W and alpha."""
    pieces = run.step or ((0, USUAL),)
    step = number(pieces[0][1]) if len(pieces) == 1 else f"[{', '.join(f'({t}, {number(s)})' for t, s in pieces)}]"
    given, trained = _given(training, run, d), training.layer == "trained"
    layer = _second_layer(run, given)
    if given < training.m:
        W = W or f"[{', '.join(rows(_neurons(run, given, d)))}]"
        alpha = alpha or f"[{', '.join(vector(layer))}]"
        start = ", ".join(["drawn(0", str(index), *([W] if given else []), *([alpha] if given and trained else [])])
    else:
        W = W or f"[{', '.join(rows([run.w[k : given * d : d] for k in range(d)]))}]"
        ones = not trained or set(layer) == {1.0}
        alpha = f"np.ones({given})" if ones else alpha or f"[{', '.join(vector(layer))}]"
        start = f"Network({W}, {alpha}"
    return f'    ("{run.method}", {step}, {start})),'


def _named_start(training: Training, run: Run, index: int, d: int) -> tuple[list[str], str]:
    """Return the lines that give a long start a name, and the run's line with that name."""
    given = _given(training, run, d)
    W, alpha, layer = f"W{index + 1}", f"alpha{index + 1}", _second_layer(run, given)
    lines = [f"# The start of run {index + 1}, one neuron a row."]
    lines.append(bracketed(f"{W} = np.array(", rows(_neurons(run, given, d)), ")"))
    if training.layer == "trained" and (given < training.m or set(layer) != {1.0}):
        lines.append(bracketed(f"{alpha} = np.array(", vector(layer), ")"))
    return lines, _entry(training, run, index, d, W=W if given < training.m else f"{W}.T", alpha=alpha)


def _neurons(run: Run, given: int, d: int) -> list[tuple[float, ...]]:
    return [run.w[k * d : (k + 1) * d] for k in range(given)]


def _given(training: Training, run: Run, d: int) -> int:
    """Return how many neurons of a run are given; the others are drawn."""
    return min(len(run.w) // d, training.m)


def _second_layer(run: Run, given: int) -> tuple[float, ...]:
    return (run.alpha + (1.0,) * given)[:given]


def _drawing(training: Training, d: int) -> list[str]:
    """Return the function that draws a start as the scenario does, with only the cases that this scenario needs."""
    given = [_given(training, run, d) for run in training.runs]
    some_given = any(0 < count < training.m for count in given)
    if not training.starts and min(given, default=training.m) == training.m:
        return []
    m, trained = training.m, training.layer == "trained"
    head = "def drawn(kind, index):"
    if some_given:
        head = f"def drawn(kind, index, given=(){', layer=()' if trained else ''}):"
    lines = [
        "",
        "",
        head,
        '    """Return the start of a run that the seed draws; kind is 0 for a listed run, 1 for a random start."""',
        f"    normal = np.random.default_rng([{training.seed}, kind, index]).standard_normal(({m}, {d + 1}))",
        f"    W = {number(training.scale)} * normal[:, :-1]  # one neuron a row",
    ]
    if trained:
        lines += [
            "    sign = np.where(normal[:, -1] < 0, -1.0, 1.0)",
            "    alpha = sign * np.linalg.norm(W, axis=1)  # balanced: |alpha_j| = ‖w_j‖",
        ]
    if some_given:
        lines.append(f"    W[: len(given)] = np.reshape(given, (-1, {d}))")
        lines += ["    alpha[: len(layer)] = layer"] * trained
    return [*lines, f"    return Network(W.T, {'alpha' if trained else f'np.ones({m})'})", ""]


def _used(training: Training) -> list[str]:
    used = {"Problem", "certify", "predict", "solve_convex"}
    used |= {"lambda_max"} if training.lam > 0 else set()
    used |= {"descend"} if training.runs else set()
    used |= {"descend_many"} if training.starts else set()
    used |= {"Network"} if training.runs or training.starts else set()
    return sorted(used, key=lambda name: (name.islower(), name))
