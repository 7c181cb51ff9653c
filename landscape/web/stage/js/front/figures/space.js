// A loss over a plane in space, as landscape/figures/front/space.py has it: the surface, the runs upon it, and the
// stars above it.
import { short } from "../../engine/formatting.js";
import { CASING, INK, OPTIMUM } from "../../view/colors.js";
import { colorbar, colorscale } from "./loss_colours.js";
import { lossNumbers } from "./loss_field.js";
import { endsOf, figure, packed, packedPairs, runColor } from "./style.js";

/**
 * @import { Scale } from "../../engine/paint.js"
 * @import { Numbers } from "../../engine/problem.js"
 * @import { ScenePath } from "../scene/paths.js"
 * @import { Source } from "./loss_field.js"
 * @import { Figure, Note, Trace } from "./style.js"
 *
 * @typedef {{x: Numbers, y: Numbers, loss: Float64Array}} Grid a loss row by row, a row for each of y
 */

/** How far above the surface a run is drawn, as a share of the height of the picture. */
export const LIFT = 0.012;

/**
 * A loss as a surface whose height and colour are the colours of the map.
 * @param {Grid} grid
 * @param {Scale} scale
 * @param {string} hover
 * @param {Source | null} source what the loss is computed from, null to have it in the trace
 * @returns {Trace}
 */
export function surfaceTrace(grid, scale, hover, source) {
  return { ...bareSurface(grid, scale, source), colorscale: colorscale(), uid: "field", hovertemplate: hover };
}

/**
 * A part of a surface in grey, as where no network can be.
 * @param {Grid} grid
 * @param {Scale} scale
 * @param {string} uid
 * @param {Source | null} source
 * @returns {Trace}
 */
export function shadedTrace(grid, scale, uid, source) {
  const grey = [[0, "#5C5C66"], [1, "#A4A4AE"]];
  return { ...bareSurface(grid, scale, source), colorscale: grey, opacity: 0.8, uid, hoverinfo: "skip" };
}

/**
 * @param {Grid} grid
 * @param {Scale} scale
 * @param {Source | null} source
 * @returns {Trace}
 */
function bareSurface({ x, y, loss }, scale, source) {
  const { low, high } = scale;
  return {
    type: "surface",
    ...lossNumbers(x, y, loss, scale, source),
    cmin: low,
    cmax: high,
    showscale: false,
    lighting: { ambient: 0.72, diffuse: 0.55, specular: 0.08, roughness: 0.9 },
    contours: {
      z: { show: true, start: low, end: high, size: (high - low) / 16, color: "rgba(255,255,255,.35)", width: 1 },
    },
  };
}

/**
 * The loss at points, between the grid's lines as the surface is drawn; NaN outside of the grid.
 * @param {Grid} grid
 * @param {Numbers} atX
 * @param {Numbers} atY
 * @returns {Float64Array}
 */
export function heightOn({ x, y, loss }, atX, atY) {
  const [left, right] = endsOf(x), [bottom, top] = endsOf(y);
  return Float64Array.from(atX, (u, point) => {
    const v = atY[point];
    if (!(u >= left && u <= right && v >= bottom && v <= top)) return NaN;
    const k = lineBefore(x, u), l = lineBefore(y, v), corner = l * x.length + k;
    const s = (u - x[k]) / (x[k + 1] - x[k]), t = (v - y[l]) / (y[l + 1] - y[l]);
    const below = (1 - s) * loss[corner] + s * loss[corner + 1];
    const above = (1 - s) * loss[corner + x.length] + s * loss[corner + x.length + 1];
    return (1 - t) * below + t * above;
  });
}

/**
 * The rank of the last of increasing numbers, the very last apart, that is at or below a value.
 * @param {Numbers} lines
 * @param {number} value
 */
function lineBefore(lines, value) {
  let low = 0, high = lines.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lines[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * A run at heights, its true losses in the hover text; NaN is a gap. Where it leaves the picture there is one, so that
 * the k-th point of the line stays the k-th stored step.
 * @param {ScenePath} run
 * @param {Numbers} z
 * @returns {Trace[]}
 */
export function pathTraces(run, z) {
  const [x, y] = [run.x, run.y].map((places) => Float64Array.from(places, (at, k) => (Number.isNaN(z[k]) ? NaN : at)));
  const custom = packedPairs(run.steps, run.objective), color = runColor(run.run);
  const shared = {
    type: "scatter3d",
    meta: { run: run.id },
    hovertemplate: `${run.name}<br>step %{customdata[0]:,.0f}<br>loss %{customdata[1]:.4g}<extra></extra>`,
  };
  const line = {
    ...shared,
    mode: "lines",
    x: packed(x),
    y: packed(y),
    z: packed(z),
    uid: `${run.id}-line`,
    customdata: custom,
    line: { color, width: 7 },
  };
  const marks = {
    ...shared,
    mode: "markers",
    x: packed(endsOf(x)),
    y: packed(endsOf(y)),
    z: packed(endsOf(z)),
    customdata: endsOf(custom),
    uid: `${run.id}-ends`,
    marker: { size: [5, 7], color: [CASING, color], line: { color: INK, width: 2 } },
  };
  return [line, marks];
}

/**
 * The stars of global optima: notes of the scene, which no surface hides.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {number} z
 * @param {string} text
 * @returns {Note[]}
 */
export function starNotes(x, y, z, text) {
  return Array.from(x).flatMap((u, k) => [{ size: 30, color: INK }, { size: 21, color: OPTIMUM }].map((font) => ({
    showarrow: false,
    hovertext: text,
    captureevents: true,
    x: u,
    y: y[k],
    z,
    text: "★",
    font,
  })));
}

/**
 * The figure of traces in space.
 * @param {Trace[]} data
 * @param {Scale} scale
 * @param {[string, [number, number]][]} axes title and range of the two axes of the plane
 * @param {Note[]} notes of the scene
 * @returns {Figure}
 */
export function inSpace(data, scale, [[first, across], [second, up]], notes) {
  const { tickvals } = colorbar(scale, "loss"), { low, high } = scale;
  return figure(data, {
    scene: {
      xaxis: { title: { text: first }, range: across, nticks: 6 },
      yaxis: { title: { text: second }, range: up, nticks: 6 },
      zaxis: {
        title: { text: "loss, log scale" },
        range: [low - 0.02 * (high - low), high + 0.06 * (high - low)],
        tickvals,
        ticktext: tickvals.map((tick) => short(lossAt(scale, tick))),
      },
      aspectmode: "manual",
      aspectratio: { x: 1.15, y: 1.15, z: 0.72 },
      // Where the camera stands at first; the stage has one for all surfaces (view/camera.js).
      camera: { eye: { x: 1.35, y: -1.55, z: 1 }, center: { x: 0, y: 0, z: -0.16 } },
      annotations: notes,
    },
    margin: { l: 0, r: 0, t: 0, b: 0 },
  });
}

/**
 * @param {Scale} scale
 * @param {number} position
 */
function lossAt({ soft }, position) {
  const loss = 10 ** position - soft;
  return loss < soft * 1e-6 ? 0 : loss;
}
