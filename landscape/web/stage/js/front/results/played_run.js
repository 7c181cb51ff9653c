// A run as the stage plays it, as landscape/web/stage/played_run.py has it: with its weights as they are.
import { runColor, runSymbol } from "../figures/style.js";

/**
 * @import { PlayedRun } from "../../protocol.js"
 * @import { Weights } from "../../view/networks.js"
 * @import { SolvedRun } from "./solved.js"
 *
 * @typedef {Omit<PlayedRun, "weights"> & {weights: Weights | null}} UnpackedRun
 */

const DIGITS = 7; // significant digits of the losses: more than a sentence has
const SHARES_DRAWN = 12; // networks of more neurons are not drawn neuron by neuron

/**
 * A run to play, with the weights of a network that is small enough to draw neuron by neuron. Every step is drawn.
 * @param {SolvedRun} run
 * @returns {UnpackedRun}
 */
export function playedRun({ id, place, path: { m, steps, W, alpha, objective, legs } }) {
  const values = new Float64Array(m <= SHARES_DRAWN ? 2 * W.length : 0);
  for (let t = 0; values.length > 0 && t < steps.length; t++) {
    values.set(W.subarray(t * m, (t + 1) * m), 2 * t * m);
    values.set(alpha.subarray(t * m, (t + 1) * m), (2 * t + 1) * m);
  }
  return {
    id,
    color: runColor(place),
    symbol: runSymbol(place),
    steps,
    objective: Array.from(objective, (loss) => Number(loss.toPrecision(DIGITS))),
    weights: m <= SHARES_DRAWN ? { d: 1, m, values } : null,
    legs: legs.map(({ name, first, reason }) => ({ first: steps[first], text: `${name}: ${reason}` })),
    drawn: null,
    bias: null,
  };
}
