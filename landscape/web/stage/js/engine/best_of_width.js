// The best single neuron of one feature without a bias, in closed form, and its sentences, as
// landscape/convex/best_neuron.py and landscape/results/best_of_width.py have them.
import { written } from "./formatting.js";
import { bestSlope } from "./optimum.js";
import { AT_OPTIMUM, bowl, labelSize, sides } from "./problem.js";

/**
 * @import { Problem } from "./problem.js"
 *
 * @typedef {{value: number, slope: number, side: -1 | 0 | 1, anyWidth: number, proven: boolean, bound: number}} BestOfWidth
 *   The lowest objective of one neuron, its slope and the side of 0 on which it is active; what wider networks reach,
 *   whether none does better, and the proven bound.
 */

/**
 * The best single neuron: on one side of 0 it fits as well as any network, on the other it is 0.
 * @param {Problem} problem
 * @returns {{value: number, slope: number, side: -1 | 0 | 1}}
 */
function bestNeuron(problem) {
  const { plus, minus, atZero } = sides(problem);
  const nothing = bowl(plus, 0) + bowl(minus, 0) + atZero;
  /** @type {{value: number, slope: number, side: -1 | 0 | 1}} */
  let best = { value: nothing, slope: 0, side: 0 };
  // Of neurons that are equally good the first one counts, in Python's order: by the sign of alpha, then by the side.
  for (const alpha of [1, -1]) {
    for (const side of /** @type {const} */ ([1, -1])) {
      const [own, other] = side > 0 ? [plus, minus] : [minus, plus];
      const slope = bestSlope(problem, own, side);
      if (Math.sign(slope) !== alpha * side) continue;
      const value = bowl(own, slope) + bowl(other, 0) + atZero + 2 * problem.lam * Math.abs(slope);
      if (value < best.value) best = { value, slope, side };
    }
  }
  return best;
}

/**
 * The best single neuron where wider networks do better; null where one neuron is enough.
 * @param {Problem} problem
 * @param {{optimum: number, bound: number, proven: boolean}} known of any width
 * @returns {BestOfWidth | null}
 */
export function bestOfOneNeuron(problem, { optimum, bound, proven }) {
  const best = bestNeuron(problem), rounding = AT_OPTIMUM * labelSize(problem);
  if (best.value - optimum <= rounding || best.value - bound <= rounding) return null;
  return { ...best, anyWidth: optimum, proven, bound };
}

/**
 * What wider networks reach; where it is not proven to be the least, with the bound.
 * @param {Problem} problem
 * @param {BestOfWidth} best
 */
function wider(problem, { anyWidth, proven, bound }) {
  const text = `Networks with more neurons reach ${shown(problem, anyWidth)}`;
  return proven ? `${text}.` : `${text}, and none is below ${shown(problem, bound)}.`;
}

/**
 * What to say of a run that ended at the best of its width, and why; null for one that is above it.
 * @param {Problem} problem
 * @param {BestOfWidth} best
 * @param {number} loss
 * @returns {[string, string] | null}
 */
export function reachedForItsWidth(problem, best, loss) {
  if (loss - best.value > AT_OPTIMUM * labelSize(problem)) return null;
  return [`Reached the best that one neuron can do: loss ${written(loss)}.`, wider(problem, best)];
}

/**
 * What to say of a run that stopped above the best neuron: where, and which valley caught it.
 * @param {Problem} problem
 * @param {BestOfWidth} best
 * @param {number} w
 * @param {number} loss
 * @param {string} activeOn the names of the points on which its neuron is active
 * @returns {[string, string]}
 */
export function aboveTheBest(problem, best, w, loss, activeOn) {
  const other = Math.sign(w) !== best.side;
  const text = `${other ? "Stuck" : "Stopped"} at loss ${written(loss)}; one neuron can do ${written(best.value)}.`;
  const valley = other ? `It is in the other valley: its neuron acts on ${activeOn} alone. ` : "";
  return [text, `${valley}${wider(problem, best)}`];
}

/**
 * The best of the width as a sentence of its own.
 * @param {BestOfWidth} best
 */
export function besideIt({ value }) {
  return `The best that one neuron can do is ${written(value)}.`;
}

/**
 * The best of the width, how it is known, and what wider networks reach; ☆ is its marker in the pictures.
 * @param {Problem} problem
 * @param {BestOfWidth} best
 */
export function sentencesOn(problem, best) {
  return `Loss ${written(best.value)} (☆) is the best that one neuron can do, exactly. ${wider(problem, best)}`;
}

/**
 * @param {Problem} problem
 * @param {number} loss
 */
function shown(problem, loss) {
  return loss <= AT_OPTIMUM * labelSize(problem) ? "0" : written(loss);
}
