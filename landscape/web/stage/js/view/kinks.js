// Many neurons at once: triangles at their kinks, and their directions in the plane of (w, b).
import { CASING } from "./colors.js";
import { element, penOf } from "./dom.js";
import { shape } from "./markers.js";
import { hasWeights, locate, networkAt } from "./networks.js";

/**
 * @import { StageView } from "../protocol.js"
 * @import { Network, Run } from "./networks.js"
 * @import { Frame } from "./overlay.js"
 */

/** The picture's height over that of the longest neuron, as landscape/figures/dynamics/triangles.py has it. */
const TOP = 1.08;
const HALF = 5;
const SIZE = 14;

/**
 * f(x) at both ends of a range and at the kinks between, by running sums: quick for thousands of neurons.
 * Of kinks that share a pixel only one is a corner.
 * @param {Network} network
 * @param {[number, number]} range
 * @param {number} pixels for one unit of x
 * @returns {[number[], number[]]}
 */
function outline({ W, alpha, d, m }, [low, high], pixels) {
  /** @type {[kink: number, rise: number, lift: number][]} */
  const bends = [];
  let slope = 0;
  let height = 0;
  for (let j = 0; j < m; j += 1) {
    const bias = d > 1 ? W[m + j] : 0;
    if (W[j] * low + bias > 0 || (W[j] * low + bias === 0 && W[j] > 0)) {
      slope += alpha[j] * W[j];
      height += alpha[j] * bias;
    }
    const kink = -bias / W[j];
    if (kink > low && kink < high) bends.push([kink, Math.sign(W[j]) * alpha[j] * W[j], Math.sign(W[j]) * alpha[j] * bias]);
  }
  bends.sort((a, b) => a[0] - b[0]);
  const xs = [low];
  const ys = [slope * low + height];
  for (const [kink, rise, lift] of bends) {
    if ((kink - xs[xs.length - 1]) * pixels >= 0.7) {
      xs.push(kink);
      ys.push(slope * kink + height);
    }
    slope += rise;
    height += lift;
  }
  xs.push(high);
  ys.push(slope * high + height);
  return [xs, ys];
}

/** @type {Map<string, HTMLCanvasElement>} */
const stamps = new Map();

/**
 * One neuron's mark, drawn once and stamped from then on: a thousand outlines in one path take a processor a second.
 * @param {"left" | "right" | "dot"} form
 * @param {string} color
 * @param {boolean} full
 * @returns {HTMLCanvasElement}
 */
function stamp(form, color, full) {
  const ratio = window.devicePixelRatio || 1;
  const key = `${form} ${color} ${full} ${ratio}`;
  const known = stamps.get(key);
  if (known) return known;
  const picture = element("canvas", { width: SIZE * ratio, height: SIZE * ratio });
  const pen = penOf(picture);
  pen.scale(ratio, ratio);
  pen.translate(SIZE / 2, SIZE / 2);
  pen.beginPath();
  if (form === "dot") {
    pen.arc(0, 0, 3.5, 0, 2 * Math.PI);
  } else {
    const side = form === "right" ? HALF : -HALF;
    pen.moveTo(side, 0);
    pen.lineTo(-0.8 * side, -HALF);
    pen.lineTo(-0.8 * side, HALF);
    pen.closePath();
  }
  pen.fillStyle = pen.strokeStyle = color;
  pen.lineWidth = full ? 1 : 1.3;
  pen.globalAlpha = 0.5;
  if (full) pen.fill();
  pen.globalAlpha = 0.9;
  pen.stroke();
  stamps.set(key, picture);
  return picture;
}

/**
 * Stamp a mark centred on a place of the picture.
 * @param {CanvasRenderingContext2D} pen
 * @param {HTMLCanvasElement} mark
 * @param {number} x
 * @param {number} y
 */
function put(pen, mark, x, y) {
  pen.drawImage(mark, Math.round(x) - SIZE / 2, Math.round(y) - SIZE / 2, SIZE, SIZE);
}

/**
 * The length of each neuron, and the largest.
 * @param {Network} network
 * @returns {[Float64Array, number]}
 */
function lengths({ W, d, m }) {
  const found = new Float64Array(m);
  let largest = 0;
  for (let j = 0; j < m; j += 1) {
    found[j] = d > 1 ? Math.hypot(W[j], W[m + j]) : Math.abs(W[j]);
    if (found[j] > largest) largest = found[j];
  }
  return [found, largest];
}

/**
 * Over the data: f, and each neuron as a triangle at its kink, as high as it is long, pointing to where it is active.
 * @param {Frame} frame
 * @param {Run[]} runs
 * @param {number} step
 * @param {StageView} view
 */
export function drawKinks(frame, runs, step, { span, figure }) {
  const { meta } = figure.layout;
  if (!span || !meta) return;
  const [foot, head] = meta.outputs;
  for (const run of runs.filter(hasWeights)) {
    const network = networkAt(run, locate(run.steps, step));
    const { W, alpha, d, m } = network;
    const [norm, largest] = lengths(network);
    const marks = /** @type {const} */ (["left", "right"]).map(
      (form) => [false, true].map((full) => stamp(form, run.color, full)));
    for (let j = 0; j < m; j += 1) {
      const kink = d > 1 ? -W[m + j] / W[j] : 0;
      if (!(kink > span[0] && kink < span[1])) continue;
      const mark = marks[Number(W[j] > 0)][Number(alpha[j] >= 0)];
      put(frame.pen, mark, frame.x(kink), frame.y(foot + ((head - foot) * norm[j]) / (TOP * largest)));
    }
    const [xs, ys] = outline(network, span, Math.abs(frame.box.width / (span[1] - span[0])));
    frame.line(xs, ys, xs.length, run.color, 3, { casing: CASING });
  }
  const data = figure.data.find((trace) => trace.uid === "data");
  data?.x.forEach((x, i) => {
    const y = data.y[i];
    if (x === null || y === null) return;
    frame.marker(x, y, shape("square"), data.marker.size, data.marker.color, CASING, 1.5);
  });
}

/**
 * In the plane of (w, b): each neuron over the length of the longest, full where alpha > 0, hollow where below.
 * @param {Frame} frame
 * @param {Run[]} runs
 * @param {number} step
 */
export function drawDirections(frame, runs, step) {
  for (const run of runs.filter(hasWeights).filter(({ weights }) => weights.d === 2)) {
    const network = networkAt(run, locate(run.steps, step));
    const { W, alpha, m } = network;
    const [, largest] = lengths(network);
    if (largest === 0) continue;
    const marks = [false, true].map((full) => stamp("dot", run.color, full));
    for (let j = 0; j < m; j += 1) {
      put(frame.pen, marks[Number(alpha[j] >= 0)], frame.x(W[j] / largest), frame.y(W[m + j] / largest));
    }
  }
}
