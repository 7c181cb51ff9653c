// What a visitor drags: the browser recomputes field, optimum, runs and sentences by itself where it can, and reports
// the change to Python, which replies with the exact pictures.
import { CASING, DATA } from "../view/colors.js";
import { paced } from "../view/dom.js";
import { shape } from "../view/markers.js";
import { READABLE, showStepTexts } from "../view/sentences.js";
import { axesOf } from "../view/plotly_internals.js";
import { themed } from "../view/theme.js";
import { drawNotes, drawSegments } from "./segments_and_notes.js";
import { dataHandles, followed, pointHandles, slopeHandles, startHandles } from "./draggables.js";
import { Handles } from "./handles.js";
import { DRAW, recompute } from "./preview.js";

/**
 * @import { DataDrag, Delete, DraggedPoint, DraggedRun, DragModel, Edit, LocalDrag, Move, PointDrag, StageState,
 *   StageUpdate, StageView } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Scale } from "../engine/paint.js"
 * @import { Network } from "../view/networks.js"
 * @import { Frame } from "../view/overlay.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Theme } from "../view/theme.js"
 * @import { Picture } from "./preview.js"
 *
 * @typedef {DraggedRun & {changed?: boolean}} DraftRun
 * @typedef {Omit<LocalDrag, "runs"> & {runs: DraftRun[]}} LocalDraft
 * @typedef {PointDrag & {moved?: string}} PointDraft moved: the id of the point that was moved last
 * @typedef {LocalDraft | DataDrag | PointDraft} Draft what can be dragged, as it is now
 * @typedef {{x?: number[], y?: number[], runs?: DraftRun[], moved?: DraggedPoint}} Change
 */

const SEND_EVERY = 250; // ms between two reports while dragging, where only Python can recompute the pictures
const SEND_LOCAL_EVERY = 2000; // ms between two where the pictures are recomputed here, and only the controls are late
const QUICK = 60_000; // steps × neurons × runs that are recomputed faster than they are drawn
const SEND_AGAIN_AFTER = 8000; // ms without a reply
const POINTER = 28; // pixels between the middles of two handles that lie beside each other
const FINGER = 46; // the same where a finger takes them

export class Drag {
  /** The change that is under way, and what is drawn of it. @type {Draft | null} */
  draft = null;

  /** @type {Picture | null} */
  picture = null;

  /** The colour scales of the fields since the drag began. @type {Record<string, Scale>} */
  scales = {};

  /** @type {Uint32Array | null} */
  table = null;

  /** The report that Python has not answered yet. @type {{number: string, timer: number} | null} */
  pending = null;

  /** Whether the draft is newer than any report. */
  unsent = false;
  sentAt = 0;
  drawn = 0;
  frame = 0;

  /** The state that was drawn last. @type {StageUpdate | null} */
  settled = null;

  /** The timer of a report that waits for the pause after the last one to pass; 0 where none does. */
  pause = 0;

  /** The numbers of the last state, compared with those of a new one. @type {string | null} */
  numbers = null;

  /** Draws what the engine does not compute under the runs. @type {((frame: Frame) => void) | null} */
  under = null;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.handles = new Handles(stage);
    this.texts = paced(
      /** @param {Record<string, string>} texts */ (texts) => showStepTexts(stage.sentences, texts), READABLE);
  }

  /** @returns {DragModel | null} */
  get model() {
    return this.stage.state?.drag ?? null;
  }

  /** Whether something is being dragged, or was and Python has not replied yet; where nobody replies, a draft is at rest. */
  get isBusy() {
    return this.handles.held !== null || this.unsent || this.pending !== null || (this.draft !== null && !this.stage.isAlone);
  }

  /**
   * Whether a state from Python is not drawn yet: something is being dragged, or a newer report awaits its reply.
   * @param {Pick<StageUpdate, "answers">} update
   */
  holds(update) {
    // Where the browser cannot recompute the pictures, the replies during the drag are drawn.
    if ((this.handles.held || this.unsent) && this.model?.kind === "local") {
      this.takeAnswer(update); // though it is not shown: the next report may be sent
      return true;
    }
    return this.pending !== null && this.awaitsAnswer(this.pending.number, update);
  }

  /**
   * @param {string} number of a report
   * @param {Pick<StageUpdate, "answers">} update that came
   */
  awaitsAnswer(number, { answers }) {
    return answers !== number && this.stage.unanswered.some((event) => event.number === number);
  }

  /** @param {Pick<StageUpdate, "answers">} update */
  takeAnswer(update) {
    if (!this.pending || this.awaitsAnswer(this.pending.number, update)) return;
    clearTimeout(this.pending.timer);
    this.pending = null;
  }

  /**
   * A state has been drawn: remove the previews.
   * @param {StageUpdate} update
   */
  settle(update) {
    this.takeAnswer(update);
    // A draft is newer than this state while it is held or unsent, and when it was let go, until its reply is drawn.
    const kept = this.stage.isAlone && this.settled === update;
    const newer = this.handles.held || this.unsent || this.pending || kept;
    this.settled = update;
    this.draft = newer ? followed(this.draft, this.model) : null;
    if (this.draft) this.draw();
    else this.clear();
    if (!this.model) this.handles.show([]);
    else if (!this.handles.held) this.placeHandles();
  }

  /** The plots have another size: the handles follow what they stand for. */
  stayInPlace() {
    if (this.model && !this.handles.held) this.placeHandles();
  }

  /**
   * What stays drawn of a change where no server answers with a picture of it.
   * @returns {Picture | null}
   */
  get lasting() {
    return this.stage.isAlone && this.draft?.kind === "local" ? this.picture : null;
  }

  /** Let go of what is held, and of what was changed. */
  forget() {
    if (this.pending) clearTimeout(this.pending.timer);
    this.handles.letGo();
    this.draft = this.picture = this.pending = null;
    this.unsent = false;
  }

  /**
   * Move the start of a run to a place of a landscape, as if it were dragged there.
   * @param {string} view
   * @param {number} x
   * @param {number} y
   * @param {number} index
   */
  startAt(view, x, y, index) {
    const now = this.draft ?? this.model;
    if (now?.kind !== "local") return;
    const handles = startHandles(now, (change) => this.change(change));
    const handle = handles.find((candidate) => candidate.view === view && candidate.index === index);
    if (!handle) return;
    handle.move(Number(x.toPrecision(6)), Number(y.toPrecision(6)), { x: 0, y: 0 });
    this.release();
  }

  /** Show nothing but the pictures at rest. */
  clear() {
    this.texts.cancel();
    this.stage.panels.takeBack();
    for (const plot of this.stage.plots.values()) {
      plot.area.classList.remove("stage-preview");
      plot.overlay?.clear();
    }
  }

  placeHandles() {
    const now = this.draft ?? this.model;
    /** @param {Change} change */
    const change = (change) => this.change(change);
    if (!now) this.handles.show([]);
    else if (now.kind === "points") this.handles.show(pointHandles(now, change));
    else if (now.kind === "data") this.handles.show(dataHandles(now, change));
    else {
      this.handles.show([
        ...dataHandles(now, change),
        ...startHandles(now, change),
        ...slopeHandles(now, this.shownNetworks(), this.stage.plots.get("outputs")?.view?.span ?? null, change, this.room()),
      ]);
    }
  }

  /** How far apart two places of the outputs are, in pixels, and from which distance on two handles do not overlap. */
  room() {
    const area = this.stage.plots.get("outputs")?.area;
    const axes = area && axesOf(area);
    /** @type {(a: [number, number], b: [number, number]) => number} */
    const between = (a, b) => (axes
      ? Math.hypot(axes.x.toPixel(a[0]) - axes.x.toPixel(b[0]), axes.y.toPixel(a[1]) - axes.y.toPixel(b[1])) : Infinity);
    const reach = matchMedia("(pointer: coarse)").matches ? FINGER : POINTER;
    return { between, reach, held: this.handles.heldHandle() };
  }

  /**
   * The networks whose outputs are drawn: each run's end, or its network at the playhead.
   * @returns {Record<string, Network>}
   */
  shownNetworks() {
    return this.stage.playback.networks();
  }

  /**
   * Apply a change of data, starts or a point, and draw it with the next frame.
   * @param {Change} change
   */
  change({ x, y, runs, moved }) {
    const now = this.draft ?? this.model;
    if (!now) return;
    this.unsent = true;
    if (now.kind === "points") {
      const points = now.points.map((point) => (point.id === moved?.id ? moved : point));
      this.draft = { ...now, points, moved: moved?.id };
    } else if (now.kind === "data") this.draft = { ...now, x: x ?? now.x, y: y ?? now.y };
    else this.draft = { ...now, x: x ?? now.x, y: y ?? now.y, runs: runs ?? now.runs };
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { draft, stage } = this;
    if (!draft) return;
    stage.panels.putAside();
    if (draft.kind === "points") this.drawMoved(draft);
    else if (draft.kind === "data") this.drawData(draft);
    else {
      this.picture = recompute(draft, stage.state?.runs ?? []);
      if (this.lasting) stage.playback.replaced();
      else stage.playback.suspend();
      this.paintAll();
      this.placeHandles();
      stage.bridge.relink(); // to where the handles are now
      this.drawn += 1;
      stage.box.dataset.previews = String(this.drawn);
      stage.onMoved();
      this.sendNowAndThen();
    }
  }

  /** Paint the picture of what was dragged; where the playhead stands elsewhere, the runs as they are there. */
  paintAll() {
    const { draft, picture, stage } = this;
    if (draft?.kind !== "local" || !picture) return;
    if (this.lasting && !stage.playback.atRest) {
      stage.playback.draw();
      return;
    }
    for (const plot of stage.plots.values()) this.paint(plot, draft, picture);
    this.texts.soon(picture.texts);
  }

  /**
   * Paint what lies under the runs.
   * @param {Plot} plot
   * @returns {Frame | null}
   */
  paintGround(plot) {
    const { draft, picture } = this;
    return draft?.kind === "local" && picture ? this.paint(plot, draft, { ...picture, ground: true }) : null;
  }

  /**
   * @param {Plot} plot
   * @param {LocalDraft} draft
   * @param {Picture} picture
   * @returns {Frame | null}
   */
  paint(plot, draft, picture) {
    if (plot.inSpace || !plot.overlay) return null;
    plot.area.classList.add("stage-preview");
    const frame = plot.overlay.frame();
    if (frame) DRAW[plot.name]?.(frame, picture, draft, this, plot);
    return frame;
  }

  /**
   * Paint the views of a state from Python with changed numbers, before Plotly draws them, which takes far longer.
   * @param {StageState} state
   * @param {StageView[]} views
   * @param {Theme} theme
   * @returns {boolean} whether they were painted
   */
  foresee({ drag, runs }, views, theme) {
    const local = drag?.kind === "local" ? drag : null;
    const numbers = local
      && JSON.stringify([local.x, local.y, local.lam, local.layer, local.m, local.steps, local.runs]);
    const known = this.numbers === numbers;
    this.numbers = numbers;
    if (known || !views.length || !local || this.draft || !this.stage.playback.atRest || document.hidden) return false;
    if (runs.length > local.runs.length || local.runs.length * local.steps * local.m > QUICK) return false;
    this.picture = recompute(local, runs);
    this.paintViews(local, this.picture, views, theme);
    this.placeHandles();
    return true;
  }

  /**
   * Paint the views of the first state, before plotly.js has come.
   * @param {StageState} state
   * @param {StageView[]} views
   * @param {Theme} theme
   * @param {{withoutRuns: boolean}} how whether runs are to be left out, for they are about to be played
   */
  paintEarly({ drag, runs }, views, theme, { withoutRuns }) {
    if (drag?.kind !== "local") return;
    this.paintViews(drag, { ...recompute(drag, runs), ground: withoutRuns }, views, theme);
  }

  /**
   * Paint what the engine computes of views, between critical segments and notes of their figures.
   * @param {LocalDraft} draft
   * @param {Picture} picture
   * @param {StageView[]} views
   * @param {Theme} theme
   */
  paintViews(draft, picture, views, theme) {
    this.scales = {};
    for (const { name, figure } of views) {
      const plot = this.stage.plots.get(name);
      if (!plot) continue;
      this.under = (frame) => drawSegments(frame, figure);
      const frame = this.paint(plot, draft, picture);
      if (frame) drawNotes(frame, themed(figure.layout, theme));
    }
    this.under = null;
    this.scales = {};
  }

  /**
   * Draw the data points that were moved; everything else is drawn when Python replies.
   * @param {DataDrag} draft
   */
  drawData({ x, y }) {
    const frame = this.stage.plots.get("outputs")?.overlay?.frame();
    const { model } = this;
    if (!frame || model?.kind !== "data") return;
    this.stage.playback.suspend();
    const held = this.handles.heldHandle()?.index;
    x.forEach((value, i) => {
      if (i !== held && model.x[i] === value && model.y[i] === y[i]) return;
      frame.marker(value, y[i], shape("square"), 16, DATA, CASING);
    });
    this.placeHandles();
    this.sendNowAndThen();
  }

  /**
   * Draw the point that is being dragged, in its view.
   * @param {PointDraft} draft
   */
  drawMoved({ points, moved }) {
    const point = points.find((candidate) => candidate.id === moved);
    if (!point) return;
    const frame = this.stage.plots.get(point.view)?.overlay?.frame();
    this.stage.playback.suspend();
    frame?.marker(point.x, point.y, shape(point.symbol), 16, point.color, CASING);
    this.placeHandles();
    this.sendNowAndThen();
  }

  /**
   * During a drag, send a report once Python has replied to the last one and the least pause has passed: at its end too,
   * where what is held has come to rest before.
   */
  sendNowAndThen() {
    if (this.stage.isAlone || this.pending || !this.unsent || !this.handles.held) return;
    const pause = this.model?.kind === "local" ? SEND_LOCAL_EVERY : SEND_EVERY;
    const wait = this.sentAt + pause - performance.now();
    if (wait <= 0) this.send(false);
    else this.pause ||= window.setTimeout(() => {
      this.pause = 0;
      this.sendNowAndThen();
    }, wait);
  }

  release() {
    this.unsent &&= this.draft !== null;
    if (!this.draft) return;
    this.scales = {};
    if (this.stage.isAlone) {
      this.unsent = false;
      this.draw();
    } else this.send(true);
  }

  /** @param {boolean} final */
  send(final) {
    const { draft } = this;
    if (!draft) return;
    this.sentAt = performance.now();
    this.unsent = false;
    if (draft.kind === "points") {
      const point = draft.points.find((candidate) => candidate.id === draft.moved);
      if (point) this.put({ kind: "move", point: point.id, x: point.x, y: point.y, final });
      return;
    }
    const changed = draft.kind === "local" ? draft.runs.filter((run) => run.changed) : [];
    const runs = changed.map(({ index, W0, alpha0 }) => ({ index, w: [...W0], alpha: [...alpha0] }));
    this.put({ kind: "edit", x: draft.x, y: draft.y, runs, final });
  }

  /**
   * Send a change of what can be dragged; it replaces one that awaits its reply.
   * @param {Edit | Move | Delete} event
   */
  put(event) {
    if (this.pending) clearTimeout(this.pending.timer);
    this.expectAnswer(this.stage.send(event), event);
  }

  /**
   * @param {string} number
   * @param {Edit | Move | Delete} event
   */
  expectAnswer(number, event) {
    this.pending = { number, timer: window.setTimeout(() => this.again(number, event), SEND_AGAIN_AFTER) };
  }

  /**
   * Send a report again whose reply never came: a dropped connection loses it.
   * @param {string} number
   * @param {Edit | Move | Delete} event
   */
  again(number, event) {
    if (this.pending?.number !== number) return;
    this.stage.send(event, number);
    this.expectAnswer(number, event);
  }

  close() {
    if (this.pending) clearTimeout(this.pending.timer);
    clearTimeout(this.pause);
    cancelAnimationFrame(this.frame);
    this.texts.cancel();
    this.handles.close();
  }
}
