// The state of the front page's stage: all but its views, and the data that are recomputed during a drag, as
// landscape/web/front/stage_state.py has it.
import { LOSS_SCALE } from "../figures/style.js";
import { shownRun } from "../scenario/scenario.js";
import { pointsOnSides } from "../scene/window.js";
import { playedRun } from "./played_run.js";
import { sentencesOf } from "./sentences.js";
import { shownRuns } from "./solved.js";

/**
 * @import { LocalDrag, StageState } from "../../protocol.js"
 * @import { Scenario } from "../scenario/scenario.js"
 * @import { LossScene } from "../scene/loss.js"
 * @import { Solved } from "./solved.js"
 */

/**
 * What the views show together.
 * @param {Scenario} scenario
 * @param {Solved} solved
 * @param {LossScene} scene
 * @param {{sentence: string} | null} basins those of the picture, where they are shown
 * @param {{undo: boolean, redo: boolean, opens_playing: boolean}} page
 *   Whether there is something to undo, to redo, and whether the runs play when the page is opened.
 * @returns {StageState} the weights of its runs are not packed: the stage (view/networks.js) reads both
 */
export function stateOf(scenario, solved, scene, basins, { undo, redo, opens_playing }) {
  const { view, training } = scenario;
  return {
    sentences: sentencesOf(scenario, solved, basins),
    runs: /** @type {StageState["runs"]} */ (/** @type {unknown} */ (shownRuns(solved).map(playedRun))),
    drag: dragOf(scenario, solved, scene),
    sides: pointsOnSides(solved.problem),
    at: view.at,
    tools: { undo, redo, runs: true },
    transport: true,
    large: view.large,
    columns: null,
    panels: { formulas: null, proof: null },
    lead: view.surface === "both" && training.m > 1 ? 5 : 3, // all but the loss curves
    paced: false,
    clocked: false,
    enlarged: null,
    note: null,
    opens_playing,
    reports_playhead: true,
    reports_drawn: false,
    scenario: null,
  };
}

/**
 * @param {Scenario} scenario
 * @param {Solved} solved
 * @param {LossScene} scene
 * @returns {LocalDrag}
 */
function dragOf(scenario, solved, { surface: { plane }, moving }) {
  const { data, training, view } = scenario, shown = shownRun(scenario);
  const diverged = solved.runs.length > 0 && solved.runs[shown].path.outcome === "diverged";
  return {
    x: [...data.x],
    y: [...data.y],
    lam: training.lam,
    layer: training.layer,
    m: training.m,
    steps: training.steps,
    runs: solved.runs.map((run, index) => ({
      id: run.id,
      index,
      explicit: index < training.runs.length,
      method: /** @type {"gd" | "momentum" | "adam"} */ (run.method),
      schedule: run.schedule,
      suited: run.suited,
      W0: [...run.path.W.subarray(0, run.path.m)],
      alpha0: [...run.path.alpha.subarray(0, run.path.m)],
      loss: run.path.objective[0],
    })),
    selected: shown,
    plane: moving.length === 0 ? null : {
      neurons: [...moving],
      W: Array.from(plane.origin.W),
      alpha: Array.from(plane.origin.alpha),
      follows: view.at === null && !diverged ? `run${shown}` : null,
    },
    stops: LOSS_SCALE.map(([at, color]) => [at, color]),
    kind: "local",
  };
}
