// The loss over a grid: of two neurons' weights, as landscape/loss/surface.py has it, and of the two slopes of the
// convex twin, as landscape/convex/one_feature.py has it. A pixel costs a few multiplications, whatever the number of points.
import { bowl, place, sides, squared } from "./problem.js";

/** @import { Numbers, Problem } from "./problem.js" */

/**
 * The loss as the weights of two neurons move and the others stay: row l, column k belongs to (xs[k], ys[l]).
 * With one neuron in the list, and no ys, it is a curve.
 * @param {Problem} problem
 * @param {{W: Numbers, alpha: Numbers}} network
 * @param {number[]} neurons [i, j], or [i]
 * @param {Numbers} xs
 * @param {Numbers | null} [ys]
 * @param {Float64Array} [out] filled and returned, if it has the right length
 * @returns {Float64Array}
 */
export function lossField(problem, { W, alpha }, [i, j], xs, ys, out) {
  const { plus, minus, atZero } = sides(problem), { lam } = problem;
  const still = Float64Array.from(W);
  still[i] = 0;
  if (j !== undefined) still[j] = 0;
  const [right, left] = place(still, alpha);
  const fixed = atZero + lam * (squared(still) + squared(alpha));
  const rows = j === undefined ? [0] : ys ?? [], second = j === undefined ? 0 : alpha[j], first = alpha[i];
  const loss = arrayFor(out, xs.length * rows.length);
  let at = 0;
  for (let l = 0; l < rows.length; l++) {
    const v = rows[l];
    const sPlus = v > 0 ? right + second * v : right, sMinus = v < 0 ? left + second * v : left;
    const base = fixed + lam * v * v;
    const quietPlus = base + bowl(plus, sPlus), quietMinus = base + bowl(minus, sMinus);
    for (let k = 0; k < xs.length; k++) {
      const u = xs[k];
      if (u > 0) loss[at++] = quietMinus + bowl(plus, sPlus + first * u) + lam * u * u;
      else if (u < 0) loss[at++] = quietPlus + bowl(minus, sMinus + first * u) + lam * u * u;
      else loss[at++] = quietPlus + bowl(minus, sMinus);
    }
  }
  return loss;
}

/**
 * The convex loss, problem (2) with its factor 2λ: row l, column k belongs to the slopes s₊ = us[k], s₋ = vs[l].
 * @param {Problem} problem
 * @param {Numbers} us
 * @param {Numbers} vs
 * @param {Float64Array} [out] filled and returned, if it has the right length
 * @returns {Float64Array}
 */
export function twinField(problem, us, vs, out) {
  const { plus, minus, atZero } = sides(problem), weight = 2 * problem.lam;
  const loss = arrayFor(out, us.length * vs.length);
  let at = 0;
  for (let l = 0; l < vs.length; l++) {
    const row = atZero + bowl(minus, vs[l]) + weight * Math.abs(vs[l]);
    for (let k = 0; k < us.length; k++) loss[at++] = row + bowl(plus, us[k]) + weight * Math.abs(us[k]);
  }
  return loss;
}

/**
 * @param {Float64Array | undefined} out
 * @param {number} length
 */
function arrayFor(out, length) {
  return out?.length === length ? out : new Float64Array(length);
}
