// Where the starts of a picture end: exactly where a closed form is known, else by simulation, as
// landscape/scene/basins.py has it.
import { simulatedBasins } from "../../engine/basins.js";
import { general, short, written } from "../../engine/formatting.js";
import { flowBasins } from "../../engine/gradient_flow.js";
import { USUAL } from "../../engine/step_size.js";
import { called } from "../results/claims.js";
import { shownRun } from "../scenario/scenario.js";
import { networkAt } from "./surface.js";

/**
 * @import { Method } from "../../engine/optimisers.js"
 * @import { Solved } from "../results/solved.js"
 * @import { Scenario } from "../scenario/scenario.js"
 * @import { LossScene } from "./loss.js"
 *
 * @typedef {{polygons: [x: number[], y: number[], text: string][], x: Float64Array, y: Float64Array,
 *   caught: boolean[] | null, sentence: string}} Basins
 *   Outlines of exact regions that do not reach the optimum, with their share of the window; where they are simulated
 *   instead, the starts and, row by row, whether each misses the optimum; what share reaches it, and whether that is
 *   exact or simulated.
 */

const STARTS = 41; // starts a side of a simulated basin
const WORK = 40_000_000; // most steps × starts × neurons of one; beyond it fewer steps or starts are taken
const MOST_WORK = 1_000_000_000; // and, times the points, what Python's descent takes
/** @type {Record<Method, string>} */
const NAMES = { gd: "gradient descent", momentum: "momentum", adam: "Adam" };

/**
 * The basins over the window of a scenario's map; null where they are switched off, or the landscape is a curve.
 * @param {Solved} solved
 * @param {Scenario} scenario
 * @param {LossScene} scene
 * @returns {Basins | null}
 */
export function basinsOf(solved, scenario, { surface: { w1, w2, plane }, moving }) {
  const { training, view } = scenario, { m } = training;
  if (!view.basins || m === 1) return null;
  // Of the plane of both weights alone: another plane through networks of two neurons has other basins.
  const exact = m === 2 && training.layer === "ones" && moving.length === 2, { method, schedule } = madeAs(solved, scenario);
  const work = Math.min(WORK, Math.floor(MOST_WORK / solved.problem.x.length));
  const side = Math.min(STARTS, Math.max(9, Math.floor(Math.sqrt(work / (training.steps * m)))));
  const steps = Math.min(training.steps, Math.max(1, Math.floor(work / (side * side * m))));
  const x = middles(w1, side), y = middles(w2, side);
  const { reached, share } = simulatedBasins(solved.problem, x, y, (a, b) => networkAt(plane, a, b), {
    optimum: solved.value, schedule, nSteps: steps, method,
  });
  const tried = `${NAMES[method]} with step ${short(schedule[0][1])} reaches ${exact ? "it" : called(solved)} from `
    + `${percent(share)} (simulated, ${side} × ${side} starts, ${steps} steps)`;
  if (!exact) {
    const caught = reached.map((there) => !there);
    return { polygons: [], x, y, caught, sentence: `In this window ${tried}.` };
  }
  const flow = flowBasins(solved.problem, w1[0], w1[w1.length - 1]);
  const polygons = flow.regions.map(({ component, polygon, share }) => {
    const outline = [...polygon, polygon[0]];
    const text = `${percent(share)} end at ${written(component.loss)}`;
    return /** @type {[number[], number[], string]} */ ([outline.map(([u]) => u), outline.map(([, v]) => v), text]);
  });
  const sentence = `From ${percent(flow.share)} of this window gradient flow reaches the optimum (exact); ${tried}.`;
  return { polygons, x, y, caught: null, sentence };
}

/**
 * Cell middles, so that no start lies on the window's edge or exactly on a kink.
 * @param {Float64Array} grid
 * @param {number} count
 */
function middles(grid, count) {
  const low = grid[0], width = grid[grid.length - 1] - low;
  return Float64Array.from({ length: count }, (_, k) => (k + 0.5) / count * width + low);
}

/**
 * The optimiser and the steps of the selected run, as it was made.
 * @param {Solved} solved
 * @param {Scenario} scenario
 * @returns {{method: Method, schedule: [number, number][]}}
 */
function madeAs({ runs }, scenario) {
  const { method, step } = scenario.training;
  if (runs.length === 0) return { method, schedule: [[0, step ?? USUAL]] };
  const run = runs[shownRun(scenario)];
  return { method: /** @type {Method} */ (run.method), schedule: run.schedule };
}

/** @param {number} share */
function percent(share) {
  return `${general(100 * share, 4)} %`;
}
