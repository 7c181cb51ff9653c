// The global optimum for one feature without a bias, in closed form, as landscape/convex/one_feature.py has it.
import { bowl, sides } from "./problem.js";

/** @import { Problem, Side } from "./problem.js" */

/**
 * The λ from which on the zero network is optimal.
 * @param {Problem} problem
 * @returns {number}
 */
export function lambdaMax(problem) {
  const { plus, minus } = sides(problem);
  return Math.max(plus.largest * Math.abs(plus.pull), minus.largest * Math.abs(minus.pull));
}

/**
 * The problem of data whose λ is given as a share of the λ from which on the zero network is optimal.
 * @param {Problem} given
 * @returns {Problem}
 */
export function problemOf({ x, y, lam, layer }) {
  const bare = { x, y, lam: 0, layer };
  return { ...bare, lam: lam * (lam ? lambdaMax(bare) : 0) };
}

/**
 * The minimiser of problem (2), its value, and which of its slopes are free because no point is on their side.
 * @param {Problem} problem
 * @returns {{sPlus: number, sMinus: number, value: number, free: [boolean, boolean]}}
 */
export function optimum(problem) {
  const { plus, minus, atZero } = sides(problem);
  const sPlus = bestSlope(problem, plus, 1), sMinus = bestSlope(problem, minus, -1);
  const norm = 2 * problem.lam * (Math.abs(sPlus) + Math.abs(sMinus));
  const value = bowl(plus, sPlus) + bowl(minus, sMinus) + atZero + norm;
  return { sPlus, sMinus, value, free: [!plus.any, !minus.any] };
}

/**
 * The slope of one side that minimises problem (2).
 * @param {Problem} problem
 * @param {Side} side
 * @param {number} sign of its points
 */
export function bestSlope({ layer, lam }, side, sign) {
  if (!side.any) return 0;
  let { pull } = side;
  if (layer === "ones") pull = sign * Math.max(sign * pull, 0); // s₊ ≥ 0 ≥ s₋
  pull = Math.sign(pull) * Math.max(Math.abs(pull) - lam / side.largest, 0);
  return pull / side.squares / side.largest;
}
