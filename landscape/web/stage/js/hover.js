// Hovering a run anywhere marks it everywhere.

/** Mark one run in every plot and in the sentences, or none. */
export function focusRun(stage, run) {
  if (stage.focus === run) return;
  stage.focus = run;
  for (const plot of stage.plots.values()) {
    for (const node of plot.area.querySelectorAll(".scatterlayer .trace")) {
      const owner = node.__data__?.[0]?.trace?.meta?.run;
      node.classList.toggle("stage-dim", run !== null && owner !== undefined && owner !== run);
      node.classList.toggle("stage-focus", run !== null && owner === run);
    }
  }
  for (const item of stage.sentences.children) {
    item.classList.toggle("stage-focus", run !== null && item.dataset.run === run);
  }
}

/** Attach the listeners once to each plot and sentence. */
export function linkHover(stage) {
  for (const plot of stage.plots.values()) {
    for (const node of plot.area.querySelectorAll(".scatterlayer .trace")) {
      const owner = node.__data__?.[0]?.trace?.meta?.run;
      node.classList.toggle("stage-run", /^(run|escape)/.test(owner ?? ""));
    }
    if (plot.linked) continue;
    plot.linked = true;
    plot.area.on("plotly_hover", ({ points }) => focusRun(stage, points[0].data.meta?.run ?? null));
    plot.area.on("plotly_unhover", () => focusRun(stage, null));
  }
  for (const item of stage.sentences.children) {
    item.onmouseenter = item.onfocus = () => focusRun(stage, item.dataset.run ?? null);
    item.onmouseleave = item.onblur = () => focusRun(stage, null);
  }
}
