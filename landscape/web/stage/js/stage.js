// The stage: linked plots in one grid, updated in place whenever Python sends a new state.
import { Plot } from "./view/plot.js";
import { linkHover } from "./view/hover.js";
import { Live } from "./drag/drag.js";
import { Playback } from "./play/playback.js";
import { rememberWalks } from "./plotly_patch.js";
import { drawSentences } from "./view/sentences.js";
import { readTheme, onThemeChange } from "./view/theme.js";
import { Transport } from "./play/transport.js";
import { element, loadScript, loadStyle, nextPaint } from "./view/dom.js";

const stages = new WeakMap();

const loadPlotly = (url) => loadScript(url, "Plotly").then(({ PlotSchema }) => rememberWalks(PlotSchema));

/** Streamlit calls this at mount and at every change; the same element keeps the same stage. */
export async function render(component, urls) {
  const root = component.parentElement;
  if (!stages.has(root)) stages.set(root, new Stage(root, urls));
  const stage = stages.get(root);
  stage.component = component;
  await stage.show(JSON.parse(new TextDecoder().decode(component.data)));
  return () => setTimeout(() => {
    // Streamlit also says goodbye to a render that a newer one overtook while it was loading: the stage then lives on.
    if (root.isConnected) return;
    stage.close();
    stages.delete(root);
  });
}

class Stage {
  constructor(root, urls) {
    this.ready = Promise.all([loadStyle(urls.style), loadPlotly(urls.plotly)]);
    this.box = root.appendChild(element("section", { class: "stage", "aria-label": "Stage" }));
    this.grid = this.box.appendChild(element("div", { class: "stage-grid" }));
    this.playback = new Playback(this);
    this.transport = new Transport(this, this.playback);
    this.box.append(this.transport.bar);
    this.sentences = this.box.appendChild(
      element("ol", { class: "stage-sentences", "aria-live": "polite", "aria-label": "What happened" }),
    );
    this.plots = new Map();
    this.live = new Live(this);
    this.sent = 0;
    this.shown = 0;
    this.closeTheme = onThemeChange(root, () => this.draw());
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.box);
  }

  async show(state) {
    await this.ready;
    // While the page loads, two states may arrive in the wrong order.
    if (state.serial < this.state?.serial) return;
    // What is being dragged is newer than any state from Python that does not answer it.
    this.kept = this.state && this.live.holds(state) ? state : null;
    if (this.kept) return;
    this.state = state;
    await this.draw();
  }

  /** What was held was let go where it was: a state that came meanwhile is shown now. */
  showKept() {
    return this.kept && this.show(this.kept);
  }

  async draw() {
    if (!this.state) return;
    const { views, scene } = this.state;
    // On a narrow screen large type leaves no room for the pictures.
    const large = Boolean(scene.large) && this.box.clientWidth >= 760;
    this.box.classList.toggle("stage-large", large);
    this.box.dataset.views = views.length;
    this.box.dataset.columns = scene.columns ?? "";
    this.transport.bar.hidden = (scene.hidden ?? []).includes("transport");
    const theme = readTheme(this.box, large);
    for (const [name, plot] of this.plots) {
      if (!views.some((view) => view.name === name)) {
        plot.remove();
        this.plots.delete(name);
      }
    }
    views.forEach((view, place) => {
      if (!this.plots.has(view.name)) this.plots.set(view.name, new Plot(view.name, this));
      const plot = this.plots.get(view.name);
      if (this.grid.children[place] !== plot.box) this.grid.insertBefore(plot.box, this.grid.children[place] ?? null);
    });
    drawSentences(this.sentences, scene, this);
    const known = views.every((view) => this.plots.get(view.name).view);
    const changed = known ? views.filter((view) => this.plots.get(view.name).view.key !== view.key) : [];
    if (this.live.foresee(scene, changed, theme)) {
      const { state } = this;
      await nextPaint().then(() => { this.box.dataset.foreseen = String(Number(this.box.dataset.foreseen ?? 0) + 1); });
      if (this.state !== state) return; // a newer one came meanwhile and is being drawn
    }
    await Promise.all(views.map((view) => this.plots.get(view.name).show(view, theme)));
    linkHover(this);
    this.live.settle(this.state);
    this.playback.renewed();
    this.transport.update();
    this.playEscape();
    if (scene.tell && !this.told) this.told = this.send({ kind: "drawn" });
    this.box.dataset.drawn = String(Number(this.box.dataset.drawn ?? 0) + 1);
  }

  /** Play a way out from its first step, once it is there after the visitor asked for it. */
  playEscape() {
    const run = this.playWhenShown && this.state.scene.runs.find((candidate) => candidate.id === this.playWhenShown);
    if (!run) return;
    this.playWhenShown = null;
    this.playback.playPiece(run.steps[0], run.steps[run.steps.length - 1]);
  }

  /** Report what the visitor did. By its number Python knows an event it has seen, and says which one it answers. */
  send(event, number = `${Date.now()}-${(this.sent += 1)}`) {
    this.component.setTriggerValue("event", { ...event, number });
    return number;
  }

  fit() {
    for (const plot of this.plots.values()) plot.fit();
    if (this.state && !this.live.draft) this.live.settle(this.state);
    // Last, for settling clears what the playhead had drawn.
    this.playback.draw();
  }

  close() {
    this.resize.disconnect();
    this.closeTheme();
    this.transport.close();
    this.live.close();
    for (const plot of this.plots.values()) plot.remove();
    this.box.remove();
  }
}
