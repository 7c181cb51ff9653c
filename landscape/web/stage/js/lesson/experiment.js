// The class as an experiment: starts that are rolled down together, and networks that every phone trains.
import { descend, storable } from "../engine/descent.js";
import { atOptimum } from "../engine/excess.js";
import { optimum, problemOf } from "../engine/optimum.js";
import { descendSuited } from "../engine/step_size.js";

/**
 * @import { LocalDrag, PlayedQuestion } from "../protocol.js"
 *
 * @typedef {{x: Float64Array, y: Float64Array, reached: boolean}} Rolled
 *   the places of a run in the landscape, and whether it ended at the optimum
 */

const STORED = 200; // iterates of a run that are drawn

/**
 * Where a start rolls: gradient descent from a place in the landscape, with the optimiser and the step of the selected run.
 * @param {LocalDrag} model
 * @param {[number, number]} start in the coordinates of the landscape: two weights, or one and its loss
 * @returns {Rolled}
 */
export function rolled(model, [x, y]) {
  const problem = problemOf(model), run = model.runs[model.selected] ?? model.runs[0];
  const neurons = model.plane?.neurons ?? [0, 1], [i, j] = neurons;
  const W = Float64Array.from(model.plane?.W ?? { length: model.m }), alpha = Float64Array.from(model.plane?.alpha ?? { length: model.m }, Number);
  if (!model.plane) alpha.fill(1);
  W[i] = x;
  if (j !== undefined) W[j] = y;
  const options = { nSteps: model.steps, method: run?.method ?? "gd", keep: Math.min(STORED, storable(model.steps, model.m)) };
  const path = !run || run.suited
    ? descendSuited(problem, W, alpha, options).path
    : descend(problem, W, alpha, { ...options, schedule: run.schedule });
  const { m, steps, objective } = path, last = steps.length - 1;
  /** @param {number} k */
  const weights = (k) => Float64Array.from(steps, (_, t) => path.W[t * m + k]);
  return {
    x: weights(i), y: j === undefined ? objective : weights(j),
    reached: atOptimum(problem, objective[last] - optimum(problem).value),
  };
}

/**
 * Train a network of each width from random starts of one seed: whether each reaches the optimum.
 * @param {PlayedQuestion} question
 * @param {number} seed
 * @returns {Promise<boolean[]>}
 */
export async function trained({ widths, scenario }, seed) {
  if (!widths || !scenario) return [];
  const { solveScenario } = await import("../front/results/solved.js");
  return widths.map((m) => {
    const training = { ...scenario.training, m, seed, starts: 1, runs: [] };
    return solveScenario({ ...scenario, training }).runs[0]?.verdict.kind === "OPTIMUM";
  });
}
