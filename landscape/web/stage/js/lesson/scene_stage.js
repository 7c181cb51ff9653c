// The stage of a scene: a stage of its own that no server answers, which shows the scene as it is before or after its reveal.
import { element, prefersStill } from "../view/dom.js";
import { axesOf } from "../view/plotly_internals.js";
import { Spotlight } from "./spotlight.js";
import { watchFor } from "./tasks.js";

/**
 * @import { PlayedLesson, PlayedScene, StageEvent, StageView } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { StageMaker } from "./offer.js"
 *
 * @typedef {{moved?: () => void, placed?: (x: number, y: number) => void, done?: () => void}} Heard
 *   What is told: something was dragged, played or drawn; a point was placed, where the scene asks for one; the scene's
 *   task has been done.
 */

export class SceneStage {
  /** @type {PlayedScene | null} */
  scene = null;

  closed = false;

  /** How many states its stage was shown. */
  shown = 0;

  /** Whether a click on the landscape places a point. */
  places = false;

  /** Says once that the scene's task has been done. @type {() => boolean} */
  isDone = () => false;

  /**
   * @param {HTMLElement} area
   * @param {StageMaker} makeStage
   * @param {Heard} heard
   */
  constructor(area, makeStage, heard) {
    this.area = area;
    this.heard = heard;
    this.stage = makeStage(area, (event) => this.hear(event));
    this.stage.onMoved = () => this.moved();
    this.spotlight = new Spotlight(this.stage);
    this.resize = new ResizeObserver(() => this.moved());
    this.resize.observe(area);
    area.addEventListener("pointermove", (event) => this.pointed(event));
    area.addEventListener("click", (event) => this.clicked(event));
  }

  /**
   * Show a scene.
   * @param {PlayedLesson} lesson
   * @param {PlayedScene} scene
   * @param {boolean} revealed
   * @param {boolean} plays whether it may play by itself
   * @returns {Promise<boolean>} whether it is shown, and no other meanwhile
   */
  async show(lesson, scene, revealed, plays) {
    const { stage } = this, picture = revealed ? scene.picture : scene.before ?? scene.picture;
    const order = this.shown += 1;
    const isLast = () => order === this.shown && !this.closed;
    this.scene = scene;
    this.isDone = () => false;
    // A phone has the scene as it is before its reveal alone, without the answer.
    this.area.classList.toggle("lesson-held", picture !== scene.picture || (scene.has_reveal && !scene.answer));
    stage.drag.forget();
    // The numbers of a place that was tapped belong to the scene before.
    for (const layer of this.area.querySelectorAll(".hoverlayer")) layer.replaceChildren();
    stage.playback.begin = picture.begin;
    stage.playback.moveTo(picture.at ?? Infinity);
    const state = { ...lesson.states[picture.stage], at: picture.at };
    const views = lowered(picture.views.map((view) => lesson.views[view]));
    this.spotlight.share(views.map(({ name }) => name), scene.large);
    await stage.show({ answers: null, serial: order, state, views });
    if (!isLast()) return false;
    await stage.fit(); // views that stay may have another size
    if (!isLast()) return false;
    this.spotlight.point(scene);
    this.isDone = watchFor(scene.task, stage);
    if (plays && !prefersStill()) stage.playback.play();
    this.moved();
    return true;
  }

  /** Something was dragged, played or drawn: is that what was to be done? */
  moved() {
    this.spotlight.draw();
    this.heard.moved?.();
    if (this.isDone()) this.heard.done?.();
  }

  /**
   * What is done on this stage goes nowhere else; a click sets a start, as on the page.
   * @param {StageEvent} event
   */
  hear(event) {
    const { stage } = this;
    if (event.kind !== "click" || this.places || stage.state?.drag?.kind !== "local") return;
    const run = this.scene?.task?.run?.match(/\d+/);
    stage.drag.startAt(event.view, event.x, event.y, run ? Number(run[0]) : stage.state.drag.selected);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const view = this.scene?.question?.view;
    if (!this.places || !view || !event.isTrusted) return; // plotly.js clicks once more by itself
    const plot = this.stage.plots.get(view), axes = plot && axesOf(plot.area);
    if (!plot || !axes) return;
    const { left, top } = plot.area.getBoundingClientRect();
    const [right, down] = [event.clientX - left - axes.x.start, event.clientY - top - axes.y.start];
    if (right < 0 || down < 0 || right > axes.x.length || down > axes.y.length) return;
    this.heard.placed?.(axes.x.toValue(event.clientX - left), axes.y.toValue(event.clientY - top));
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    const task = this.scene?.task;
    if (task?.doing !== "point" || !(event.target instanceof Element)) return;
    if (event.target.closest(".stage-plot") && event.target.closest("[data-view]")?.getAttribute("data-view") === task.view) {
      this.heard.done?.();
    }
  }

  close() {
    this.closed = true;
    this.resize.disconnect();
    this.stage.close();
  }
}

/**
 * Views in which the outputs keep no room above them for the slopes, where there is no convex landscape that these are of.
 * @param {StageView[]} views
 * @returns {StageView[]}
 */
function lowered(views) {
  if (views.some(({ name }) => name === "twin")) return views;
  return views.map((view) => {
    if (view.name !== "outputs") return view;
    const { figure } = view, { margin } = figure.layout;
    return { ...view, key: `${view.key} low`, figure: { ...figure, layout: { ...figure.layout, margin: { ...margin, t: 14 } } } };
  });
}

/**
 * The area in which a scene is shown.
 * @returns {HTMLElement}
 */
export function sceneArea() {
  return element("div", { class: "lesson-stage" });
}
