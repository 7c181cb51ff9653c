// The outcome of a run, what, why and the digits, as landscape/results/verdict.py has it, for one feature without a bias.
import { aboveTheBest, besideIt, bestOfOneNeuron, reachedForItsWidth } from "./best_of_width.js";
import { certify } from "./certificate.js";
import { gradientAt } from "./descent.js";
import { isProven } from "./excess.js";
import { counted, short, written } from "./formatting.js";
import { optimum as solve } from "./optimum.js";
import { AT_OPTIMUM, labelSize, squared } from "./problem.js";
import { swing } from "./step_size.js";
import { called, unreachableLabels } from "./unreachable_labels.js";

const FINE = 8; // significant digits of a loss among the digits

/**
 * @import { BestOfWidth } from "./best_of_width.js"
 * @import { Certificate } from "./certificate.js"
 * @import { Outcome, Run } from "./descent.js"
 * @import { Problem } from "./problem.js"
 * @import { StepAdvice } from "./step_size.js"
 *
 * @typedef {"optimum" | "best of its width" | "stuck" | "dead" | "diverged" | "out of steps"} Kind
 * @typedef {Omit<Run, "outcome" | "steps"> & {outcome: Outcome | "arrived", steps: ArrayLike<number>}} Ended
 *   A run, or a way out that has arrived at the optimum.
 * @typedef {[string, string][]} Digits pairs of a name and a number as text
 * @typedef {{text: string, why: string, digits: Digits, kind: Kind, loss: number, above: number, points: number[]}} Verdict
 *   What happened, the reason, the numbers behind it, its kind, the loss at the end, how far it is proven to be above
 *   the global optimum at most, and the points that a missing neuron would be active on.
 */

/**
 * @param {Problem} problem
 * @param {Ended} run
 * @param {{optimum?: number, advice?: StepAdvice | null, narrow?: BestOfWidth | null,
 *   dual?: number[]}} [known]
 *   The best objective known, by default that of the closed form; a smaller step that mends the run; the best of the
 *   run's own width, where wider networks do better, by default found here; a residual that may prove a bound.
 * @returns {Verdict}
 */
export function verdict(problem, run, known = {}) {
  const { optimum = solve(problem).value, advice = null } = known;
  const last = run.steps.length - 1, taken = run.steps[last], loss = run.objective[last];
  const W = run.W.subarray(last * run.m), alpha = run.alpha.subarray(last * run.m);
  const certificate = certify(problem, W, alpha, known.dual), above = certificate.gap;
  const digits = digitsOf(problem, run, W, alpha, certificate, optimum);
  /** @type {(kind: Kind, text: string, why: string, points?: number[]) => Verdict} */
  const found = (kind, text, why, points = []) => ({ text, why: why.trim(), digits, kind, loss, above, points });

  if (run.outcome === "diverged") {
    const text = `Diverged: the loss grew to ${written(loss)} in ${counted(taken, "step")}.`;
    return found("diverged", text, `The step is too large.${advice === null ? " Try a smaller step." : mended(advice)}`);
  }
  if (above <= AT_OPTIMUM * labelSize(problem)) return found("optimum", ...reached(problem, loss, certificate));
  const { bound } = certificate;
  const narrow = known.narrow !== undefined || run.m > 1 ? known.narrow ?? null
    : bestOfOneNeuron(problem, { optimum, bound, proven: isProven(problem, bound, optimum) });
  const bestOfWidth = narrow && reachedForItsWidth(problem, narrow, loss);
  if (bestOfWidth) return found("best of its width", ...bestOfWidth);
  const ofWidth = narrow ? ` ${besideIt(narrow)}` : "";
  const best = bestBeside(problem, certificate, optimum);
  const alive = problem.x.some((x) => W.some((w) => active(x, w)));
  if (run.outcome === "out_of_steps" && (alive || problem.lam === 0)) {
    const text = `Still moving after ${counted(taken, "step")}, at loss ${written(loss)}${best}.`;
    return found("out of steps", text, swinging(run, advice) + ofWidth);
  }
  if (!alive) {
    const moved = W.some((w, j) => w !== run.W[j]);
    const [text, why] = dead(problem, moved, `${written(loss)}${best}`, advice);
    return found("dead", text, why + ofWidth);
  }
  const { why, points } = reasonFor(problem, W, alpha, certificate);
  if (narrow) {
    const own = [...problem.x.keys()].filter((i) => W.some((w) => active(problem.x[i], w)));
    return found("stuck", ...aboveTheBest(problem, narrow, W[0], loss, called(problem, own, "and")), points);
  }
  return found("stuck", `${why ? "Stuck" : "Stopped"} at loss ${written(loss)}${best}.`, why, points);
}

/** @param {StepAdvice} advice */
function mended({ step, loss, taken, converges }) {
  const ends = converges ? "converges" : `falls to ${written(loss)} in ${counted(taken, "step")}`;
  return ` With a step of ${short(step)} the same start ${ends}.`;
}

/**
 * What to say of a run at the optimum, and why the optimum is not 0.
 * @param {Problem} problem
 * @param {number} loss
 * @param {Certificate} certificate
 * @returns {[string, string]}
 */
function reached(problem, loss, { gap, bound }) {
  const shown = loss <= within(problem, gap) ? "0" : written(loss);
  const text = `${isProven(problem, bound, bound + gap) ? "Reached" : "As good as"} the best: loss ${shown}.`;
  const above = problem.lam === 0 && bound > AT_OPTIMUM * labelSize(problem);
  return [text, above ? unreachableLabels(problem).slice(0, 2).join(" ") : ""];
}

/**
 * @param {Problem} problem
 * @param {boolean} moved
 * @param {string} ends
 * @param {StepAdvice | null} advice
 * @returns {[string, string]}
 */
function dead({ lam }, moved, ends, advice) {
  const tail = advice === null ? "" : mended(advice);
  const text = moved || lam > 0
    ? `All its neurons are dead: the loss ${lam > 0 ? "ends" : "stays"} at ${ends}.`
    : `Never moves: the loss stays at ${ends}.`;
  const left = lam > 0 ? "only the regularisation is left, and it shrinks every weight" : "nothing moves";
  if (advice?.isWhy) return [text, `The step is too large: it threw every neuron off the data, so ${left}.${tail}`];
  const since = moved && lam === 0 ? " any more" : "";
  return [text, `No neuron acts on any data point${since}, so ${left}.${tail}`];
}

/**
 * ", and the best is 1.800" where that is proven; else how far above the best the run is at most.
 * @param {Problem} problem
 * @param {Certificate} certificate
 * @param {number} optimum
 */
function bestBeside(problem, { gap, bound }, optimum) {
  return isExact(problem, bound, optimum)
    ? `, and the best is ${shownBound(problem, bound)}`
    : `, at most ${written(gap)} above the best`;
}

/**
 * Whether the lower bound is the optimum itself.
 * @param {Problem} problem
 * @param {number} bound
 * @param {number} optimum
 */
function isExact(problem, bound, optimum) {
  return problem.lam === 0 || isProven(problem, bound, optimum);
}

/**
 * @param {Problem} problem
 * @param {number} bound
 */
function shownBound(problem, bound) {
  return bound <= AT_OPTIMUM * labelSize(problem) ? "0" : written(bound);
}

/**
 * How far above the optimum a run is at most; the arithmetic itself is no finer than this.
 * @param {Problem} problem
 * @param {number} gap
 */
function within({ x, y }, gap) {
  return Math.max(gap, x.length * Number.EPSILON * squared(y));
}

/**
 * The loss, the bound and the gap of a run's end, its gradient, and the steps that it took.
 * @param {Problem} problem
 * @param {Ended} run
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 * @param {Certificate} certificate
 * @param {number} optimum
 * @returns {Digits}
 */
function digitsOf(problem, run, W, alpha, { bound, gap }, optimum) {
  const last = run.steps.length - 1;
  /** @type {Digits} */
  const digits = [["loss", written(run.objective[last], FINE)]];
  if (run.outcome !== "diverged") {
    const exact = isProven(problem, bound, bound + gap) || isExact(problem, bound, optimum);
    digits.push([exact ? "best loss, proven" : "lower bound", shownBound(problem, bound)]);
    if (gap <= AT_OPTIMUM * labelSize(problem)) {
      const above = within(problem, gap);
      digits.push(["above it by at most", above > 0 ? written(roundedUp(above), 1) : "0"]);
    } else digits.push([exact ? "above it by" : "above it by at most", written(gap)]);
    digits.push(["gradient norm", short(Math.hypot(...gradientAt(problem, W, alpha)), 2)]);
  }
  digits.push(["steps taken", String(run.steps[last])]);
  return digits;
}

/**
 * A sentence where the last losses go up and down.
 * @param {Ended} run
 * @param {StepAdvice | null} advice
 */
function swinging(run, advice) {
  const [low, high] = (swing(run) ?? [0, 0]).map((loss) => written(loss));
  if (low === high) return "";
  const text = `The loss swings between ${low} and ${high}:`;
  return advice === null ? `${text} a smaller step may settle it.` : `${text} the step is too large.${mended(advice)}`;
}

/**
 * Why a run stopped short: the neuron that the certificate names, if added at small size it lowers the objective.
 * @param {Problem} problem
 * @param {Float64Array} W
 * @param {Float64Array} alpha
 * @param {Certificate} certificate
 * @returns {{why: string, points: number[]}}
 */
function reasonFor(problem, W, alpha, { missing, sign, residual }) {
  const nothing = { why: "", points: [] }, { x, layer, lam } = problem;
  if (missing === 0) return nothing;
  const output = x.map((value) => Math.max(value * missing, 0));
  const gain = sign * residual.reduce((sum, z, i) => sum + z * output[i], 0);
  if (gain <= lam + 1e-9 * Math.sqrt(squared(residual)) * Math.sqrt(squared(output))) return nothing;
  const points = [...x.keys()].filter((i) => active(x[i], missing));
  /** @param {string} why */
  const text = (why) => ({ why, points });
  const here = [...W.keys()].filter((j) => points.some((i) => active(x[i], W[j])));
  if (here.length === 0) {
    const where = at(problem, points, "or"), m = W.length;
    const side = W.every((w) => w > 0) ? "right" : W.every((w) => w < 0) ? "left" : "";
    if (m === 1 && side) return text(`Its one neuron acts ${side} of 0, not on ${where}, so no weight moves f there.`);
    if (!side) return text(`No neuron acts on ${where}, so no weight moves f there.`);
    return text(`${m === 2 ? "Both" : `All ${m}`} neurons act ${side} of 0; none acts on ${where}, so no weight moves f there.`);
  }
  const weight = layer === "ones" ? "" : ` with a ${sign > 0 ? "positive" : "negative"} output weight`;
  const which = points.length === x.length ? "on every point" : `on ${at(problem, points, "and")} only`;
  if (here.some((j) => sign * alpha[j] > 0)) return text(`One more neuron that acts ${which}${weight} would lower the loss.`);
  return text(`No neuron acts ${which}${weight}; one that did would lower the loss.`);
}

/**
 * "the point at x = −1", "the points at x = 1 or x = 2", "points 3, 7 and 8".
 * @param {Problem} problem
 * @param {number[]} points
 * @param {"and" | "or"} word
 */
function at(problem, points, word) {
  const where = called(problem, points, word);
  return where.startsWith("x") ? `the ${points.length === 1 ? "point" : "points"} at ${where}` : where;
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
 * The smallest number of one significant digit at or above a value.
 * @param {number} value
 */
function roundedUp(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / unit * (1 - 1e-12)) * unit;
}
