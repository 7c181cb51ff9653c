// What is proven of a network of one feature without a bias, as landscape/convex/certificate.py proves it.
import { LEAST_UNIT, PROVEN } from "./excess.js";
import { optimum } from "./optimum.js";
import { squared } from "./problem.js";
import { preciseObjective, residual as residualOf } from "./residual.js";

const ROUNDED = 16; // roundings on the way from a point to what it adds to a support, generously counted
const SUMMED = 2 ** -62; // and those of sums in Python's longest numbers
const NEARLY = 0.1; // a gap below this share may be that of an optimum whose residual is lost in rounding

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
 * @param {number[]} [dual] another residual that may prove a bound, by default that of the closed form
 * @returns {Certificate}
 */
export function certify(problem, W, alpha, dual = residualOfOptimum(problem)) {
  const residual = residualOf(problem, W, alpha), value = preciseObjective(problem, W, alpha, residual);
  let bound = lowerBound(problem, residual, dual);
  const size = Math.max(bound, LEAST_UNIT * squared(problem.y)), above = value - bound;
  if (problem.lam > 0 && above > PROVEN * size && above <= NEARLY * size) {
    bound = Math.max(bound, scaledBound(problem, tightened(problem, W, alpha, residual)));
  }
  bound = Math.min(value, bound);
  const gap = value - bound, steepest = support(problem, residual);
  const nothing = steepest.value - problem.lam <= steepest.error || gap <= 1e-9 * squared(problem.y);
  return { value, bound, gap, residual, missing: nothing ? 0 : steepest.side, sign: nothing ? 0 : steepest.sign };
}

/**
 * y − f of the optimum.
 * @param {Problem} problem
 */
function residualOfOptimum(problem) {
  const { x, y } = problem, { sPlus, sMinus } = optimum(problem);
  return y.map((label, i) => label - x[i] * (x[i] > 0 ? sPlus : sMinus));
}

/**
 * @param {Problem} problem
 * @param {number[]} residual of the network
 * @param {number[]} dual
 */
function lowerBound(problem, residual, dual) {
  if (problem.layer === "ones") {
    const best = residualOfOptimum(problem);
    return Math.max(0, ...[best, residual, dual].map((z) => boundWithOnes(problem, z)));
  }
  // What no network reaches at all: the part of the labels that is proportional to x on neither side.
  if (problem.lam === 0) return leastLoss(problem, residualOfOptimum(problem));
  return Math.max(scaledBound(problem, residual), scaledBound(problem, dual));
}

/**
 * The dual value of the best feasible multiple c z: c (2 zᵀy − c ‖z‖²).
 * @param {Problem} problem
 * @param {number[]} z
 */
function scaledBound(problem, z) {
  const length = squared(z);
  if (length === 0) return 0;
  const { value, error } = support(problem, z), reach = value + error;
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
 * @returns {{value: number, side: 1 | -1, sign: number, error: number}} The largest is at most value + error.
 */
function support(problem, z) {
  const { x, layer } = problem;
  /** @type {{value: number, side: 1 | -1, sign: number}} */
  let found = { value: 0, side: 1, sign: 1 };
  const correlations = [1, -1].map((side) => z.reduce((sum, value, i) => sum + value * Math.max(0, side * x[i]), 0));
  for (const sign of layer === "ones" ? [1] : [1, -1]) {
    const k = sign * correlations[1] > sign * correlations[0] ? 1 : 0;
    const value = sign * correlations[k];
    if (value > found.value) found = { value, side: k === 0 ? 1 : -1, sign };
  }
  return { ...found, error: rounding(problem, z, found.value) };
}

/**
 * A bound on the rounding error of the support, as landscape/geometry/support.py has it: some units in the last place of
 * Σ |x_i z_i|, as many as points are added up, but no more than the support could be.
 * @param {Problem} problem
 * @param {number[]} z
 * @param {number} value of the support
 */
function rounding({ x }, z, value) {
  let total = 0;
  const points = [0, 0, 0]; // left of 0, at 0, right of it
  for (let i = 0; i < x.length; i++) {
    total += Math.abs(z[i] * x[i]);
    points[Math.sign(x[i]) + 1]++;
  }
  const error = total * ((ROUNDED + Math.max(...points)) * Number.EPSILON + SUMMED);
  return Math.min(error, Math.max(total + error - value, 0));
}

/**
 * The residual changed as little as makes its correlation with every neuron's output ±λ, as it is at an optimum.
 *
 * Where λ is tiny the residual is too, and is lost in the rounding of large outputs that cancel; their directions are
 * not. On a side of 0 whose neurons have both signs of alpha, the mean of what they ask for.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @param {number[]} residual
 */
function tightened({ x, lam }, W, alpha, residual) {
  const z = [...residual];
  for (const side of [1, -1]) {
    let signs = 0, neurons = 0;
    for (let j = 0; j < W.length; j++) {
      if (!(side * W[j] > 0) || alpha[j] === 0) continue;
      signs += Math.sign(alpha[j]);
      neurons++;
    }
    const output = x.map((value) => Math.max(side * value, 0)), square = squared(output);
    if (neurons === 0 || square === 0) continue;
    const along = output.reduce((sum, value, i) => sum + value * residual[i], 0);
    const change = (lam * signs / neurons - along) / square;
    output.forEach((value, i) => z[i] += change * value);
  }
  return z;
}
