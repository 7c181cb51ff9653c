// The title of the vertical axis, as long as its axis: a low picture has room for the symbol alone.
import { penOf } from "./dom.js";

/**
 * @import { Layout } from "./plotly.js"
 */

/**
 * The title of the vertical axis that fits an area: the whole, else what stands before its first comma.
 * @param {Layout} layout with margins and the type of its title
 * @param {HTMLElement} area
 * @returns {string | undefined}
 */
export function verticalTitle({ yaxis, margin, font }, area) {
  const text = yaxis?.title?.text;
  if (!text) return text;
  const pen = penOf(document.createElement("canvas"));
  pen.font = `${yaxis.title?.font?.size ?? font?.size ?? 14}px ${font?.family ?? "sans-serif"}`;
  const height = area.clientHeight - (margin?.t ?? 0) - (margin?.b ?? 0);
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width <= height ? text : text.split(",")[0];
}
