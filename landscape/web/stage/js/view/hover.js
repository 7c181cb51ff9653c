// Hovering a run anywhere marks it everywhere; hovering a cone marks the points it is active on.
import { shape } from "./markers.js";
import { traceElements } from "./plotly_internals.js";

/**
 * @import { Plot } from "./plot.js"
 * @import { Stage } from "../stage.js"
 */

/**
 * Mark one run in every plot and in the sentences, or none.
 * @param {Stage} stage
 * @param {string | null} run
 */
export function focusRun(stage, run) {
  run ??= stage.spotlit;
  if (stage.focus === run) return;
  stage.focus = run;
  for (const plot of stage.plots.values()) {
    for (const { node, run: owner } of traceElements(plot.area)) {
      node.classList.toggle("stage-dim", run !== null && owner !== undefined && owner !== run);
      node.classList.toggle("stage-focus", run !== null && owner === run);
    }
  }
  for (const item of stage.sentences.children) {
    item.classList.toggle("stage-focus", run !== null && item.getAttribute("data-run") === run);
  }
  stage.panels.markTerms();
}

/**
 * Ring the data points that a neuron under the pointer would be active on.
 * @param {Stage} stage
 * @param {Plot} plot
 * @param {MouseEvent | null} event
 */
function ringActive(stage, plot, event) {
  const { drag, playback } = stage;
  const data = drag.model;
  const overlay = stage.plots.get("outputs")?.overlay;
  if (data?.kind !== "data" || !overlay || !playback.atRest || drag.draft) return;
  const place = event && plot.at(event);
  if (!place) {
    overlay.clear();
    return;
  }
  const frame = overlay.frame();
  const bias = data.bias ? place.y : 0;
  data.x.forEach((x, i) => {
    if (place.x * x + bias >= 0) frame?.marker(x, data.y[i], shape("circle"), 24, "rgba(240,228,66,.45)", "#D55E00", 2.5);
  });
}

/** @type {WeakSet<Plot>} */
const linked = new WeakSet();

/**
 * Attach the listeners once to each plot and sentence.
 * @param {Stage} stage
 */
export function linkHover(stage) {
  for (const plot of stage.plots.values()) {
    for (const { node, run } of traceElements(plot.area)) {
      node.classList.toggle("stage-run", /^(run|escape)/.test(run ?? ""));
    }
    if (linked.has(plot) || !plot.listening) continue;
    linked.add(plot);
    plot.area.on("plotly_hover", ({ points }) => focusRun(stage, points?.[0]?.data.meta?.run ?? null));
    plot.area.on("plotly_unhover", () => focusRun(stage, null));
    if (plot.view?.kind === "neurons") {
      plot.area.addEventListener("mousemove", (event) => ringActive(stage, plot, event));
      plot.area.addEventListener("mouseleave", () => ringActive(stage, plot, null));
    }
  }
  // New sentences and new traces have no mark yet, and the pointer may no longer be where it was.
  const items = /** @type {HTMLElement[]} */ ([...stage.sentences.children]);
  const under = items.find((item) => item.matches(":hover"));
  const pointed = under?.dataset.run ?? ([...stage.plots.values()].some((plot) => plot.area.matches(":hover")) ? stage.focus : null);
  stage.focus = undefined;
  focusRun(stage, pointed ?? null);
  for (const item of items) {
    item.onmouseenter = item.onfocus = () => focusRun(stage, item.dataset.run ?? null);
    item.onmouseleave = item.onblur = () => focusRun(stage, null);
  }
}
