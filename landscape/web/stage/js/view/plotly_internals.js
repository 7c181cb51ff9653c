// What the stage reads of plotly.js beyond what plotly.js documents. Every such place is in this file, a function each;
// tests/browser/test_plotly_internals.py says what breaks where a new version of plotly.js has it otherwise.

/**
 * @import { Layout, PlotElement, Trace } from "./plotly.js"
 *
 * @typedef {{_offset: number, _length: number, range: [number, number], type: string, l2p(value: number): number,
 *   d2l(value: number): number, p2d(pixel: number): number}} FullAxis
 * @typedef {{type: string, uid: string, meta?: {run?: string}, x: ArrayLike<number>, y: ArrayLike<number>,
 *   z: ArrayLike<number>}} DrawnTrace
 * @typedef {PlotElement & {_fullData?: DrawnTrace[], _fullLayout?: {xaxis?: FullAxis, yaxis?: FullAxis,
 *   scene?: {camera?: Camera, _scene?: {getCamera(): Camera, setViewport(scene: object): void}}}}} Internals
 * @typedef {{x: number, y: number, z: number}} Point
 * @typedef {{eye: Point, center: Point, up: Point, projection?: object}} Camera
 *
 * @typedef {object} Axis
 * @property {number} start where the plot's frame begins, in pixels from the left or the top of the plot
 * @property {number} length of the frame, in pixels
 * @property {[number, number]} range the data coordinates at its ends; of a logarithmic axis their logarithms
 * @property {(value: number) => number} toPixel
 * @property {(pixel: number) => number} toValue
 */

/** The smallest value on a logarithmic axis: what is at or below 0 is drawn there. */
const FLOOR = 1e-12;

/**
 * The axes of a plot as it is drawn now, zoom included; null for one in space, and before it is drawn.
 * @param {PlotElement} area
 * @returns {{x: Axis, y: Axis} | null}
 */
export function axesOf(area) {
  const { xaxis, yaxis } = /** @type {Internals} */ (area)._fullLayout ?? {};
  return xaxis && yaxis ? { x: axis(xaxis), y: axis(yaxis) } : foreseen.get(area) ?? null;
}

/** Axes of plots that plotly.js is still to draw. @type {WeakMap<PlotElement, {x: Axis, y: Axis}>} */
const foreseen = new WeakMap();

/**
 * Let a plot that is not drawn yet have the axes that it will have: of a layout with ranges and margins, which plotly.js
 * keeps to where nothing adds to them.
 * @param {PlotElement} area
 * @param {Layout} layout
 * @returns {boolean} whether it will have axes
 */
export function foreseeAxes(area, { xaxis, yaxis, margin }) {
  foreseen.delete(area);
  if (!xaxis?.range || !yaxis?.range) return false;
  const { l = 0, r = 0, t = 0, b = 0 } = margin ?? {};
  const width = area.clientWidth - l - r, height = area.clientHeight - t - b;
  if (width <= 0 || height <= 0) return false;
  foreseen.set(area, {
    x: foreseenAxis(xaxis.range, l, width, xaxis.type === "log", false),
    y: foreseenAxis(yaxis.range, t, height, yaxis.type === "log", true),
  });
  return true;
}

/**
 * @param {[number, number]} range
 * @param {number} start
 * @param {number} length
 * @param {boolean} logarithmic
 * @param {boolean} upward whether pixels count from the other end
 * @returns {Axis}
 */
function foreseenAxis(range, start, length, logarithmic, upward) {
  const [low, high] = range.map(Number), scale = length / (high - low);
  /** @type {(place: number) => number} */
  const toPixel = (place) => start + (upward ? high - place : place - low) * scale;
  return {
    start, length, range: [low, high],
    toPixel: logarithmic ? (value) => toPixel(Math.log10(Math.max(value, FLOOR))) : toPixel,
    toValue: (pixel) => (upward ? high - (pixel - start) / scale : low + (pixel - start) / scale),
  };
}

/**
 * @param {FullAxis} full
 * @returns {Axis}
 */
function axis(full) {
  const { _offset: start, _length: length, range } = full;
  return {
    start, length, range,
    toPixel: full.type === "log"
      ? (value) => start + full.l2p(Math.log10(Math.max(value, FLOOR)))
      : (value) => start + full.l2p(full.d2l(value)),
    toValue: (pixel) => full.p2d(pixel - start),
  };
}

/**
 * The traces of a plot as they are drawn, their packed numbers unpacked.
 * @param {PlotElement} area
 * @returns {DrawnTrace[]}
 */
export function drawnTraces(area) {
  return /** @type {Internals} */ (area)._fullData ?? [];
}

/**
 * The numbers of a trace as they stand in a figure: a list with gaps, or float32 bytes in base 64 as figures/style.py packs
 * them.
 * @param {readonly (number | null)[] | {bdata: string}} values
 * @returns {number[]}
 */
export function numbers(values) {
  if (!("bdata" in values)) return values.map((value) => value ?? NaN);
  return [...new Float32Array(Uint8Array.from(atob(values.bdata), (letter) => letter.charCodeAt(0)).buffer)];
}

/**
 * Each drawn trace's element in a plot, and the run that it belongs to.
 * @param {PlotElement} area
 * @returns {{node: Element, run: string | undefined}[]}
 */
export function traceElements(area) {
  return [...area.querySelectorAll(".scatterlayer .trace")].map((node) => {
    const { __data__: bound } = /** @type {Element & {__data__?: {trace?: Trace}[]}} */ (node);
    return { node, run: bound?.[0]?.trace?.meta?.run };
  });
}

/**
 * The camera of a plot in space as the visitor has turned it; undefined before it is drawn.
 * @param {PlotElement} area
 * @returns {Camera | undefined}
 */
export function cameraOf(area) {
  return /** @type {Internals} */ (area)._fullLayout?.scene?._scene?.getCamera();
}

/**
 * Turn a plot in space, at the next frame: `Plotly.relayout` would take as long as drawing it anew.
 * @param {PlotElement} area
 * @param {Camera} camera
 */
export function setCamera(area, camera) {
  const { scene } = /** @type {Internals} */ (area)._fullLayout ?? {};
  if (!scene?._scene) return;
  scene.camera = camera;
  if (area.layout.scene) area.layout.scene.camera = camera;
  scene._scene.setViewport(scene);
}
