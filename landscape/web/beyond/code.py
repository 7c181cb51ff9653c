"""The settings of the page Beyond as scripts over this package: solved and trained, the values printed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.results.export.writing import bracketed, rows, vector


def extension_script(
    title: str,
    module: str,
    alias: str,
    arrays: Sequence[tuple[str, np.ndarray]],
    numbers: Sequence[tuple[str, float]],
    body: Sequence[str],
) -> str:
    """Return a script that uses one extension.

    Arguments
        title: what is solved; module: of the extension, imported as ``alias``.
        arrays: names and values of the data, (n,) or (n, k).
        numbers: names and values of the settings.
        body: the lines that solve, train and print.
    """
    return "\n".join(
        [
            f'"""{title}\n',
            'Needs the package "landscape" of this app (in its folder: pip install .).\n"""',
            "",
            "import numpy as np",
            "",
            f"from landscape.extensions import {module}{'' if alias == module else f' as {alias}'}",
            "",
            *(_array(name, values) for name, values in arrays),
            *(f"{name} = {value!r}" for name, value in numbers),
            "",
            *body,
            "",
        ]
    )


def _array(name: str, values: np.ndarray) -> str:
    entries = vector(values.tolist()) if values.ndim == 1 else rows(values.tolist())
    return bracketed(f"{name} = np.array(", entries, ")")


CONVEX = 'print(f"Convex program: {found.value:.8g}, proven bound {found.lower_bound:.8g}. {found.exactness.sentence}")'
"""The line that prints a solution."""

TRAINED = (
    "ended = trained.values[np.isfinite(trained.values)]",
    "if len(ended):",
    '    print(f"Trained: best {ended.min():.8g}, worst {ended.max():.8g} of {len(trained.values)}")',
)
"""The lines that print trained networks."""


def one_program(arguments: str, network: str, training: str, *, solve: str, alias: str) -> list[str]:
    """Return the lines of a setting with one program: solved, its network evaluated, and trained beside it.

    Arguments
        arguments: of ``objective`` before the network; network: after it, with a comma, or nothing.
        training: the arguments of ``train``; solve: those of ``solve``.
    """
    return [
        f"found = {alias}.solve({solve})",
        CONVEX,
        f"own = {alias}.objective({arguments}, found.network{network})",
        'print(f"Recovered network, its own objective: {own:.8g}")',
        f"trained = {alias}.train({training})",
        *TRAINED,
    ]
