// Runs at a step: their paths, their markers, and what their networks compute.
import { shape } from "./markers.js";

/** Where a step lies among the steps kept: the last kept step at or before it, and how far on to the next. */
export function locate(steps, step) {
  let low = 0;
  let high = steps.length - 1;
  if (step >= steps[high]) return { index: high, share: 0 };
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle;
    else high = middle;
  }
  return { index: low, share: (step - steps[low]) / (steps[high] - steps[low]) };
}

export function between(values, { index, share }) {
  return share > 0 ? values[index] + share * (values[index + 1] - values[index]) : values[index];
}

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

/** f(x) of each run at the step, from its slopes (its place in the convex landscape), and its neurons' shares. */
export function drawOutputs(frame, runs, tracks, step, span) {
  const grid = span[0] < 0 && span[1] > 0 ? [span[0], 0, span[1]] : span;
  for (const run of runs) {
    if (step < run.steps[0]) continue;
    const at = locate(run.steps, step);
    if (run.W) {
      const { m } = run;
      for (let j = 0; j < m; j += 1) {
        const w = between(run.W.map((row) => row[j]), at);
        const alpha = between(run.alpha.map((row) => row[j]), at);
        frame.line(grid, grid.map((x) => Math.max(0, x * w) * alpha), grid.length, run.color, 2, { dash: [2, 4] });
      }
    }
    const place = tracks.twin?.[run.id];
    if (!place) continue;
    const [plus, minus] = [between(place.x, at), between(place.y, at)];
    frame.line(grid, grid.map((x) => (x > 0 ? plus : minus) * x), grid.length, run.color, 3);
  }
}

