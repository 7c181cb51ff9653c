"""Python and the browser know the same keys, the same events and the same constants."""

from __future__ import annotations

import ast
import base64
import json
import re
import shutil
import subprocess
import types
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
import protocol_types
import pytest
import streamlit as st

from landscape.convex import certificate, pruning
from landscape.convex.solver import strategies
from landscape.figures import loss_colours, loss_field, style
from landscape.figures.dynamics import triangles
from landscape.figures.front import outputs, space
from landscape.figures.front.outputs import SHARES_DRAWN
from landscape.figures.style import CASING, DATA, GHOST, INK, LOSS_SCALE, OPTIMUM, RUN_SYMBOLS
from landscape.geometry import support
from landscape.loss import critical_points, escape
from landscape.model import excess, network, problem
from landscape.results import solved_scenario, step_advice, verdict
from landscape.results.filmed_runs import film_runs
from landscape.scenario import Data, Scenario, View, limits
from landscape.scene import basins as scene_basins, drawn_steps, loss as loss_scene, planes, twin as twin_scene, window
from landscape.training import convergence, curvature, descent, optimisers, step_size
from landscape.training.trajectory import Outcome, Trajectory
from landscape.web import stage
from landscape.web.convex_twin import events as twin_events, stage_state as twin_state, views as twin_views
from landscape.web.convex_twin.sentences import MOST_DRAGGED
from landscape.web.dynamics import events as film_events, stage_state as film_state
from landscape.web.dynamics.presets import START as FILMS
from landscape.web.dynamics.views import views_of as film_views
from landscape.web.front import events as front_events, stage_state as front_state, views as front_views
from landscape.web.rooms.stream import HEARTBEAT
from landscape.web.shared import run_events, run_sentences
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage import StageState, StageView, payload_of
from landscape.web.stage.played_run import _DIGITS, played_run
from landscape.web.stage.protocol.as_json import to_json
from landscape.web.stage.protocol.events import Choosing, EventKind, StageEvent
from landscape.web.stage.protocol.state import StageUpdate

ROOT = Path(__file__).resolve().parents[2]
JS = ROOT / "landscape" / "web" / "stage" / "js"
TSC = ROOT / "node_modules" / ".bin" / "tsc"
SOURCES = {path.relative_to(JS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(JS.rglob("*.js"))}
KINDS = dict(protocol_types.events())


CODE = {name: re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL) for name, text in SOURCES.items()}
"""The JavaScript without its comments."""


# The keys


def test_the_javascripts_types_are_pythons_records() -> None:
    written = protocol_types.DECLARATIONS.read_text(encoding="utf-8")
    assert written == protocol_types.declarations(), "run python tests/helpers/protocol_types.py"


def test_the_browser_reads_every_key_that_it_is_sent() -> None:
    reported = {event.__name__ for event in get_args(StageEvent)} | {"MovedRun"}
    code = "\n".join(CODE.values())
    for record, fields in protocol_types.records().items():
        unread = {key for key in fields if not re.search(rf"\b{key}\b", code)}
        assert record in reported or not unread, f"{record} sends what nothing reads: {', '.join(unread)}"


def conforms(value: Any, hint: Any) -> bool:
    """Whether a value read from JSON has the keys and types of a record, no more and no less."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return isinstance(value, dict)  # a figure
    if origin is Literal:
        return value in args
    if origin in (Union, types.UnionType):
        return any(conforms(value, part) for part in args)
    if origin is list or (origin is tuple and args[-1] is Ellipsis):
        return isinstance(value, list) and all(conforms(item, args[0]) for item in value)
    if origin is tuple:
        return isinstance(value, list) and len(value) == len(args) and all(map(conforms, value, args))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(hint, type) and hint.__name__ in RECORDS:
        fields = RECORDS[hint.__name__]
        return (
            isinstance(value, dict) and set(value) == set(fields) and all(conforms(value[k], fields[k]) for k in fields)
        )
    return type(value) is hint


RECORDS = protocol_types.records()


def shown(page: str) -> tuple[tuple[StageView, ...], StageState]:
    """The stage of a page: of the front page, with all of its sentences, and of two others."""
    if page == "films":
        filmed = film_runs(FILMS.data, FILMS.training)
        assert filmed is not None
        return film_views(FILMS.data, filmed, "patterns"), film_state.state_of(FILMS, filmed)
    scenario = Scenario(view=View(escape=0, basins=True, surface="both", formulas=True, proof=True))
    if page == "twin":
        scenario = Scenario(
            Data((-1.0, 0.5, 1.0), (1.0, 0.0, 2.0), bias=True), replace(Scenario().training, runs=(), starts=2)
        )
        return twin_views.views_of(scenario), twin_state.state_of(scenario, solved_scenario_of(scenario))
    return front_views.views_of(scenario), front_state.state_of(scenario, solved_scenario_of(scenario))


@pytest.mark.parametrize("page", ["front", "twin", "films"])
def test_what_a_page_sends_has_the_keys_and_types_of_the_records(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    views, state = shown(page)
    sent = json.loads(payload_of(views, state))
    assert conforms(sent, StageUpdate)
    assert sent["state"]["runs"]
    del sent["state"]["sides"]
    assert not conforms(sent, StageUpdate)


def test_a_stage_without_more_shows_its_views_alone() -> None:
    state = json.loads(to_json(StageState()))
    assert (state["sentences"], state["runs"], state["drag"], state["tools"]) == ([], [], None, None)


@pytest.mark.parametrize(("bits", "tolerance"), [(64, 0.0), (32, 1e-7)])
def test_a_played_run_carries_its_weights_step_by_step(bits: Literal[32, 64], tolerance: float) -> None:
    rng = np.random.default_rng(0)
    W, alpha = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 3))
    path = Trajectory(W, alpha, np.arange(5.0), Outcome.CONVERGED, np.arange(0, 50, 10))
    played = played_run("run1", 1, path, objective=np.ones(5), bits=bits)
    assert played.weights is not None
    values = np.frombuffer(base64.b64decode(played.weights.data), dtype=f"<f{bits // 8}").reshape(5, 3, 3)
    np.testing.assert_allclose(values[:, :2], W, rtol=tolerance)
    np.testing.assert_allclose(values[:, 2], alpha, rtol=tolerance)
    assert (played.steps, played.objective, played.legs) == ([0, 10, 20, 30, 40], [1.0] * 5, ())
    assert played_run("run1", 1, path, bits=None).weights is None


# The events


def test_every_kind_of_event_has_its_keys() -> None:
    assert set(KINDS) == set(get_args(EventKind))


def sent_literals() -> list[tuple[str, str, set[str]]]:
    """Each event that the JavaScript writes as an object: file, kinds as written, and keys."""
    found = []
    for name, code in CODE.items():
        without_templates = re.sub(r"`[^`]*`", '""', code)
        for inner in re.findall(r"\b(?:send|put)\(\{([^{}]*)\}", without_templates):
            parts = [part.strip() for part in re.sub(r"\([^()]*\)", "", inner).split(",") if part.strip()]
            pairs = dict(part.split(":", 1) if ":" in part else (part, part) for part in parts)
            found.append((name, pairs["kind"].strip(), set(pairs)))
    return found


def test_the_browser_sends_the_events_that_python_knows_with_their_keys() -> None:
    found = sent_literals()
    kinds = {kind for _, written, _ in found for kind in re.findall(r'"([\w-]+)"', written)}
    for name, written, keys in found:
        for kind in re.findall(r'"([\w-]+)"', written):
            assert keys == KINDS.get(kind), f"{name} sends {kind} with {', '.join(sorted(keys))}"
    by_python = {*get_args(Choosing), "basins", "proof", "escape", "add-missing", "widen", "step", "certify"}
    assert kinds | by_python == set(KINDS), "a kind that nobody sends, or that Python does not know"


def test_every_event_is_carried_out_on_some_page() -> None:
    beyond = (ROOT / "landscape" / "web" / "beyond" / "page.py").read_text(encoding="utf-8")
    films = Path(film_events.__file__).read_text(encoding="utf-8")
    front = Path(front_events.__file__).read_text(encoding="utf-8")
    handled = {
        *run_events._HANDLERS,
        *twin_events._HANDLERS,
        *film_events._HISTORY,
        *re.findall(r'case "([\w-]+)"', beyond),
        *re.findall(r'kind == "([\w-]+)"', films),
        *re.findall(r'"kind"\) == "([\w-]+)"', front),
    }
    # A preset is chosen in the gallery, which is Streamlit's and not the stage's.
    assert handled - {"preset"} == set(KINDS)


# TypeScript's judgement


def checked(folder: Path) -> str:
    """Return what TypeScript finds wrong in a folder of sources, under the project's settings."""
    settings = json.loads((ROOT / "tsconfig.json").read_text(encoding="utf-8"))
    project = folder / "tsconfig.json"
    project.write_text(json.dumps({**settings, "include": ["**/*"]}), encoding="utf-8")
    return subprocess.run([TSC, "--project", project], capture_output=True, text=True, check=False).stdout


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the stage's sources that a test may spoil."""
    if not TSC.exists() or shutil.which("node") is None:
        pytest.skip("TypeScript is not installed here: `npm ci` installs it where Node is.")
    shutil.copytree(JS, tmp_path / "js")
    return tmp_path / "js"


def test_the_javascript_has_the_types_it_says(sources: Path) -> None:
    assert not checked(sources)


@dataclass(frozen=True)
class Slip:
    """One side says what the other does not know: in ``file``, ``right`` is replaced by ``wrong``."""

    file: str
    right: str
    wrong: str


SLIPS = [
    Slip("play/playback.js", "this.stage.state?.paced", "this.stage.state?.pased"),
    Slip("view/sentences.js", "of sentence.actions", "of sentence.buttons"),
    Slip("drag/draggables.js", "y: run.loss", "y: run.startLoss"),
    Slip("play/transport.js", 'kind: "compare"', 'kind: "compere"'),
    Slip("view/plot.js", "view: this.name, x, y, add", "view: this.name, x, y, z: 0, add"),
    Slip("drag/drag.js", 'kind: "edit", x: draft.x, ', 'kind: "edit", '),
    Slip("protocol.d.ts", "  reports_playhead: boolean;\n", ""),
    Slip("protocol.d.ts", 'kind: "delete"', 'kind: "erase"'),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.wrong.strip() or slip.right.strip())
def test_a_key_or_an_event_that_the_other_side_does_not_know_is_found(sources: Path, slip: Slip) -> None:
    path = sources / slip.file
    text = path.read_text(encoding="utf-8")
    assert text.count(slip.right) == 1
    path.write_text(text.replace(slip.right, slip.wrong), encoding="utf-8")
    assert "error TS" in checked(sources)


# The constants

TWINS = [
    ("stage.js", "MOST_UNANSWERED", stage.MOST_KNOWN),
    ("front/scene/basins.js", "STARTS", scene_basins.STARTS),
    ("front/scene/basins.js", "WORK", scene_basins.WORK),
    ("front/scene/loss.js", "GRID", loss_scene.GRID),
    ("front/scene/loss.js", "GRID", twin_scene.GRID),
    ("front/scene/loss.js", "MOST_BORDERS", loss_scene.MOST_BORDERS),
    ("front/scene/basins.js", "MOST_WORK", descent.MAX_WORK),
    ("front/scene/planes.js", "MOST_LOSS", planes.MOST_LOSS),
    ("front/scene/window.js", "NARROWEST", window.NARROWEST),
    ("engine/critical_points.js", "CANCELS", critical_points.CANCELS),
    ("engine/convergence.js", "WINDOW", convergence.WINDOW),
    ("engine/convergence.js", "QUIET_CHECKS", convergence.QUIET_CHECKS),
    ("engine/convergence.js", "WEIGHT_TOLERANCE", convergence.WEIGHT_TOLERANCE),
    ("engine/convergence.js", "TURN_TOLERANCE", convergence.TURN_TOLERANCE),
    ("engine/convergence.js", "LOSS_TOLERANCE", convergence.LOSS_TOLERANCE),
    ("engine/convergence.js", "LOSS_FLOOR", convergence.LOSS_FLOOR),
    ("engine/curvature.js", "FLAT", curvature.FLAT),
    ("engine/descent.js", "MAX_STORED", descent.MAX_STORED),
    ("engine/descent.js", "BLOW_UP", descent.BLOW_UP),
    ("engine/problem.js", "LARGEST", problem.LARGEST),
    ("engine/descent.js", "FAR_ABOVE", descent.FAR_ABOVE),
    *(
        ("engine/step_size.js", name, getattr(step_size, name))
        for name in (
            *("USUAL", "MUCH_LARGER", "RISE", "TRIAL", "WORK", "RUNGS", "DECADES", "FITTING", "STABLE", "ITERATIONS"),
            *("SMALLEST", "LARGEST", "SLOWER", "LONGER", "AT_LEAST", "LONGEST"),
        )
    ),
    ("engine/step_size.js", "LAST", step_advice.LAST),
    ("engine/optimisers.js", "HEAVY_BALL", optimisers.HEAVY_BALL),
    ("engine/optimisers.js", "BETA1", optimisers.BETA1),
    ("engine/optimisers.js", "BETA2", optimisers.BETA2),
    ("engine/optimisers.js", "EPSILON", optimisers.EPSILON),
    ("engine/paint.js", "DECADES", loss_colours.DECADES),
    ("engine/problem.js", "AT_OPTIMUM", excess.AT_OPTIMUM),
    ("engine/excess.js", "PROVEN", excess.PROVEN),
    ("engine/excess.js", "LEAST_UNIT", excess.LEAST_UNIT),
    ("engine/problem.js", "ROUNDING", excess.ROUNDING),
    ("engine/verdict.js", "FINE", verdict.FINE),
    ("engine/certificate.js", "NEARLY", certificate.NEARLY),
    ("engine/certificate.js", "ROUNDED", support.ROUNDED),
    ("engine/residual.js", "VISIBLE", network.VISIBLE),
    ("front/results/escape.js", "RISE", escape.RISE),
    ("front/results/escape.js", "GONE", pruning.ROUNDING),
    ("front/results/network.js", "SMALLEST", problem.SMALLEST),
    ("front/results/network.js", "ROUNDING", strategies.ROUNDING),
    ("front/results/solved.js", "USUAL", step_size.USUAL),
    ("front/controls.js", "USUAL", step_size.USUAL),
    ("front/results/solved.js", "MOST_STEPS_DRAWN", solved_scenario.MOST_STEPS_DRAWN),
    ("front/results/sentences.js", "SAME", run_sentences.SAME),
    ("front/results/played_run.js", "DIGITS", _DIGITS),
    ("front/results/played_run.js", "SHARES_DRAWN", outputs.SHARES_DRAWN),
    ("engine/unreachable_labels.js", "NAMED", verdict.NAMED),
    ("engine/unreachable_labels.js", "LISTED", verdict.LISTED),
    ("view/drawing.js", "SHARES_DRAWN", SHARES_DRAWN),
    ("drag/draggables.js", "MOST_SLOPES", front_state.SLOPES_DRAGGED),
    ("view/kinks.js", "TOP", triangles.TOP),
    ("front/figures/loss_curves.js", "FLOOR", drawn_steps.FLOOR),
    ("front/figures/loss_curves.js", "MOST_RISE", drawn_steps.MOST_RISE),
    ("front/figures/loss_field.js", "MOST_POINTS", loss_field.MOST_POINTS),
    ("front/figures/outputs.js", "SLOPES_ROOM", outputs.SLOPES_ROOM),
    ("front/figures/space.js", "LIFT", space.LIFT),
    ("front/figures/style.js", "LABEL_ROOM", style.LABEL_ROOM),
    ("front/figures/style.js", "STUCK", style.STUCK),
    ("front/figures/style.js", "STUCK_INK", style.STUCK_INK),
    ("drag/preview.js", "GRID", loss_scene.GRID),
    ("drag/preview.js", "ROUNDING", excess.ROUNDING),
    ("drag/preview.js", "GRID", twin_scene.GRID),
    ("drag/draggables.js", "MOST_POINTS", MOST_DRAGGED),
    ("drag/draggables.js", "MOST_NUMBER", limits.NUMBER.high),
    ("drag/draggables.js", "MOST_WEIGHT", limits.WEIGHT.high),
    ("view/colors.js", "OPTIMUM", OPTIMUM),
    ("view/colors.js", "DATA", DATA),
    ("rooms/room.js", "BEAT", HEARTBEAT),
    ("view/colors.js", "INK", INK),
    ("view/colors.js", "CASING", CASING),
    ("view/colors.js", "GHOST", GHOST),
    ("view/colors.js", "LOSS_LINE", dict(LOSS_SCALE)[0.48]),
]


@pytest.mark.parametrize(("file", "name", "expected"), TWINS)
def test_a_constant_of_both_sides_is_one(file: str, name: str, expected: Any) -> None:
    (written,) = re.findall(rf"\b{name} = ([^,;]+)[,;]", CODE[file])
    assert ast.literal_eval(written) == expected


def test_the_browser_knows_every_marker() -> None:
    known = re.search(r"SHAPES = \{(.*?)\};", SOURCES["view/markers.js"], re.DOTALL)
    assert known is not None
    drawn = set(re.findall(r'^\s+"?([\w-]+)"?: "M', known[1], re.MULTILINE))
    assert {*RUN_SYMBOLS, "star", "square", "diamond"} <= drawn
