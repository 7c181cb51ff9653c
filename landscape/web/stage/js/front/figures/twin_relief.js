// The convex landscape as a surface in space, as landscape/figures/front/twin_relief.py has it: one bowl, grey where no
// network can be, with the runs upon it.
import { lossScale } from "../../engine/paint.js";
import { INK, OPTIMUM } from "../../view/colors.js";
import { placeOf } from "./loss_colours.js";
import { heightOn, inSpace, LIFT, pathTraces, shadedTrace, starNotes, surfaceTrace } from "./space.js";
import { endsOf, packed } from "./style.js";

/**
 * @import { Numbers } from "../../engine/problem.js"
 * @import { TwinScene } from "../scene/twin.js"
 * @import { Source } from "./loss_field.js"
 * @import { Grid } from "./space.js"
 * @import { Figure, Trace } from "./style.js"
 */

const ALONG = 60; // places of a line of minimisers, which follows the surface

/**
 * The convex loss as a surface whose height is the colour scale of its map.
 * @param {TwinScene} scene
 * @param {object} shown
 * @param {[string, string]} shown.labels names of the two slopes
 * @param {boolean} shown.proven whether the minimisers are proven to be; else they are called the best found
 * @param {number} shown.rounding a loss up to which it is 0
 * @param {Source | null} shown.source what the loss is computed from, null to have it in the trace
 * @returns {Figure}
 */
export function twinRelief(scene, { labels, proven, rounding, source }) {
  const { sPlus: x, sMinus: y, loss } = scene.surface, grid = { x, y, loss };
  const scale = lossScale(loss, rounding), lift = LIFT * (scale.high - scale.low);
  const under = lift / 3; // the wall lies under the runs that are caught on it
  const hover = "u₁ = %{x:.3g}<br>u₂ = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>";
  /** @type {(atX: Numbers, atY: Numbers, above: number) => Float64Array} */
  const on = (atX, atY, above) => heightOn(grid, atX, atY).map((height) => placeOf(scale, height) + above);
  /** @type {Trace[]} */
  const data = [];
  if (scene.walled) {
    // Each part has its border, a line of the grid: between them no gap is left.
    const left = ranks(x, (u) => u <= 0), right = ranks(x, (u) => u >= 0);
    const below = ranks(y, (v) => v <= 0), above = ranks(y, (v) => v >= 0), all = ranks(y, () => true);
    data.push(surfaceTrace(part(grid, right, below), scale, hover, source));
    data.push(shadedTrace(part(grid, left, all), scale, "shade-left", source));
    data.push(shadedTrace(part(grid, right, above), scale, "shade-above", source));
    const down = below.map((l) => y[l]), out = right.map((k) => x[k]);
    const wallX = [...down.map(() => 0), ...out], wallY = [...down, ...out.map(() => 0)];
    data.push(line(wallX, wallY, on(wallX, wallY, under), INK, 6, "wall"));
  } else {
    data.push(surfaceTrace(grid, scale, hover, source));
  }
  scene.optimalLines.forEach(([lineX, lineY], number) => {
    const farX = between(lineX), farY = between(lineY);
    data.push(line(farX, farY, on(farX, farY, under), OPTIMUM, 8, `optima${number}`));
  });
  for (const run of scene.paths) data.push(...pathTraces(run, on(run.x, run.y, 1.5 * lift)));
  const [u1, u2] = scene.optimum, [height] = on([u1], [u2], lift);
  const best = proven ? "convex optimum" : "best point found";
  const notes = Number.isFinite(height) ? starNotes([u1], [u2], height, best) : [];
  return inSpace(data, scale, [[labels[0], endsOf(x)], [labels[1], endsOf(y)]], notes);
}

/**
 * The ranks of the numbers of which something is true.
 * @param {Numbers} values
 * @param {(value: number) => boolean} isTrue
 */
function ranks(values, isTrue) {
  return Array.from(values, (_, rank) => rank).filter((rank) => isTrue(values[rank]));
}

/**
 * A part of a grid, by the ranks of its columns and of its rows.
 * @param {Grid} grid
 * @param {number[]} columns
 * @param {number[]} rows
 * @returns {Grid}
 */
function part({ x, y, loss }, columns, rows) {
  const width = x.length;
  return {
    x: columns.map((k) => x[k]),
    y: rows.map((l) => y[l]),
    loss: Float64Array.from(rows.flatMap((l) => columns.map((k) => loss[l * width + k]))),
  };
}

/**
 * Evenly spaced numbers from the first to the last.
 * @param {Numbers} line
 */
function between(line) {
  const [from, to] = endsOf(line), step = (to - from) / (ALONG - 1);
  return Array.from({ length: ALONG }, (_, k) => (k === ALONG - 1 ? to : k * step + from));
}

/**
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {Numbers} z
 * @param {string} color
 * @param {number} width
 * @param {string} uid
 * @returns {Trace}
 */
function line(x, y, z, color, width, uid) {
  return {
    type: "scatter3d",
    mode: "lines",
    x: packed(x),
    y: packed(y),
    z: packed(z),
    line: { color, width },
    hoverinfo: "skip",
    uid,
  };
}
