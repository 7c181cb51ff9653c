// Basins by simulation: where training ends from a grid of starts, as landscape/loss/basins.py has it.
import { descend } from "./descent.js";
import { atOptimum } from "./excess.js";

/**
 * @import { Method } from "./optimisers.js"
 * @import { Numbers, Problem } from "./problem.js"
 */

/**
 * Train from every point of a grid of starts in a plane of weights.
 * @param {Problem} problem
 * @param {Numbers} xs
 * @param {Numbers} ys
 * @param {(a: number, b: number) => {W: Numbers, alpha: Numbers}} network of the plane at coordinates (a, b)
 * @param {{optimum: number, schedule: [number, number][], nSteps: number, method: Method}} options
 *   optimum: the loss that counts as success; the others as of `descend`.
 * @returns {{loss: Float64Array, reached: boolean[], share: number}} where the runs ended and whether that is the
 *   optimum, row by row, a row for each of ys; and the share of the starts whose run ended there
 */
export function simulatedBasins(problem, xs, ys, network, { optimum, schedule, nSteps, method }) {
  const loss = new Float64Array(xs.length * ys.length);
  for (let l = 0, at = 0; l < ys.length; l++) {
    for (let k = 0; k < xs.length; k++, at++) {
      const { W, alpha } = network(xs[k], ys[l]);
      const { objective } = descend(problem, W, alpha, { schedule, nSteps, method, keep: 2 });
      loss[at] = objective[objective.length - 1];
    }
  }
  const reached = Array.from(loss, (value) => atOptimum(problem, value - optimum));
  return { loss, reached, share: reached.filter(Boolean).length / reached.length };
}
