// A step size that suits a problem and a start, and one that mends a run, as landscape/training/step_size.py and
// landscape/results/step_advice.py find them.
import { descend } from "./descent.js";
import { AT_OPTIMUM, sides, squared } from "./problem.js";

/**
 * @import { Run } from "./descent.js"
 * @import { Method } from "./optimisers.js"
 * @import { Numbers, Problem } from "./problem.js"
 *
 * @typedef {[number, number][]} Schedule
 * @typedef {{step: number, loss: number, taken: number, converges: boolean, isWhy: boolean}} StepAdvice
 *   A smaller step tried from the same start, the loss at the end of that run, its steps, and whether it came to rest;
 *   whether the step is shown to be why the run failed.
 */

export const USUAL = 0.02;
const MUCH_LARGER = 25;
const RISE = 0.01;
const TRIAL = 200;
const WORK = 100_000_000;
const RUNGS = 6;
const DECADES = 60;
const FITTING = 10, STABLE = 1.5;
const ITERATIONS = 20;
const SMALLEST = 1e-75, LARGEST = 1e60;
const SLOWER = 10;
const LONGER = 5, AT_LEAST = 2;
const LONGEST = 5000;
const LAST = 20;

/**
 * The largest step size 1, 2 or 5 × 10ᵏ, at most `below`, that works from a start, or null; each was tried.
 * @param {Problem} problem
 * @param {Numbers} W0
 * @param {Numbers} alpha0
 * @param {{nSteps?: number, method?: Method, below?: number}} [options]
 * @returns {number | null}
 */
export function workingStep(problem, W0, alpha0, options = {}) {
  return workingRun(problem, W0, alpha0, options)?.step ?? null;
}

/**
 * The step size of `workingStep` and the run with it, or null: few iterates are kept, and it ends early where a trial
 * may not take as many steps.
 * @param {Problem} problem
 * @param {Numbers} W0
 * @param {Numbers} alpha0
 * @param {{nSteps?: number, method?: Method, below?: number, made?: Run}} options
 *   made: the run with the step size `below`, where there is one already: it is not made again.
 * @returns {{step: number, run: Run} | null}
 */
function workingRun(problem, W0, alpha0, { nSteps = 500, method = "gd", below = Infinity, made }) {
  const sizes = ladder(Math.min(below, largest(problem, W0, alpha0, method)));
  if (made && method === "gd" && sizes[0] === below) {
    if (works(problem, made, below, method)) return { step: below, run: made };
    sizes.shift();
  }
  if (sizes.length === 0) return null;
  let rung = 0, fine;
  for (const [steps, atOnce] of [[Math.min(nSteps, TRIAL), RUNGS], [nSteps, method === "gd" ? 1 : RUNGS]]) {
    fine = working(problem, W0, alpha0, sizes.slice(rung, rung + atOnce), method, steps);
    while (fine.length === 0) {
      rung += atOnce;
      if (rung >= sizes.length) return null;
      fine = working(problem, W0, alpha0, sizes.slice(rung, rung + atOnce), method, steps);
    }
    rung += steps === nSteps ? fine[0].k : Math.min(...fine.map(({ k }) => k));
  }
  return fine ? { step: sizes[rung], run: fine[0].run } : null;
}

/**
 * A run with a step size that suits its start: the usual one where it works and is not far too small.
 * @param {Problem} problem
 * @param {Numbers} W0
 * @param {Numbers} alpha0
 * @param {{nSteps: number, method: Method, keep?: number | number[]}} options
 * @returns {{path: Run, schedule: Schedule}}
 */
export function descendSuited(problem, W0, alpha0, { nSteps, method, keep }) {
  const usual = descend(problem, W0, alpha0, { schedule: [[0, USUAL]], nSteps, method, keep });
  const step = suitedStep(problem, usual, method, nSteps);
  /** @type {Schedule} */
  const schedule = [[0, step]];
  return { schedule, path: step === USUAL ? usual : descend(problem, W0, alpha0, { schedule, nSteps, method, keep }) };
}

/**
 * @param {Problem} problem
 * @param {Run} usual the run from the start with the usual step
 * @param {Method} method
 * @param {number} nSteps
 */
function suitedStep(problem, usual, method, nSteps) {
  const [W0, alpha0] = startOf(usual);
  if (death(problem, usual) !== null || !works(problem, usual, USUAL, method)) {
    return workingRun(problem, W0, alpha0, { nSteps, method, below: USUAL, made: usual })?.step ?? USUAL;
  }
  if (usual.outcome !== "out_of_steps") return USUAL;
  const larger = working(problem, W0, alpha0, [MUCH_LARGER * USUAL], method, Math.min(nSteps, TRIAL));
  return larger.length === 0 ? USUAL : Math.max(USUAL, workingStep(problem, W0, alpha0, { nSteps, method }) ?? USUAL);
}

/**
 * A step that mends a run which diverged, lost all its neurons or swings; null for others, or without one.
 * @param {Problem} problem
 * @param {Run} run
 * @param {{schedule: Schedule, nSteps: number, method: Method}} options with which it was made
 * @returns {StepAdvice | null}
 */
export function stepAdvice(problem, run, { schedule, nSteps, method }) {
  const died = death(problem, run), diverged = run.outcome === "diverged";
  if (!diverged && died === null && swing(run) === null) return null;
  const [W0, alpha0] = startOf(run), end = run.steps[run.steps.length - 1];
  const inForce = /** @type {[number, number]} */ (schedule.filter(([since]) => since <= end).at(-1))[1];
  const made = schedule.length === 1 ? run : undefined;
  const found = workingRun(problem, W0, alpha0, { nSteps, method, below: inForce, made });
  if (found === null || found.step >= inForce) return null;
  const { step } = found, short = found.run.outcome === "out_of_steps" && found.run.steps[found.run.steps.length - 1] < nSteps;
  const tried = short ? descend(problem, W0, alpha0, { schedule: [[0, step]], nSteps, method, keep: 2 }) : found.run;
  const last = tried.steps.length - 1;
  let isWhy = true;
  if (died !== null && !diverged) {
    if (!alive(problem, tried, last)) return null;
    isWhy = livesAsLong(problem, run, method, schedule, step, died);
  } else if (!diverged && !(tried.objective[last] <= Math.max(...run.objective.subarray(-LAST)))) return null;
  const converges = tried.outcome === "converged";
  return { step, loss: tried.objective[last], taken: tried.steps[last], converges, isWhy };
}

/**
 * Between which losses the last iterates of a run go up and down, or null where they do not.
 * @param {{objective: Float64Array, outcome: string}} run
 * @returns {[number, number] | null}
 */
export function swing({ objective, outcome }) {
  if (outcome !== "out_of_steps") return null;
  const last = objective.subarray(-LAST);
  let rises = 0, falls = 0;
  for (let t = 1; t < last.length; t++) {
    if (last[t] > last[t - 1]) rises++;
    else if (last[t] < last[t - 1]) falls++;
  }
  return Math.min(rises, falls) < 3 ? null : [Math.min(...last), Math.max(...last)];
}

/**
 * Whether a smaller step, taken until the steps of a run add up to where it died, leaves a neuron active.
 * @param {Problem} problem
 * @param {Run} run
 * @param {Method} method
 * @param {Schedule} schedule
 * @param {number} step
 * @param {number} died
 */
function livesAsLong(problem, run, method, schedule, step, died) {
  let covered = 0;
  schedule.forEach(([since, size], k) => {
    const end = Math.min(schedule[k + 1]?.[0] ?? died, died);
    covered += size * Math.max(0, end - since);
  });
  return outlives(problem, run, step, Math.min(Math.ceil(covered / step), 1e9), method);
}

/**
 * Whether a run with a step size has neither diverged, nor swung, nor lost all its neurons to the step.
 * @param {Problem} problem
 * @param {Run} run
 * @param {number} step
 * @param {Method} method
 */
function works(problem, run, step, method) {
  if (run.outcome === "diverged") return false;
  const { objective } = run, slack = AT_OPTIMUM * (squared(problem.y) || objective[0]);
  let before = objective[0];
  for (const loss of objective) {
    if (method === "gd") before = Math.min(before, loss);
    if (!(loss <= (1 + RISE) * before + slack)) return false;
  }
  return !killed(problem, run, step, method);
}

/**
 * @param {Problem} problem
 * @param {Run} run
 * @param {number} step
 * @param {Method} method
 */
function killed(problem, run, step, method) {
  const died = death(problem, run);
  if (died === null) return false;
  return outlives(problem, run, step / SLOWER, SLOWER * died, method);
}

/**
 * Whether a run from the start of another keeps a neuron active, long after a number of steps or until it rests.
 * @param {Problem} problem
 * @param {Run} run
 * @param {number} step
 * @param {number} died
 * @param {Method} method
 */
function outlives(problem, run, step, died, method) {
  const nSteps = Math.min(LONGER * died, LONGEST, affordable(problem, run.m)), [W0, alpha0] = startOf(run);
  const slower = descend(problem, W0, alpha0, { schedule: [[0, step]], nSteps, method, keep: 2 });
  const alone = alive(problem, slower, slower.steps.length - 1);
  return alone && (nSteps >= AT_LEAST * died || slower.outcome === "converged");
}

/**
 * The first stored step at which no neuron is active on any point and none is later, or null.
 * @param {Problem} problem
 * @param {Run} run
 */
function death(problem, run) {
  let last = run.steps.length - 1;
  if (!alive(problem, run, 0) || alive(problem, run, last)) return null;
  while (!alive(problem, run, last)) last--;
  return run.steps[last + 1];
}

/**
 * Whether a neuron is active on some point, and so on the one that is farthest from 0 on its side.
 * @param {Problem} problem
 * @param {Run} run
 * @param {number} t
 */
function alive({ x }, { W, m }, t) {
  let low = 0, high = 0;
  for (let i = 0; i < x.length; i++) {
    low = Math.min(low, x[i]);
    high = Math.max(high, x[i]);
  }
  for (let j = t * m; j < (t + 1) * m; j++) if (W[j] * (W[j] > 0 ? high : low) > 0) return true;
  return false;
}

/**
 * @param {Run} run
 * @returns {[Float64Array, Float64Array]}
 */
function startOf({ W, alpha, m }) {
  return [W.slice(0, m), alpha.slice(0, m)];
}

/**
 * @param {Problem} problem
 * @param {number} m
 * @param {number} [runs]
 */
function affordable({ x }, m, runs = 1) {
  return Math.min(1_000_000, Math.max(1, Math.floor(WORK / (runs * m * x.length))));
}

/**
 * Which of some step sizes work, by their index, with their runs: of gradient descent the largest, else all, that which
 * ends lowest first.
 * @param {Problem} problem
 * @param {Numbers} W0
 * @param {Numbers} alpha0
 * @param {number[]} sizes
 * @param {Method} method
 * @param {number} steps
 */
function working(problem, W0, alpha0, sizes, method, steps) {
  const nSteps = Math.min(steps, affordable(problem, W0.length, sizes.length)), keep = Math.min(nSteps, 2 * TRIAL) + 1;
  /** @type {{k: number, run: Run}[]} */
  const fine = [];
  for (const [k, size] of sizes.entries()) {
    const run = descend(problem, W0, alpha0, { schedule: [[0, size]], nSteps, method, keep });
    if (!works(problem, run, size, method)) continue;
    fine.push({ k, run });
    if (method === "gd") break;
  }
  /** @type {(run: Run) => number} */
  const loss = ({ objective }) => objective[objective.length - 1];
  return fine.sort((a, b) => loss(a.run) - loss(b.run));
}

/** @param {number} top */
function ladder(top) {
  const power = Math.floor(Math.log10(top));
  /** @type {number[]} */
  const sizes = [];
  for (let k = power; k > power - DECADES; k--) for (const digit of [5, 2, 1]) sizes.push(Number(`${digit}e${k}`));
  return sizes.filter((size) => SMALLEST <= size && size <= top * (1 + 1e-9));
}

/**
 * @param {Problem} problem
 * @param {Numbers} W0
 * @param {Numbers} alpha0
 * @param {Method} method
 */
function largest(problem, W0, alpha0, method) {
  const size = Math.sqrt(squared(problem.x)) || 1, height = Math.sqrt(squared(problem.y)) || 1;
  const ones = problem.layer === "ones";
  let top = ones ? height / size : Math.sqrt(height / size);
  if (method !== "adam") {
    const steepest = curvature(problem, W0, alpha0), fitting = FITTING / size / (ones ? size : height);
    top = steepest > 0 ? Math.min(fitting, STABLE / steepest) : fitting;
  }
  return Math.min(Math.max(top, SMALLEST), LARGEST);
}

/**
 * About the largest eigenvalue of 2 JᵀJ + 2λ I, by the power method: its vectors are multiples of x on either side.
 * @param {Problem} problem
 * @param {Numbers} W
 * @param {Numbers} alpha
 */
function curvature(problem, W, alpha) {
  const { plus, minus } = sides(problem), n = problem.x.length;
  const sums = [plus, minus].map(({ squares, largest: most }) => squares * most * most);
  const shares = [0, 0];
  for (let j = 0; j < W.length; j++) {
    const side = W[j] > 0 ? 0 : 1;
    if (W[j] !== 0) shares[side] += problem.layer === "ones" ? 1 : alpha[j] ** 2 + W[j] ** 2;
  }
  // The first vector is (1, …, 1) / √n.
  let along = [0, 0], top = 0;
  problem.x.forEach((x) => { if (x !== 0) along[x > 0 ? 0 : 1] += x / Math.sqrt(n); });
  along = along.map((value, k) => shares[k] * value);
  for (let k = 0; k < ITERATIONS; k++) {
    if (k > 0) along = along.map((value, side) => shares[side] * sums[side] * value);
    top = Math.sqrt(along[0] ** 2 * sums[0] + along[1] ** 2 * sums[1]);
    if (!(top > 0 && top < Infinity)) break;
    along = along.map((value) => value / top);
  }
  return Number.isFinite(top) ? 2 * (top + problem.lam) : 1 / SMALLEST;
}
