// The stage: linked plots in one grid, updated in place whenever Python sends a new state.
import { Drag } from "./drag/drag.js";
import { Playback } from "./play/playback.js";
import { Transport } from "./play/transport.js";
import { onReconnect } from "./view/connection.js";
import { element, loadScript, loadStyle, nextPaint } from "./view/dom.js";
import { linkHover } from "./view/hover.js";
import { Plot } from "./view/plot.js";
import { drawSentences } from "./view/sentences.js";
import { onThemeChange, readTheme } from "./view/theme.js";

/**
 * @import { StageEvent, StageUpdate } from "./protocol.js"
 *
 * @typedef {{parentElement: HTMLElement, data: AllowSharedBufferSource,
 *   setTriggerValue(name: "event", event: StageEvent & {number: string}): void}} Component
 *   What Streamlit hands to a component, of which the data are a `StageUpdate` as JSON.
 * @typedef {{plotly?: string, style?: string}} Urls where to load plotly.js and the style from, unless they are there
 */

const NARROW = 760; // pixels: on a narrower screen large type leaves no room for the pictures

/** @type {WeakMap<HTMLElement, Stage>} */
const stages = new WeakMap();

/**
 * Streamlit calls this at mount and at every change; the same element keeps the same stage.
 * @param {Component} component
 * @param {Urls} urls
 */
export async function render(component, urls) {
  const root = component.parentElement;
  let stage = stages.get(root);
  if (!stage) stages.set(root, stage = new Stage(root, component, urls));
  stage.component = component;
  await stage.show(JSON.parse(new TextDecoder().decode(component.data)));
  return () => setTimeout(() => {
    // Streamlit also unmounts a render that a newer one replaced while it was loading: the stage then stays.
    if (root.isConnected) return;
    stage.close();
    stages.delete(root);
  });
}

export class Stage {
  /** What is shown. @type {StageUpdate | null} */
  update = null;

  /** The last state that arrived during a drag. @type {StageUpdate | null} */
  kept = null;

  /** The run that is marked everywhere; undefined where marks are to be drawn anew. @type {string | null | undefined} */
  focus = undefined;

  /** The run to be played once it is drawn. @type {string | null} */
  playWhenShown = null;

  /** Whether a click adds a run. */
  adding = false;
  reportedDrawn = false;
  sent = 0;

  /** How many views stand above the bar and the sentences now. */
  leading = Infinity;

  /** @type {Map<string, Plot>} */
  plots = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Component} component
   * @param {Urls} urls
   */
  constructor(root, component, urls) {
    this.component = component;
    this.ready = Promise.all([loadStyle(urls.style), loadScript(urls.plotly, "Plotly")]);
    this.box = root.appendChild(element("section", { class: "stage", "aria-label": "Stage" }));
    this.grid = this.box.appendChild(element("div", { class: "stage-grid" }));
    this.playback = new Playback(this);
    this.transport = new Transport(this, this.playback);
    this.box.append(this.transport.bar);
    this.sentences = this.box.appendChild(
      element("ol", { class: "stage-sentences", "aria-live": "polite", "aria-label": "What happened" }),
    );
    this.below = this.box.appendChild(element("div", { class: "stage-grid stage-below" }));
    this.drag = new Drag(this);
    this.closeTheme = onThemeChange(root, () => this.draw());
    // Streamlit runs a page only at the next change, which a session that a restarted server begins anew takes for the
    // page's first state: it would be lost.
    this.closeConnection = onReconnect(() => this.send({ kind: "reconnected" }));
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.box);
  }

  /** What the views show together. */
  get state() {
    return this.update?.state ?? null;
  }

  /** @param {StageUpdate} update */
  async show(update) {
    await this.ready;
    // While the page loads, two states may arrive in the wrong order.
    if (this.update && update.serial < this.update.serial) return;
    // What is being dragged is newer than any state from Python that is not a reply to it.
    this.kept = this.update && this.drag.holds(update) ? update : null;
    if (this.kept) return;
    this.update = update;
    await this.draw();
  }

  /** What was held was let go where it was: a state that came meanwhile is shown now. */
  async showKept() {
    if (this.kept) await this.show(this.kept);
  }

  async draw() {
    const { update } = this;
    if (!update) return;
    const { views, state } = update;
    const large = state.large && this.box.clientWidth >= NARROW;
    this.box.classList.toggle("stage-large", large);
    this.box.dataset.views = String(views.length);
    this.box.dataset.columns = String(state.columns ?? "");
    this.box.dataset.lead = String(state.lead ?? "");
    this.transport.bar.hidden = !state.transport;
    this.transport.follow(state);
    const theme = readTheme(this.box, large);
    const plots = this.placePlots(views.map((view) => view.name));
    drawSentences(this.sentences, state.sentences, this);
    const known = plots.every((plot) => plot.view);
    const changed = known ? views.filter((view, place) => plots[place].view?.key !== view.key) : [];
    if (this.drag.foresee(state, changed, theme)) {
      // Counted before the drawing begins, which keeps whoever waits for the count from hearing of it.
      await nextPaint().then(() => this.count("foreseen"));
      if (this.update !== update) return; // a newer one came meanwhile and is being drawn
    }
    await Promise.all(views.map((view, place) => plots[place].show(view, theme)));
    if (this.update !== update) return; // what is drawn of a newer one is not at rest yet
    linkHover(this);
    this.drag.settle(update);
    this.playback.renewed();
    this.transport.update();
    this.playEscape();
    if (state.reports_drawn && !this.reportedDrawn) {
      this.reportedDrawn = true;
      this.send({ kind: "drawn" });
    }
    this.count("drawn");
  }

  /**
   * Remove the plots of views that are gone, and put those of these names into their order.
   * @param {string[]} names
   * @returns {Plot[]}
   */
  placePlots(names) {
    for (const [name, plot] of this.plots) {
      if (!names.includes(name)) {
        plot.remove();
        this.plots.delete(name);
      }
    }
    const leading = this.leading = this.leads();
    return names.map((name, place) => {
      let plot = this.plots.get(name);
      if (!plot) this.plots.set(name, plot = new Plot(name, this));
      const grid = place < leading ? this.grid : this.below;
      const next = grid.children[place < leading ? place : place - leading] ?? null;
      if (next !== plot.box) grid.insertBefore(plot.box, next);
      return plot;
    });
  }

  /** How many views stand above the bar and the sentences: on a narrow screen what is said follows the first picture. */
  leads() {
    const lead = this.state?.lead;
    if (lead === null || lead === undefined) return Infinity;
    return this.box.clientWidth >= NARROW ? lead : Math.min(lead, 1);
  }

  /**
   * Count in an attribute how often something was done, for tests that wait for it.
   * @param {"drawn" | "foreseen"} what
   */
  count(what) {
    this.box.dataset[what] = String(Number(this.box.dataset[what] ?? 0) + 1);
  }

  /** Play an escape path from its first step, once Python has sent the one that the visitor chose. */
  playEscape() {
    const run = this.state?.runs.find((candidate) => candidate.id === this.playWhenShown);
    if (!run) return;
    this.playWhenShown = null;
    this.playback.playPiece(run.steps[0], run.steps[run.steps.length - 1]);
  }

  /**
   * Report what the visitor did. By its number Python recognises an event that comes twice, and names the one it replies to.
   * @param {StageEvent} event
   */
  send(event, number = `${Date.now()}-${(this.sent += 1)}`) {
    this.transport.forget(); // Python's answer says where the playhead is
    this.component.setTriggerValue("event", { ...event, number });
    return number;
  }

  fit() {
    if (this.update && this.leading !== this.leads()) this.placePlots(this.update.views.map((view) => view.name));
    const resized = [...this.plots.values()].map((plot) => plot.fit());
    if (this.drag.draft) {
      // At its new size, now and once the plots have theirs; nothing is drawn as it is at rest while something is held.
      this.drag.draw();
      Promise.all(resized).then(() => this.drag.draw());
      return;
    }
    if (this.update) this.drag.settle(this.update);
    // Last, for settling clears what the playhead had drawn.
    this.playback.draw();
  }

  close() {
    this.resize.disconnect();
    this.closeTheme();
    this.closeConnection();
    this.transport.close();
    this.drag.close();
    for (const plot of this.plots.values()) plot.remove();
    this.box.remove();
  }
}
