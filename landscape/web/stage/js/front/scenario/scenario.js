// The scenario: the data, the training from its starts, and the view of it, as landscape/scenario/scenario.py has it.
//
// A scenario and its records are frozen, and a record that a change leaves as it is stays the same object.
import { short } from "../../engine/formatting.js";
import { problemOf as problemOfData } from "../../engine/optimum.js";
import { balancedByNeuron } from "./initialisation.js";
import * as limits from "./limits.js";
import { columns, DATA, dataOf, runOf, scheduleOfStarts, TRAINING, trainingOf, VIEW, viewOf } from "./records.js";
import { quoted } from "./written_values.js";

/**
 * @import { Problem } from "../../engine/problem.js"
 * @import { Data, Run, Training, View } from "./records.js"
 *
 * @typedef {{readonly data: Data, readonly training: Training, readonly view: View}} Scenario
 * @typedef {{run: Run, W: number[], alpha: number[]}} Start a run with the network it starts from
 */

const SMALLEST = 1e-100;

/**
 * A scenario of these records; throws RangeError when its runs cost more than one visitor may use.
 * @param {Scenario} parts
 * @returns {Scenario}
 */
export function scenarioOf({ data, training, view }) {
  const { m, steps, starts, runs } = training, n = data.y.length, size = n * columns(data);
  if (training.scales.length && steps * m * n > limits.FILM_WORK) {
    throw new RangeError(
      `steps × neurons × points of a film must be at most ${short(limits.FILM_WORK)}, `
        + `but were ${short(steps * m * n)}.`,
    );
  }
  const [affordable, kept] = limits.withinBudget(steps, starts, runs.length, m, size);
  if (affordable !== steps || kept !== starts) {
    const cost = steps * (starts + runs.length) * m;
    throw new RangeError(
      `steps × runs × neurons must be at most ${short(limits.NEURON_STEPS)}, and that × numbers in the data `
        + `at most ${short(limits.WORK)}, but they were ${short(cost)} and ${short(cost * size)}.`,
    );
  }
  return Object.freeze({ data, training, view });
}

export const DEFAULT = scenarioOf({ data: DATA, training: TRAINING, view: VIEW });

/**
 * The scenario of records as Python writes them.
 * @param {any} records data, training and view, by their fields
 * @returns {Scenario}
 */
export function recorded({ data, training, view }) {
  return scenarioOf({ data: dataOf(data), training: trainingOf(training), view: viewOf(view) });
}

/**
 * The training problem, with λ = the chosen fraction × λ_max.
 * @param {Scenario} scenario of one feature without a bias
 * @returns {Problem}
 */
export function problemOf({ data, training }) {
  return problemOfData({ x: [...data.x], y: [...data.y], lam: training.lam, layer: training.layer });
}

/**
 * Every run with the network it starts from: explicit runs first, then the random starts.
 *
 * Start k depends on the seed and k alone, and its first neurons not on m: more starts or more neurons change none of
 * those drawn before. The same holds for neurons that an explicit run does not give.
 * @param {Scenario} scenario of one feature without a bias
 * @returns {Start[]}
 */
export function startsOf({ training }) {
  const { m, layer, method, starts } = training, trained = layer === "trained";
  const explicit = training.runs.map((run, index) => {
    const given = Math.min(run.w.length, m);
    const { W, alpha } = given < m ? drawn(training, 0, index) : { W: [], alpha: [] };
    for (let j = 0; j < given; j++) {
      W[j] = run.w[j];
      alpha[j] = trained ? run.alpha[j] ?? 1 : 1;
    }
    return { run, W: withoutUnderflow(W), alpha: withoutUnderflow(alpha) };
  });
  const random = Array.from({ length: starts }, (_, index) => {
    const { W, alpha } = drawn(training, 1, index);
    const run = runOf({ method, step: scheduleOfStarts(training), w: W, alpha: trained ? alpha : [] });
    return { run, W, alpha };
  });
  return [...explicit, ...random];
}

/**
 * Weights as a network holds them (landscape/model/problem.py): below 10⁻¹⁰⁰, where squares underflow, they are 0.
 * @param {ArrayLike<number>} weights
 * @returns {number[]}
 */
export function withoutUnderflow(weights) {
  return Array.from(weights, (weight) => (Math.abs(weight) < SMALLEST ? 0 : weight));
}

/**
 * A network of the seed: of an explicit run (kind 0) or a random start (kind 1).
 * @param {Training} training
 * @param {0 | 1} kind
 * @param {number} index
 */
function drawn({ m, scale, seed, layer }, kind, index) {
  const { W, alpha } = balancedByNeuron(m, scale, [seed, kind, index]);
  return { W, alpha: layer === "trained" ? alpha : alpha.fill(1) };
}

/**
 * The two neurons of the slice that exist: the chosen ones, else the first two; (0, 0) for a single neuron.
 * @param {Scenario} scenario
 * @returns {readonly [number, number]}
 */
export function shownNeurons({ training: { m }, view: { neurons } }) {
  return Math.max(...neurons) < m ? neurons : [0, Math.min(1, m - 1)];
}

/**
 * The selected run if there is one of that index, else the last; 0 when there is none.
 * @param {Scenario} scenario
 * @returns {number}
 */
export function shownRun({ training, view }) {
  return Math.max(0, Math.min(view.selected, training.runs.length + training.starts - 1));
}

/**
 * A scenario with some fields of its records set, whichever record has them.
 *
 * A second layer fixed to ones sets λ to 0 and leaves no output bias, and a step beyond the last becomes the last.
 * Throws RangeError, with a sentence, for a value out of range and for a name that no record has.
 * @param {Scenario} scenario
 * @param {Record<string, unknown>} values
 * @returns {Scenario}
 */
export function changed(scenario, values) {
  const left = { ...values };
  if (left.layer === "ones" && !("lam" in left)) left.lam = 0;
  if (left.layer === "ones" && !("output_bias" in left)) left.output_bias = "none";
  /**
   * @template {Data | Training | View} Kind
   * @param {Kind} record
   * @param {(given: any) => Kind} make
   * @returns {Kind}
   */
  const set = (record, make) => {
    const own = Object.keys(left).filter((name) => name in record);
    if (!own.length) return record;
    const found = make({ ...record, ...Object.fromEntries(own.map((name) => [name, left[name]])) });
    for (const name of own) delete left[name];
    return found;
  };
  const data = set(scenario.data, dataOf), training = set(scenario.training, trainingOf);
  const view = set(scenario.view, viewOf);
  const [unknown] = Object.keys(left);
  if (unknown !== undefined) throw new RangeError(`a scenario has no field ${quoted(unknown)}.`);
  const beyond = view.at !== null && view.at > training.steps && view.escape === null;
  return scenarioOf({ data, training, view: beyond ? Object.freeze({ ...view, at: null }) : view });
}
