// What a visitor drags: the browser recomputes field, optimum, runs and sentences itself, and asks Python on release.
import { paced } from "../view/dom.js";
import { drawNotes, drawSegments } from "./foresight.js";
import { shape } from "../view/markers.js";
import { Handles } from "./handles.js";
import { dataHandles, followed, pointHandles, slopeHandles, startHandles } from "./grips.js";
import { DRAW, recompute } from "./preview.js";
import { READABLE, tellStep } from "../view/sentences.js";
import { themed } from "../view/theme.js";

const ASK_EVERY = 250; // ms between two questions while dragging, where only the server can answer
const TELL_EVERY = 2000; // ms between two where the pictures are recomputed here, and only the controls lag behind
const QUICK = 60_000; // steps × neurons × runs that are recomputed faster than they are drawn
const ANSWER_BY = 8000; // ms after which a question is asked again

export class Live {
  constructor(stage) {
    this.stage = stage;
    this.handles = new Handles(stage);
    this.pending = null;
    this.asked = 0;
    this.tell = paced((texts) => tellStep(stage.sentences, texts), READABLE);
  }

  get model() {
    return this.stage.state?.scene.live ?? null;
  }

  /** Whether a state from Python must wait: something is held, or an answer to a newer question is on its way. */
  holds(state) {
    // Where the browser cannot recompute the pictures, the answers on the way are what follows the hand.
    if ((this.handles.held || this.unsent) && !this.model?.remote) {
      // Answered, though not shown: the next question may be asked.
      if (this.pending && state.answers === this.pending.number) {
        clearTimeout(this.pending.timer);
        this.pending = null;
      }
      return true;
    }
    return this.pending !== null && state.answers !== this.pending.number;
  }

  /** A state has been drawn: what was previewed is now exact. */
  settle(state) {
    this.tell.cancel();
    if (this.pending && state.answers === this.pending.number) {
      clearTimeout(this.pending.timer);
      this.pending = null;
    }
    if (this.handles.held || this.unsent) {
      this.draft = followed(this.draft, this.model);
      this.placeHandles();
    } else this.draft = null;
    for (const plot of this.stage.plots.values()) {
      plot.area.classList.remove("stage-live");
      plot.overlay?.clear();
    }
    if (!this.model) this.handles.show([]);
    else if (!this.handles.held) this.placeHandles();
  }

  placeHandles() {
    const now = this.draft ?? this.model;
    if (now.points) {
      this.handles.show(pointHandles(now, (change) => this.change(change)));
      return;
    }
    this.handles.show([
      ...dataHandles(now, (change) => this.change(change)),
      ...startHandles(now, (change) => this.change(change)),
      ...slopeHandles(now, this.shownEnds(), this.stage.plots.get("outputs")?.view.span, (change) => this.change(change)),
    ]);
  }

  /** The networks whose outputs are drawn: each run's end, or where it is while the playhead stands elsewhere. */
  shownEnds() {
    const { playback } = this.stage;
    return playback.networks();
  }

  /** Take a change of data or starts, and draw it with the next frame. */
  change({ x, y, runs, moved }) {
    const model = this.draft ?? this.model;
    this.draft = { ...model, x: x ?? model.x, y: y ?? model.y, runs: runs ?? model.runs };
    this.unsent = true; // newer than any question asked so far
    if (moved) {
      this.draft.moved = moved.id;
      this.draft.points = model.points.map((point) => (point.id === moved.id ? moved : point));
    }
    if (!this.frame) {
      this.frame = requestAnimationFrame(() => {
        this.frame = null;
        this.draw();
      });
    }
  }

  draw() {
    if (!this.draft) return;
    if (this.draft.remote) {
      this.drawRemote();
      return;
    }
    if (!this.scales) this.scales = {};
    this.picture = recompute(this.draft, this.stage);
    const { stage } = this;
    stage.playback.suspend();
    for (const plot of stage.plots.values()) this.paint(plot, this.draft);
    this.tell.soon(this.picture.texts);
    this.placeHandles();
    this.drawn = (this.drawn ?? 0) + 1;
    stage.box.dataset.previews = String(this.drawn);
    this.askWhileIdle();
  }

  paint(plot, draft) {
    if (plot.isRelief || !plot.overlay) return null;
    plot.area.classList.add("stage-live");
    const frame = plot.overlay.frame();
    if (frame) DRAW[plot.name]?.(frame, this.picture, draft, this, plot);
    return frame;
  }

  /** Paint the views of a state from Python that has other numbers, before Plotly draws them: that takes far longer. */
  foresee(scene, views, theme) {
    const { live, runs } = scene;
    const numbers = live && JSON.stringify([live.x, live.y, live.lam, live.layer, live.m, live.steps, live.runs]);
    const known = this.numbers === numbers;
    this.numbers = numbers;
    if (known || !views.length || !live || live.remote || live.points || this.draft || !this.stage.playback.atRest || document.hidden) return false;
    if (runs.length > live.runs.length || live.runs.length * live.steps * live.m > QUICK) return false;
    this.scales = {};
    this.picture = recompute(live, this.stage);
    for (const { name, figure } of views) {
      this.under = (frame) => drawSegments(frame, figure);
      const frame = this.paint(this.stage.plots.get(name), live);
      if (frame) drawNotes(frame, themed(figure.layout, theme));
    }
    this.under = null;
    this.placeHandles();
    this.scales = null;
    return true;
  }

  /** Only the points themselves follow at once; everything else comes with the answers. */
  drawRemote() {
    if (this.draft.points) {
      this.drawMoved();
      return;
    }
    const plot = this.stage.plots.get("outputs");
    const frame = plot?.overlay?.frame();
    if (!frame) return;
    this.stage.playback.suspend();
    const { x, y } = this.draft;
    const held = Number(this.handles.held?.dataset.handle.replace("data", "") ?? -1);
    x.forEach((value, i) => {
      if (i === held || this.model.x[i] !== value || this.model.y[i] !== y[i]) frame.marker(value, y[i], shape("square"), 16, "#0072B2", "#fff");
    });
    this.placeHandles();
    this.askWhileIdle();
  }

  /** The point that is held, in whichever view it belongs to. */
  drawMoved() {
    const point = this.draft.points.find((candidate) => candidate.id === this.draft.moved);
    const frame = this.stage.plots.get(point?.view)?.overlay?.frame();
    this.stage.playback.suspend();
    frame?.marker(point.x, point.y, shape(point.symbol), 16, point.color, "#fff");
    this.placeHandles();
    this.askWhileIdle();
  }

  /** Between, the server is asked only when it has answered the last question, and at most four times a second. */
  askWhileIdle() {
    const now = performance.now();
    if (this.pending || now - this.asked < (this.model?.remote ? ASK_EVERY : TELL_EVERY) || !this.handles.held) return;
    this.ask(false);
  }

  release() {
    this.unsent &&= this.draft !== null;
    if (!this.draft) return;
    this.scales = null;
    this.ask(true);
  }

  ask(final) {
    this.asked = performance.now();
    this.unsent = false;
    const { x, y, runs, points, moved } = this.draft;
    if (points) {
      const { id, x: newX, y: newY } = points.find((candidate) => candidate.id === moved);
      this.put({ kind: "edit", point: id, x: newX, y: newY, final });
      return;
    }
    const changed = runs.filter((run) => run.changed).map(({ index, W0, alpha0 }) => ({ index, w: [...W0], alpha: [...alpha0] }));
    this.put({ kind: "edit", x, y, runs: changed, final });
  }

  /** Send a change of what can be dragged; it takes the place of one that waits for its answer. */
  put(event) {
    if (this.pending) clearTimeout(this.pending.timer);
    const number = this.stage.send(event);
    this.wait(number, event);
  }

  wait(number, event) {
    this.pending = { number, timer: setTimeout(() => this.again(number, event), ANSWER_BY) };
  }

  /** An answer that never came: a dropped connection loses the question, and nothing else. */
  again(number, event) {
    if (this.pending?.number !== number) return;
    this.stage.send(event, number);
    this.wait(number, event);
  }

  close() {
    if (this.pending) clearTimeout(this.pending.timer);
    this.handles.close();
  }
}
