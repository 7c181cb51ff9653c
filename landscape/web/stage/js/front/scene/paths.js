// A run in the coordinates of a picture, as landscape/scene/paths.py has it.
import { projector } from "./surface.js";

/**
 * @import { Numbers } from "../../engine/problem.js"
 * @import { SolvedRun } from "../results/solved.js"
 * @import { Plane } from "./surface.js"
 *
 * @typedef {{id: string, run: number, name: string, x: Float64Array, y: Float64Array, steps: Numbers,
 *   objective: Numbers}} ScenePath
 *   Its coordinates at the steps kept, and the loss of the network itself, which is not that of a map it lies off.
 */

/**
 * A run in a plane of weights, projected orthogonally onto it.
 * @param {SolvedRun} run
 * @param {Plane} plane
 * @returns {ScenePath}
 */
export function pathOn(run, plane) {
  const { m, W, alpha } = run.path, project = projector(plane);
  return pathAt(run, (t) => project(W, alpha, t * m));
}

/**
 * A run at the slopes of its networks: its exact place in the convex landscape.
 * @param {SolvedRun} run
 * @returns {ScenePath}
 */
export function pathOfSlopes(run) {
  const { m, W, alpha } = run.path;
  return pathAt(run, (t) => {
    let right = 0, left = 0;
    for (let i = t * m; i < (t + 1) * m; i++) {
      if (W[i] > 0) right += W[i] * alpha[i];
      else if (W[i] < 0) left += W[i] * alpha[i];
    }
    return [right, left];
  });
}

/**
 * @param {SolvedRun} run
 * @param {(t: number) => [number, number]} place of its stored iterate t
 * @returns {ScenePath}
 */
function pathAt({ id, place: run, name, path: { steps, objective } }, place) {
  const x = new Float64Array(steps.length), y = new Float64Array(steps.length);
  for (let t = 0; t < steps.length; t++) [x[t], y[t]] = place(t);
  return { id, run, name, x, y, steps, objective };
}
