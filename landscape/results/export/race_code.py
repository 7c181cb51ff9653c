"""A race as a script over this package: the same problem, start and entrants; seconds are those of its own machine."""

from __future__ import annotations

from landscape.formatting import counted
from landscape.results.export.landscape_code import problem_lines
from landscape.results.export.writing import data_lines, number
from landscape.scenario import Scenario


def race_snippet(scenario: Scenario, budget: float) -> str:
    """Return a script that runs a race of a scenario's problem and prints its optimum and every entrant's times.

    Arguments
        budget: seconds that each entrant may take.
    """
    training = scenario.training
    used = ["Problem", *(["lambda_max"] if training.lam > 0 else [])]
    return "\n".join(
        [
            f'"""The convex program against training {counted(training.m, "ReLU neuron")} on '
            f"{counted(scenario.data.n, 'point')}.\n",
            'Needs the package "landscape" of this app (in its folder: pip install .).\n"""',
            "",
            "import numpy as np",
            "",
            f"from landscape import {', '.join(used)}",
            "from landscape.experiments.race.run import ConvexSolved, RunEnded, race",
            "from landscape.model.excess import TARGETS",
            "from landscape.model.initialisation import pytorch",
            "",
            *data_lines(scenario.data),
            *problem_lines(training),
            f"rng = np.random.default_rng({training.seed})",
            f"start = pytorch(problem.d, {training.m}, {number(training.scale)}, rng)",
            "",
            f"for event in race(problem, start, budget={number(budget)}):",
            "    if isinstance(event, ConvexSolved):",
            "        if event.certificate.closed:",
            '            print(f"Optimum: loss {event.optimum:.8g}, proven")',
            "        else:",
            '            print(f"Best network found: loss {event.optimum:.8g}, not proven optimal")',
            "    elif isinstance(event, RunEnded):",
            "        reached = [",
            '            "not reached" if seconds is None else f"{seconds:.3g} s" for seconds in event.times',
            "        ]",
            '        within = ", ".join(f"within {t:g}: {s}" for t, s in zip(TARGETS, reached))',
            '        print(f"{event.name}: {event.finish.value} {within}")',
            "",
        ]
    )
