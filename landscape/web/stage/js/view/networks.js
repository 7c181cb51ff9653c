// Networks along a run: read from what Python sent, and what they compute, for one feature with or without a bias.
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

const decoded = new WeakMap();

/** A run may carry its weights as rows of numbers, or packed: float32, one (d + 1) × m block a step, alpha last. */
export const hasWeights = (run) => Boolean(run.W || run.weights);

function packed(run) {
  if (!decoded.has(run)) {
    const bytes = Uint8Array.from(atob(run.weights.data), (letter) => letter.charCodeAt(0));
    decoded.set(run, new Float32Array(bytes.buffer));
  }
  return decoded.get(run);
}

/** The network of a run at a place among its steps: W is d × m, row after row. */
export function networkAt(run, at) {
  if (run.W) {
    const mix = (rows) => rows[at.index].map((now, j) => (at.share > 0 ? now + at.share * (rows[at.index + 1][j] - now) : now));
    return { W: mix(run.W), alpha: mix(run.alpha), d: 1, m: run.m };
  }
  const { d, m } = run.weights;
  const all = packed(run);
  const size = (d + 1) * m;
  const next = at.share > 0 ? size : 0;
  const block = Array.from({ length: size }, (_, k) => {
    const now = all[at.index * size + k];
    return now + at.share * (all[at.index * size + next + k] - now);
  });
  return { W: block.slice(0, d * m), alpha: block.slice(d * m), d, m };
}

/** One neuron's share of the output at x; a second row of W is the bias. */
export function share({ W, alpha, d, m }, j, x) {
  return Math.max(0, W[j] * x + (d > 1 ? W[m + j] : 0)) * alpha[j];
}

export function output(network, x) {
  let sum = 0;
  for (let j = 0; j < network.m; j += 1) sum += share(network, j, x);
  return sum;
}

/** The ends of a range and every kink inside it: between them a network is a straight line. */
export function kinked({ W, d, m }, [low, high]) {
  const kinks = Array.from({ length: m }, (_, j) => (d > 1 ? -W[m + j] / W[j] : 0)).filter((x) => x > low && x < high);
  return [low, ...kinks.sort((a, b) => a - b), high];
}

/** In the plane of (w, b): each neuron at |alpha| (w, b), pointing up where alpha > 0 and down where it is negative. */
export function drawNeurons(frame, runs, step) {
  for (const run of runs.filter(hasWeights)) {
    const { W, alpha, m } = networkAt(run, locate(run.steps, step));
    for (let j = 0; j < m; j += 1) {
      const size = Math.abs(alpha[j]);
      const symbol = alpha[j] >= 0 ? "triangle-up" : "triangle-down";
      frame.marker(size * W[j], size * W[m + j], shape(symbol), 11, run.color, "#1b1b33", 1);
    }
  }
}
