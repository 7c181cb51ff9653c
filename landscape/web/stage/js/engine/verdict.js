// The outcome of a run in one sentence, as landscape/results/verdict.py has it, for one feature without a bias.
import { aboveTheBest, besideIt, bestOfOneNeuron, reachedForItsWidth } from "./best_of_width.js";
import { certify } from "./certificate.js";
import { counted, short, written } from "./formatting.js";
import { optimum as solve } from "./optimum.js";
import { AT_OPTIMUM, squared } from "./problem.js";
import { swing } from "./step_size.js";
import { called, unreachableLabels } from "./unreachable_labels.js";

const PROVEN = 1e-7; // of the optimum, or of LEAST_UNIT ‖y‖² where that is larger: an optimum is proven within this gap
const LEAST_UNIT = 1e-4;

/**
 * @import { Certificate } from "./certificate.js"
 * @import { Run } from "./descent.js"
 * @import { Problem } from "./problem.js"
 * @import { StepAdvice } from "./step_size.js"
 *
 * @typedef {"optimum" | "best of its width" | "stuck" | "dead" | "diverged" | "out of steps"} Kind
 * @typedef {{text: string, kind: Kind, loss: number,
 *   above: number, points: number[]}} Verdict
 *   The sentence, its kind, the loss at the end, how far it is proven to be above the global optimum at
 *   most, and the points that a missing neuron would be active on.
 */

/**
 * @param {Problem} problem
 * @param {Run} run
 * @param {{optimum?: number, advice?: StepAdvice | null}} [known]
 *   The best objective known, by default that of the closed form; a smaller step that mends the run.
 * @returns {Verdict}
 */
export function verdict(problem, run, { optimum = solve(problem).value, advice = null } = {}) {
  const last = run.steps.length - 1, taken = run.steps[last], loss = run.objective[last];
  const W = run.W.subarray(last * run.m), alpha = run.alpha.subarray(last * run.m);
  const certificate = certify(problem, W, alpha), above = certificate.gap;
  /** @type {(kind: Kind, text: string, points?: number[]) => Verdict} */
  const outcome = (kind, text, points = []) => ({ text, kind, loss, above, points });

  if (run.outcome === "diverged") return outcome("diverged", diverged(loss, taken, advice));
  if (above <= AT_OPTIMUM * labelSize(problem)) return outcome("optimum", reached(problem, loss, certificate));
  const { bound } = certificate;
  const narrow = run.m === 1
    ? bestOfOneNeuron(problem, { optimum, bound, proven: isProven(problem, bound, optimum) }) : null;
  const best = narrow && reachedForItsWidth(problem, narrow, loss);
  if (best) return outcome("best of its width", best);
  const bestKnown = narrow ? ` ${besideIt(narrow)}` : "";
  const distance = distanceOf(problem, certificate, optimum);
  const alive = problem.x.some((x) => W.some((w) => active(x, w)));
  if (run.outcome === "out_of_steps" && (alive || problem.lam === 0)) {
    const moving = `Still moving after ${counted(taken, "step")}, at loss ${written(loss)}${distance}.`;
    return outcome("out of steps", moving + swinging(run, advice) + bestKnown);
  }
  if (!alive) {
    const moved = W.some((w, j) => w !== run.W[j]);
    return outcome("dead", dead(problem, moved, loss, distance, advice) + bestKnown);
  }
  const { reason, points } = reasonFor(problem, W, alpha, certificate);
  if (narrow) {
    const own = [...problem.x.keys()].filter((i) => W.some((w) => active(problem.x[i], w)));
    return outcome("stuck", aboveTheBest(problem, narrow, W[0], loss, called(problem, own, "and")), points);
  }
  return outcome("stuck", `Stopped at loss ${written(loss)}${distance}${reason ? `: ${reason}` : ""}.`, points);
}

/**
 * @param {number} loss
 * @param {number} taken
 * @param {StepAdvice | null} advice
 */
function diverged(loss, taken, advice) {
  const text = `Diverged: the step is too large, and the loss grew to ${written(loss)} in ${counted(taken, "step")}.`;
  return advice === null ? `${text} Try a smaller step.` : text + mended(advice);
}

/** @param {StepAdvice} advice */
function mended({ step, loss, taken, converges }) {
  const ends = converges ? "converges" : `falls to ${written(loss)} in ${counted(taken, "step")}`;
  return ` With a step of ${short(step)} the same start ${ends}.`;
}

/**
 * @param {Problem} problem
 * @param {number} loss
 * @param {Certificate} certificate
 */
function reached(problem, loss, { gap, bound }) {
  // Below this a gap is rounding.
  const within = Math.max(gap, problem.x.length * Number.EPSILON * squared(problem.y));
  const shown = loss <= within ? "0" : written(loss);
  const share = within > 0 ? written(roundedUp(within), 1) : "";
  const text = isProven(problem, bound, bound + gap)
    ? `Reached the global optimum: loss ${shown}, proven${share ? " within " : ""}${share}.`
    : `Reached the global optimum to within ${share}: loss ${shown}.`;
  if (problem.lam !== 0 || bound <= AT_OPTIMUM * labelSize(problem)) return text;
  return [text, ...unreachableLabels(problem).slice(0, 2)].join(" ");
}

/**
 * @param {Problem} problem
 * @param {boolean} moved
 * @param {number} loss
 * @param {string} distance
 * @param {StepAdvice | null} advice
 */
function dead(problem, moved, loss, distance, advice) {
  const stays = `the loss ${problem.lam > 0 ? "ends" : "stays"} at ${written(loss)}${distance}.`;
  const tail = stays + (advice === null ? "" : mended(advice));
  if (advice?.isWhy) {
    const left = problem.lam > 0 ? "only the regularisation acts, and it shrinks every weight" : "nothing moves any more";
    return `The step is too large: it threw every neuron off the data, so ${left}: ${tail}`;
  }
  if (problem.lam > 0) {
    return `No neuron is active on any data point, so only the regularisation acts, and it shrinks every weight: ${tail}`;
  }
  return `No neuron is active on any data point ${moved ? "any more, so nothing moves" : "from the start, so it never moves"}: ${tail}`;
}

/**
 * @param {Problem} problem
 * @param {Certificate} certificate
 * @param {number} optimum
 */
function distanceOf(problem, { gap, bound }, optimum) {
  const size = labelSize(problem);
  const zero = bound <= AT_OPTIMUM * size;
  if (problem.lam === 0 || isProven(problem, bound, optimum)) {
    return `, which is ${written(gap)} above the proven optimum${zero ? "" : ` of ${written(bound)}`}`;
  }
  return `, at most ${written(gap)} above the optimum, whose lower bound is ${zero ? "0" : written(bound)}`;
}

/**
 * A sentence where the last losses go up and down.
 * @param {Run} run
 * @param {StepAdvice | null} advice
 */
function swinging(run, advice) {
  const between = swing(run);
  if (between === null) return "";
  const [low, high] = between.map((loss) => written(loss));
  if (low === high) return "";
  const text = ` The loss swings between ${low} and ${high}:`;
  return advice === null ? `${text} a smaller step may settle it.` : `${text} the step is too large.${mended(advice)}`;
}

/**
 * Why a run stopped short: the neuron that the certificate names, if added at small size it lowers the objective.
 * @param {Problem} problem
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 * @param {Certificate} certificate
 * @returns {{reason: string, points: number[]}}
 */
function reasonFor(problem, W, alpha, { missing, sign, residual }) {
  const nothing = { reason: "", points: [] }, { x, layer, lam } = problem;
  if (missing === 0) return nothing;
  const output = x.map((value) => Math.max(value * missing, 0));
  const gain = sign * residual.reduce((sum, z, i) => sum + z * output[i], 0);
  if (gain <= lam + 1e-9 * Math.sqrt(squared(residual)) * Math.sqrt(squared(output))) return nothing;
  const points = [...x.keys()].filter((i) => active(x[i], missing));
  /** @param {string} reason */
  const text = (reason) => ({ reason, points });
  const here = [...W.keys()].filter((j) => points.some((i) => active(x[i], W[j])));
  if (here.length === 0) {
    const alone = W.length === 1 ? ", and a single neuron is active on one side of 0 only" : "";
    return text(`no neuron is active on ${called(problem, points, "or")}${alone}`);
  }
  const weight = layer === "ones" ? "" : ` with a ${sign > 0 ? "positive" : "negative"} output weight`;
  const which = points.length === x.length ? "on every point" : `on ${called(problem, points, "and")} only`;
  if (here.some((j) => sign * alpha[j] > 0)) return text(`adding a neuron active ${which}${weight} would lower it`);
  return text(`no neuron is active ${which}${weight}, and adding one would lower it`);
}

/**
 * Whether a neuron is active on a point, one on its edge (up to rounding) not counting.
 * @param {number} x
 * @param {number} w
 */
function active(x, w) {
  return x * w > 4 * Number.EPSILON * Math.abs(x) * Math.abs(w);
}

/**
 * Whether a value is proven optimal by a lower bound.
 * @param {Problem} problem
 * @param {number} bound
 * @param {number} value
 */
function isProven({ y }, bound, value) {
  return value - bound <= PROVEN * Math.max(bound, LEAST_UNIT * squared(y));
}

/** @param {Problem} problem */
function labelSize({ y }) {
  return squared(y) || 1;
}

/**
 * The smallest number of one significant digit at or above a value.
 * @param {number} value
 */
function roundedUp(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / unit * (1 - 1e-12)) * unit;
}
