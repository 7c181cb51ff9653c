// The contents of the picture of the convex landscape of a solved scenario, as landscape/scene/twin.py has it.
import { twinField } from "../../engine/field.js";
import { optimum } from "../../engine/optimum.js";
import { place } from "../../engine/problem.js";
import { shownRuns } from "../results/solved.js";
import { GRID } from "./loss.js";
import { pathOfSlopes } from "./paths.js";
import { gridWithKinks } from "./surface.js";
import { windowOf } from "./window.js";

/**
 * @import { Solved } from "../results/solved.js"
 * @import { Scenario } from "../scenario/scenario.js"
 * @import { ScenePath } from "./paths.js"
 * @import { Polyline } from "./window.js"
 *
 * @typedef {{surface: {sPlus: Float64Array, sMinus: Float64Array, loss: Float64Array}, walled: boolean,
 *   paths: ScenePath[], optimum: [number, number], optimalLines: Polyline[], narrow: [number, number] | null}} TwinScene
 *   The convex loss, row by row; whether only s₊ ≥ 0 ≥ s₋ belongs to networks; the runs at their exact place in it;
 *   a minimiser, and whole lines of minimisers; the place of the best network of the runs' own width, where wider ones do
 *   better.
 */

/**
 * The convex landscape, with every run at its exact place.
 * @param {Solved} solved
 * @param {Scenario} scenario
 * @returns {TwinScene}
 */
export function twinScene(solved, scenario) {
  const { problem, narrow } = solved, paths = shownRuns(solved).map(pathOfSlopes);
  const { sPlus, sMinus, free } = optimum(problem);
  const [[low, high]] = windowOf(scenario.view.window, paths, solved, [[sPlus], [sMinus]], true);
  const grid = gridWithKinks(low, high, GRID), walled = problem.layer === "ones";
  /** @type {Polyline[]} */
  const optimalLines = [];
  if (free[0]) optimalLines.push([[walled ? 0 : low, high], [sMinus, sMinus]]);
  if (free[1]) optimalLines.push([[sPlus, sPlus], [low, walled ? 0 : high]]);
  return {
    surface: { sPlus: grid, sMinus: grid, loss: twinField(problem, grid, grid) },
    walled,
    paths,
    optimum: [sPlus, sMinus],
    optimalLines,
    narrow: narrow && place(narrow.network.W, narrow.network.alpha),
  };
}
