// Training runs for one feature without a bias: the same steps, stored steps and endings as landscape/training/descent.py.
import { leavesSaddle, mayGrow } from "./curvature.js";
import { stepper } from "./optimisers.js";
import { LARGEST, bowl, place, sides, tilt } from "./problem.js";
import { ConvergenceMonitor, WINDOW } from "./convergence.js";

/**
 * @import { Method } from "./optimisers.js"
 * @import { Numbers, Problem, Sides } from "./problem.js"
 *
 * @typedef {"converged" | "out_of_steps" | "diverged" | "dead"} Outcome
 * @typedef {{all: Float64Array, W: Float64Array, alpha: Float64Array}} Weights
 *   Both layers of a network in one vector, and each as a part of it.
 * @typedef {{m: number, W: Float64Array, alpha: Float64Array, objective: Float64Array, steps: Int32Array,
 *   outcome: Outcome}} Run
 *   Stored iterates one after another: neuron j of iterate t is W[t·m + j]. The last of `steps` is how many were taken.
 */

const MAX_STORED = 4_000_000; // weights of one call, as in Python
const BLOW_UP = 1e30;
const FAR_ABOVE = 10;

/**
 * Train from one start; the run is cut where it converged, died or diverged.
 * @param {Problem} problem
 * @param {Numbers} W0
 * @param {Numbers} alpha0
 * @param {{schedule: [number, number][], nSteps: number, method?: Method, keep?: number | number[]}} options
 *   schedule: pairs (from step, step size), the first from step 0; keep: how many evenly spaced iterates are stored, or
 *   at which steps.
 * @returns {Run}
 * @throws {RangeError} where the loss of the start overflows, or the method is unknown
 */
export function descend(problem, W0, alpha0, { schedule, nSteps, method = "gd", keep }) {
  const m = W0.length, trained = problem.layer !== "ones", data = sides(problem);
  const stored = storedSteps(nSteps, keep ?? storable(nSteps, m));
  const paths = { W: new Float64Array(stored.length * m), alpha: new Float64Array(stored.length * m) };
  const losses = new Float64Array(stored.length);
  // Both layers of a network lie in one vector, so that a step is one loop; a second one holds the step before.
  let [now, before] = [vector(W0, alpha0), vector(W0, alpha0)];
  const gradient = new Float64Array(2 * m), take = stepper(method, trained ? 2 * m : m);
  let loss = slopes(problem, data, now, gradient), lossBefore = loss;
  if (!Number.isFinite(loss)) throw new RangeError("start must have a finite objective, but its loss overflows.");
  const monitor = new ConvergenceMonitor(problem, now.W, now.alpha, loss);
  const ceiling = Math.max(loss, monitor.unit) * BLOW_UP;

  /** @type {(slot: number, network: Weights, value: number) => void} */
  const store = (slot, network, value) => {
    paths.W.set(network.W, slot * m);
    paths.alpha.set(network.alpha, slot * m);
    losses[slot] = value;
  };
  let slot = 0, piece = 0;
  for (let t = 0; ; t++) {
    if (t > 0) {
      while (piece + 1 < schedule.length && schedule[piece + 1][0] <= t - 1) piece++;
      [now, before] = [before, now];
      take(before.all, gradient, schedule[piece][1], t - 1, now.all);
      lossBefore = loss;
      loss = slopes(problem, data, now, gradient);
    }
    if (stored[slot] === t) store(slot++, now, loss);
    const blown = !(ceiling >= loss), last = t === nSteps;
    if (t % WINDOW !== 0 && !last && !blown) continue;
    if (t > 0 && t % WINDOW === 0) monitor.check(now.W, now.alpha, before.W, before.alpha, loss);
    const outcome = blown ? "diverged" : ending(problem, data, monitor, now, t, method)
      ?? (last ? (loss > ceiling * (FAR_ABOVE / BLOW_UP) ? "diverged" : "out_of_steps") : null);
    if (!outcome) continue;
    const lost = (blown && isBeyond(now, m)) || !Number.isFinite(loss), end = lost ? t - 1 : t;
    while (slot > 0 && stored[slot - 1] >= end) slot--;
    if (lost) store(slot, before, lossBefore);
    else store(slot, now, loss);
    const steps = Int32Array.from(stored.subarray(0, slot + 1));
    steps[slot] = end;
    // Without a loss that rises, inactive neurons alone can grow beyond what a network holds.
    const kept = within(paths, m, slot + 1), [W, alpha] = [paths.W.slice(0, kept * m), paths.alpha.slice(0, kept * m)];
    const objective = losses.slice(0, kept);
    return { m, W, alpha, objective, steps: steps.slice(0, kept), outcome: kept > slot ? outcome : "diverged" };
  }
}

/**
 * How many iterates, of `count` stored ones, come before the first with a weight that no network holds.
 * @param {{W: Float64Array, alpha: Float64Array}} paths
 * @param {number} m
 * @param {number} count
 */
function within({ W, alpha }, m, count) {
  for (let i = 0; i < count * m; i++) {
    if (Math.abs(W[i]) > LARGEST || Math.abs(alpha[i]) > LARGEST) return Math.floor(i / m);
  }
  return count;
}

/**
 * Whether a network has a weight that none holds.
 * @param {{W: Float64Array, alpha: Float64Array}} network
 * @param {number} m
 */
function isBeyond(network, m) {
  return within(network, m, 1) === 0;
}

/**
 * How many iterates are stored of a run by default: of `together` runs trained in one call.
 * @param {number} nSteps
 * @param {number} m
 * @param {number} [together]
 */
export function storable(nSteps, m, together = 1) {
  return Math.min(nSteps + 1, Math.max(Math.floor(MAX_STORED / (together * 2 * m)), 2));
}

/**
 * @param {number} nSteps
 * @param {number | number[]} keep
 */
function storedSteps(nSteps, keep) {
  if (typeof keep !== "number") {
    const chosen = new Set([0, ...keep.filter((step) => step <= nSteps), nSteps]);
    return Int32Array.from(chosen).sort();
  }
  const count = Math.max(Math.min(keep, nSteps + 1), 2), gap = nSteps / (count - 1);
  /** @type {number[]} */
  const steps = [];
  for (let k = 0; k < count; k++) {
    const step = k === count - 1 ? nSteps : halfEven(k * gap);
    if (step !== steps.at(-1)) steps.push(step);
  }
  return Int32Array.from(steps);
}

/**
 * A number rounded as Python rounds it: halves to the even number.
 * @param {number} value
 */
export function halfEven(value) {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + Math.abs(below % 2) : Math.round(value);
}

/**
 * @param {Numbers} W
 * @param {Numbers} alpha
 * @returns {Weights}
 */
function vector(W, alpha) {
  const all = new Float64Array(2 * W.length);
  all.set(W);
  all.set(alpha, W.length);
  return { all, W: all.subarray(0, W.length), alpha: all.subarray(W.length) };
}

/**
 * The gradient of problem (1) over the weights that are trained, 0 at a kink.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 */
export function gradientAt(problem, W, alpha) {
  const gradient = new Float64Array(2 * W.length);
  slopes(problem, sides(problem), vector(W, alpha), gradient);
  return problem.layer === "ones" ? gradient.subarray(0, W.length) : gradient;
}

/**
 * Write the gradient of problem (1), 0 at a kink, and return its value.
 * @param {Problem} problem
 * @param {Sides} data
 * @param {Weights} network
 * @param {Float64Array} gradient
 */
function slopes({ layer, lam }, { plus, minus, atZero }, { all, W, alpha }, gradient) {
  const m = W.length, trained = layer !== "ones";
  let right = 0, left = 0;
  for (let j = 0; j < m; j++) {
    const w = all[j];
    if (w > 0) right += w * all[m + j];
    else if (w < 0) left += w * all[m + j];
  }
  const tiltPlus = 2 * tilt(plus, right), tiltMinus = 2 * tilt(minus, left);
  for (let j = 0; j < m; j++) {
    const w = all[j], a = all[m + j], g = w > 0 ? tiltPlus : w < 0 ? tiltMinus : 0;
    gradient[j] = g * a + 2 * lam * w;
    if (trained) gradient[m + j] = g * w + 2 * lam * a;
  }
  const loss = bowl(plus, right) + bowl(minus, left) + atZero;
  if (!(lam > 0)) return loss;
  // As `squared` has it, which takes five times as long: it is called with lists of several kinds.
  let norm = 0;
  for (let j = 0; j < 2 * m; j++) norm += all[j] * all[j];
  return loss + lam * norm;
}

/**
 * Why a run ends at a check, or null where it continues.
 * @param {Problem} problem
 * @param {Sides} data
 * @param {ConvergenceMonitor} monitor
 * @param {Weights} network
 * @param {number} t
 * @param {Method} method
 * @returns {Outcome | null}
 */
function ending(problem, data, monitor, { W, alpha }, t, method) {
  const inert = problem.lam === 0 && !W.some((w) => (w > 0 && data.plus.any) || (w < 0 && data.minus.any));
  if (inert && (t === 0 || method === "gd" || monitor.settled)) return "dead";
  if (!monitor.settled) return null;
  if (monitor.frozen) return "converged";
  if (isBeyond({ W, alpha }, W.length)) return null; // the run ends where its weights were within
  const slopes = place(W, alpha);
  const leaving = leavesSaddle(problem, data, W, alpha, slopes) || (monitor.turning && mayGrow(problem, slopes));
  return leaving ? null : "converged";
}
