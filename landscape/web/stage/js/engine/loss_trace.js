// The numbers of a loss over a grid: a figure brings what they are computed from, as landscape/figures/loss_field.py has
// it, and its places; the losses and their places on the colour map, which are many, are computed here.
import { lossField, twinField } from "./field.js";

/**
 * @import { Trace } from "../view/plotly.js"
 *
 * @typedef {Omit<Trace, "x" | "y"> & {x: Float64Array, y: Float64Array, z: Float64Array[], customdata: Float64Array[]}} FilledTrace
 */

/** What is computed of a trace, which is drawn again when the theme changes. @type {WeakMap<Trace, FilledTrace>} */
const filled = new WeakMap();

/**
 * A trace with its places and its losses, row by row, as hover text and as log10(loss + soft), which is what it draws.
 * @param {Trace} trace
 * @returns {Trace | FilledTrace}
 */
export function withLoss(trace) {
  const source = trace.meta?.loss;
  if (!source) return trace;
  const known = filled.get(trace);
  if (known) return known;
  const { W, alpha, neurons, soft, across, up } = source;
  const [xs, ys] = [spaced(across), spaced(up)];
  const loss = W && alpha && neurons
    ? lossField(source, { W, alpha }, neurons, xs, ys) : twinField(source, xs, ys);
  const z = loss.map((value) => Math.log10(value + soft));
  const result = { ...trace, x: xs, y: ys, z: rows(z, xs.length), customdata: rows(loss, xs.length) };
  filled.set(trace, result);
  return result;
}

/**
 * Numbers that are evenly spaced between those whose ranks are given.
 * @param {[number, number][]} pairs
 */
function spaced(pairs) {
  const all = new Float64Array(pairs[pairs.length - 1][0] + 1);
  pairs.forEach(([rank, value], k) => {
    all[rank] = value;
    if (k === 0) return;
    const [before, from] = pairs[k - 1], slope = (value - from) / (rank - before);
    for (let place = before + 1; place < rank; place += 1) all[place] = slope * (place - before) + from;
  });
  return all;
}

/**
 * @param {Float64Array} values
 * @param {number} width
 */
function rows(values, width) {
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}
