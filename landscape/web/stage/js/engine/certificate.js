// What is proven of a network of one feature without a bias, as landscape/convex/certificate.py proves it.
import { optimum } from "./optimum.js";
import { objective, place, squared } from "./problem.js";

/**
 * @import { Numbers, Problem } from "./problem.js"
 *
 * @typedef {{value: number, bound: number, gap: number, residual: number[], missing: -1 | 0 | 1, sign: number}} Certificate
 *   No network of any width is below `bound`; gap = value − bound. A neuron active on the side `missing` of 0, its
 *   alpha of this sign, is what the residual y − f correlates with most; 0 where none would help.
 */

/**
 * Bound every network's objective from below by the dual of problem (1), and compare one network with the bound.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {Certificate}
 */
export function certify(problem, W, alpha) {
  const value = objective(problem, W, alpha);
  const residual = unfitted(problem, place(W, alpha));
  const { sPlus, sMinus } = optimum(problem);
  const best = unfitted(problem, [sPlus, sMinus]);
  const bound = Math.min(value, lowerBound(problem, residual, best)), gap = value - bound;
  const steepest = support(problem, residual);
  const nothing = steepest.value - problem.lam <= rounding(problem, residual) || gap <= 1e-9 * squared(problem.y);
  return { value, bound, gap, residual, missing: nothing ? 0 : steepest.side, sign: nothing ? 0 : steepest.sign };
}

/**
 * y − f of a network with these slopes.
 * @param {Problem} problem
 * @param {[number, number]} slopes
 */
function unfitted({ x, y }, [right, left]) {
  return y.map((label, i) => label - x[i] * (x[i] > 0 ? right : left));
}

/**
 * @param {Problem} problem
 * @param {number[]} residual of the network
 * @param {number[]} best the residual of the optimum
 */
function lowerBound(problem, residual, best) {
  if (problem.layer === "ones") return Math.max(0, boundWithOnes(problem, best), boundWithOnes(problem, residual));
  // What no network reaches at all: the part of the labels that is proportional to x on neither side.
  if (problem.lam === 0) return leastLoss(problem, best);
  return Math.max(scaledBound(problem, residual), scaledBound(problem, best));
}

/**
 * The dual value of the best feasible multiple c z: c (2 zᵀy − c ‖z‖²).
 * @param {Problem} problem
 * @param {number[]} z
 */
function scaledBound(problem, z) {
  const length = squared(z);
  if (length === 0) return 0;
  const reach = support(problem, z).value + rounding(problem, z);
  return multiple(problem, z, length, reach > 0 ? problem.lam / reach : Infinity);
}

/**
 * ‖z‖² of the part z of the labels that no network fits, rounded down.
 * @param {Problem} problem
 * @param {number[]} z
 */
function leastLoss({ y }, z) {
  const rounding = 4 * (y.length + 9) * Number.EPSILON * Math.sqrt(squared(y));
  return Math.max(0, Math.sqrt(squared(z)) - rounding) ** 2;
}

/**
 * The same for alpha = 1, z having been lowered by a constant until no neuron lowers the loss, rounding included: of a
 * residual that is nothing but rounding a large multiple would otherwise "prove" anything.
 * @param {Problem} problem
 * @param {number[]} z
 */
function boundWithOnes({ x, y }, z) {
  let lower = 0;
  const n = z.length, largest = Math.max(...z.map(Math.abs));
  if (largest === 0) return 0;
  for (const sign of [1, -1]) {
    let correlation = 0, size = 0, total = 0;
    for (let i = 0; i < n; i++) {
      const output = Math.max(0, sign * x[i]);
      correlation += z[i] * output;
      size += Math.abs(z[i]) * output;
      total += output;
    }
    const rounding = 2 * (n + 8) * Number.EPSILON * size;
    if (total > 0) lower = Math.max(lower, (correlation + rounding) / total);
  }
  const shift = lower + 4 * Number.EPSILON * (largest + lower), feasible = z.map((value) => (value - shift) / largest);
  const rounding = (n + 4) * Number.EPSILON, length = squared(feasible);
  let along = 0, size = 0;
  for (let i = 0; i < n; i++) {
    along += feasible[i] * y[i];
    size += Math.abs(feasible[i] * y[i]);
  }
  along -= rounding * size;
  return length > 0 && along > 0 ? along / length * along * (1 - 2 * rounding) : 0;
}

/**
 * The dual value of the best c z with 0 ≤ c ≤ largest, rounded down.
 * @param {Problem} problem
 * @param {number[]} z
 * @param {number} length ‖z‖²
 * @param {number} largest
 */
function multiple({ y }, z, length, largest) {
  let along = 0, size = 0;
  for (let i = 0; i < z.length; i++) {
    along += z[i] * y[i];
    size += Math.abs(z[i] * y[i]);
  }
  const c = Math.min(Math.max(along / length, 0), largest);
  const rounding = (z.length + 4) * Number.EPSILON * (2 * size + c * length);
  return Math.max(0, c * (2 * along - c * length - rounding));
}

/**
 * The largest |zᵀ relu(x u)| over u = ±1 (signed, where alpha = 1), with the side and the sign of alpha.
 * @param {Problem} problem
 * @param {number[]} z
 * @returns {{value: number, side: 1 | -1, sign: number}}
 */
function support({ x, layer }, z) {
  /** @type {{value: number, side: 1 | -1, sign: number}} */
  let found = { value: 0, side: 1, sign: 1 };
  const correlations = [1, -1].map((side) => z.reduce((sum, value, i) => sum + value * Math.max(0, side * x[i]), 0));
  for (const sign of layer === "ones" ? [1] : [1, -1]) {
    const k = sign * correlations[1] > sign * correlations[0] ? 1 : 0;
    const value = sign * correlations[k];
    if (value > found.value) found = { value, side: k === 0 ? 1 : -1, sign };
  }
  return found;
}

/**
 * A bound on the rounding error of the support: a few units in the last place of Σ |x_i z_i|.
 * @param {Problem} problem
 * @param {number[]} z
 */
function rounding({ x }, z) {
  return 4 * Number.EPSILON * z.reduce((sum, value, i) => sum + Math.abs(value * x[i]), 0);
}
