// Runs at a step: their paths, their markers, and what their networks compute.
import { CASING, INK } from "./colors.js";
import { shape } from "./markers.js";
import { between, hasWeights, kinked, locate, networkAt, output, share } from "./networks.js";

/**
 * @import { Run } from "./networks.js"
 * @import { Frame } from "./overlay.js"
 *
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>}} Track where a run is in a view at each stored step
 * @typedef {Record<string, Record<string, Track>>} Tracks by the names of views and of runs
 */

/** Networks with more neurons than this show their sum only, as SHARES_DRAWN of landscape/figures/front/outputs.py. */
export const SHARES_DRAWN = 12;

/**
 * Draw a run's path up to a step.
 * @param {Frame} frame
 * @param {Run} run
 * @param {Track | undefined} track
 * @param {number} step
 */
export function drawRun(frame, run, track, step) {
  if (!track || step < run.steps[0]) return;
  const at = locate(run.steps, step);
  frame.line(track.x, track.y, at.index + 1, run.color, 3, {
    last: [between(track.x, at), between(track.y, at)], casing: CASING,
  });
}

/**
 * Draw where a run started and where it is.
 * @param {Frame} frame
 * @param {Run} run
 * @param {Track | undefined} track
 * @param {number} step
 * @param {string} view
 */
export function drawEnds(frame, run, track, step, view) {
  if (!track || view === "outputs" || step < run.steps[0]) return;
  if (view !== "losses") frame.marker(track.x[0], track.y[0], shape(run.symbol), 10, CASING, run.color);
  drawHead(frame, run, track, step);
}

/**
 * Draw where a run is.
 * @param {Frame} frame
 * @param {Run} run
 * @param {Track | undefined} track
 * @param {number} step
 */
export function drawHead(frame, run, track, step) {
  if (!track || step < run.steps[0]) return;
  const at = locate(run.steps, step);
  frame.marker(between(track.x, at), between(track.y, at), shape(run.symbol), 14, run.color, INK);
}

/**
 * f(x) of each run at the step, and its neurons' shares where they are few.
 * @param {Frame} frame
 * @param {Run[]} runs
 * @param {Tracks} tracks
 * @param {number} step
 * @param {[number, number]} span
 */
export function drawOutputs(frame, runs, tracks, step, span) {
  for (const run of runs) {
    const at = locate(run.steps, step);
    if (hasWeights(run)) {
      const network = networkAt(run, at);
      const grid = kinked(network, span);
      if (network.m <= SHARES_DRAWN) {
        for (let j = 0; j < network.m; j += 1) {
          frame.line(grid, grid.map((x) => share(network, j, x)), grid.length, run.color, 2, { dash: [2, 4] });
        }
      }
      frame.line(grid, grid.map((x) => output(network, x)), grid.length, run.color, 3);
      continue;
    }
    // Without weights, one feature and no bias: the place in the convex landscape is both slopes.
    const place = tracks.twin?.[run.id];
    if (!place) continue;
    const [plus, minus] = [between(place.x, at), between(place.y, at)];
    const grid = [span[0], 0, span[1]];
    frame.line(grid, grid.map((x) => (x > 0 ? plus : minus) * x), grid.length, run.color, 3);
  }
}
