// When a loss is at the optimum or proven optimal, and when it is nothing but rounding, as landscape/model/excess.py
// has it.
import { AT_OPTIMUM, ROUNDING, labelSize, squared } from "./problem.js";

/** @import { Problem } from "./problem.js" */

export const PROVEN = 1e-7; // of the optimum, or of LEAST_UNIT ‖y‖² where that is larger: an optimum is proven within this gap
export const LEAST_UNIT = 1e-4;

/**
 * Whether a value is proven optimal by a lower bound.
 * @param {Problem} problem
 * @param {number} bound
 * @param {number} value
 */
export function isProven({ y }, bound, value) {
  return value - bound <= PROVEN * Math.max(bound, LEAST_UNIT * squared(y));
}

/**
 * Whether a loss that exceeds the optimum, or a bound of it, by so much is at the optimum.
 * @param {Problem} problem
 * @param {number} excess
 */
export function atOptimum(problem, excess) {
  return excess <= AT_OPTIMUM * labelSize(problem);
}

/**
 * The largest loss that is nothing but rounding.
 * @param {Problem} problem
 */
export function roundingOf(problem) {
  return ROUNDING * labelSize(problem);
}

/**
 * Whether a loss, or a difference of losses, is 0 up to rounding.
 * @param {Problem} problem
 * @param {number} value
 */
export function isRounding(problem, value) {
  return value <= roundingOf(problem);
}

/**
 * A loss, set to 0 where it is rounding.
 * @param {Problem} problem
 * @param {number} value
 */
export function withoutRounding(problem, value) {
  return isRounding(problem, value) ? 0 : value;
}
