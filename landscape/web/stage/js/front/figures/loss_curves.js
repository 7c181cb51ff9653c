// Loss against step, with the optimum or a lower bound of it as a line, as landscape/figures/front/loss_curves.py has
// it.
import { short } from "../../engine/formatting.js";
import { GHOST, INK, OPTIMUM } from "../../view/colors.js";
import { powersOfTen } from "./loss_colours.js";
import { axis, endsOf, figure, LABEL_ROOM, lineLabel, packed, runColor, runSymbol } from "./style.js";

/**
 * @import { Numbers } from "../../engine/problem.js"
 * @import { ScenePath } from "../scene/paths.js"
 * @import { Figure, Trace } from "./style.js"
 *
 * @typedef {{value: number, text: string}} Level
 *   A value that the curves are compared with, and what it is; at or below the floor it is drawn at the lower end.
 */

const FLOOR = 1e-12; // losses below this are drawn at the lower end of a logarithmic axis
const MOST_RISE = 1e4; // losses this many times the highest start are cut off at the top

/**
 * The loss of every run against its step, on a logarithmic axis.
 * @param {ScenePath[]} curves
 * @param {Level | null} level the line, null where nothing is known
 * @param {Level | null} narrow a second line, dashed: the best of the runs' own width, where wider networks do better
 * @returns {Figure}
 */
export function lossCurves(curves, level, narrow) {
  const longest = curves.length ? Math.max(...curves.map(({ steps }) => endsOf(steps)[1])) : 1;
  const data = curves.flatMap(curveTraces);
  if (narrow) data.unshift(lineOf(narrow, longest, "narrow", { color: GHOST, width: 3, dash: "6px,4px" }));
  if (level) data.unshift({ ...lineOf(level, longest, "optimum", { color: OPTIMUM, width: 5 }), opacity: 0.9 });
  const [low, high] = exponents(curves, [narrow, level].flatMap((line) => (line ? [atFloor(line.value)] : [])));
  const margin = 0.06 * (high - low), tickvals = ticksBetween(low, high);
  return figure(data, {
    xaxis: axis("step", [0, longest * 1.02], { rangemode: "tozero" }),
    yaxis: axis("loss, log scale", [low - margin, high + margin], {
      type: "log",
      tickvals,
      ticktext: tickvals.map((tick) => (tick <= FLOOR ? "0" : writtenTick(tick))),
    }),
    annotations: level ? [lineLabel(level.text, narrow ? narrow.text : "")] : [],
    margin: { l: 62, r: 14, t: narrow && level ? 2 * LABEL_ROOM - 6 : LABEL_ROOM },
  });
}

/**
 * @param {ScenePath} curve
 * @returns {Trace[]}
 */
function curveTraces({ id, run, name, steps, objective }) {
  const color = runColor(run);
  return [
    {
      type: "scatter",
      mode: "lines",
      x: packed(steps),
      y: packed(Float64Array.from(objective, atFloor)),
      customdata: packed(objective),
      meta: { run: id },
      line: { color, width: 3, dash: id.startsWith("escape") ? "8px,5px" : "solid" },
      hovertemplate: `${name}<br>step %{x:,.0f}<br>loss %{customdata:.4g}<extra></extra>`,
      uid: `${id}-line`,
    },
    {
      type: "scatter",
      mode: "markers",
      x: [endsOf(steps)[1]],
      y: [atFloor(endsOf(objective)[1])],
      marker: { color, symbol: runSymbol(run), size: 12, line: { width: 2, color: INK } },
      meta: { run: id },
      hoverinfo: "skip",
      cliponaxis: false,
      uid: `${id}-ends`,
    },
  ];
}

/** @param {number} loss */
function atFloor(loss) {
  return Math.max(loss, FLOOR);
}

/**
 * The ends of the logarithmic axis. A run that diverges leaves the picture: a range up to its end would flatten every
 * other curve.
 * @param {ScenePath[]} curves
 * @param {number[]} levels
 * @returns {[number, number]}
 */
function exponents(curves, levels) {
  let least = Math.min(...levels), most = Math.max(...levels), starts = -Infinity;
  for (const { objective } of curves) {
    starts = Math.max(starts, objective[0]);
    for (let k = 0; k < objective.length; k += 1) {
      least = Math.min(least, objective[k]);
      most = Math.max(most, objective[k]);
    }
  }
  const highest = curves.length ? Math.min(most, MOST_RISE * atFloor(starts)) : 1;
  const foot = least < Infinity ? atFloor(least) : 1;
  return [Math.log10(foot), Math.log10(Math.max(highest, foot * 10))];
}

/**
 * @param {Level} level
 * @param {number} longest
 * @param {string} name
 * @param {Record<string, unknown>} line
 * @returns {Trace}
 */
function lineOf({ value, text }, longest, name, line) {
  return {
    type: "scatter",
    mode: "lines",
    x: [0, longest],
    y: [atFloor(value), atFloor(value)],
    line,
    meta: { run: name },
    uid: name,
    hovertemplate: `${text}<extra></extra>`,
  };
}

/**
 * At most seven powers of ten between two exponents, or 1, 2, 5 × 10ᵏ where there would be too few.
 * @param {number} low
 * @param {number} high
 */
function ticksBetween(low, high) {
  const first = Math.floor(low), powers = powersOfTen(first, Math.ceil(high));
  if (high - low < 2) return powers.flatMap((power) => [power, 2 * power, 5 * power]);
  const every = Math.max(1, Math.ceil(powers.length / 6));
  return powers.filter((_, k) => (first + k) % every === 0);
}

/** @param {number} tick */
function writtenTick(tick) {
  const exponent = Math.floor(Math.log10(tick * (1 + 1e-9)));
  if (exponent > -3 && exponent <= 3) return short(tick);
  const digit = Math.round(tick / 10 ** exponent), power = `10<sup>${exponent}</sup>`.replace("-", "−");
  return digit === 1 ? power : `${digit}·${power}`;
}
