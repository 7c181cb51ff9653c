// Problem (1) for one feature without a bias, as landscape/model/problem.py, model/network.py and convex/one_feature.py have it.
//
// Whatever its width, such a network is two slopes: f(x) = s₊ x for x > 0 and s₋ x for x < 0. The data enter through a
// parabola for each slope, so nothing here or in the files that build on it costs more for more points.

export const LARGEST = 1e100; // no problem and no network holds a larger number
export const AT_OPTIMUM = 1e-6; // of ‖y‖²: a run is at the optimum within this gap
export const ROUNDING = 1e-12; // of ‖y‖²: a loss, or a difference of losses, of at most this is rounding

/**
 * @typedef {{x: number[], y: number[], lam: number, layer: "ones" | "trained"}} Problem
 *   Points, labels, λ itself (not a fraction of λ_max; 0 while the layer is ones), and what is trained.
 * @typedef {ArrayLike<number>} Numbers
 * @typedef {{any: boolean, largest: number, squares: number, pull: number, best: number, rest: number}} Side
 *   The points on one side of 0, with t = x / largest: Σ t², Σ t y, and the loss squares·(largest·s − best)² + rest.
 * @typedef {{plus: Side, minus: Side, atZero: number}} Sides
 *   Both sides, and the loss that the points at 0 keep whatever the network.
 */

/**
 * @param {Problem} problem
 * @returns {Sides}
 */
export function sides({ x, y }) {
  let atZero = 0;
  for (let i = 0; i < x.length; i++) if (x[i] === 0) atZero += y[i] * y[i];
  return { plus: side(x, y, 1), minus: side(x, y, -1), atZero };
}

/**
 * @param {number[]} x
 * @param {number[]} y
 * @param {number} sign
 * @returns {Side}
 */
function side(x, y, sign) {
  let largest = 0;
  for (let i = 0; i < x.length; i++) if (sign * x[i] > largest) largest = sign * x[i];
  const any = largest > 0;
  let squares = 0, pull = 0, rest = 0;
  for (let i = 0; i < x.length; i++) {
    if (!(sign * x[i] > 0)) continue;
    const t = x[i] / largest; // squares of 1e-200 would vanish
    squares += t * t;
    pull += t * y[i];
  }
  const best = any ? pull / squares : 0;
  for (let i = 0; i < x.length; i++) {
    if (sign * x[i] > 0) rest += (x[i] / largest * best - y[i]) ** 2;
  }
  return { any, largest, squares, pull, best, rest };
}

/**
 * The squared error of one side at slope s, exact where it is 0.
 * @param {Side} side
 * @param {number} s
 */
export function bowl(side, s) {
  const off = side.largest * s - side.best;
  return side.squares * off * off + side.rest;
}

/**
 * Half the derivative of that error by s: Σ x (x s − y).
 * @param {Side} side
 * @param {number} s
 */
export function tilt(side, s) {
  return side.largest * side.squares * (side.largest * s - side.best);
}

/**
 * The slopes [s₊, s₋] of a network: its place in the convex landscape.
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {[number, number]}
 */
export function place(W, alpha) {
  let plus = 0, minus = 0;
  for (let j = 0; j < W.length; j++) {
    if (W[j] > 0) plus += W[j] * alpha[j];
    else if (W[j] < 0) minus += W[j] * alpha[j];
  }
  return [plus, minus];
}

/**
 * Problem (1) at a network: squared error plus λ(‖W‖² + ‖alpha‖²).
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {number}
 */
export function objective(problem, W, alpha) {
  const { plus, minus, atZero } = sides(problem);
  const [right, left] = place(W, alpha);
  return bowl(plus, right) + bowl(minus, left) + atZero + problem.lam * (squared(W) + squared(alpha));
}

/**
 * Σ v².
 * @param {Numbers} values
 */
export function squared(values) {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j] * values[j];
  return sum;
}

/**
 * ‖y‖², by which losses are measured; 1 where every label is 0.
 * @param {Problem} problem
 */
export function labelSize({ y }) {
  return squared(y) || 1;
}
