// Whether a network that hardly moves is at rest, or is leaving a saddle or about to, as landscape/training/curvature.py has it.
import { squared, tilt } from "./problem.js";

const FLAT = 2e-6; // curvature below this share of Σ |x_i y_i| counts as none

/**
 * Whether the Hessian of problem (1), within the current activation pattern, has a negative direction.
 *
 * The neurons of one side of 0 are active on the same points: their part of the Hessian is, with S = Σ x² and g the pull that
 * couples each w with its alpha, shift·I + g·(swap w and alpha) + 2 S c cᵀ, c = (alpha, w). It has eigenvalue
 * shift − |g| for two neurons or more (c cᵀ touches one of the directions only), and is 2 × 2 for one.
 * @param {import("./problem.js").Problem} problem
 * @param {import("./problem.js").Sides} sides
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 * @param {[number, number]} slopes the place of the network
 * @returns {boolean}
 */
export function leavesSaddle(problem, sides, W, alpha, slopes) {
  if (problem.layer === "ones") return false;
  let size = 0;
  for (let i = 0; i < problem.x.length; i++) size += Math.abs(problem.x[i] * problem.y[i]);
  const shift = 2 * problem.lam + FLAT * size;
  if (shift === 0) return false;
  const { plus, minus } = sides;
  return [{ side: plus, sign: 1, s: slopes[0] }, { side: minus, sign: -1, s: slopes[1] }].some(({ side, sign, s }) => {
    if (!side.any) return false;
    const g = 2 * tilt(side, s);
    if (!(Math.abs(g) > shift)) return false;
    /** @type {number[]} */
    const on = [];
    for (let j = 0; j < W.length && on.length < 2; j++) if (sign * W[j] > 0) on.push(j);
    if (on.length !== 1) return on.length > 1;
    const a = alpha[on[0]], w = W[on[0]], S = side.squares * side.largest ** 2;
    // The determinant, multiplied out: 4 S² a² w² would drown the rest.
    return shift * shift + 2 * S * shift * squared([a, w]) < g * g + 4 * S * g * a * w;
  });
}

/**
 * Whether, on some side of 0, a tiny neuron might outgrow the decay λ > 0: its pull on either side is bounded.
 * @param {import("./problem.js").Problem} problem
 * @param {[number, number]} slopes the place of the network
 * @returns {boolean}
 */
export function mayGrow({ x, y, lam }, [right, left]) {
  let up = 0, down = 0;
  for (let i = 0; i < x.length; i++) {
    const pull = (x[i] * (x[i] > 0 ? right : left) - y[i]) * Math.abs(x[i]);
    if (pull > 0) up += pull;
    else down -= pull;
  }
  return lam > 0 && lam < Math.max(up, down);
}
