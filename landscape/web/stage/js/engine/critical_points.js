// Where gradient descent can come to rest, in closed form: one or two neurons with alpha = 1 on one feature, as
// landscape/loss/critical_points.py has it.
import { isRounding } from "./excess.js";

/**
 * @import { Problem } from "./problem.js"
 *
 * @typedef {"GLOBAL" | "SPURIOUS" | "SADDLE" | "DEAD"} ComponentKind
 * @typedef {{kind: ComponentKind, loss: number, vertices: number[][], directions: number[][],
 *   sentence: string}} Component
 *   A connected piece of the critical set: all convex combinations of its vertices (w₁, …, w_m) plus non-negative sums
 *   of its directions; the loss on it, and why runs end there. Two vertices are a segment; no direction a point, one a
 *   ray, two a quadrant, 2m everything.
 * @typedef {{sign: 1 | -1, a: number, b: number, empty: boolean, positive: boolean, best: number,
 *   decrease: number}} SideFit
 *   The samples on one side of 0: with t ≥ 0 the total weight of the neurons there, they add a t² − 2 b t to ‖y‖².
 *   `best` is the weight t* ≥ 0 of least loss, `positive` whether it is above 0, `decrease` what it takes off the loss.
 */

const CANCELS = 1e-12; // a sum Σ |x| y below this share of its terms' absolute sum is 0: the labels of that side cancel

/**
 * The right and the left side of a problem whose second layer is ones: its loss depends on their a and b alone.
 * @param {Problem} problem
 * @returns {[SideFit, SideFit]}
 */
export function sidesOf(problem) {
  return [fitOf(problem, 1), fitOf(problem, -1)];
}

/**
 * @param {Problem} problem
 * @param {1 | -1} sign
 * @returns {SideFit}
 */
function fitOf({ x, y }, sign) {
  let a = 0, b = 0, size = 0;
  for (let i = 0; i < x.length; i++) {
    if (!(sign * x[i] > 0)) continue;
    a += x[i] * x[i];
    b += Math.abs(x[i]) * y[i];
    size += Math.abs(x[i] * y[i]);
  }
  if (!(Math.abs(b) > CANCELS * size)) b = 0;
  const positive = b > 0, best = positive ? b / a : 0;
  return { sign, a, b, empty: a === 0, positive, best, decrease: positive ? b * best : 0 };
}

/**
 * The critical components of the loss of m = 1 or 2 neurons with alpha = 1: where gradient descent rests, the
 * derivative of the ReLU at 0 taken as 0. Where the ends of a segment of local minima are saddles they are listed once more.
 * @param {Problem} problem
 * @param {number} m
 * @returns {Component[]}
 */
export function criticalSet(problem, m) {
  const [right, left] = sidesOf(problem);
  if (right.empty && left.empty) {
    const text = "All samples are at x = 0, where every network without bias is 0: all weights are equally good.";
    const all = [...units(m, 1), ...units(m, -1)];
    return [component(problem, "GLOBAL", [units(m, 0)[0]], text, all)];
  }
  return m === 1 ? ofOneNeuron(problem, right, left) : ofTwoNeurons(problem, right, left);
}

/**
 * @param {Problem} problem
 * @param {SideFit} right
 * @param {SideFit} left
 */
function ofOneNeuron(problem, right, left) {
  const best = Math.max(right.decrease, left.decrease);
  /** @type {Component[]} */
  const found = [];
  for (const [side, other] of [[right, left], [left, right]]) {
    if (side.positive) {
      const lowest = isRounding(problem, best - side.decrease);
      let text = `The neuron fits the samples with ${where(side)}`;
      text += lowest ? "; one neuron can do no better." : "; the other side would gain more.";
      if (other.positive) text += " It is active on one side only: a second neuron could fit the other.";
      found.push(component(problem, lowest ? "GLOBAL" : "SPURIOUS", [[side.sign * side.best]], text));
    } else if (side.empty) {
      found.push(inactive(problem, side, 1, best === 0));
    }
  }
  if (!(right.empty || left.empty)) found.push(atOrigin(problem, 1, best === 0));
  return found;
}

/**
 * @param {Problem} problem
 * @param {SideFit} right
 * @param {SideFit} left
 */
function ofTwoNeurons(problem, right, left) {
  /** @type {Component[]} */
  const found = [];
  if (right.positive && left.positive) {
    const text = "One neuron fits each side of zero: the optimum.";
    found.push(component(problem, "GLOBAL", [[right.best, -left.best]], text));
    found.push(component(problem, "GLOBAL", [[-left.best, right.best]], text));
  }
  for (const [side, other] of [[right, left], [left, right]]) {
    const ends = units(2, side.sign * side.best), ways = units(2, -side.sign).reverse();
    const fits = `One neuron fits the samples with ${where(side)}, the other is`;
    if (side.positive) {
      let text = `Both neurons share the samples with ${where(side)}: only the sum of their weights counts.`;
      if (other.positive) text += ` No neuron is active on ${where(other)}.`;
      found.push(component(problem, other.positive ? "SPURIOUS" : "GLOBAL", ends, text));
    }
    ends.forEach((end, k) => {
      if (side.positive && other.positive) {
        const text = `${fits} exactly 0: a push to ${where(other, "w")} frees it.`;
        found.push(component(problem, "SADDLE", [end], text));
      } else if (side.positive && other.empty) {
        const text = `${fits} inactive everywhere: its weight is free.`;
        found.push(component(problem, "GLOBAL", [end], text, [ways[k]]));
      }
    });
    if (side.empty) found.push(inactive(problem, side, 2, !other.positive));
  }
  if (!(right.empty || left.empty)) found.push(atOrigin(problem, 2, !(right.positive || left.positive)));
  return found;
}

/**
 * @param {Problem} problem
 * @param {ComponentKind} kind
 * @param {number[][]} vertices
 * @param {string} sentence
 * @param {number[][]} [directions]
 * @returns {Component}
 */
function component({ x, y }, kind, vertices, sentence, directions = []) {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const residual = y[i] - vertices[0].reduce((sum, w) => sum + Math.max(x[i] * w, 0), 0);
    loss += residual * residual;
  }
  return { kind, loss, vertices, directions, sentence };
}

/**
 * The unit vectors times a size.
 * @param {number} m
 * @param {number} size
 */
function units(m, size) {
  return Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_, j) => i === j ? size : 0));
}

/**
 * @param {SideFit} side
 * @param {string} [symbol]
 */
function where(side, symbol = "x") {
  return side.sign > 0 ? `${symbol} > 0` : `${symbol} < 0`;
}

/**
 * @param {Problem} problem
 * @param {SideFit} side
 * @param {number} m
 * @param {boolean} optimal
 */
function inactive(problem, side, m, optimal) {
  let text = `No sample has ${where(side)}, so neurons with ${where(side, "w")} are never active and never move.`;
  if (optimal) {
    text = "No neuron is active on any sample, and the labels ask for none: the zero function is the optimum.";
  }
  return component(problem, optimal ? "GLOBAL" : "DEAD", [units(m, 0)[0]], text, units(m, side.sign));
}

/**
 * @param {Problem} problem
 * @param {number} m
 * @param {boolean} optimal
 */
function atOrigin(problem, m, optimal) {
  let text = "All weights are exactly 0 and no neuron is active; a push towards samples that ask for it frees one.";
  if (optimal) {
    text = "The labels ask for values below 0, which alpha = 1 cannot give: the zero function is the optimum.";
  }
  return component(problem, optimal ? "GLOBAL" : "SADDLE", [units(m, 0)[0]], text);
}
