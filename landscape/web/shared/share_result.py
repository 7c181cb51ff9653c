"""What is handed out of a solved scenario, by the pages that draw one: link, code, tables, an offline page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from landscape.results.export import cvxpy_snippet, python_snippet, runs_csv
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.session import Page
from landscape.web.shared.proof_download import proof_as_file
from landscape.web.shared.results_cache import found_of
from landscape.web.shared.share_panel import (
    PARTS,
    File,
    Shared,
    offline_file,
    open_scenario,
    share_panel,
    state_file,
)
from landscape.web.stage import StageState, StageView

Stage = tuple[Sequence[StageView], StageState]


def share_result(
    page: Page[Scenario],
    scenario: Scenario,
    *,
    title: str,
    offline_title: str,
    stage: Callable[[SolvedScenario], Stage],
    tables: Callable[[SolvedScenario], Sequence[File]] = lambda solved: (),
    layer: str = "ones",
    lesson: Callable[[], tuple[str, str] | None] = lambda: None,
    light: str | None = None,
    alive: Callable[[], str] | None = None,
    lesson_page: str,
) -> None:
    """Draw the panel's contents; while the scenario is still being solved, without what needs its result.

    Arguments
        title: what the page shows, for a frame's title; offline_title: that of the page that plays offline.
        stage: its views and state; tables: what the page hands out beside the runs.
        layer: the second layer where a saved state names none.
        lesson: of the page that plays offline: the label of its button, and itself as the browser plays it.
        light: a link that opens the same without the app, None where there is none.
        alive: the page that plays offline, where everything can be changed in it.
        lesson_page: the page's name in lessons.
    """
    solved = found_of(scenario)
    code = [("The convex program in plain CVXPY.", cvxpy_snippet(scenario))]
    files = [state_file(scenario)]
    if solved is not None:
        code.insert(0, ("The same as Python, with this project’s package.", python_snippet(scenario, solved)))
        runs = File("Runs (CSV)", "runs.csv", "text/csv", lambda: runs_csv(solved))
        files += [
            *tables(solved),
            runs,
            proof_as_file(solved),
            offline_file(offline_title, lambda: stage(solved), lesson, alive),
        ]
    share_panel(
        Shared(
            title=title,
            parts=PARTS,
            code=code,
            files=files,
            open=lambda document: open_scenario(page, document, layer),
            waiting=solved is None,
            light=light,
            scene=(lesson_page, scenario),
        )
    )
