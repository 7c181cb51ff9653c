// When a run has converged, by the change of its weights and loss over many steps, as landscape/training/convergence.py has it.
import { squared } from "./problem.js";

export const WINDOW = 25; // steps between two checks of a run
const QUIET_CHECKS = 2;
const WEIGHT_TOLERANCE = 1e-8, TURN_TOLERANCE = 1e-3;
const LOSS_TOLERANCE = 1e-9, LOSS_FLOOR = 1e-15;

/** The state of one run at its last check; its remaining distance is its motion continued as a geometric series. */
export class ConvergenceMonitor {
  /**
   * @param {import("./problem.js").Problem} problem
   * @param {Float64Array} W
   * @param {Float64Array} alpha
   * @param {number} loss
   */
  constructor({ x, y, layer }, W, alpha, loss) {
    const labels = Math.sqrt(squared(y));
    const reach = labels / Math.max(Math.sqrt(squared(x)), 1e-300);
    this.size = (layer === "ones" ? reach : Math.sqrt(reach)) || largest(W, alpha);
    this.unit = labels > 0 ? labels ** 2 : loss;
    this.W = W.slice();
    this.alpha = alpha.slice();
    this.loss = loss;
    this.moved = Infinity;
    this.quiet = 0;
    this.frozen = false;
    this.turning = false;
  }

  /**
   * Check a run whose weights one step earlier were `lastW` and `lastAlpha`.
   * @param {Float64Array} W
   * @param {Float64Array} alpha
   * @param {Float64Array} lastW
   * @param {Float64Array} lastAlpha
   * @param {number} loss
   */
  check(W, alpha, lastW, lastAlpha, loss) {
    const moved = distance(W, alpha, this.W, this.alpha), last = distance(W, alpha, lastW, lastAlpha);
    const own = largest(W, alpha), scale = WEIGHT_TOLERANCE * Math.max(own, this.size);
    const ratio = Number.isFinite(this.moved) && this.moved > 0 ? moved / this.moved : 1;
    const left = ratio < 1 ? moved * ratio / (1 - ratio) : Infinity;
    const rounding = moved <= 8 * Number.EPSILON * own;
    const calm = Math.abs(loss - this.loss) <= Math.max(LOSS_TOLERANCE * loss, LOSS_FLOOR * this.unit);
    this.quiet = (left <= scale || rounding) && last <= scale && calm ? this.quiet + 1 : 0;
    this.frozen = moved === 0 && last === 0;
    this.turning = turn(W, alpha, this.W, this.alpha) > TURN_TOLERANCE;
    this.W.set(W);
    this.alpha.set(alpha);
    this.loss = loss;
    this.moved = moved;
  }

  get settled() {
    return this.quiet >= QUIET_CHECKS;
  }
}

/**
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 */
function largest(W, alpha) {
  let most = 0;
  for (let j = 0; j < W.length; j++) most = Math.max(most, Math.abs(W[j]), Math.abs(alpha[j]));
  return most;
}

/**
 * The largest turn of a neuron (w, alpha), however small it is, about its angle.
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 * @param {Float64Array} otherW
 * @param {Float64Array} otherAlpha
 */
function turn(W, alpha, otherW, otherAlpha) {
  let most = 0;
  for (let j = 0; j < W.length; j++) {
    const size = length(W[j], alpha[j]), other = length(otherW[j], otherAlpha[j]);
    most = Math.max(most, Math.abs(W[j] / size - otherW[j] / other), Math.abs(alpha[j] / size - otherAlpha[j] / other));
  }
  return most;
}

/**
 * @param {number} w
 * @param {number} a
 */
function length(w, a) {
  return Math.max(Math.sqrt(w * w + a * a), 1e-300);
}

/**
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 * @param {Float64Array} otherW
 * @param {Float64Array} otherAlpha
 */
function distance(W, alpha, otherW, otherAlpha) {
  let most = 0;
  for (let j = 0; j < W.length; j++) {
    most = Math.max(most, Math.abs(W[j] - otherW[j]), Math.abs(alpha[j] - otherAlpha[j]));
  }
  return most;
}
