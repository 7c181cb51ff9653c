// The convex landscape, as landscape/figures/front/twin_map.py has it: the loss over the slopes of f, its feasible
// cone, and the runs in these coordinates.
import { lossScale } from "../../engine/paint.js";
import { INK, OPTIMUM } from "../../view/colors.js";
import { field, runTraces } from "./loss_map.js";
import { barBelow, endsOf, figure, filledAxis, hollowStar, star, starNote } from "./style.js";

/**
 * @import { TwinScene } from "../scene/twin.js"
 * @import { Source } from "./loss_field.js"
 * @import { Figure, Note } from "./style.js"
 */

/**
 * The convex loss over f's slopes s₊ right of 0 and s₋ left of 0, which the picture calls u₁ and u₂.
 * @param {TwinScene} scene
 * @param {object} shown
 * @param {boolean} shown.proven whether the minimisers are proven to be; else they are called the best found
 * @param {number} shown.rounding a loss up to which it is 0
 * @param {string} shown.starText what is written beside the minimiser
 * @param {string | null} shown.narrow what the best of the runs' own width is called, where wider networks do better
 * @param {Source | null} shown.source what the loss is computed from, null to have it in the trace
 * @returns {Figure}
 */
export function twinMap(scene, { proven, rounding, starText, narrow, source }) {
  const { sPlus, sMinus, loss } = scene.surface, [left, right] = endsOf(sPlus), [bottom, top] = endsOf(sMinus);
  const hover = "u₁ = %{x:.3g}<br>u₂ = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>";
  const data = [field(sPlus, sMinus, loss, lossScale(loss, rounding), hover, source)];
  /** @type {Note[]} */
  const notes = [];
  if (scene.walled) {
    data.push({
      type: "scatter",
      mode: "lines",
      fill: "toself",
      fillcolor: "rgba(110,110,120,.72)",
      uid: "shade",
      x: [left, 0, 0, right, right, left, left],
      y: [bottom, bottom, 0, 0, top, top, bottom],
      line: { width: 0 },
      hoverinfo: "skip",
    }, {
      type: "scatter",
      mode: "lines",
      x: [0, 0, right],
      y: [bottom, 0, 0],
      uid: "wall",
      line: { color: INK, width: 5 },
      hoverinfo: "skip",
    });
    notes.push(...wordsOnWalls(left, top, right, bottom));
  }
  const along = proven ? "optimal" : "as good as the best found";
  for (const [x, y] of scene.optimalLines) {
    data.push({
      type: "scatter",
      mode: "lines",
      x: Array.from(x),
      y: Array.from(y),
      uid: `optima${data.length}`,
      line: { color: OPTIMUM, width: 5 },
      hovertemplate: `${along} all along this line<extra></extra>`,
    });
  }
  for (const run of scene.paths) data.push(...runTraces(run));
  const place = "u₁ = %{x:.4g}<br>u₂ = %{y:.4g}";
  if (narrow !== null && scene.narrow !== null) data.push(hollowStar(...scene.narrow, `${narrow}<br>${place}`));
  const [u1, u2] = scene.optimum;
  data.push(star([u1], [u2], `${proven ? "convex optimum" : "best point found"}<br>${place}`));
  notes.push(starNote(u1, u2, starText));
  return figure(data, {
    xaxis: filledAxis("u₁, slope of f right of 0", [left, right]),
    yaxis: filledAxis("u₂, slope of f left of 0", [bottom, top]),
    annotations: notes,
    margin: barBelow(),
  });
}

/**
 * What the grey says, and each wall along it.
 *
 * With a second layer of ones u₁ is the sum of the weights above 0 and u₂ that of those below: on a wall there are none
 * of one sign, beyond it no weights at all.
 * @param {number} left
 * @param {number} top
 * @param {number} right
 * @param {number} bottom
 * @returns {Note[]}
 */
function wordsOnWalls(left, top, right, bottom) {
  const plain = () => ({ showarrow: false, font: { size: 12.5, color: "#FFFFFF" }, bgcolor: "rgba(27,27,51,.66)" });
  return [
    { ...plain(), x: left, y: top, xanchor: "left", yanchor: "top", align: "left", xshift: 4, yshift: -4,
      name: "fixed", text: "Grey: no neurons<br>add up to these slopes" },
    { ...plain(), x: right, y: 0, xanchor: "right", yanchor: "bottom", align: "right", xshift: -4, yshift: 5,
      name: "wall", text: "wall: no neuron acts left,<br>so no weight moves u₂" },
    { ...plain(), x: 0, y: bottom, xanchor: "right", yanchor: "bottom", align: "right", xshift: -7, yshift: 5,
      name: "wall", text: "wall: no neuron<br>acts right,<br>so no weight<br>moves u₁" },
  ];
}
