// The loss over a plane of weights, as a surface in space with the runs upon it, as
// landscape/figures/front/loss_relief.py has it.
import { lossScale } from "../../engine/paint.js";
import { placeOf } from "./loss_colours.js";
import { heightOn, inSpace, LIFT, pathTraces, starNotes, surfaceTrace } from "./space.js";
import { endsOf } from "./style.js";

/**
 * @import { LossScene } from "../scene/loss.js"
 * @import { Source } from "./loss_field.js"
 * @import { Figure } from "./style.js"
 */

/**
 * The loss as a surface whose height is the colour scale of the map.
 * @param {LossScene} scene
 * @param {object} shown
 * @param {number} shown.optimum the loss of the global optima
 * @param {string} shown.starName what they are called
 * @param {number} shown.rounding a loss up to which it is 0
 * @param {Source | null} shown.source what the loss is computed from, null to have it in the trace
 * @returns {Figure}
 */
export function lossRelief({ surface, labels, paths, optima }, { optimum, starName, rounding, source }) {
  const { w1, w2, loss } = surface, grid = { x: w1, y: w2, loss };
  const scale = lossScale(loss, rounding), lift = LIFT * (scale.high - scale.low), [first, second] = labels;
  const hover = `${first} = %{x:.3g}<br>${second} = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>`;
  const data = [surfaceTrace(grid, scale, hover, source)];
  for (const run of paths) {
    data.push(...pathTraces(run, heightOn(grid, run.x, run.y).map((height) => placeOf(scale, height) + lift)));
  }
  const notes = starNotes(...optima, placeOf(scale, Math.max(optimum, 0)) + lift, starName);
  return inSpace(data, scale, [[first, endsOf(w1)], [second, endsOf(w2)]], notes);
}
