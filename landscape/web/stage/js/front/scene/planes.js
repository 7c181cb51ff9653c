// The plane through the space of weights that a loss picture shows, as landscape/scene/planes.py has it.
import { atOptimum } from "../../engine/excess.js";
import { short, subscript } from "../../engine/formatting.js";
import { objective } from "../../engine/problem.js";
import { called } from "../results/claims.js";
import { held } from "../results/network.js";
import { shownNeurons, shownRun } from "../scenario/scenario.js";
import { rowOfEachColumn } from "./assignment.js";
import { coordinates, networkAt, neuronPlane, planeThrough } from "./surface.js";
import { distinct } from "./window.js";

/**
 * @import { Problem } from "../../engine/problem.js"
 * @import { Path, Solved } from "../results/solved.js"
 * @import { Scenario } from "../scenario/scenario.js"
 * @import { Network, Plane } from "./surface.js"
 *
 * @typedef {{base: Network, plane: Plane, labels: [string, string], note: string, moving: number[]}} Slice
 *   The network that the plane passes through, names of its coordinates, the sentence that describes it (empty where
 *   it is the whole space of weights), and the neurons whose weights are the coordinates (none in a plane of another kind).
 */

const MOST_LOSS = 1e290; // losses above are too near to what no number holds to be drawn

/**
 * The plane a scenario's loss picture shows.
 * @param {Solved} solved
 * @param {Scenario} scenario
 * @returns {Slice}
 */
export function slicePlane(solved, scenario) {
  const { network: base, name: baseName } = baseNetwork(solved, scenario);
  const m = base.W.length, trained = scenario.training.layer === "trained";
  const through = scenario.view.plane === "path" && m > 1 ? throughRun(solved, scenario) : null;
  if (through) return { base, ...through };
  const [i, j] = shownNeurons(scenario);
  if (m === 1) {
    const note = trained ? `A slice: the second layer is that of ${baseName}.` : "";
    return { base, plane: neuronPlane(base, [0]), labels: ["w", ""], note, moving: [0] };
  }
  let note = `A slice: neurons ${i + 1} and ${j + 1} move, the other ${m - 2} stay as in ${baseName}.`;
  if (m === 2) {
    const alpha = Array.from(base.alpha, (value) => short(value)).join(", ");
    note = trained ? `A slice: the second layer is that of ${baseName}, α = (${alpha}).` : "";
  }
  const labels = /** @type {[string, string]} */ ([i, j].map((neuron) => `w${subscript(neuron + 1)}`));
  return { base, plane: neuronPlane(base, [i, j]), labels, note, moving: [i, j] };
}

/**
 * The plane through start and end of the selected run and the optimum arranged nearest to its end; null without a run
 * that moved.
 * @param {Solved} solved
 * @param {Scenario} scenario
 */
function throughRun(solved, scenario) {
  if (solved.runs.length === 0) return null;
  const { path, name } = solved.runs[shownRun(scenario)];
  const start = iterate(path, 0), end = iterate(path);
  if (start.W.every((w, j) => w === end.W[j]) && start.alpha.every((a, j) => a === end.alpha[j])) return null;
  const goal = nearestArrangement(solved.problem, solved.network, end), best = called(solved);
  return {
    plane: planeThrough(start, end, goal),
    labels: /** @type {[string, string]} */ (["along the run", `towards ${best}`]),
    note: `A slice: the plane through start and end of ${name} and the nearest arrangement of ${best}.`,
    moving: [],
  };
}

/**
 * The network a slice passes through, and its name: the selected run at the selected step. Of a run that diverged it is
 * a step from which there is something to see. Without runs it is the best known with as many neurons as a run has.
 * @param {Solved} solved
 * @param {Scenario} scenario
 * @returns {{network: Network, name: string}}
 */
export function baseNetwork(solved, scenario) {
  if (solved.runs.length === 0) {
    if (solved.narrow) return { network: solved.narrow.network, name: `the ${solved.narrow.name}` };
    return { network: ofWidth(solved.problem, solved.network, scenario.training.m), name: called(solved) };
  }
  const { path, name } = solved.runs[shownRun(scenario)], { at } = scenario.view;
  if (at === null) {
    // The end of a run that diverged is no place from which anything can be seen.
    if (path.outcome === "diverged") return { network: iterate(path, 0), name: `${name} at its start` };
    return { network: iterate(path), name: `${name} at its end` };
  }
  let wished = 0;
  while (wished < path.steps.length - 1 && path.steps[wished] < at) wished++;
  // Around a step of a run that diverges there may be no loss that a number holds: then what came before is shown.
  let index = wished;
  while (index >= 0 && !(path.objective[index] <= MOST_LOSS)) index--;
  if (index < 0) index = wished;
  return { network: iterate(path, index), name: `${name} at step ${path.steps[index]}` };
}

/**
 * A stored iterate of a run, by default the last.
 * @param {Path} path
 * @param {number} [index]
 */
function iterate({ m, steps, W, alpha }, index = steps.length - 1) {
  /** @type {(values: ArrayLike<number>) => Float64Array} */
  const layer = (values) => Float64Array.from({ length: m }, (_, j) => held(values[index * m + j]));
  return { W: layer(W), alpha: layer(alpha) };
}

/**
 * A network with neurons at 0 added, or all but its m largest neurons left out.
 * @param {Problem} problem
 * @param {Network} network
 * @param {number} m
 */
function ofWidth(problem, network, m) {
  if (network.W.length <= m) return widened(problem, network, m);
  const size = Array.from(network.W, (w, j) => Math.abs(w) * Math.abs(network.alpha[j]));
  const largest = [...size.keys()].sort((i, j) => size[j] - size[i]).slice(0, m).sort((i, j) => i - j);
  return picked(network, largest);
}

/**
 * A network with neurons at 0 up to m neurons.
 * @param {Problem} problem
 * @param {Network} network
 * @param {number} m
 */
function widened({ layer }, { W, alpha }, m) {
  const more = new Array(Math.max(0, m - W.length));
  return {
    W: Float64Array.from([...Array.from(W), ...more.fill(0)]),
    alpha: Float64Array.from([...Array.from(alpha), ...more.fill(layer === "ones" ? 1 : 0)]),
  };
}

/**
 * @param {Network} network
 * @param {number[]} neurons
 */
function picked({ W, alpha }, neurons) {
  return { W: Float64Array.from(neurons, (j) => W[j]), alpha: Float64Array.from(neurons, (j) => alpha[j]) };
}

/**
 * A network with its neurons permuted to be nearest to another in the sum of squared differences. Where it is narrower
 * than the other, neurons at 0 are added; where it is wider, the worst matches are left out.
 * @param {Problem} problem
 * @param {Network} network
 * @param {Network} other
 */
export function nearestArrangement(problem, network, other) {
  const wide = widened(problem, network, other.W.length);
  const cost = Array.from(wide.W, (w, i) => Array.from(other.W, (v, j) => {
    const a = wide.alpha[i] - other.alpha[j];
    return (w - v) * (w - v) + a * a;
  }));
  return picked(wide, rowOfEachColumn(cost));
}

/**
 * The coordinates of the arrangements of the optimal network that lie in the plane.
 * @param {Plane} plane
 * @param {Solved} solved
 * @returns {[number, number][]}
 */
export function optimaOn(plane, { problem, network, bound }) {
  if (network.W.length > plane.origin.W.length) return [];
  /** @type {[number, number][]} */
  const found = [];
  for (const [a, b] of [[1, -1], [-1, 1], [1, 1], [-1, -1]]) {
    const [x, y] = coordinates(plane, nearestArrangement(problem, network, networkAt(plane, a, b)));
    const { W, alpha } = networkAt(plane, x, y);
    // In the plane means: the plane's own network there is at the optimum.
    if (atOptimum(problem, objective(problem, W, alpha) - bound)) found.push([x, y]);
  }
  return distinct(found);
}

/**
 * The plane a scenario's loss picture shows, as what gives the networks at its coordinates.
 * @param {Solved} solved
 * @param {Scenario} scenario
 */
export function planeOf(solved, scenario) {
  const { plane } = slicePlane(solved, scenario);
  return { network: /** @type {(a: number, b: number) => Network} */ ((a, b) => networkAt(plane, a, b)) };
}
