// The loss of a single neuron, a curve over its one weight, as landscape/figures/front/loss_line.py has it.
import { written } from "../../engine/formatting.js";
import { CASING, INK, LOSS_LINE, OPTIMUM } from "../../view/colors.js";
import { mean, runTraces } from "./loss_map.js";
import { axis, endsOf, figure, packed, STUCK } from "./style.js";

/**
 * @import { LossScene } from "../scene/loss.js"
 * @import { Figure, Note, Trace } from "./style.js"
 */

/**
 * The loss of one neuron over its weight, its minima marked, the runs upon it: their own losses are the heights.
 * @param {LossScene} scene
 * @returns {Figure}
 */
export function lossLine({ surface, pieces, paths, titles }) {
  const { w1: w, loss } = surface, [left, right] = endsOf(w), top = loss.reduce((most, value) => Math.max(most, value));
  /** @type {Trace[]} */
  const data = [{
    type: "scatter",
    mode: "lines",
    x: packed(w),
    y: packed(loss),
    line: { color: LOSS_LINE, width: 4 },
    hovertemplate: "w = %{x:.3g}<br>loss %{y:.4g}<extra></extra>",
    uid: "field",
  }];
  /** @type {Note[]} */
  const notes = [];
  pieces.forEach((piece, number) => {
    // A filled star is the best of any width, a hollow one the best of this width alone.
    const starred = piece.optimal || piece.lowest, isSaddle = piece.kind === "SADDLE";
    const color = piece.optimal ? OPTIMUM : piece.lowest ? CASING : STUCK;
    data.push({
      type: "scatter",
      mode: piece.x.length > 1 ? "lines" : "markers",
      x: [...piece.x],
      y: piece.x.map(() => piece.loss),
      line: { color: piece.lowest ? INK : color, width: 6 },
      uid: `piece${number}`,
      marker: {
        symbol: starred ? "star" : "x",
        size: piece.lowest ? 26 : starred ? 18 : 13, // a run may end on it
        color,
        line: { width: 1.5, color: starred ? INK : CASING },
      },
      hovertemplate: `${piece.label}<br>loss ${written(piece.loss)}<extra></extra>`,
    });
    notes.push({
      x: mean(piece.x),
      y: piece.loss,
      text: `${piece.lowest ? "best of one neuron: " : ""}loss ${written(piece.loss)}`,
      showarrow: false,
      yanchor: isSaddle ? "bottom" : "top",
      yshift: isSaddle ? 12 : -12,
      font: { size: 13 },
    });
  });
  for (const run of paths) data.push(...runTraces({ ...run, y: run.objective }));
  for (const side of ["left", "right"]) {
    notes.push({
      x: side === "left" ? left : right,
      y: top,
      text: `acts ${side} of 0`,
      showarrow: false,
      xanchor: side,
      yanchor: "bottom",
      font: { size: 13 },
    });
  }
  const room = pieces.some((piece) => piece.lowest) ? 0.24 : 0.12; // for its label under the star
  return figure(data, {
    xaxis: axis(titles[0], [left, right], { zeroline: true }),
    yaxis: axis("loss", [-room * top, 1.12 * top]),
    annotations: notes,
    margin: { l: 60 },
  });
}
