// The numbers of a loss over a grid in a trace, as landscape/figures/loss_field.py has them: what engine/loss_trace.js
// computes them from, or the numbers themselves.
import { placeOf } from "./loss_colours.js";
import { packed, packedRows } from "./style.js";

/**
 * @import { Scale } from "../../engine/paint.js"
 * @import { Numbers, Problem } from "../../engine/problem.js"
 * @import { Network } from "../scene/surface.js"
 *
 * @typedef {{x: number[], y: number[], lam: number, layer: "ones" | "trained", W?: number[], alpha?: number[],
 *   neurons?: number[]}} Source what a loss is computed from
 */

const MOST_POINTS = 200; // data points up to which they take less room than the losses of a grid

/**
 * What problem (1) is computed from while the weights of one or two neurons of a network move; null where it is not,
 * for other planes, which have no neurons, and for data that take more room than the losses themselves.
 * @param {Problem} problem
 * @param {Network} network
 * @param {number[]} neurons
 * @returns {Source | null}
 */
export function ofWeights(problem, network, neurons) {
  if (neurons.length === 0 || !isComputed(problem)) return null;
  return { ...data(problem), W: Array.from(network.W), alpha: Array.from(network.alpha), neurons: [...neurons] };
}

/**
 * What problem (2) is computed from over the two slopes; null where it is not.
 * @param {Problem} problem
 * @returns {Source | null}
 */
export function ofSlopes(problem) {
  return isComputed(problem) ? data(problem) : null;
}

/** @param {Problem} problem */
function isComputed({ x }) {
  return x.length <= MOST_POINTS;
}

/**
 * @param {Problem} problem
 * @returns {Source}
 */
function data({ x, y, lam, layer }) {
  return { x: [...x], y: [...y], lam, layer };
}

/**
 * The numbers of a trace: its places, their position on the colour map, and the loss itself as hover text.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {Float64Array} loss row by row, a row for each of y
 * @param {Scale} scale
 * @param {Source | null} source what the loss and these places are computed from; null to have them in the trace
 */
export function lossNumbers(x, y, loss, scale, source) {
  if (source) return { meta: { loss: { ...source, soft: scale.soft, across: spaced(x), up: spaced(y) } } };
  const z = loss.map((value) => placeOf(scale, value));
  return { x: packed(x), y: packed(y), z: packedRows(z, x.length), customdata: packedRows(loss, x.length) };
}

/**
 * Increasing numbers as pairs [rank, number] between which they are evenly spaced, or as all pairs.
 * @param {Numbers} places
 * @returns {[number, number][]}
 */
function spaced(places) {
  const last = places.length - 1;
  const ranks = Array.from(places, (_, rank) => rank);
  const few = ranks.filter((rank) => rank === 0 || rank === last || places[rank] === 0);
  const even = few.every((to, k) => {
    if (k === 0) return true;
    const from = few[k - 1], slope = (places[to] - places[from]) / (to - from);
    for (let rank = from + 1; rank < to; rank += 1) {
      if (slope * (rank - from) + places[from] !== places[rank]) return false;
    }
    return true;
  });
  return (even ? few : ranks).map((rank) => [rank, places[rank]]);
}
