// A scenario of one feature without a bias, solved: the optimum, and every run with its certificate and verdict, as
// landscape/results/solved_scenario.py has it.
import { bestOfOneNeuron } from "../../engine/best_of_width.js";
import { certify } from "../../engine/certificate.js";
import { descend, halfEven } from "../../engine/descent.js";
import { isProven } from "../../engine/excess.js";
import { optimum } from "../../engine/optimum.js";
import { plainResidual as leftBy } from "../../engine/residual.js";
import { descendSuited, stepAdvice } from "../../engine/step_size.js";
import { verdict } from "../../engine/verdict.js";
import { problemOf, startsOf } from "../scenario/scenario.js";
import { escapePath } from "./escape.js";
import { missingNeuron } from "./missing_neuron.js";
import { held, neuronOf, optimalNetwork } from "./network.js";

/**
 * @import { BestOfWidth } from "../../engine/best_of_width.js"
 * @import { Outcome, Run } from "../../engine/descent.js"
 * @import { Method } from "../../engine/optimisers.js"
 * @import { Problem } from "../../engine/problem.js"
 * @import { Schedule, StepAdvice } from "../../engine/step_size.js"
 * @import { Digits, Kind } from "../../engine/verdict.js"
 * @import { Scenario, Start } from "../scenario/scenario.js"
 * @import { Leg } from "./escape.js"
 * @import { Network } from "./network.js"
 *
 * @typedef {{m: number, steps: number[], W: Float64Array, alpha: Float64Array, objective: Float64Array,
 *   outcome: Outcome | "arrived", legs: Leg[]}} Path stored iterates one after another: neuron j of iterate t is W[t·m + j]
 * @typedef {"OPTIMUM" | "BEST_OF_WIDTH" | "STUCK" | "DEAD" | "DIVERGED" | "MOVING"} VerdictKind
 * @typedef {{text: string, why: string, kind: VerdictKind, digits: Digits}} Told
 * @typedef {{id: string, place: number, name: string, method: Method | "escape", path: Path, schedule: Schedule,
 *   suited: boolean, advice: StepAdvice | null, verdict: Told}} SolvedRun
 *   id: "run0", "run1" … in the order of the scenario, "escape0" of a way out; place: which run it is, counted from 0;
 *   suited: whether its step was chosen to suit the data; advice: a smaller step that mends it.
 * @typedef {BestOfWidth & {name: string, network: Network, exact: boolean, m: number}} Narrow
 * @typedef {{problem: Problem, best: ReturnType<typeof optimum>, network: Network, value: number, bound: number,
 *   closed: boolean, narrow: Narrow | null, runs: SolvedRun[], escape: SolvedRun | null, missingNeurons: number,
 *   missing: Record<string, Network>}} Solved
 *   value, bound, closed: of the certificate of `network`, the optimum; narrow: for runs of one neuron, the best that one
 *   neuron can do, where wider networks do better; missingNeurons: how many more neurons the way out would need;
 *   missing: by the id of a run the neuron that its network lacks.
 */

const USUAL = 0.02;
const MOST_STEPS_DRAWN = 600; // longer runs keep their first steps and then ever fewer

/** @type {Record<Kind, VerdictKind>} */
const KINDS = {
  "optimum": "OPTIMUM",
  "best of its width": "BEST_OF_WIDTH",
  "stuck": "STUCK",
  "dead": "DEAD",
  "diverged": "DIVERGED",
  "out of steps": "MOVING",
};

/**
 * Solve the convex problem of a scenario, run every descent, and certify where each one ended.
 * @param {Scenario} scenario
 * @returns {Solved}
 */
export function solveScenario(scenario) {
  const { training, view } = scenario, problem = problemOf(scenario);
  const network = optimalNetwork(problem), dual = leftBy(problem, network.W, network.alpha);
  const { value, bound } = certify(problem, network.W, network.alpha, dual), closed = isProven(problem, bound, value);
  const narrow = training.m === 1 ? narrowOf(problem, { optimum: value, bound, proven: closed }) : null;
  /** @type {Solved} */
  const solved = {
    problem, best: optimum(problem), network, value, bound, closed, narrow,
    runs: [], escape: null, missingNeurons: 0, missing: {},
  };
  startsOf(scenario).forEach((start, place) => {
    const run = certified(solved, start, place, training.steps), { W, alpha } = endOf(run.path);
    const missing = missingNeuron(problem, certify(problem, W, alpha, dual));
    if (missing !== null) solved.missing[run.id] = missing;
    solved.runs.push(run);
  });
  const led = view.escape === null ? undefined : solved.runs[view.escape];
  return led === undefined ? solved : withEscape(solved, led);
}

/**
 * A run, and what is proven of where it ended.
 * @param {Solved} solved
 * @param {Start} start
 * @param {number} place
 * @param {number} nSteps
 * @returns {SolvedRun}
 */
function certified({ problem, network, value, narrow }, start, place, nSteps) {
  const { method, step } = start.run, { path, schedule } = trained(problem, start, nSteps);
  const advice = stepAdvice(problem, path, { schedule, nSteps, method });
  const told = as(verdict(problem, path, { optimum: value, advice, narrow, dual: leftBy(problem, network.W, network.alpha) }));
  const stored = { ...path, steps: Array.from(path.steps), legs: [] };
  return {
    id: `run${place}`, place, name: `Run ${place + 1}`, method, path: stored, schedule, suited: step === null, advice,
    verdict: told,
  };
}

/**
 * All paths that are drawn: the runs, and the way out.
 * @param {Solved} solved
 */
export function shownRuns({ runs, escape }) {
  return escape === null ? runs : [...runs, escape];
}

/**
 * The last network of a path.
 * @param {{m: number, W: Float64Array, alpha: Float64Array}} path
 * @returns {Network}
 */
export function endOf({ m, W, alpha }) {
  return { W: [...W.subarray(W.length - m)], alpha: [...alpha.subarray(alpha.length - m)] };
}

/**
 * The best single neuron as a network, where wider ones do better.
 * @param {Problem} problem
 * @param {{optimum: number, bound: number, proven: boolean}} known of any width
 * @returns {Narrow | null}
 */
function narrowOf(problem, known) {
  const best = bestOfOneNeuron(problem, known);
  const network = best && neuronOf(problem, best.slope, best.side);
  return best && network && { ...best, name: "best of one neuron", network, exact: true, m: 1 };
}

/**
 * A run with its own step size, or with one that suits it.
 * @param {Problem} problem
 * @param {Start} start
 * @param {number} nSteps
 * @returns {{path: Run, schedule: Schedule}}
 */
function trained(problem, { run, ...start }, nSteps) {
  const options = { nSteps, method: run.method, keep: keptSteps(nSteps) };
  const [W, alpha] = [start.W.map(held), start.alpha.map(held)];
  if (run.step === null) return descendSuited(problem, W, alpha, options);
  /** @type {Schedule} */
  const schedule = run.step.length > 0 ? run.step.map(([since, size]) => [since, size]) : [[0, USUAL]];
  return { path: descend(problem, W, alpha, { ...options, schedule }), schedule };
}

/**
 * The steps to store: all of a short run, ever fewer of a long one.
 * @param {number} nSteps
 * @returns {number[]}
 */
export function keptSteps(nSteps) {
  if (nSteps <= MOST_STEPS_DRAWN) return Array.from({ length: nSteps + 1 }, (_, step) => step);
  const first = MOST_STEPS_DRAWN / 3, count = MOST_STEPS_DRAWN - first;
  const low = Math.log10(first), gap = (Math.log10(nSteps) - low) / (count - 1);
  const later = Array.from({ length: count }, (_, k) => halfEven(k === 0 ? first : 10 ** (k * gap + low)));
  later[count - 1] = nSteps;
  return [...new Set([...Array.from({ length: first }, (_, step) => step), ...later])];
}

/**
 * The solved scenario with the path from a run's end on which the loss never rises; its steps continue those of the run.
 * @param {Solved} solved
 * @param {SolvedRun} run
 * @returns {Solved}
 */
function withEscape(solved, run) {
  const { problem, network, value } = solved, found = escapePath(problem, endOf(run.path), network);
  if (found.path === null) return { ...solved, missingNeurons: found.missing };
  const since = run.path.steps[run.path.steps.length - 1];
  const path = { ...found.path, steps: found.path.steps.map((step) => since + step) };
  const end = endOf(path);
  /** @type {SolvedRun} */
  const escape = {
    id: `escape${run.place}`, place: run.place, name: `Way out of ${run.name}`, method: "escape", path,
    schedule: [], suited: false, advice: null,
    verdict: as(verdict(problem, path, { optimum: value, narrow: null, dual: leftBy(problem, end.W, end.alpha) })),
  };
  return { ...solved, escape };
}

/**
 * @param {ReturnType<typeof verdict>} found
 * @returns {Told}
 */
function as({ text, why, kind, digits }) {
  return { text, why, kind: KINDS[kind], digits };
}
