// The frozen records a scenario is made of, as landscape/scenario/records.py has them: data, training, run and view.
import { counted } from "../../engine/formatting.js";
import * as limits from "./limits.js";
import { checked, checkedChoice, checkedFlag, checkedList } from "./limits.js";
import { quoted, quotedFloat } from "./written_values.js";

/**
 * @import { Method } from "../../engine/optimisers.js"
 *
 * @typedef {readonly (readonly [from: number, size: number])[]} Schedule
 * @typedef {{readonly x: readonly number[], readonly y: readonly number[], readonly features: number,
 *   readonly bias: boolean}} Data
 *   The features row by row and the labels; numbers a point, and whether a column of ones joins them.
 * @typedef {{readonly method: Method, readonly step: Schedule | null, readonly w: readonly number[],
 *   readonly alpha: readonly number[], readonly pinned: boolean}} Run
 *   One optimiser from one explicit start; neurons that are not given are drawn, a missing alpha is 1; without a step
 *   it has one that suits the data.
 * @typedef {{readonly m: number, readonly layer: "ones" | "trained", readonly lam: number, readonly method: Method,
 *   readonly step: number | null, readonly steps: number, readonly starts: number, readonly scale: number,
 *   readonly seed: number, readonly runs: readonly Run[], readonly scales: readonly number[],
 *   readonly init: "balanced" | "uniform" | "normal" | "pytorch",
 *   readonly output_bias: "none" | "free" | "penalised"}} Training
 *   λ is a fraction of λ_max; method and step are those of the random starts.
 * @typedef {{readonly window: number | null, readonly plane: "neurons" | "path",
 *   readonly neurons: readonly [number, number], readonly surface: "contour" | "surface" | "both",
 *   readonly selected: number, readonly at: number | null, readonly large: boolean, readonly basins: boolean,
 *   readonly escape: number | null, readonly formulas: boolean, readonly proof: boolean}} View
 *   Neurons and runs count from 0.
 */

export const TRAINING_RANGES = Object.freeze({
  m: limits.NEURONS,
  lam: limits.LAMBDA,
  step: limits.STEP,
  steps: limits.STEPS,
  starts: limits.STARTS,
  scale: limits.SCALE,
  seed: limits.SEED,
});
export const FILM_RANGES = Object.freeze({ ...TRAINING_RANGES, m: limits.FILM_NEURONS, steps: limits.FILM_STEPS });

/**
 * The points a network is fitted to; throws RangeError when a number is out of range or the lengths disagree.
 * @param {{x: unknown, y: unknown, features: unknown, bias: unknown}} given
 * @returns {Data}
 */
export function dataOf(given) {
  const features = checked(given.features, limits.FEATURES, "features");
  const bias = checkedFlag(given.bias, "bias");
  const x = checkedList(given.x, limits.NUMBER, "x");
  const y = checkedList(given.y, limits.NUMBER, "y");
  if (y.length < 1 || y.length > limits.MAX_POINTS) {
    throw new RangeError(`y must hold 1 to ${limits.MAX_POINTS} labels, but holds ${y.length}.`);
  }
  if (x.length !== y.length * features) {
    throw new RangeError(
      `x must hold ${counted(features, "number")} for each of the ${counted(y.length, "label")}, `
        + `${y.length * features} in all, but holds ${x.length}.`,
    );
  }
  return Object.freeze({ x, y, features, bias });
}

/**
 * The number of columns of X, the bias included.
 * @param {Data} data
 */
export function columns({ features, bias }) {
  return features + Number(bias);
}

/**
 * One run; throws RangeError when a number is out of range or the schedule does not start at 0 and increase.
 * @param {{method?: unknown, step?: unknown, w?: unknown, alpha?: unknown, pinned?: boolean}} [given]
 * @returns {Run}
 */
export function runOf({ method = "gd", step = null, w = [], alpha = [], pinned = false } = {}) {
  /** @type {Method} */
  const rule = checkedChoice(method, limits.METHODS, "method");
  const steps = scheduleOf(step);
  const weights = checkedList(w, limits.WEIGHT, "w"), second = checkedList(alpha, limits.WEIGHT, "alpha");
  if (weights.length > limits.MAX_WEIGHTS) {
    throw new RangeError(`w must hold at most ${limits.MAX_WEIGHTS} weights, but holds ${weights.length}.`);
  }
  if (second.length > limits.NEURONS.high) {
    throw new RangeError(`alpha must hold at most ${limits.NEURONS.high} weights, but holds ${second.length}.`);
  }
  return Object.freeze({ method: rule, step: steps, w: weights, alpha: second, pinned });
}

/**
 * @param {unknown} step
 * @returns {Schedule | null}
 */
function scheduleOf(step) {
  if (step === null) return null;
  if (typeof step === "number") return frozen([frozen([0, checked(step, limits.STEP, "step")])]);
  if (!Array.isArray(step) || !step.every(Array.isArray)) {
    throw new RangeError(`step must be a step size or pairs (from, step size), but was ${quoted(step)}.`);
  }
  if (step.length < 1 || step.length > limits.MAX_CHANGES || step.some((piece) => piece.length !== 2)) {
    const asked = `step must be 1 to ${limits.MAX_CHANGES} pairs (from, step size)`;
    throw new RangeError(`${asked}, but was ${step.length} pieces.`);
  }
  const pieces = step.map(([from, size]) => {
    return frozen([checked(from, limits.AT, "step"), checked(size, limits.STEP, "step")]);
  });
  const begins = pieces.map(([from]) => from);
  if (begins[0] !== 0 || begins.some((from, k) => k > 0 && from <= begins[k - 1])) {
    const listed = begins.join(", ");
    throw new RangeError(`step must begin at 0 and go on increasing, but begins its pieces at ${listed}.`);
  }
  return frozen(pieces);
}

/**
 * @template {any[]} Values
 * @param {[...Values]} values
 * @returns {readonly [...Values]}
 */
function frozen(values) {
  return Object.freeze(values);
}

/**
 * The networks and how they are trained; throws RangeError when a value is out of range.
 * @param {{[Name in keyof Training]: unknown}} given
 * @returns {Training}
 */
export function trainingOf(given) {
  /** @type {Training["layer"]} */
  const layer = checkedChoice(given.layer, limits.LAYERS, "layer");
  /** @type {Training["method"]} */
  const method = checkedChoice(given.method, limits.METHODS, "method");
  /** @type {Training["init"]} */
  const init = checkedChoice(given.init, limits.INITS, "init");
  /** @type {Training["output_bias"]} */
  const output_bias = checkedChoice(given.output_bias, limits.OUTPUT_BIASES, "output_bias");
  const scales = checkedList(given.scales, limits.SCALE, "scales");
  if (scales.length > limits.MAX_FILMS) {
    throw new RangeError(`scales must hold at most ${limits.MAX_FILMS} scales, but holds ${scales.length}.`);
  }
  const ranges = scales.length ? FILM_RANGES : TRAINING_RANGES;
  const m = checked(given.m, ranges.m, "m");
  const lam = checked(given.lam, ranges.lam, "lam");
  const step = given.step === null ? null : checked(given.step, ranges.step, "step");
  const steps = checked(given.steps, ranges.steps, "steps");
  const starts = checked(given.starts, ranges.starts, "starts");
  const scale = checked(given.scale, ranges.scale, "scale");
  const seed = checked(given.seed, ranges.seed, "seed");
  const runs = /** @type {Run[]} */ (given.runs).map((run) => runOf(run));
  if (scales.length && (runs.length || starts)) {
    throw new RangeError("runs and starts must be none while scales are filmed.");
  }
  if (layer === "ones" && lam > 0) {
    throw new RangeError(`lam must be 0 while layer is ones, but was ${quotedFloat(lam)}.`);
  }
  if (layer === "ones" && output_bias !== "none") {
    throw new RangeError(`output_bias must be none while layer is ones, but was ${output_bias}.`);
  }
  if (runs.length > limits.MAX_RUNS) {
    throw new RangeError(`runs must hold at most ${limits.MAX_RUNS} runs, but holds ${runs.length}.`);
  }
  Object.freeze(runs);
  return Object.freeze({ m, layer, lam, method, step, steps, starts, scale, seed, runs, scales, init, output_bias });
}

/**
 * The step of the random starts as an explicit run has it.
 * @param {Training} training
 * @returns {Schedule | null}
 */
export function scheduleOfStarts({ step }) {
  return scheduleOf(step);
}

/**
 * Which part of a scenario is shown, and how; throws RangeError when a value is out of range.
 * @param {{[Name in keyof View]: unknown}} given
 * @returns {View}
 */
export function viewOf(given) {
  /** @type {View["plane"]} */
  const plane = checkedChoice(given.plane, limits.PLANES, "plane");
  /** @type {View["surface"]} */
  const surface = checkedChoice(given.surface, limits.SURFACES, "surface");
  const large = checkedFlag(given.large, "large"), basins = checkedFlag(given.basins, "basins");
  const formulas = checkedFlag(given.formulas, "formulas"), proof = checkedFlag(given.proof, "proof");
  const escape = given.escape === null ? null : checked(given.escape, limits.SELECTED, "escape");
  const window = given.window === null ? null : checked(given.window, limits.WINDOW, "window");
  const at = given.at === null ? null : checked(given.at, limits.AT, "at");
  const selected = checked(given.selected, limits.SELECTED, "selected");
  const listed = checkedList(given.neurons, limits.NEURON_INDEX, "neurons"), [first, second] = listed;
  if (listed.length !== 2 || first === second) {
    const named = listed.length === 1 ? `(${first},)` : `(${listed.join(", ")})`;
    throw new RangeError(`neurons must be two different neurons, but was ${quoted(named)}.`);
  }
  const neurons = frozen([first, second]);
  return Object.freeze({ window, plane, neurons, surface, selected, at, large, basins, escape, formulas, proof });
}

export const DATA = dataOf({ x: [-1, 1], y: [1, 2], features: 1, bias: false });
export const TRAINING = trainingOf({
  m: 2,
  layer: "ones",
  lam: 0,
  method: "gd",
  step: null,
  steps: 500,
  starts: 0,
  scale: 2,
  seed: 0,
  runs: [runOf({ w: [2.45, 2.25] }), runOf({ w: [3, -0.5] })],
  scales: [],
  init: "balanced",
  output_bias: "none",
});
export const VIEW = viewOf({
  window: null,
  plane: "neurons",
  neurons: [0, 1],
  surface: "contour",
  selected: 0,
  at: null,
  large: false,
  basins: false,
  escape: null,
  formulas: false,
  proof: false,
});

/**
 * Whether two values of records, or records, say the same.
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
export function equal(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const fields = Object.entries(one), others = new Map(Object.entries(other));
  return fields.length === others.size && fields.every(([name, value]) => equal(value, others.get(name)));
}
