"""What ``stage.py`` runs inside the pages it measures, as JavaScript."""

WATCH = """() => {
  const state = window.watched = { changed: 0, painted: 0, pressed: 0, foreseen: 0 };
  // A frame is painted after its callbacks; the next task finds it handed over to be shown.
  const afterPaint = (then) => requestAnimationFrame(() => setTimeout(then));
  const inPlot = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest?.(".js-plotly-plot");
  const isPlot = (node) => node.querySelector?.(".main-svg");
  new MutationObserver((records) => {
    if (!records.some(({ target, addedNodes }) => inPlot(target) || [...addedNodes].some(isPlot))) return;
    const at = state.changed = performance.now();
    afterPaint(() => {
      if (state.changed === at) state.painted = performance.now();
    });
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  // The stage says in the task after it that it has painted a change itself, on canvases over the plots.
  const stage = document.querySelector(".stage");
  if (stage) {
    new MutationObserver(() => { state.foreseen = performance.now(); })
      .observe(stage, { attributeFilter: ["data-foreseen"] });
  }
  document.addEventListener("keydown", () => { state.pressed = performance.now(); }, true);
  // What the plots hold: for each the sum of all its coordinates.
  const sum = (values) => Array.from(values ?? []).reduce((a, v) => a + (v?.length ? sum(v) : Number(v) || 0), 0);
  const whole = (plot) => (plot._fullData ?? []).reduce((a, { x, y, z }) => a + sum(x) + sum(y) + sum(z), 0);
  window.held = () => [...document.querySelectorAll(".js-plotly-plot")].map((plot) => whole(plot).toPrecision(9));
}"""
"""Watch the plots: when a key was pressed, when a plot last changed, and when that and a canvas over it was painted."""

COUNT = """(seconds) => new Promise((resolve) => {
  const drawn = new Set(), { prototype } = CanvasRenderingContext2D, { clearRect } = prototype;
  let frame = 0, begun;
  prototype.clearRect = function (...box) {
    if (this.canvas.closest(".stage-view")?.matches("[data-view=map]")) drawn.add(frame);
    return clearRect.apply(this, box);
  };
  const tick = (time) => {
    begun ??= time;
    if (time - begun < 1000 * seconds) {
      frame += 1;
      requestAnimationFrame(tick);
    } else {
      prototype.clearRect = clearRect;
      resolve(1000 * drawn.size / (time - begun));
    }
  };
  requestAnimationFrame(tick);
})"""
"""Count the frames a second in which the canvas over the loss landscape was painted."""

DRAG = f"""async ({{ x, y, seconds }}) => {{
  // Moves at the rate of a mouse: the one that Playwright drives waits for a frame or two after each.
  const handle = document.querySelector('[data-handle="data1"]'), begun = performance.now();
  const mouse = setInterval(() => {{
    const turn = (performance.now() - begun) / 400;
    handle.dispatchEvent(new PointerEvent("pointermove", {{
      pointerId: 1, clientX: x - 40 + 40 * Math.cos(turn), clientY: y + 25 * Math.sin(turn), bubbles: true,
    }}));
  }}, 8);
  const painted = await ({COUNT})(seconds);
  clearInterval(mouse);
  return painted;
}}"""
"""Lead the pointer that holds a data point in circles, and count as above."""
