// Runs at a step: their paths, their markers, and what their networks compute.
import { shape } from "./markers.js";
import { between, hasWeights, kinked, locate, networkAt, output, share } from "./networks.js";

export { between, locate };

const MOST_SHARES = 12;

/** Draw a run's path up to a step. */
export function drawRun(frame, run, track, step) {
  if (!track || step < run.steps[0]) return;
  const at = locate(run.steps, step);
  const last = [between(track.x, at), between(track.y, at)];
  frame.line(track.x, track.y, at.index + 1, run.color, 3, { last, casing: "#fff" });
}

/** Draw where a run started and where it is. */
export function drawEnds(frame, run, track, step, view) {
  if (!track || view === "outputs" || step < run.steps[0]) return;
  const at = locate(run.steps, step);
  if (view !== "losses") frame.marker(track.x[0], track.y[0], shape(run.symbol), 10, "#fff", run.color);
  frame.marker(between(track.x, at), between(track.y, at), shape(run.symbol), 14, run.color, "#1b1b33");
}

/** Draw where a run is on a curve over the steps. */
export function drawHead(frame, run, track, step) {
  if (!track || step < run.steps[0]) return;
  const at = locate(run.steps, step);
  frame.marker(between(track.x, at), between(track.y, at), shape(run.symbol), 14, run.color, "#1b1b33");
}

/** f(x) of each run at the step, and its neurons' shares where they are few. */
export function drawOutputs(frame, runs, tracks, step, span) {
  for (const run of runs) {
    const at = locate(run.steps, step);
    if (hasWeights(run)) {
      const network = networkAt(run, at);
      const grid = kinked(network, span);
      if (network.m <= MOST_SHARES) {
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
