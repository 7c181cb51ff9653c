// The loss over a plane of weights, as a map: cells, critical sets, paths and optima laid over it, as
// landscape/figures/front/loss_map.py has it.
import { written } from "../../engine/formatting.js";
import { lossScale } from "../../engine/paint.js";
import { CASING, INK, OPTIMUM } from "../../view/colors.js";
import { colorbar, colorscale } from "./loss_colours.js";
import { lossNumbers } from "./loss_field.js";
import {
  barBelow, endsOf, figure, filledAxis, packed, packedPairs, path, star, starNote, STUCK, STUCK_INK, withGaps,
} from "./style.js";

/**
 * @import { Scale } from "../../engine/paint.js"
 * @import { Numbers } from "../../engine/problem.js"
 * @import { Basins } from "../scene/basins.js"
 * @import { CriticalPiece } from "../scene/critical_pieces.js"
 * @import { LossScene } from "../scene/loss.js"
 * @import { ScenePath } from "../scene/paths.js"
 * @import { Surface } from "../scene/surface.js"
 * @import { Source } from "./loss_field.js"
 * @import { Figure, Note, Trace } from "./style.js"
 */

/**
 * A run's path as traces, its true losses in the hover text.
 * @param {Omit<ScenePath, "y"> & {y: Numbers}} run
 */
export function runTraces(run) {
  const hover = `${run.name}<br>step %{customdata[0]:,.0f}<br>loss %{customdata[1]:.4g}<extra></extra>`;
  return path(run.x, run.y, run.run, run.id, { hover, custom: packedPairs(run.steps, run.objective) });
}

/**
 * A loss over x and y as filled contours whose hover text shows the true loss; its colour bar lies below.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {Float64Array} loss row by row, a row for each of y
 * @param {Scale} scale
 * @param {string} hover
 * @param {Source | null} source what the loss is computed from, null to have it in the trace
 * @returns {Trace}
 */
export function field(x, y, loss, scale, hover, source) {
  const { low, high } = scale;
  return {
    type: "contour",
    ...lossNumbers(x, y, loss, scale, source),
    colorscale: colorscale(),
    colorbar: colorbar(scale, "loss", true),
    zmin: low,
    zmax: high,
    zauto: false,
    uid: "field",
    contours: { coloring: "heatmap", start: low, end: high, size: (high - low) / 16 },
    line: { width: 0.7, color: "rgba(255,255,255,.45)" },
    hovertemplate: hover,
  };
}

/**
 * The loss over two weights.
 * @param {LossScene} scene
 * @param {object} shown
 * @param {Basins | null} shown.basins the starts that do not reach the optimum
 * @param {string} shown.starName what the optima are called
 * @param {number} shown.rounding a loss up to which it is 0
 * @param {string[]} shown.starNotes what is written beside each optimum
 * @param {Source | null} shown.source what the loss is computed from, null to have it in the trace
 * @returns {Figure}
 */
export function lossMap(scene, { basins, starName, rounding, starNotes, source }) {
  const { surface, pieces, borders } = scene, { w1, w2, loss } = surface;
  const scale = lossScale(loss, rounding), [first, second] = scene.labels;
  const hover = `${first} = %{x:.3g}<br>${second} = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>`;
  const data = [field(w1, w2, loss, scale, hover, source)];
  if (basins) data.push(...basinTraces(basins));
  if (borders.length) {
    data.push({
      type: "scatter",
      mode: "lines",
      x: withGaps(borders.map(([x]) => x)),
      y: withGaps(borders.map(([, y]) => y)),
      line: { color: CASING, width: 2, dash: "dash" },
      hoverinfo: "skip",
      uid: "borders",
    });
  }
  // Saddles bound the basins: without these, crosses would be marks that nothing speaks of.
  data.push(...pieceTraces(pieces.filter((piece) => basins || piece.optimal || piece.x.length > 1)));
  for (const run of scene.paths) data.push(...runTraces(run));
  const [x, y] = scene.optima;
  if (x.length) data.push(star(x, y, starName));
  const middleX = mean(w1), middleY = mean(w2);
  /** @type {Note[]} */
  const notes = scene.cells.map((cell) => ({
    x: cell.x,
    y: cell.y,
    text: cell.name,
    showarrow: false,
    font: { size: 12.5, color: "#FFFFFF" },
    bgcolor: "rgba(27,27,51,.66)",
    borderpad: 3,
    xanchor: cell.x < middleX ? "left" : "right",
    yanchor: cell.y < middleY ? "bottom" : "top",
  }));
  const noted = pieces.filter((piece) => !piece.optimal && piece.x.length > 1);
  notes.push(...noted.map((piece) => lossNote(piece, surface)));
  starNotes.slice(0, x.length).forEach((text, k) => notes.push(starNote(x[k], y[k], text)));
  return figure(data, {
    xaxis: filledAxis(scene.titles[0], endsOf(w1)),
    yaxis: filledAxis(scene.titles[1], endsOf(w2)),
    annotations: notes,
    margin: barBelow(),
  });
}

/**
 * Hatched areas of starts that do not reach the optimum: hatching, because colour is the loss.
 * @param {Basins} basins
 * @returns {Trace[]}
 */
function basinTraces({ polygons, x, y, caught }) {
  /** @type {Trace[]} */
  const traces = polygons.map(([across, up, text], number) => ({
    type: "scatter",
    mode: "lines",
    x: Array.from(across),
    y: Array.from(up),
    uid: `basin${number}`,
    name: text,
    fill: "toself",
    fillpattern: { shape: "/", fgcolor: "#FFFFFF", bgcolor: "rgba(156,67,0,.38)", size: 9, solidity: 0.18 },
    line: { color: STUCK_INK, width: 2 },
    hoverinfo: "skip",
  }));
  if (caught) {
    const starts = Array.from({ length: caught.length }, (_, place) => place).filter((place) => caught[place]);
    traces.push({
      type: "scatter",
      mode: "markers",
      x: packed(starts.map((place) => x[place % x.length])),
      y: packed(starts.map((place) => y[Math.floor(place / x.length)])),
      marker: { symbol: "x-thin", size: 5, line: { color: STUCK_INK, width: 2 } },
      opacity: 0.75,
      hovertemplate: "a start here does not reach the optimum<extra></extra>",
      uid: "caught",
    });
  }
  return traces;
}

/**
 * Critical pieces: yellow where optimal, red where a run can end above the optimum, crosses for points. Segments of one
 * colour are one trace, and so are the points: a browser needs more time for a trace than for a point.
 * @param {CriticalPiece[]} pieces
 * @returns {Trace[]}
 */
function pieceTraces(pieces) {
  /** @type {Trace[]} */
  const traces = pieces.filter((piece) => piece.area).map((piece, number) => ({
    ...labelled([piece], `area${number}`),
    mode: "lines",
    fill: "toself",
    fillcolor: piece.optimal ? "rgba(240,228,66,.28)" : "rgba(213,94,0,.30)",
    line: { color: piece.optimal ? OPTIMUM : STUCK, width: 2 },
  }));
  const points = pieces.filter((piece) => piece.x.length === 1 && !piece.optimal); // stars mark the optimal ones
  if (points.length) {
    const marker = { symbol: "x", size: 7, color: STUCK, line: { width: 1, color: CASING } };
    traces.push({ ...labelled(points, "points"), mode: "markers", marker });
  }
  const segments = pieces.filter((piece) => !piece.area && piece.x.length > 1);
  if (segments.length) {
    traces.push({ ...labelled(segments, "edges"), mode: "lines", line: { color: INK, width: 8 }, hoverinfo: "skip" });
  }
  // Stripes, as of a barrier: runs are drawn in one piece, and some in much the same colour.
  const stuck = segments.filter((piece) => !piece.optimal), optimal = segments.filter((piece) => piece.optimal);
  if (stuck.length) {
    const line = { color: STUCK, dash: "5px,3px", width: 5 };
    traces.push({ ...labelled(stuck, "stuck"), mode: "lines", line });
  }
  if (optimal.length) {
    traces.push({ ...labelled(optimal, "optimal"), mode: "lines", line: { color: OPTIMUM, width: 5 } });
  }
  return traces;
}

/**
 * What traces of critical pieces share: their corners, a gap after each piece, and their hover text.
 * @param {CriticalPiece[]} pieces
 * @param {string} uid
 */
function labelled(pieces, uid) {
  const text = pieces.flatMap((piece) =>
    Array(piece.x.length + 1).fill(`${piece.label}<br>loss ${written(piece.loss)}`));
  const x = withGaps(pieces.map((piece) => piece.x)), y = withGaps(pieces.map((piece) => piece.y));
  return { type: "scatter", x, y, text, hovertemplate: "%{text}<extra></extra>", uid };
}

/**
 * The loss of a non-optimal segment or area as a label beside the middle of its visible part.
 * @param {CriticalPiece} piece
 * @param {Surface} surface
 * @returns {Note}
 */
function lossNote(piece, { w1, w2 }) {
  const middleX = mean(visible(piece.x, piece, w1)), middleY = mean(visible(piece.y, piece, w2));
  const right = middleX >= 0, up = middleY >= 0;
  return {
    x: middleX,
    y: middleY,
    showarrow: false,
    text: `${piece.kind === "DEAD" ? "nothing moves:<br>loss" : "stuck at<br>loss"} ${written(piece.loss)}`,
    font: { size: 13, color: "#FFFFFF" },
    bgcolor: STUCK_INK,
    borderpad: 2,
    xanchor: piece.area ? "center" : right ? "left" : "right",
    xshift: piece.area ? 0 : right ? 7 : -7,
    yanchor: piece.area ? "middle" : up ? "bottom" : "top",
    yshift: piece.area ? 0 : up ? 7 : -7,
  };
}

/**
 * The corners of a piece in one coordinate, each once, drawn into the window.
 * @param {number[]} corners
 * @param {CriticalPiece} piece
 * @param {Numbers} window
 */
function visible(corners, { area }, window) {
  const [low, high] = endsOf(window);
  return (area ? corners.slice(0, -1) : corners).map((corner) => Math.min(Math.max(corner, low), high));
}

/** @param {Numbers} values */
export function mean(values) {
  let sum = 0;
  for (let k = 0; k < values.length; k += 1) sum += values[k];
  return sum / values.length;
}
