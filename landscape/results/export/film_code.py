"""Filmed runs as a script over this package: the same starts and step sizes, the losses printed instead of drawn."""

from __future__ import annotations

import numpy as np

from landscape.formatting import counted
from landscape.results.claims import networks_meant
from landscape.results.export.landscape_code import problem_lines
from landscape.results.export.writing import bracketed, data_lines, number, rows, vector
from landscape.results.filmed_runs import FilmedRun, FilmedRuns
from landscape.scenario import Scenario


def film_snippet(scenario: Scenario, filmed: FilmedRuns) -> str:
    """Return a script that makes filmed runs again, with the step sizes that worked, and prints how they end.

    It needs this package and NumPy. Losses are means over the points, as on the page; the objective is their sum.
    """
    training = scenario.training
    names = ["Network", "Problem", "certify", "descend", "predict", "solve_convex"]
    if training.lam > 0:
        names.append("lambda_max")
    unused = {"Network"} if training.scales and training.layer == "trained" else set()
    unused |= set() if filmed.dual is not None else {"predict", "solve_convex"}
    used = sorted(set(names) - unused, key=lambda name: (name.islower(), name))
    drawn = [f"from landscape.model.initialisation import {training.init}"] if training.scales else []
    return "\n".join(
        [
            f'"""Gradient descent of {counted(training.m, "ReLU neuron")} on {counted(scenario.data.n, "point")}.\n',
            'Needs the package "landscape" of this app (in its folder: pip install .).\n"""',
            "",
            "import numpy as np",
            "",
            f"from landscape import {', '.join(used)}",
            *drawn,
            "",
            *data_lines(scenario.data),
            *problem_lines(training),
            *(
                ["dual = y - predict(X, solve_convex(problem).network)  # the convex twin's: it proves the bound"]
                if filmed.dual is not None
                else ["dual = None"]
            ),
            "",
            *_starts(scenario, filmed),
            "# Each run: name, method, step size (or pairs: from which step on, step size), start.",
            "runs = [",
            *(_run(scenario, run) for run in filmed.runs),
            "]",
            "for name, method, step, start in runs:",
            f"    path = descend(problem, start, step=step, n_steps={filmed.steps}, method=method, keep=2)",
            "    first, last = path.objective[[0, -1]] / len(y)",
            '    print(f"{name}: loss {first:.8g} at first, {last:.8g} after {path.steps[-1]} steps")',
            "    end = certify(problem, path.network(), dual)",
            "    if np.isfinite(end.lower_bound):",
            "        bound = max(end.lower_bound, 0.0) / len(y)",
            "        above = end.gap / len(y)",
            f'        print(f"  No {networks_meant(filmed.problem)} of any width is below {{bound:.8g}}; "',
            '              f"this one is {above:.8g} above that")',
            "",
        ]
    )


def _starts(scenario: Scenario, filmed: FilmedRuns) -> list[str]:
    """Return the lines that define the starts which are given in numbers."""
    if scenario.training.scales:
        return []
    lines = []
    for run, (_, start) in zip(filmed.runs, scenario.starts(), strict=False):
        lines += [
            bracketed(f"W{run.place + 1} = np.array(", rows(start.W.tolist()), ")"),
            bracketed(f"alpha{run.place + 1} = np.array(", vector(start.alpha.tolist()), ")"),
        ]
    return lines


def _run(scenario: Scenario, run: FilmedRun) -> str:
    training, d = scenario.training, scenario.data.d
    step = number(run.step)
    if np.ndim(run.sizes) > 0:
        pairs = ((int(since), float(size)) for since, size in np.asarray(run.sizes))
        step = f"[{', '.join(f'({since}, {number(size)})' for since, size in pairs)}]"
    start = f"Network(W{run.place + 1}, alpha{run.place + 1})"
    if training.scales:
        scale = number(training.scales[run.place])
        start = f"{training.init}({d}, {training.m}, {scale}, np.random.default_rng({training.seed}))"
        if training.layer == "ones":
            start = f"Network({start}.W, np.ones({training.m}))"
    return f'    ("{run.name}", "{run.method}", {step}, {start}),'
