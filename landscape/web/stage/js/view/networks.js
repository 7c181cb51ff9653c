// Networks along a run: read from what Python sent, and what they compute, for one feature with or without a bias.
import { INK } from "./colors.js";
import { shape } from "./markers.js";

/**
 * @import { PackedWeights } from "../protocol.js"
 * @import { Frame } from "./overlay.js"
 *
 * @typedef {{d: number, m: number, values: ArrayLike<number>}} Weights
 *   For each stored step a block of (d + 1) × m numbers, row by row, alpha last.
 * @typedef {{id: string, color: string, symbol: string, steps: number[] | Int32Array, objective: ArrayLike<number>,
 *   weights: Weights | PackedWeights | null, drawn?: number[] | null, bias?: number[] | null}} Run
 *   A run as it is drawn: one that Python sent, or one that was recomputed here. drawn: the places among its steps of
 *   those that its pictures have, where these are not all. bias: the output bias at each stored step, where it has one.
 * @typedef {Run & {weights: Weights | PackedWeights}} WeightedRun
 * @typedef {{W: number[], alpha: number[], d: number, m: number, bias?: number}} Network
 *   W is d × m, row after row; bias: what is added to every output.
 * @typedef {{index: number, share: number}} Place
 */

/**
 * Where a step lies among the stored steps: the last stored step at or before it, and how far on to the next.
 * @param {ArrayLike<number>} steps
 * @param {number} step
 * @returns {Place}
 */
export function locate(steps, step) {
  let low = 0;
  let high = steps.length - 1;
  if (step >= steps[high]) return { index: high, share: 0 };
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle;
    else high = middle;
  }
  return { index: low, share: (step - steps[low]) / (steps[high] - steps[low]) };
}

/**
 * The last of a run's stored steps.
 * @param {{steps: ArrayLike<number>}} run
 */
export function lastStep({ steps }) {
  return steps[steps.length - 1];
}

/**
 * @param {ArrayLike<number>} values
 * @param {Place} place
 */
export function between(values, { index, share }) {
  return share > 0 ? values[index] + share * (values[index + 1] - values[index]) : values[index];
}

/**
 * @template {Run} Some
 * @param {Some} run
 * @returns {run is Some & WeightedRun}
 */
export function hasWeights(run) {
  return run.weights !== null;
}

/**
 * Numbers at every stored step of a run, of those at the steps that are drawn: on straight lines between these.
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} steps
 * @param {number[]} drawn
 * @returns {Float64Array}
 */
function atEveryStep(values, steps, drawn) {
  const all = new Float64Array(steps.length);
  drawn.forEach((from, k) => {
    const to = drawn[k + 1] ?? from;
    all[from] = values[k];
    for (let place = from + 1; place < to; place += 1) {
      all[place] = values[k] + (steps[place] - steps[from]) / (steps[to] - steps[from]) * (values[k + 1] - values[k]);
    }
  });
  return all;
}

/**
 * The numbers of a run at every stored step, of those that a picture has of it: where that has all, themselves.
 * @param {ArrayLike<number>} values
 * @param {Run | undefined} run
 * @param {boolean} [logarithmic] whether the lines between them are straight on a logarithmic axis
 * @returns {ArrayLike<number>}
 */
export function ofEveryStep(values, run, logarithmic = false) {
  if (!run?.drawn || values.length !== run.drawn.length) return values;
  if (!logarithmic) return atEveryStep(values, run.steps, run.drawn);
  return atEveryStep(Array.from(values, Math.log10), run.steps, run.drawn).map((height) => 10 ** height);
}

/** @type {WeakMap<PackedWeights, ArrayLike<number>>} */
const unpacked = new WeakMap();

/**
 * @param {Weights | PackedWeights} weights
 * @returns {ArrayLike<number>}
 */
function valuesOf(weights) {
  if ("values" in weights) return weights.values;
  let values = unpacked.get(weights);
  if (!values) {
    const { buffer } = Uint8Array.from(atob(weights.data), (letter) => letter.charCodeAt(0));
    values = weights.bits === 64 ? new Float64Array(buffer) : new Float32Array(buffer);
    const { d, m } = weights;
    if (weights.ones) values = withOnes(values, d * m, m);
    unpacked.set(weights, values);
  }
  return values;
}

/**
 * Blocks with m times 1 after each.
 * @param {ArrayLike<number>} values
 * @param {number} size
 * @param {number} m
 */
function withOnes(values, size, m) {
  const count = values.length / size;
  const all = new Float64Array(count * (size + m)).fill(1);
  for (let block = 0; block < count; block += 1) {
    for (let k = 0; k < size; k += 1) all[block * (size + m) + k] = values[block * size + k];
  }
  return all;
}

/**
 * The network of a run at a place among its steps.
 * @param {WeightedRun} run
 * @param {Place} at
 * @returns {Network}
 */
export function networkAt({ weights, bias }, at) {
  const { d, m } = weights;
  const all = valuesOf(weights);
  const size = (d + 1) * m;
  const next = at.share > 0 ? size : 0;
  const block = Array.from({ length: size }, (_, k) => {
    const now = all[at.index * size + k];
    return now + at.share * (all[at.index * size + next + k] - now);
  });
  return { W: block.slice(0, d * m), alpha: block.slice(d * m), d, m, bias: bias ? between(bias, at) : 0 };
}

/**
 * One neuron's share of the output at x; a second row of W is the bias.
 * @param {Network} network
 * @param {number} j
 * @param {number} x
 */
export function share({ W, alpha, d, m }, j, x) {
  return Math.max(0, W[j] * x + (d > 1 ? W[m + j] : 0)) * alpha[j];
}

/**
 * @param {Network} network
 * @param {number} x
 */
export function output(network, x) {
  let sum = network.bias ?? 0;
  for (let j = 0; j < network.m; j += 1) sum += share(network, j, x);
  return sum;
}

/**
 * The ends of a range and every kink inside it: between them a network is a straight line.
 * @param {Network} network
 * @param {[number, number]} range
 */
export function kinked({ W, d, m }, [low, high]) {
  const kinks = Array.from({ length: m }, (_, j) => (d > 1 ? -W[m + j] / W[j] : 0)).filter((x) => x > low && x < high);
  return [low, ...kinks.sort((a, b) => a - b), high];
}

/**
 * In the plane of (w, b): each neuron at |alpha| (w, b), pointing up where alpha > 0 and down where it is negative.
 * @param {Frame} frame
 * @param {Run[]} runs
 * @param {number} step
 */
export function drawNeurons(frame, runs, step) {
  for (const run of runs.filter(hasWeights)) {
    const { W, alpha, m } = networkAt(run, locate(run.steps, step));
    for (let j = 0; j < m; j += 1) {
      const size = Math.abs(alpha[j]);
      const symbol = alpha[j] >= 0 ? "triangle-up" : "triangle-down";
      frame.marker(size * W[j], size * W[m + j], shape(symbol), 11, run.color, INK, 1);
    }
  }
}
