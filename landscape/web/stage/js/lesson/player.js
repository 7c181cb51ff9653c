// A lesson, played in a layer of its own over the page: a stage that no server answers, and the card of its scene.
import { element, prefersStill } from "../view/dom.js";
import { Card } from "./card.js";
import { Spotlight } from "./spotlight.js";
import { watchFor } from "./tasks.js";

/**
 * @import { PlayedLesson, StageEvent } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { StageMaker } from "./offer.js"
 */

export class Player {
  /** @type {PlayedLesson | null} */
  lesson = null;

  /** The scene that is shown, counted from 0. */
  place = 0;

  ended = false;

  /** How many states its stage was shown. */
  shown = 0;

  /** Says once that the scene's task has been done. @type {() => boolean} */
  isDone = () => false;

  /**
   * Open the layer; the page under it stays as it is, and cannot be touched.
   * @param {Stage} page the stage of the page
   * @param {StageMaker} makeStage
   * @param {string} title
   * @param {() => void} onEnd
   */
  constructor(page, makeStage, title, onEnd) {
    this.page = page;
    this.onEnd = onEnd;
    const ways = { back: () => this.go(this.place - 1), next: () => this.go(this.place + 1), end: () => this.end() };
    this.card = new Card(title, ways);
    this.area = element("div", { class: "lesson-stage" });
    this.layer = element("dialog", { class: "lesson", "aria-label": title }, this.area, this.card.box);
    this.layer.oncancel = (event) => {
      event.preventDefault();
      this.end();
    };
    this.layer.onclose = () => this.end(); // a browser may close it without asking
    page.root.append(this.layer);
    this.wasPlaying = page.playback.playing;
    page.playback.playing = false;
    page.transport.forget();
    page.isCovered = true;
    this.layer.showModal();
    this.stage = makeStage(this.area, (event) => this.heard(event));
    this.stage.onMoved = () => this.moved();
    this.spotlight = new Spotlight(this.stage);
    this.resize = new ResizeObserver(() => this.spotlight.draw());
    this.resize.observe(this.area);
    /** @param {KeyboardEvent} event */
    this.onKey = (event) => this.key(event);
    // Before the keys of the stage's own playback.
    document.addEventListener("keydown", this.onKey, { capture: true });
    this.layer.addEventListener("pointermove", (event) => this.pointed(event));
  }

  /** @param {PlayedLesson} lesson */
  async play(lesson) {
    this.lesson = lesson;
    await this.show(0);
  }

  /** @param {string} why */
  fail(why) {
    this.card.fail(why);
  }

  /**
   * Go to a scene; beyond the last the lesson ends.
   * @param {number} place
   */
  go(place) {
    if (!this.lesson || place < 0) return;
    if (place >= this.lesson.scenes.length) this.end();
    else this.show(place);
  }

  /** @param {number} place */
  async show(place) {
    const { card, lesson, stage } = this;
    if (!lesson || this.ended) return;
    this.place = place;
    const scene = lesson.scenes[place];
    card.show(scene, place, lesson.scenes.length);
    this.isDone = () => false;
    stage.drag.forget();
    stage.playback.begin = scene.begin;
    stage.playback.moveTo(scene.at ?? Infinity);
    const state = { ...lesson.states[scene.stage], at: scene.at };
    const views = scene.views.map((view) => lesson.views[view]);
    this.spotlight.share(views.map(({ name }) => name), scene.large);
    await stage.show({ answers: null, serial: this.shown += 1, state, views });
    if (this.place !== place || this.ended) return;
    await stage.fit(); // views that stay may have another size
    if (this.place !== place || this.ended) return;
    this.spotlight.point(scene);
    this.isDone = watchFor(scene.task, stage);
    if (scene.plays && !prefersStill()) stage.playback.play();
    this.layer.dataset.scene = String(place + 1);
    this.moved();
  }

  /** Something was dragged, played or drawn: is that what was to be done? */
  moved() {
    this.spotlight.draw();
    if (this.isDone()) this.card.complete();
  }

  /**
   * What is done on the stage of the lesson goes nowhere else; a click sets a start, as on the page.
   * @param {StageEvent} event
   */
  heard(event) {
    const { stage } = this;
    if (event.kind !== "click" || stage.state?.drag?.kind !== "local") return;
    const run = this.lesson?.scenes[this.place].task?.run?.match(/\d+/);
    stage.drag.startAt(event.view, event.x, event.y, run ? Number(run[0]) : stage.state.drag.selected);
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    const task = this.lesson?.scenes[this.place].task;
    if (task?.doing !== "point" || !(event.target instanceof Element)) return;
    if (event.target.closest(".stage-plot") && event.target.closest("[data-view]")?.getAttribute("data-view") === task.view) {
      this.card.complete();
    }
  }

  /**
   * Arrows, PageUp and PageDown, Home and End walk through the scenes, unless they move what has the focus.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target instanceof Element ? event.target : null;
    const own = target?.closest("input, select, [role=slider], .word, .stage-plot[tabindex]");
    const last = (this.lesson?.scenes.length ?? 1) - 1;
    /** @type {Record<string, number | undefined>} */
    const places = {
      PageUp: this.place - 1, PageDown: this.place + 1,
      ...(own ? {} : { ArrowLeft: this.place - 1, ArrowRight: this.place + 1, Home: 0, End: last }),
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.go(Math.min(place, last));
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    document.removeEventListener("keydown", this.onKey, { capture: true });
    this.resize.disconnect();
    this.stage.close();
    this.layer.close();
    this.layer.remove();
    const { page } = this;
    page.isCovered = false;
    if (this.wasPlaying) page.playback.resume();
    page.transport.update();
    this.onEnd();
  }
}
