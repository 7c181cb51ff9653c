// The values that dragging sets: those that the eye can tell apart at the scale of the picture, in as few digits.

/**
 * @import { Axis } from "../view/plotly_internals.js"
 *
 * @typedef {{x: number, y: number}} Grain the step of the values that are set along each axis
 */

const DIGITS = 15; // of a float64: what is left of the multiplication beyond them is rounding

/**
 * The power of ten nearest to a pixel of an axis, in units of its data.
 * @param {Axis} axis
 */
export function pixelGrain({ range, length }) {
  return 10 ** Math.round(Math.log10(Math.abs(range[1] - range[0]) / length));
}

/**
 * The multiple of a grain that is nearest to a value.
 * @param {number} value
 * @param {number} grain
 */
export function snapped(value, grain) {
  const multiple = Math.round(value / grain) * grain;
  return Number.isFinite(multiple) ? Number(multiple.toPrecision(DIGITS)) + 0 : value;
}

/**
 * Where a pointer takes a coordinate: where it was, if it was moved exactly back, else the nearest value one can see.
 * @param {number} pixel where the handle is now
 * @param {number} from its coordinate when it was taken
 * @param {Axis} axis
 */
export function draggedTo(pixel, from, axis) {
  return Math.abs(pixel - axis.toPixel(from)) < 0.5 ? from : snapped(axis.toValue(pixel), pixelGrain(axis));
}

/**
 * Where arrow keys take a coordinate: where it was, if they took it exactly back, else a value one can see, or of the
 * digits of the step where that is finer.
 * @param {number} from
 * @param {number} offset the sum of the steps taken
 * @param {number} step
 * @param {Axis} axis
 */
export function steppedTo(from, offset, step, axis) {
  if (Math.abs(offset) < step / 1000) return from;
  return snapped(from + offset, Math.min(pixelGrain(axis), 10 ** Math.floor(Math.log10(step))));
}
