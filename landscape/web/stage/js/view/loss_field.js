// The numbers of a loss over a grid: a figure brings what they are computed from, as landscape/figures/loss_field.py has
// it, and its places; the losses and their places on the colour map, which are many, are computed here.
import { lossField, twinField } from "../engine/engine.js";
import { numbers } from "./plotly_internals.js";

/**
 * @import { Trace } from "./plotly.js"
 *
 * @typedef {Trace & {z: Float64Array[], customdata: Float64Array[]}} FilledTrace
 */

/** What is computed of a trace, which is drawn again when the theme changes. @type {WeakMap<Trace, FilledTrace>} */
const filled = new WeakMap();

/**
 * A trace with its losses, row by row, as hover text and as log10(loss + soft), which is what it draws.
 * @param {Trace} trace
 * @returns {Trace}
 */
export function withLoss(trace) {
  const source = trace.meta?.loss;
  if (!source) return trace;
  const known = filled.get(trace);
  if (known) return known;
  const [xs, ys] = [numbers(trace.x), numbers(trace.y)];
  const { W, alpha, neurons, soft } = source;
  const loss = W && alpha && neurons
    ? lossField(source, { W, alpha }, neurons, xs, ys) : twinField(source, xs, ys);
  const z = loss.map((value) => Math.log10(value + soft));
  const result = { ...trace, z: rows(z, xs.length), customdata: rows(loss, xs.length) };
  filled.set(trace, result);
  return result;
}

/**
 * @param {Float64Array} values
 * @param {number} width
 */
function rows(values, width) {
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}
