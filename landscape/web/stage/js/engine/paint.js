// A loss field as pixels, coloured as landscape/figures/loss_colours.py colours it.

/**
 * @typedef {{low: number, high: number, soft: number, top: number}} Scale
 *   Where log10(loss + soft) meets the two ends of the colour map; soft keeps a floor of 0 on it, top is the largest loss.
 */

const SIZE = 256;
const DECADES = 3.5; // as DECADES of landscape/figures/loss_colours.py

// The logarithm of a float is its exponent plus that of its mantissa; ten bits of the latter are finer than a colour.
const MANTISSA_BITS = 10;
const MANTISSA = Float64Array.from({ length: 1 << MANTISSA_BITS }, (_, k) => Math.log2(1 + (k + 0.5) / (1 << MANTISSA_BITS)));
const FLOAT = new Float64Array(1);
const HIGH = new Uint32Array(FLOAT.buffer, new Uint8Array(new Uint16Array([1]).buffer)[0] * 4, 1);

/** @type {WeakMap<ImageData, Uint32Array>} */
const PIXELS = new WeakMap();

/**
 * The colours of a map's stops [[0, "#2C2A57"], …, [1, "#EAFCFD"]] at 256 even places, as pixels.
 * @param {[number, string][]} stops
 * @returns {Uint32Array}
 */
export function colourTable(stops) {
  const bytes = new Uint8ClampedArray(4 * SIZE).fill(255);
  const colours = stops.map(([, colour]) => [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16)));
  for (let k = 0; k < SIZE; k++) {
    const at = k / (SIZE - 1);
    const above = Math.max(1, stops.findIndex(([place]) => place >= at));
    const [low, high] = [stops[above - 1][0], stops[above][0]];
    const part = (at - low) / (high - low);
    for (let c = 0; c < 3; c++) bytes[4 * k + c] = colours[above - 1][c] * (1 - part) + colours[above][c] * part;
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * The scale of a field: DECADES below its largest loss have different colours. One that is nothing but rounding is 0.
 * @param {Float64Array} field
 * @param {number} [rounding]
 * @returns {Scale}
 */
export function lossScale(field, rounding = 0) {
  let top = -Infinity;
  for (let k = 0; k < field.length; k++) if (field[k] > top) top = field[k];
  if (!(top > rounding)) top = 0;
  const soft = top > 0 ? Math.max(top, 1e-300) * 10 ** -DECADES : 1;
  const low = Math.log10(soft), high = Math.log10(top + soft);
  return { soft, top, low, high: high > low ? high : low + 1 };
}

/**
 * Paint a field, its rows from the bottom up as on the axes of a plot, into an image of its columns × rows.
 * @param {Float64Array} field
 * @param {Uint32Array} table of `colourTable`
 * @param {number} low
 * @param {number} high
 * @param {number} soft
 * @param {ImageData} image
 */
export function paint(field, table, low, high, soft, image) {
  const pixels = PIXELS.get(image) ?? new Uint32Array(image.data.buffer), { width, height } = image;
  PIXELS.set(image, pixels);
  const slope = (SIZE - 1) * Math.LOG10E * Math.LN2 / (high - low);
  const shift = 0.5 - (SIZE - 1) * low / (high - low) - 1023 * slope;
  let from = 0;
  for (let row = height - 1; row >= 0; row--) {
    const start = row * width;
    for (let column = 0; column < width; column++) {
      FLOAT[0] = field[from++] + soft;
      const bits = HIGH[0];
      const log2 = (bits >>> 20) + MANTISSA[bits >>> (20 - MANTISSA_BITS) & ((1 << MANTISSA_BITS) - 1)];
      const place = log2 * slope + shift;
      pixels[start + column] = table[place < 0 ? 0 : place >= SIZE ? SIZE - 1 : place | 0];
    }
  }
}
