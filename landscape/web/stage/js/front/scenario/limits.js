// What a visitor may set, as landscape/scenario/limits.py has it: the range of every number, the options of every
// choice, and the caps on work.
import { short } from "../../engine/formatting.js";
import { quoted } from "./written_values.js";

export const LAYERS = ["ones", "trained"];
export const METHODS = ["gd", "momentum", "adam"];
export const PLANES = ["neurons", "path"];
export const SURFACES = ["contour", "surface", "both"];
export const INITS = ["balanced", "uniform", "normal", "pytorch"];
export const OUTPUT_BIASES = ["none", "free", "penalised"];

/** The numbers from `low` to `high`; only whole ones where `whole`; 0, or of at least a size. */
export class Range {
  /**
   * @param {number} low
   * @param {number} high
   * @param {{whole?: boolean, least?: number}} [more]
   */
  constructor(low, high, { whole = false, least = 0 } = {}) {
    this.low = low;
    this.high = high;
    this.whole = whole;
    this.least = least;
    Object.freeze(this);
  }

  /** The range as text, "a whole number from 1 to 200". */
  get rule() {
    const kind = this.whole ? "a whole number" : "a number";
    const size = this.least ? `, and 0 or at least ${short(this.least)} in size` : "";
    return `${kind} from ${this.#end(this.low)} to ${this.#end(this.high)}${size}`;
  }

  /**
   * Whether a value lies in the range; NaN lies in none.
   * @param {number} value
   */
  holds(value) {
    const sized = value === 0 || Math.abs(value) >= this.least;
    return this.low <= value && value <= this.high && sized && (!this.whole || Number.isInteger(value));
  }

  /**
   * The number of the range that is nearest to a value, 0 for one whose size is below the least.
   * @param {number} value
   */
  clamp(value) {
    return this.exact(Math.abs(value) >= this.least ? Math.min(Math.max(value, this.low), this.high) : 0);
  }

  /**
   * A value that lies in the range, without its part behind the point where only whole ones do; −0 becomes 0.
   * @param {number} value
   */
  exact(value) {
    return (this.whole ? Math.trunc(value) : value) + 0;
  }

  /** @param {number} value */
  #end(value) {
    return this.whole ? `${value}`.replace("-", "−") : short(value);
  }
}

export const NUMBER = new Range(-1e15, 1e15, { least: 1e-15 });
export const WEIGHT = new Range(-1e50, 1e50);
export const FEATURES = new Range(1, 30, { whole: true });
export const NEURONS = new Range(1, 200, { whole: true });
export const LAMBDA = new Range(0, 1.5);
export const STEP = new Range(1e-75, 1e60);
export const STEPS = new Range(1, 20_000, { whole: true });
export const STARTS = new Range(0, 60, { whole: true });
export const SCALE = new Range(1e-9, 1e2);
export const SEED = new Range(0, 2 ** 31 - 1, { whole: true });
export const WINDOW = new Range(1e-60, 1e60);
export const NEURON_INDEX = new Range(0, NEURONS.high - 1, { whole: true });
export const FILM_NEURONS = new Range(1, 1000, { whole: true });
export const FILM_STEPS = new Range(1, 100_000, { whole: true });
export const AT = new Range(0, FILM_STEPS.high, { whole: true });

export const MAX_POINTS = 5000;
export const MAX_RUNS = 12;
export const MAX_FILMS = 2;
export const MAX_CHANGES = 20; // pieces of a run's step schedule
export const MAX_NUMBERS = MAX_POINTS * (FEATURES.high + 1);
export const MAX_WEIGHTS = NEURONS.high * (FEATURES.high + 1);
export const SELECTED = new Range(0, STARTS.high + MAX_RUNS - 1, { whole: true });
export const LINK_NUMBERS = 60; // of the data, x and y together
export const LINK_LENGTH = 8192; // characters of a link, percent-encoded
export const NEURON_STEPS = 5_000_000; // steps × runs × neurons: they are stored
export const WORK = 500_000_000; // steps × runs × neurons × numbers in X
export const FILM_WORK = 1_000_000_000; // steps × neurons × points of a filmed run

/**
 * The steps and random starts that keep within both caps, lowering steps first and starts only then.
 * @param {number} steps
 * @param {number} starts
 * @param {number} runs
 * @param {number} m
 * @param {number} size the number of entries of X, a bias column included
 * @returns {[steps: number, starts: number]}
 */
export function withinBudget(steps, starts, runs, m, size) {
  /** @param {number} count */
  const affordable = (count) => {
    const perStep = (count + runs) * m;
    return perStep ? Math.min(Math.floor(NEURON_STEPS / perStep), Math.floor(WORK / (perStep * size))) : steps;
  };
  let kept = starts;
  while (kept && affordable(kept) < 1) kept -= 1;
  return [Math.min(steps, affordable(kept)), kept];
}

/**
 * The steps that a film of `m` neurons on `n` points may have, at most `steps`.
 * @param {number} steps
 * @param {number} m
 * @param {number} n
 */
export function filmedSteps(steps, m, n) {
  return Math.min(steps, Math.floor(FILM_WORK / (m * n)));
}

/**
 * A number of the range; throws RangeError naming the argument, its rule and the value.
 * @param {unknown} value
 * @param {Range} allowed
 * @param {string} name
 * @returns {number}
 */
export function checked(value, allowed, name) {
  if (typeof value !== "number" || !allowed.holds(value)) {
    throw new RangeError(`${name} must be ${allowed.rule}, but was ${quoted(value)}.`);
  }
  return allowed.exact(value);
}

/**
 * Numbers of the range; throws RangeError naming the first that is none.
 * @param {unknown} values
 * @param {Range} allowed
 * @param {string} name
 * @returns {readonly number[]}
 */
export function checkedList(values, allowed, name) {
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) {
    throw new RangeError(`${name} must be a sequence of numbers, but was ${quoted(values)}.`);
  }
  return Object.freeze(Array.from(/** @type {number[]} */ (values), (value) => checked(value, allowed, name)));
}

/**
 * One of the options; throws RangeError for all else.
 * @template {string} Option
 * @param {unknown} value
 * @param {readonly string[]} options
 * @param {string} name
 * @returns {Option}
 */
export function checkedChoice(value, options, name) {
  if (typeof value !== "string" || !options.includes(value)) {
    throw new RangeError(`${name} must be one of ${options.join(", ")}, but was ${quoted(value)}.`);
  }
  return /** @type {Option} */ (value);
}

/**
 * True or false; throws RangeError for all else.
 * @param {unknown} value
 * @param {string} name
 * @returns {boolean}
 */
export function checkedFlag(value, name) {
  if (typeof value !== "boolean") throw new RangeError(`${name} must be True or False, but was ${quoted(value)}.`);
  return value;
}
