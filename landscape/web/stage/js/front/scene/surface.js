// Planes through the space of weights and the loss over them, for one feature without a bias, as
// landscape/loss/surface.py has it.
import { halfEven } from "../../engine/descent.js";
import { lossField } from "../../engine/field.js";
import { bowl, sides, squared } from "../../engine/problem.js";
import { held } from "../results/network.js";

/**
 * @import { Numbers, Problem } from "../../engine/problem.js"
 *
 * @typedef {{W: Numbers, alpha: Numbers}} Network
 * @typedef {{origin: Network, first: Network, second: Network}} Plane
 *   The networks origin + a·first + b·second, weights and second layer alike.
 * @typedef {{w1: Float64Array, w2: Float64Array, loss: Float64Array, plane: Plane}} Surface
 *   The loss on a grid, row by row: loss[l·K + k] belongs to the coordinates (w1[k], w2[l]) of the plane.
 * @typedef {[c: number, p: number, q: number]} Line the places with c + p a + q b = 0
 */

const LARGEST_LOSS = 1e300;
const DECIMALS = 1e12; // lines whose coefficients agree to so many parts of 1 are one

/** Somewhere on a grid the weights are so large that no number holds the loss. */
export class LossTooLarge extends RangeError {}

/**
 * The network of a plane at coordinates (a, b).
 * @param {Plane} plane
 * @param {number} a
 * @param {number} b
 */
export function networkAt({ origin, first, second }, a, b) {
  /** @type {(from: Numbers, u: Numbers, v: Numbers) => Float64Array} */
  const moved = (from, u, v) => Float64Array.from(from, (value, j) => held(value + a * u[j] + b * v[j]));
  return { W: moved(origin.W, first.W, second.W), alpha: moved(origin.alpha, first.alpha, second.alpha) };
}

/**
 * Where a network projects orthogonally onto the plane.
 * @param {Plane} plane
 * @param {Network} network
 * @returns {[number, number]}
 */
export function coordinates(plane, network) {
  return projector(plane)(network.W, network.alpha);
}

/**
 * What projects networks onto the plane: many of them, neuron j of the one at `from` is W[from + j].
 * @param {Plane} plane
 * @returns {(W: Numbers, alpha: Numbers, from?: number) => [number, number]}
 */
export function projector({ origin, first, second }) {
  const m = origin.W.length;
  // The least squares of the two directions, which are orthogonal up to rounding; one of them may be 0.
  const uu = squared(first.W) + squared(first.alpha), vv = squared(second.W) + squared(second.alpha);
  let uv = 0;
  for (let j = 0; j < m; j++) uv += first.W[j] * second.W[j] + first.alpha[j] * second.alpha[j];
  const determinant = uu * vv - uv * uv;
  return (W, alpha, from = 0) => {
    let u = 0, v = 0;
    for (let j = 0; j < m; j++) {
      const w = W[from + j] - origin.W[j], a = alpha[from + j] - origin.alpha[j];
      u += w * first.W[j] + a * first.alpha[j];
      v += w * second.W[j] + a * second.alpha[j];
    }
    return vv === 0 ? [u / uu, 0] : [(vv * u - uv * v) / determinant, (uu * v - uv * u) / determinant];
  };
}

/**
 * The plane whose coordinates are the weights of two neurons, or the line of one, whose second coordinate changes
 * nothing.
 * @param {Network} base
 * @param {number[]} neurons [i, j], or [i]
 * @returns {Plane}
 */
export function neuronPlane(base, neurons) {
  const m = base.W.length;
  /** @type {(neuron: number | undefined) => Network} */
  const direction = (neuron) => {
    const W = new Float64Array(m);
    if (neuron !== undefined) W[neuron] = 1;
    return { W, alpha: new Float64Array(m) };
  };
  const W = Float64Array.from(base.W, (value, j) => neurons.includes(j) ? 0 : value);
  const origin = { W, alpha: Float64Array.from(base.alpha) };
  return { origin, first: direction(neurons[0]), second: direction(neurons[1]) };
}

/**
 * The plane through three networks, with orthonormal directions; where they lie on a line, the missing direction is
 * the first unit weight not on it. The second must differ from the origin.
 * @param {Network} origin
 * @param {Network} second
 * @param {Network} third
 * @returns {Plane}
 */
export function planeThrough(origin, second, third) {
  const m = origin.W.length, start = flat(origin);
  const e1 = unit(minus(flat(second), start));
  let e2 = e1;
  for (let i = -1; i < 2 * m; i++) {
    const candidate = i < 0 ? minus(flat(third), start) : start.map((_, j) => i === j ? 1 : 0);
    const along = dot(candidate, e1);
    e2 = candidate.map((value, j) => value - along * e1[j]);
    if (Math.sqrt(squared(e2)) > 1e-9 * Math.sqrt(squared(candidate))) break;
  }
  /** @type {(e: Float64Array) => Network} */
  const network = (e) => ({ W: e.slice(0, m).map(held), alpha: e.slice(m).map(held) });
  return { origin, first: network(e1), second: network(unit(e2)) };
}

/** @param {Network} network */
function flat({ W, alpha }) {
  const all = new Float64Array(2 * W.length);
  all.set(W);
  all.set(alpha, W.length);
  return all;
}

/** @type {(a: Float64Array, b: Float64Array) => Float64Array} */
function minus(a, b) {
  return a.map((value, j) => value - b[j]);
}

/** @type {(a: Float64Array, b: Float64Array) => number} */
function dot(a, b) {
  return a.reduce((sum, value, j) => sum + value * b[j], 0);
}

/** @param {Float64Array} vector */
function unit(vector) {
  const length = Math.sqrt(squared(vector));
  return vector.map((value) => value / length);
}

/**
 * Problem (1) over a grid in a plane of weights.
 * @param {Problem} problem
 * @param {Float64Array} w1
 * @param {Float64Array} w2
 * @param {Plane} plane
 * @returns {Surface}
 * @throws {LossTooLarge} where the weights are so large that the loss overflows
 */
export function lossSurface(problem, w1, w2, plane) {
  const neurons = movedBy(plane);
  const loss = neurons ? overNeurons(problem, w1, w2, plane.origin, neurons) : overPlane(problem, w1, w2, plane);
  return { w1, w2, loss, plane };
}

/**
 * The one or two neurons whose weights are the plane's coordinates; null for a plane of another kind.
 * @param {Plane} plane
 */
function movedBy({ origin, first, second }) {
  const i = onlyWeight(first), j = onlyWeight(second);
  if (i === null || i < 0 || j === null || i === j) return null;
  const neurons = j < 0 ? [i] : [i, j];
  return neurons.every((neuron) => origin.W[neuron] === 0) ? neurons : null;
}

/**
 * The neuron that alone is moved, by 1; −1 where none is, null for every other direction.
 * @param {Network} direction
 */
function onlyWeight({ W, alpha }) {
  let found = -1;
  for (let j = 0; j < W.length; j++) {
    if (alpha[j] !== 0 || (W[j] !== 0 && (W[j] !== 1 || found >= 0))) return null;
    if (W[j] === 1) found = j;
  }
  return found;
}

/**
 * @param {Problem} problem
 * @param {Float64Array} w1
 * @param {Float64Array} w2
 * @param {Network} origin
 * @param {number[]} neurons
 */
function overNeurons(problem, w1, w2, origin, neurons) {
  checkTerms(problem, w1, w2, origin, neurons);
  if (neurons.length === 2) return lossField(problem, origin, neurons, w1, w2);
  const row = lossField(problem, origin, neurons, w1), loss = new Float64Array(w1.length * w2.length);
  for (let l = 0; l < w2.length; l++) loss.set(row, l * w1.length);
  return loss;
}

/**
 * The loss is ‖g‖² + ‖r‖² − 2 r·g plus the λ-term, with g the outputs of the first neuron and r the labels without the
 * others': each of its terms must be a number.
 * @param {Problem} problem
 * @param {Float64Array} w1
 * @param {Float64Array} w2
 * @param {Network} origin
 * @param {number[]} neurons
 */
function checkTerms(problem, w1, w2, { W, alpha }, [i, j]) {
  const { plus, minus, atZero } = sides(problem), { lam } = problem;
  let right = 0, left = 0, still = 0;
  for (let k = 0; k < W.length; k++) {
    if (k === i || k === j) continue;
    right += Math.max(W[k], 0) * alpha[k];
    left += Math.min(W[k], 0) * alpha[k];
    still += lam * (W[k] * W[k] + alpha[k] * alpha[k]);
  }
  /** @type {(t: number) => number} */
  const own = (t) => {
    const { largest, squares } = t > 0 ? plus : minus, reach = t === 0 ? 0 : largest * t * alpha[i];
    return squares * reach * reach;
  };
  /** @type {(t: number) => number} */
  const rest = (t) => {
    const slope = j === undefined ? 0 : t * alpha[j];
    return bowl(plus, right + (t > 0 ? slope : 0)) + bowl(minus, left + (t < 0 ? slope : 0)) + atZero;
  };
  /** @type {(t: number, neuron: number | undefined) => number} */
  const decay = (t, neuron) => neuron === undefined ? 0 : lam * (t * t + alpha[neuron] * alpha[neuron]);
  checkFinite(most(w1, own) + most(w2, rest) + most(w1, (t) => decay(t, i)) + most(w2, (t) => still + decay(t, j)));
}

/**
 * @param {Float64Array} values
 * @param {(value: number) => number} of
 */
function most(values, of) {
  return values.reduce((largest, value) => Math.max(largest, of(value)), 0);
}

/** @param {number} scale */
function checkFinite(scale) {
  if (!(scale < LARGEST_LOSS)) {
    throw new LossTooLarge(
      "w1 and w2 must keep the loss below 1e300, but the weights are too large for this data.",
    );
  }
}

/**
 * @param {Problem} problem
 * @param {Float64Array} w1
 * @param {Float64Array} w2
 * @param {Plane} plane
 */
function overPlane(problem, w1, w2, { origin, first, second }) {
  const { plus, minus, atZero } = sides(problem), { lam } = problem, m = origin.W.length;
  const loss = new Float64Array(w1.length * w2.length);
  const W = new Float64Array(m), alpha = new Float64Array(m);
  let at = 0, largest = 0;
  for (const b of w2) {
    for (let j = 0; j < m; j++) {
      W[j] = origin.W[j] + b * second.W[j];
      alpha[j] = origin.alpha[j] + b * second.alpha[j];
    }
    for (const a of w1) {
      let right = 0, left = 0, norm = 0;
      for (let j = 0; j < m; j++) {
        const w = W[j] + a * first.W[j], outer = alpha[j] + a * first.alpha[j];
        if (w > 0) right += w * outer;
        else left += w * outer;
        norm += w * w + outer * outer;
      }
      const value = bowl(plus, right) + bowl(minus, left) + atZero + (lam > 0 ? lam * norm : 0);
      loss[at++] = value;
      largest = Math.max(largest, value);
    }
  }
  checkFinite(largest);
  return loss;
}

/**
 * The distinct lines of the plane on which the loss has a crease: where the weight of a neuron is 0 and some sample
 * changes sides, scaled to p² + q² = 1. Whatever the samples, a neuron has one: with a factor of theirs it would be the
 * same up to rounding.
 * @param {Problem} problem
 * @param {Plane} plane
 * @returns {Line[]}
 */
export function kinkLines({ x }, { origin, first, second }) {
  /** @type {Line[]} */
  const found = [];
  const seen = new Set();
  for (let j = 0; j < origin.W.length && x.some((value) => value !== 0); j++) {
    const c = origin.W[j], p = first.W[j], q = second.W[j], length = Math.hypot(p, q);
    if (length === 0) continue;
    const scale = (p < 0 || (p === 0 && q < 0) ? -1 : 1) / length;
    const line = /** @type {Line} */ ([c, p, q].map((entry) => entry * scale));
    const key = line.map((entry) => Math.round(entry * DECIMALS) / DECIMALS + 0).join();
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(line);
  }
  return found;
}

/**
 * `count` increasing numbers from low to high that contain the kinks between them exactly, evenly spaced between
 * neighbouring ones.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @param {number[]} [kinks]
 */
export function gridWithKinks(low, high, count, kinks = [0]) {
  const inside = [...new Set(kinks.map(held))].filter((k) => low < k && k < high).sort((a, b) => a - b);
  const breaks = [low, ...inside, high];
  if (count < breaks.length) {
    throw new RangeError(
      `count must be at least ${breaks.length} to hold both ends and the kinks, but was ${count}.`,
    );
  }
  let latest = -Infinity;
  const places = breaks.map((value, rank) => {
    latest = Math.max(latest, halfEven((value - low) / (high - low) * (count - 1)) - rank);
    return Math.min(latest + rank, count - breaks.length + rank);
  });
  const grid = new Float64Array(count);
  grid[places[0]] = breaks[0];
  for (let k = 1; k < breaks.length; k++) {
    const from = places[k - 1], slope = (breaks[k] - breaks[k - 1]) / (places[k] - from);
    for (let place = from + 1; place < places[k]; place++) grid[place] = slope * (place - from) + breaks[k - 1];
    grid[places[k]] = breaks[k];
  }
  return grid;
}
