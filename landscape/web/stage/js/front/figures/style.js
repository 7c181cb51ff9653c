// Every colour, marker and number format of the pictures, as landscape/figures/style.py has them.
import { CASING, GHOST, INK, OPTIMUM } from "../../view/colors.js";

/**
 * @import { Numbers } from "../../engine/problem.js"
 *
 * @typedef {Record<string, unknown>} Trace
 * @typedef {{data: Trace[], layout: Record<string, unknown>}} Figure a plotly figure
 * @typedef {Record<string, unknown>} Note
 */

// Okabe & Ito (2008): distinguishable with any colour vision. Vermillion and yellow are kept for what is stuck and what
// is optimal, so no run has them.
export const RUN_COLORS = ["#E69F00", "#CC79A7", "#56B4E9", "#009E73", "#0072B2", "#999999"];
export const RUN_SYMBOLS = ["circle", "diamond", "square", "triangle-up", "hexagon", "triangle-down", "cross"];
export const STUCK = "#D55E00";
export const STUCK_INK = "#9C4300";

/** Light is high, dark is low: lightness rises evenly along the map. @type {readonly (readonly [number, string])[]} */
export const LOSS_SCALE = [
  [0, "#2C2A57"],
  [0.12, "#3A3C7D"],
  [0.24, "#3E53A0"],
  [0.36, "#3E6DB2"],
  [0.48, "#4886BB"],
  [0.6, "#599FC4"],
  [0.72, "#72B8CD"],
  [0.82, "#95CFD8"],
  [0.91, "#C0E5E8"],
  [1, "#EAFCFD"],
];

/** Pixels above a plot for the label of its yellow line. */
export const LABEL_ROOM = 24;

const FARTHEST = 1e30; // what lies beyond is outside of every picture, and a float32 ends at 3e38

/** Margins of a plot whose colour bar lies below it, with the name of what it shows at its end. */
export function barBelow() {
  return { l: 46, r: 30, b: 84 };
}

/**
 * The colour of the run with this place in the list, the same in every picture.
 * @param {number} index
 */
export function runColor(index) {
  return RUN_COLORS[index % RUN_COLORS.length];
}

/**
 * The marker of the run with this place in the list; it differs where colours repeat.
 * @param {number} index
 */
export function runSymbol(index) {
  return RUN_SYMBOLS[index % RUN_SYMBOLS.length];
}

/**
 * An array the way plotly.js reads fastest.
 * @param {Numbers} values
 * @returns {Float32Array}
 */
export function packed(values) {
  const array = new Float32Array(values.length);
  for (let k = 0; k < array.length; k += 1) array[k] = Math.min(Math.max(values[k], -FARTHEST), FARTHEST);
  return array;
}

/**
 * Numbers row by row the way plotly.js reads them fastest.
 * @param {Numbers} values
 * @param {number} width of a row
 * @returns {Float32Array[]}
 */
export function packedRows(values, width) {
  const all = packed(values);
  return Array.from({ length: all.length / width }, (_, row) => all.subarray(row * width, (row + 1) * width));
}

/**
 * Two columns of numbers as rows.
 * @param {Numbers} first
 * @param {Numbers} second
 */
export function packedPairs(first, second) {
  const pairs = new Float64Array(2 * first.length);
  for (let k = 0; k < first.length; k += 1) {
    pairs[2 * k] = first[k];
    pairs[2 * k + 1] = second[k];
  }
  return packedRows(pairs, 2);
}

/**
 * The first and the last.
 * @template Item
 * @param {ArrayLike<Item>} values
 * @returns {[Item, Item]}
 */
export function endsOf(values) {
  return [values[0], values[values.length - 1]];
}

/**
 * Several polylines in one coordinate list with a gap after each.
 * @param {Iterable<Numbers>} pieces
 * @returns {(number | null)[]}
 */
export function withGaps(pieces) {
  /** @type {(number | null)[]} */
  const joined = [];
  for (const piece of pieces) joined.push(...Array.from(piece), null);
  return joined;
}

/**
 * An axis with a title and a fixed range.
 * @param {string} title
 * @param {[number, number]} range
 * @param {Record<string, unknown>} [more]
 */
export function axis(title, range, more = {}) {
  // The margins hold every label: a browser need not measure whether each fits.
  return { title: { text: title, standoff: 6 }, zeroline: false, ticklabeloverflow: "allow", ...more, range };
}

/**
 * An axis of a field that is drawn from end to end: nobody can move or zoom to the blank beyond.
 * @param {string} title
 * @param {[number, number]} range
 */
export function filledAxis(title, range) {
  return axis(title, range, { minallowed: range[0], maxallowed: range[1] });
}

/**
 * The label of the yellow line as an annotation above the plot, where it covers no curve.
 * @param {string} text
 * @param {string} narrow the label of the dashed line, the best of a width, in a line of its own; "" where none is
 * @returns {Note}
 */
export function lineLabel(text, narrow) {
  const dashed = narrow ? `<br><span style="color:${GHOST}">┅┅</span> ${narrow}` : "";
  return {
    x: 0,
    xref: "paper",
    xanchor: "left",
    y: 1,
    yref: "paper",
    yanchor: "bottom",
    text: `<span style="color:${OPTIMUM};text-shadow:0 0 1px ${INK}">▬▬</span> ${text}${dashed}`,
    align: "left",
    showarrow: false,
    font: { size: 14 },
  };
}

/**
 * A figure without a legend: names are in the sentences below the pictures.
 * @param {Trace[]} data
 * @param {Record<string, unknown>} layout
 * @returns {Figure}
 */
export function figure(data, layout) {
  return { data, layout: { showlegend: false, hovermode: "closest", ...layout } };
}

/**
 * A path: a white casing, the coloured line over it, its start and its end.
 *
 * The casing keeps the line visible on any colour of the loss; the start is hollow, the end is filled. The escape path
 * of a run has the run's colour, dashed.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {number} index
 * @param {string} run
 * @param {{hover: string, custom: Float32Array[]}} told
 * @returns {Trace[]}
 */
export function path(x, y, index, run, { hover, custom }) {
  const color = runColor(index), wayOut = run.startsWith("escape");
  const line = { type: "scatter", mode: "lines" };
  // It has the places of the line over it, which view/plot.js fills in.
  const casing = { meta: { run, under: `${run}-line` }, line: { color: CASING, width: 6 } };
  const stroke = { color, width: 3, dash: wayOut ? "8px,5px" : "solid" };
  const ends = {
    type: "scatter",
    mode: "markers",
    x: packed(endsOf(x)),
    y: packed(endsOf(y)),
    meta: { run },
    customdata: endsOf(custom),
    hovertemplate: hover,
    cliponaxis: false,
    uid: `${run}-ends`,
    marker: {
      symbol: runSymbol(index),
      size: [wayOut ? 0 : 10, 13],
      color: [CASING, color],
      line: { width: 2, color: [color, INK] },
    },
  };
  return [
    { ...line, ...casing, hoverinfo: "skip", uid: `${run}-casing` },
    {
      ...line,
      x: packed(x),
      y: packed(y),
      meta: { run },
      line: stroke,
      hovertemplate: hover,
      customdata: custom,
      uid: `${run}-line`,
    },
    ends,
  ];
}

/**
 * The stars that mark a global optimum.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {string} text
 * @param {number} [size]
 */
export function star(x, y, text, size = 17) {
  return {
    type: "scatter",
    mode: "markers",
    x: Array.from(x),
    y: Array.from(y),
    marker: { symbol: "star", size, color: OPTIMUM, line: { width: 1.5, color: INK } },
    hovertemplate: `${text}<extra></extra>`,
    cliponaxis: false,
    uid: "optimum",
    meta: { run: "optimum" },
  };
}

/**
 * What a star says, as a note that view/notes.js puts on the side where it covers nothing.
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @returns {Note}
 */
export function starNote(x, y, text) {
  return {
    x,
    y,
    name: "around",
    text,
    showarrow: false,
    font: { size: 14, color: INK },
    bgcolor: "rgba(240,228,66,.92)",
    borderpad: 2,
    xanchor: "center",
    yanchor: "top",
    xshift: 0,
    yshift: -13,
  };
}

/**
 * The hollow star that marks the best of a width, where wider networks do better.
 * @param {number} x
 * @param {number} y
 * @param {string} text
 */
export function hollowStar(x, y, text) {
  const mark = star([x], [y], text, 18);
  return { ...mark, marker: { ...mark.marker, color: CASING }, uid: "narrow", meta: { run: "narrow" } };
}
