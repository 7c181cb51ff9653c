// The optimal network of one feature without a bias, as landscape/convex/twin.py recovers it, and the best single neuron
// as a network, as landscape/convex/best_neuron.py has it.
import { halfEven } from "../../engine/descent.js";
import { optimum } from "../../engine/optimum.js";
import { squared } from "../../engine/problem.js";
import { preciseObjective } from "../../engine/residual.js";

/**
 * @import { Problem } from "../../engine/problem.js"
 *
 * @typedef {{W: number[], alpha: number[]}} Network both layers, one number a neuron
 */

const SMALLEST = 1e-100; // a computed weight below this is 0
const ROUNDING = 1e-15; // a neuron whose outputs are below this share of the labels is rounding, as at λ = λ_max

/**
 * A network with the least loss of all widths: at most one neuron a side of 0, and one at 0 where there is none.
 * @param {Problem} problem
 * @returns {Network}
 */
export function optimalNetwork(problem) {
  const { sPlus, sMinus } = optimum(problem), size = Math.sqrt(squared(problem.y)) || 1;
  const longest = problem.x.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  const least = problem.lam > 0 ? ROUNDING * size / longest : 0;
  /** @type {Network} */
  const network = { W: [], alpha: [] };
  for (const [slope, side] of [[sPlus, 1], [sMinus, -1]]) {
    if (!(Math.abs(slope) > least)) continue;
    const neuron = neuronOf(problem, slope, side);
    network.W.push(...neuron.W);
    network.alpha.push(...neuron.alpha);
  }
  const none = network.W.length === 0 || !(preciseObjective(problem, network.W, network.alpha) <= squared(problem.y));
  return none ? neuronOf(problem, 0, 1) : network;
}

/**
 * The neuron that gives f a slope on one side of 0: balanced, except by a power of two where nothing asks for more.
 * @param {Problem} problem
 * @param {number} slope
 * @param {number} side
 * @returns {Network}
 */
export function neuronOf({ lam, layer }, slope, side) {
  if (slope === 0) return { W: [0], alpha: [layer === "ones" ? 1 : 0] };
  if (layer === "ones") return { W: [held(slope)], alpha: [1] };
  const size = Math.abs(slope);
  const root = lam > 0 ? Math.sqrt(size) : 2 ** halfEven(Math.log2(Math.sqrt(size)));
  return { W: [held(side * size / root)], alpha: [held(Math.sign(slope) * side * root)] };
}

/**
 * A weight as a network holds it.
 * @param {number} weight
 */
export function held(weight) {
  return Math.abs(weight) < SMALLEST ? 0 : weight;
}
