// Colouring a loss over a plane, as landscape/figures/loss_colours.py has it: its values span decades, and its floor is
// often exactly 0. The scale itself is that of engine/paint.js.
import { short } from "../../engine/formatting.js";
import { LOSS_SCALE } from "./style.js";

/** @import { Scale } from "../../engine/paint.js" */

/**
 * The position of a loss on the colour map: linear below `soft`, logarithmic above it.
 * @param {Scale} scale
 * @param {number} loss
 */
export function placeOf({ soft }, loss) {
  return Math.log10(loss + soft);
}

/**
 * Powers of ten from 10^first to 10^last; `10 ** k` is not always the number that is written 1e<k>.
 * @param {number} first
 * @param {number} last
 */
export function powersOfTen(first, last) {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => Number(`1e${first + k}`));
}

/**
 * A colour bar whose ticks are losses, on a logarithmic scale, at the right of the plot or below it.
 * @param {Scale} scale
 * @param {string} title
 * @param {boolean} [below]
 */
export function colorbar(scale, title, below = false) {
  const first = Math.ceil(Math.log10(scale.soft) + 0.5), last = Math.floor(Math.log10(Math.max(scale.top, scale.soft)));
  const ticks = [0, ...powersOfTen(first, last)];
  const place = below ? { orientation: "h", yref: "container", y: 0, yanchor: "bottom" } : {};
  return {
    title: { text: title, side: "right", ...(below ? { font: { size: 13 } } : {}) },
    thickness: below ? 8 : 11,
    outlinewidth: 0,
    len: 1,
    xpad: below ? 0 : 4,
    ypad: 0,
    ticklabeloverflow: "allow",
    ...place,
    tickvals: ticks.map((tick) => placeOf(scale, tick)),
    ticktext: ticks.map((tick) => short(tick)),
  };
}

/** The colours of a loss as a trace has them: its own copy. */
export function colorscale() {
  return LOSS_SCALE.map((stop) => [...stop]);
}
