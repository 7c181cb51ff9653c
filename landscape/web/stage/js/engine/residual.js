// What a network of one feature without a bias leaves of the labels, with twice the digits where large weights cancel, as
// `residual` of landscape/model/network.py has it.
import { squared } from "./problem.js";

/**
 * @import { Numbers, Problem } from "./problem.js"
 *
 * @typedef {[number, number]} Pair a number as an unevaluated sum of two: 106 binary digits, as landscape/model/exact.py
 *   has it
 */

const VISIBLE = 1e-9; // rounding of an output that may exceed this share of ‖y‖ is avoided
const SPLIT = 2 ** 27 + 1; // splits a number into two halves whose products are exact (Veltkamp, 1968)

/**
 * y − f(x) at every point.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {number[]}
 */
export function residual(problem, W, alpha) {
  const { x, y } = problem, longest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let reach = 0;
  for (let j = 0; j < W.length; j++) reach += Math.abs(W[j]) * Math.abs(alpha[j]);
  const rounding = (W.length + 5) * Number.EPSILON * longest * reach;
  return rounding <= VISIBLE * Math.sqrt(squared(y)) ? plainResidual(problem, W, alpha) : preciseResidual(problem, W, alpha);
}

/**
 * The same, as it is computed where nothing cancels.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {number[]}
 */
export function plainResidual({ x, y }, W, alpha) {
  return y.map((label, i) => {
    let output = 0;
    for (let j = 0; j < W.length; j++) output += Math.max(x[i] * W[j], 0) * alpha[j];
    return label - output;
  });
}

/**
 * The same, with twice the digits.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {number[]}
 */
function preciseResidual({ x, y }, W, alpha) {
  /** @type {Pair} */
  let right = [0, 0];
  /** @type {Pair} */
  let left = [0, 0];
  for (let j = 0; j < W.length; j++) {
    if (W[j] > 0) right = added(right, product(W[j], alpha[j]));
    else if (W[j] < 0) left = added(left, product(W[j], alpha[j]));
  }
  return y.map((label, i) => {
    const [slope, rest] = x[i] > 0 ? right : left, [high, low] = product(x[i], slope);
    return added([label, 0], [-high, -low - x[i] * rest])[0];
  });
}

/**
 * Problem (1) at a network, from that residual.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @param {number[]} [left] the residual, where it is known already
 */
export function preciseObjective(problem, W, alpha, left = residual(problem, W, alpha)) {
  const loss = squared(left);
  return problem.lam > 0 ? loss + problem.lam * (squared(W) + squared(alpha)) : loss;
}

/**
 * a b as its rounded value and its rounding error, exactly (Dekker, 1971).
 * @param {number} a
 * @param {number} b
 * @returns {Pair}
 */
function product(a, b) {
  const p = a * b, [aHigh, aLow] = halves(a), [bHigh, bLow] = halves(b);
  return [p, ((aHigh * bHigh - p) + aHigh * bLow + aLow * bHigh) + aLow * bLow];
}

/**
 * @param {number} a
 * @returns {Pair}
 */
function halves(a) {
  const high = SPLIT * a - (SPLIT * a - a);
  return [high, a - high];
}

/**
 * The sum of two pairs, to twice the digits of a number (Knuth, 1969).
 * @param {Pair} p
 * @param {Pair} q
 * @returns {Pair}
 */
function added(p, q) {
  const total = p[0] + q[0], other = total - p[0];
  const error = (p[0] - (total - other)) + (q[0] - other) + (p[1] + q[1]), high = total + error;
  return [high, error - (high - total)];
}
