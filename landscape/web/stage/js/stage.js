// The stage: linked plots in one grid, updated in place whenever Python sends a new state.
import { Bridge } from "./bridge/bridge.js";
import { Slopes } from "./bridge/slopes.js";
import { Drag } from "./drag/drag.js";
import { withLoss } from "./engine/engine.js";
import { Described } from "./heard/describe.js";
import { Hearing } from "./heard/hearing.js";
import { keepFocus } from "./keys/focus_keeper.js";
import { KeyList } from "./keys/key_list.js";
import { offerSkipLinks } from "./keys/skip_links.js";
import { hearStreamlitKeys } from "./keys/streamlit_keys.js";
import { offerLessons } from "./lesson/offer.js";
import { Opening } from "./play/opening.js";
import { Playback } from "./play/playback.js";
import { Transport } from "./play/transport.js";
import { Announcer } from "./view/announcer.js";
import { Cameras } from "./view/camera.js";
import { onReconnect } from "./view/connection.js";
import { Enlarged } from "./view/enlarge.js";
import { element, loadScript, loadStyle, nextPaint } from "./view/dom.js";
import { learn } from "./view/glossary.js";
import { linkHover } from "./view/hover.js";
import { arrange } from "./view/order.js";
import { Panels } from "./view/panels.js";
import { Plot } from "./view/plot.js";
import { focusChoice, focusedChoice } from "./view/radio_group.js";
import { drawSentences } from "./view/sentences.js";
import { Shortcuts } from "./view/shortcuts.js";
import { onThemeChange, readTheme } from "./view/theme.js";
import { sendTypedFirst } from "./view/typed_first.js";

/**
 * @import { ScenarioUpdate, StageEvent, StageState, StageUpdate, StageView } from "./protocol.js"
 * @import { Glossary } from "./view/glossary.js"
 *
 * @typedef {{parentElement: HTMLElement, data: AllowSharedBufferSource,
 *   setTriggerValue(name: "event", events: SentEvent[]): void}} Component
 *   What Streamlit hands to a component, of which the data are a `StageUpdate` or a `ScenarioUpdate` as JSON.
 * @typedef {StageEvent & {number: string}} SentEvent
 * @typedef {{plotly?: string | Promise<string>, style?: string, words?: string | Glossary}} Urls
 *   Where to load plotly.js, the style and the glossary from, unless they are there; it may still be on its way.
 */

const MOST_UNANSWERED = 20; // events: Python knows the last twenty by their numbers

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
  const sent = JSON.parse(new TextDecoder().decode(component.data));
  let stage = stages.get(root);
  if (!stage) stages.set(root, stage = new Stage(root, component, urls, { paintsEarly: "scenario" in sent }));
  stage.component = component;
  if (sent.scenario ?? sent.state.scenario) (await import("./front/served.js")).page.take(stage, sent);
  await stage.show(sent);
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

  /** What was painted before plotly.js has come. @type {StageUpdate | null} */
  early = null;

  /** The last state that arrived during a drag. @type {StageUpdate | ScenarioUpdate | null} */
  kept = null;

  /** Makes what is to be shown of a scenario that is solved here. @type {(sent: ScenarioUpdate) => StageUpdate | null} */
  makeViews = () => null;

  /** The run that is marked everywhere; undefined where marks are to be drawn anew. @type {string | null | undefined} */
  focus = undefined;

  /** The run to be played once it is drawn. @type {string | null} */
  playWhenShown = null;

  /** The run that is marked while no other is pointed at. @type {string | null} */
  spotlit = null;

  /** Whether a lesson is shown over it: it hears no keys then. */
  isCovered = false;

  /** Called when something was dragged, played, or drawn anew. @type {() => void} */
  onMoved = () => {};

  /** The events that Python has not answered yet, in their order. @type {SentEvent[]} */
  unanswered = [];

  /** Whether a click adds a run. */
  adding = false;
  reportedDrawn = false;

  /** Whether a new state is painted already and not yet drawn. */
  foreseen = false;

  /** Whether it is gone: what is still being fetched or drawn for it comes too late. */
  closed = false;
  sent = 0;

  /** @type {Map<string, Plot>} */
  plots = new Map();

  /** Fills in the losses that a figure leaves to be computed. */
  withLoss = withLoss;

  /**
   * @param {HTMLElement} root
   * @param {Component} component
   * @param {Urls} urls
   * @param {{isAlone?: boolean, paintsEarly?: boolean}} [options]
   *   isAlone: whether no server answers: what is dragged stays as it was let go; paintsEarly: whether what the engine can
   *   paint is seen before plotly.js has come
   */
  constructor(root, component, urls, { isAlone = false, paintsEarly = false } = {}) {
    this.root = root;
    this.component = component;
    this.isAlone = isAlone;
    this.paintsEarly = paintsEarly;
    this.styled = loadStyle(urls.style);
    const drawing = Promise.resolve(urls.plotly).then((url) => loadScript(url, "Plotly"));
    this.ready = Promise.all([this.styled, drawing, learn(urls.words)]);
    this.box = root.appendChild(element("section", { class: "stage", tabindex: "-1", "aria-label": "Stage" }));
    this.note = this.box.appendChild(element("p", { class: "stage-note", hidden: true }));
    this.grid = this.box.appendChild(element("div", { class: "stage-grid" }));
    this.cameras = new Cameras(this);
    this.shortcuts = new Shortcuts(this);
    this.enlarged = new Enlarged(this);
    this.described = new Described(this);
    this.playback = new Playback(this);
    this.opening = new Opening(this, this.playback);
    this.transport = new Transport(this, this.playback);
    this.box.append(this.transport.bar);
    this.hearing = new Hearing(this);
    this.transport.scrub.before(this.hearing.button, this.hearing.volume, this.hearing.failed);
    this.sentences = this.box.appendChild(
      element("ol", { class: "stage-sentences", "aria-label": "What happened" }),
    );
    this.panels = new Panels(this);
    this.transport.tools.prepend(this.panels.button);
    this.box.append(this.panels.box);
    this.below = this.box.appendChild(element("div", { class: "stage-grid stage-below" }));
    if (!isAlone) {
      offerSkipLinks();
      keepFocus();
      hearStreamlitKeys();
      this.transport.bar.append(new KeyList(this).button);
    }
    this.announcer = new Announcer(this);
    this.box.append(this.announcer.region);
    this.drag = new Drag(this);
    this.bridge = new Bridge(this);
    this.slopes = new Slopes(this);
    this.closeTheme = onThemeChange(root, () => this.draw());
    // Streamlit runs a page only at the next change, which a session that a restarted server begins anew takes for the
    // page's first state: it would be lost.
    this.closeConnection = onReconnect(() => this.send({ kind: "reconnected" }));
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.box);
    this.sendAsTyped = isAlone ? () => {} : sendTypedFirst();
    this.closeLessons = isAlone ? () => {} : offerLessons(
      this, (parent, heard) => new Stage(parent, { ...component, setTriggerValue: (_, [event]) => heard(event) }, urls, { isAlone: true }));
  }

  /** What the views show together. */
  get state() {
    return (this.update ?? this.early)?.state ?? null;
  }

  /** @param {StageUpdate | ScenarioUpdate} sent */
  async show(sent) {
    /** @type {StageUpdate | null} */
    let update = null;
    if (this.paintsEarly && !("Plotly" in window)) {
      update = this.withViews(sent);
      if (update) await this.paintEarly(update);
    }
    await this.ready;
    if (this.closed) return;
    this.hear(sent);
    // While the page loads, two states may arrive in the wrong order.
    if (this.update && sent.serial < this.update.serial) return;
    // What is being dragged is newer than any state from Python that is not a reply to it.
    this.kept = this.update && this.drag.holds(sent) ? sent : null;
    if (this.kept) return;
    update ??= this.withViews(sent);
    if (!update) return;
    this.update = update;
    await this.draw();
  }

  /** @param {StageUpdate | ScenarioUpdate} sent */
  withViews(sent) {
    return "views" in sent ? sent : this.makeViews(sent);
  }

  /** What was held was let go where it was: a state that came meanwhile is shown now. */
  async showKept() {
    if (this.kept) await this.show(this.kept);
  }

  async draw() {
    const { update } = this;
    if (!update || this.closed) return;
    const { views, state } = update;
    const large = state.large && this.box.clientWidth >= NARROW;
    this.box.classList.toggle("stage-large", large);
    this.box.dataset.views = String(views.length);
    this.box.dataset.columns = String(state.columns ?? "");
    this.note.hidden = state.note === null;
    this.note.textContent = state.note;
    this.box.setAttribute("aria-label", `Pictures: ${views.map((view) => view.title).join(", ")}`);
    this.transport.bar.hidden = !state.transport;
    this.transport.follow(state);
    this.opening.prepare(state);
    const theme = readTheme(this.box, large);
    const choice = focusedChoice(this.grid);
    const plots = this.placePlots(views);
    this.enlarged.follow(state, views);
    drawSentences(this.sentences, state.sentences, this);
    this.panels.show(state.panels);
    const known = plots.every((plot) => plot.view);
    const changed = known ? views.filter((view, place) => plots[place].view?.key !== view.key) : [];
    if (this.drag.foresee(state, changed, theme)) {
      this.foreseen = true;
      // Counted before the drawing begins, which keeps whoever waits for the count from hearing of it.
      await nextPaint().then(() => this.count("foreseen"));
      if (this.update !== update || this.closed) return; // a newer one came meanwhile and is being drawn
    }
    await Promise.all(views.map((view, place) => plots[place].show(view, theme)));
    if (this.closed) return;
    this.cameras.agree();
    this.enlarged.mark(); // by their titles, now that they have them
    if (this.update !== update) return; // what is drawn of a newer one is not at rest yet
    focusChoice(this.grid, choice);
    linkHover(this);
    this.foreseen = false;
    this.drag.settle(update);
    this.playback.renewed();
    this.opening.follow();
    this.bridge.renewed();
    this.panels.markAgain();
    this.transport.update();
    this.playEscape();
    if (state.reports_drawn && !this.reportedDrawn) {
      this.reportedDrawn = true;
      this.send({ kind: "drawn" });
    }
    this.count("drawn");
    this.described.follow();
    this.onMoved();
  }

  /**
   * Before plotly.js has come, let the plots stand where it will draw them, with what the engine can paint of them.
   * @param {StageUpdate} update
   */
  async paintEarly(update) {
    await this.styled;
    const { views, state } = update;
    this.early = update;
    const large = state.large && this.box.clientWidth >= NARROW;
    this.box.classList.toggle("stage-large", large);
    this.box.dataset.views = String(views.length);
    this.box.dataset.columns = String(state.columns ?? "");
    const plots = this.placePlots(views, state);
    drawSentences(this.sentences, state.sentences, this);
    this.panels.show(state.panels);
    this.transport.bar.hidden = !state.transport;
    this.transport.follow(state);
    this.transport.update();
    this.enlarged.mark();
    const theme = readTheme(this.box, large);
    views.forEach((view, place) => plots[place].announce(view, theme, state.runs));
    this.drag.paintEarly(state, views, theme, { withoutRuns: this.opening.isToCome(state) });
    this.box.dataset.early = "";
  }

  /**
   * Remove the plots of views that are gone, and put those of these views into their order.
   * @param {StageView[]} views
   * @param {StageState | null} [state] that is shown
   * @returns {Plot[]}
   */
  placePlots(views, state = this.state) {
    for (const [name, plot] of this.plots) {
      if (!views.some((view) => view.name === name)) {
        this.described.forget(plot);
        plot.remove();
        this.plots.delete(name);
      }
    }
    const plots = views.map(({ name }) => {
      let plot = this.plots.get(name);
      if (!plot) this.plots.set(name, plot = new Plot(name, this));
      return plot;
    });
    arrange(this, views, state);
    return plots;
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
   * Report what the visitor did. By its number Python recognises an event that comes twice, and names the last one that it
   * replies to.
   *
   * All that is unanswered is sent again with it: of two events that come before a run of the page could begin, Streamlit
   * keeps the later one.
   * @param {StageEvent} event
   */
  send(event, number = `${Date.now()}-${(this.sent += 1)}`) {
    this.transport.forget(); // Python's answer says where the playhead is
    const sent = { ...event, number };
    this.unanswered = [...this.unanswered.filter((before) => !replaces(sent, before)), sent].slice(-MOST_UNANSWERED);
    this.component.setTriggerValue("event", this.isAlone ? [sent] : this.unanswered);
    return number;
  }

  /**
   * Take note of which events are answered.
   * @param {Pick<StageUpdate, "answers">} sent
   */
  hear({ answers }) {
    const last = this.unanswered.findIndex(({ number }) => number === answers);
    this.unanswered = this.unanswered.slice(last + 1);
  }

  /** Follow a change of size; what moves is drawn again once the plots have theirs. */
  async fit() {
    // How much paper has to make it smaller (everyone.css); on paper its width is that of the paper.
    if (!window.matchMedia("print").matches) this.box.style.setProperty("--stage-width", String(this.box.clientWidth));
    if (!this.update && this.early) {
      await this.paintEarly(this.early);
      return;
    }
    if (this.update) arrange(this, this.update.views);
    this.panels.clear();
    const resized = [...this.plots.values()].map((plot) => plot.fit());
    if (this.foreseen) return; // what is painted of a state stays until that is drawn
    if (this.drag.draft) {
      // At its new size, now and once the plots have theirs; nothing is drawn as it is at rest while something is held.
      this.drag.draw();
      await Promise.all(resized);
      this.drag.draw();
      return;
    }
    if (this.update) this.drag.settle(this.update);
    // Last, for settling clears what the playhead had drawn.
    this.playback.draw();
    if (resized.every((plot) => plot === undefined)) {
      this.panels.markAgain();
      return;
    }
    await Promise.all(resized);
    if (this.drag.draft) this.drag.draw();
    else this.playback.draw();
    this.drag.stayInPlace();
    this.bridge.renewed();
    this.panels.markAgain();
    this.onMoved();
  }

  close() {
    this.closed = true;
    this.resize.disconnect();
    this.closeTheme();
    this.closeConnection();
    this.opening.close();
    this.announcer.close();
    this.cameras.close();
    this.enlarged.close();
    this.described.close();
    this.hearing.close();
    this.shortcuts.close();
    this.closeLessons();
    this.sendAsTyped();
    this.transport.close();
    this.drag.close();
    this.bridge.close();
    for (const plot of this.plots.values()) plot.remove();
    this.box.remove();
  }
}

/**
 * Whether an event takes the place of one before it: the same sent again, or another state of what is dragged or played.
 * @param {SentEvent} event
 * @param {SentEvent} before
 */
function replaces(event, before) {
  if (event.number === before.number) return true;
  if (event.kind === "edit" && before.kind === "edit") return !before.final;
  if (event.kind === "move" && before.kind === "move") return !before.final && event.point === before.point;
  return event.kind === "at" && before.kind === "at";
}
