// What the scenes read of a scenario and its solution, of which a page without a server knows more.

/**
 * @import { Method } from "../../engine/optimisers.js"
 * @import { Numbers, Problem } from "../../engine/problem.js"
 * @import { Network } from "./surface.js"
 *
 * @typedef {{m: number, steps: Numbers, W: Numbers, alpha: Numbers, objective: Numbers, outcome: string}} Iterates
 *   Stored iterates one after another: neuron j of iterate t is W[t·m + j].
 * @typedef {import("../scenario/scenario.js").Scenario} Scenario
 * @typedef {{id: string, place: number, name: string, method: Method | "escape", path: Iterates,
 *   schedule: [number, number][], verdict: {kind: string}}} SolvedRun
 * @typedef {{problem: Problem, network: Network, value: number, bound: number, closed: boolean,
 *   narrow: null | {name: string, network: Network}, runs: SolvedRun[], escape: SolvedRun | null}} Solved
 */

/**
 * All paths that are drawn: the runs, and the escape path.
 * @param {Solved} solved
 */
export function shownRuns({ runs, escape }) {
  return escape === null ? runs : [...runs, escape];
}

/**
 * What a recovered network is called in a sentence: the optimum only where that is proven.
 * @param {Solved} solved
 */
export function called({ closed }) {
  return closed ? "the optimum" : "the best network found";
}
