// What of the formulas a place in the pictures belongs to: a data point, a pattern's region, the wall.
/**
 * @import { Part } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "./plot.js"
 */

/**
 * By what two terms speak of the same: patterns by the points that they activate, all else by its name.
 * @param {Part} part
 */
export const keyOf = (part) => (part.kind === "pattern" ? `pattern of ${part.points.join(",")}` : part.id);

/**
 * The keys of the terms that speak of what is under the pointer, or of what has the focus.
 * @param {Stage} stage
 * @param {Event} event
 * @param {Part[]} parts
 * @returns {string[] | null} null where that is not for this function to say
 */
export function partsAt(stage, event, parts) {
  const target = /** @type {Element} */ (event.target);
  const held = target.closest?.(".stage-handle[data-handle^=data]")?.getAttribute("data-handle");
  if (held) return [`point${held.slice(4)}`];
  if (!(event instanceof MouseEvent)) return [];
  const name = target.closest?.("[data-view]")?.getAttribute("data-view");
  const plot = stage.plots.get(name ?? "");
  const place = plot && !plot.inSpace ? plot.at(event) : null;
  return plot && place ? AT[plot.name]?.(place.x, place.y, stage, parts) ?? [] : [];
}

/**
 * The pattern of one feature without a bias whose neurons act on this side of 0.
 * @param {number} value
 * @param {Part[]} parts
 */
function side(value, parts) {
  const found = parts.find((part) => part.kind === "pattern" && part.id === (value > 0 ? "pattern1" : "pattern2"));
  return found && value !== 0 ? [keyOf(found)] : [];
}

/** @type {Record<string, (x: number, y: number, stage: Stage, parts: Part[]) => string[]>} */
const AT = {
  /** Which terms max(0, x w) are active there, and the patterns of the two neurons. */
  map(x, y, { drag: { model } }, parts) {
    if (model?.kind !== "local" || !model.plane) return [];
    const [i, j] = model.plane.neurons;
    const weights = /** @type {[number, number][]} */ ([[i, x], [j, y]]);
    const active = weights.flatMap(([neuron, w]) =>
      model.x.flatMap((point, place) => (neuron !== undefined && point * w > 0 ? [`active${place}:${neuron}`] : [])));
    return [...active, ...side(x, parts), ...(j === undefined ? [] : side(y, parts))];
  },
  curve(x, y, stage, parts) {
    return AT.map(x, 0, stage, parts);
  },
  twin(x, y, { drag: { model } }) {
    return model?.kind === "local" && model.layer === "ones" && (x < 0 || y > 0) ? ["wall"] : [];
  },
  outputs(x, y, { drag: { model } }, parts) {
    return model?.kind === "local" ? side(x, parts) : [];
  },
  cones(x, y, { drag: { model } }) {
    if (model?.kind !== "data") return [];
    const on = model.x.flatMap((point, place) => (point * x + (model.bias ? y : 0) >= 0 ? [place] : []));
    return [`pattern of ${on.join(",")}`];
  },
};
