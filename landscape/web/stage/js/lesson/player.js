// A lesson, given: a layer of its own over the page with the stage of a scene and its card, steered by keys or a clicker.
import { element } from "../view/dom.js";
import { Card } from "./card.js";
import { ClassDots } from "./class_dots.js";
import { trained } from "./experiment.js";
import { keyList, Keys } from "./keys.js";
import { NotesChannel } from "./notes_channel.js";
import { sceneArea, SceneStage } from "./scene_stage.js";

/**
 * @import { PlayedLesson, PlayedScene } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Answer, Class } from "./asked.js"
 * @import { StageMaker } from "./offer.js"
 *
 * @typedef {{place: number, revealed: boolean, locked: boolean}} Steered
 * @typedef {{steer(steered: Steered): void, classOf(): Class, onChange: () => void, close(): void}} RoomLink
 *   A room that follows: where it is steered, what it has answered to the present scene, and a call when that changes.
 */

const BY_HAND = 30; // networks of each width that are trained here where no phones train them

export class Player {
  /** @type {PlayedLesson | null} */
  lesson = null;

  /** The scene that is shown, counted from 0. */
  place = 0;

  ended = false;

  /** The scenes that have been revealed. @type {Set<number>} */
  revealed = new Set();

  /** The scenes whose answers are taken no more, before they are revealed. @type {Set<number>} */
  locked = new Set();

  /** What was answered by hand, for each scene. @type {Map<number, Answer[]>} */
  counted = new Map();

  /** @type {RoomLink | null} */
  room = null;

  /**
   * Open the layer; the page under it stays as it is, and cannot be touched.
   * @param {{root: HTMLElement, page: Stage | null}} under the page, and its stage where it has one
   * @param {StageMaker} makeStage
   * @param {string} title
   * @param {() => void} onEnd
   */
  constructor({ root, page }, makeStage, title, onEnd) {
    this.page = page;
    this.onEnd = onEnd;
    this.card = new Card(title, {
      back: () => this.back(), next: () => this.next(), end: () => this.end(), count: (answer) => this.count(answer),
      lock: () => this.lock(),
    });
    this.area = sceneArea();
    this.dark = element("div", { class: "lesson-dark", hidden: true, role: "img", "aria-label": "Black screen" });
    this.layer = element("dialog", { class: "lesson", "aria-label": title }, this.area, this.card.box, this.dark);
    this.layer.oncancel = (event) => {
      event.preventDefault();
      this.escape();
    };
    this.layer.onclose = () => this.end(); // a browser may close it without asking
    root.append(this.layer);
    this.wasPlaying = page?.playback.playing ?? false;
    if (page) {
      page.playback.playing = false;
      page.transport.forget();
      page.isCovered = true;
    }
    this.layer.showModal();
    this.dots = new ClassDots();
    this.scenes = new SceneStage(this.area, makeStage, {
      moved: () => this.dots.draw(),
      done: () => this.card.complete(),
      placed: (x, y) => this.placed(x, y),
    });
    /** @type {import("./keys.js").Acts} */
    const acts = {
      go: (place) => this.go(place), next: () => this.next(), back: () => this.back(),
      first: () => this.go(0), last: () => this.go(this.scenesCount - 1), reveal: () => this.toggle(), lock: () => this.lock(),
      black: () => this.black(), full: () => this.full(), notes: () => this.openNotes(), help: () => this.help(),
      wake: () => this.wake(),
    };
    this.notes = new NotesChannel(acts);
    this.keys = new Keys(acts);
    this.began = Date.now();
  }

  get stage() {
    return this.scenes.stage;
  }

  get scenesCount() {
    return this.lesson?.scenes.length ?? 1;
  }

  /** @returns {PlayedScene | undefined} */
  get scene() {
    return this.lesson?.scenes[this.place];
  }

  get isRevealed() {
    return this.revealed.has(this.place);
  }

  /**
   * @param {PlayedLesson} lesson
   * @param {{room?: RoomLink | null, place?: number, revealed?: boolean}} [options] the room that follows; where to begin
   */
  async play(lesson, { room = null, place = 0, revealed = false } = {}) {
    this.lesson = lesson;
    this.room = room;
    if (room) room.onChange = () => this.heard();
    if (revealed) this.revealed.add(place);
    await this.show(Math.min(place, this.scenesCount - 1));
  }

  /**
   * Say what is wrong with the room; empty once nothing is.
   * @param {string} why
   */
  warn(why) {
    this.card.warn(why);
  }

  /** @param {string} why */
  fail(why) {
    this.card.fail(why);
  }

  /** On: first the reveal, where there is one; beyond the last scene the lesson ends. */
  next() {
    if (this.wake()) return;
    if (this.scene?.has_reveal && !this.isRevealed) this.reveal();
    else if (this.place + 1 >= this.scenesCount) this.end();
    else this.go(this.place + 1);
  }

  back() {
    if (!this.wake()) this.go(this.place - 1);
  }

  /** @param {number} place */
  go(place) {
    if (this.lesson && place >= 0 && place < this.scenesCount && place !== this.place) this.show(place);
  }

  /** Reveal the scene, or hold it back again. */
  toggle() {
    if (this.wake() || !this.scene?.has_reveal) return;
    if (!this.isRevealed) this.reveal();
    else {
      this.revealed.delete(this.place);
      this.show(this.place);
    }
  }

  async reveal() {
    const { scene } = this;
    if (!scene) return;
    if (scene.question?.kind === "train" && !this.room && !this.counted.has(this.place)) {
      const seeds = Array.from({ length: BY_HAND }, (_, seed) => trained(/** @type {never} */ (scene.question), seed));
      this.counted.set(this.place, await Promise.all(seeds));
    }
    this.revealed.add(this.place);
    await this.show(this.place, true);
  }

  /**
   * @param {number} place
   * @param {boolean} [justRevealed]
   */
  async show(place, justRevealed = false) {
    const { lesson } = this;
    if (!lesson || this.ended) return;
    this.place = place;
    const scene = lesson.scenes[place], revealed = this.isRevealed || !scene.has_reveal;
    this.scenes.places = scene.question?.kind === "place" && !revealed;
    this.layer.classList.toggle("lesson-places", this.scenes.places);
    this.card.show(scene, this.standing());
    this.tell();
    // What is asked for a start is rolled down by the answers; the picture's own runs wait.
    const rolls = scene.question?.kind === "place" && scene.question.what === "start";
    const plays = scene.plays && revealed && (justRevealed || !scene.has_reveal) && !rolls;
    this.dots.clear();
    if (!await this.scenes.show(lesson, scene, revealed, plays)) return;
    this.layer.dataset.scene = String(place + 1);
    this.layer.dataset.revealed = String(this.isRevealed);
    await this.showDots(justRevealed);
  }

  /** @returns {import("./card.js").Standing} */
  standing() {
    return {
      place: this.place, count: this.scenesCount, revealed: this.isRevealed, answered: this.answered(),
      isLast: this.place === this.scenesCount - 1, locked: this.room ? this.locked.has(this.place) : null,
    };
  }

  /** @returns {Class} */
  answered() {
    return this.room?.classOf() ?? { answers: this.counted.get(this.place) ?? [], phones: null };
  }

  /**
   * Show the places that were answered; once they are revealed, starts roll down.
   * @param {boolean} roll
   */
  async showDots(roll) {
    const { scene } = this, question = scene?.question;
    if (!scene || question?.kind !== "place" || !question.view) return;
    const places = /** @type {[number, number][]} */ (this.answered().answers.filter((answer) => Array.isArray(answer) && answer.length === 2));
    // Before the reveal each would draw those that come after it to where it lies; by hand one sees what one counts.
    const shown = this.isRevealed || !this.room ? places : [];
    this.dots.show(this.stage.plots.get(question.view), shown, this.isRevealed ? scene.answer?.place ?? null : null);
    const model = this.lesson?.states[scene.picture.stage].drag;
    if (!this.isRevealed || question.what !== "start" || model?.kind !== "local" || !places.length) return;
    const { reached, of } = await this.dots.roll(model, roll);
    if (this.scene !== scene || this.ended) return;
    const share = scene.answer?.share;
    const exact = share === null || share === undefined ? "" : ` Of all starts in this picture exactly ${(100 * share).toFixed(1)} % do.`;
    this.card.answer.hidden = false;
    this.card.answer.prepend(element("span", { class: "lesson-tally" },
      `${reached} of ${of} starts (${Math.round((100 * reached) / of)} %) reached a star, ${of - reached} were caught (✚).${exact} `));
  }

  /** Answers have come, or the room is steered from elsewhere. */
  heard() {
    const { scene } = this;
    if (!scene || this.ended) return;
    this.card.update(scene, this.standing());
    this.tell();
    if (!this.isRevealed) this.showDots(false);
  }

  /** Take answers no more, or again. */
  lock() {
    if (!this.room || !this.scene?.question || this.isRevealed) return;
    if (!this.locked.delete(this.place)) this.locked.add(this.place);
    this.heard();
  }

  /** @param {Answer} answer */
  count(answer) {
    if (this.room) return;
    const before = this.counted.get(this.place) ?? [];
    this.counted.set(this.place, [...before, answer]);
    this.heard();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  placed(x, y) {
    if (!this.room) this.count([x, y]);
  }

  /** Tell the room and the window with the notes where the lesson is. */
  tell() {
    const { lesson, place } = this;
    if (!lesson) return;
    const steered = { place, revealed: this.isRevealed, locked: this.isRevealed || this.locked.has(place) };
    this.room?.steer(steered);
    const { answers, phones } = this.answered();
    this.notes.tell({ lesson, ...steered, began: this.began, answers: answers.length, phones });
  }

  black() {
    this.dark.hidden = !this.dark.hidden;
  }

  /** Whether the screen was black, or a list lay over it: a key only takes that away. */
  wake() {
    const lay = !this.dark.hidden || Boolean(this.list);
    this.dark.hidden = true;
    this.list?.remove();
    this.list = null;
    return lay;
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {}); // not every browser, or frame, may
  }

  openNotes() {
    this.notes.open();
    this.tell();
  }

  /** @type {HTMLElement | null} */
  list = null;

  help() {
    if (this.wake()) return;
    this.list = keyList();
    this.list.onclick = () => this.wake();
    this.layer.append(this.list);
    this.list.focus();
  }

  /** Escape first takes away what lies over the lesson. */
  escape() {
    if (!this.wake()) this.end();
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    this.keys.close();
    this.notes.close();
    this.dots.clear();
    this.scenes.close();
    this.layer.close();
    this.layer.remove();
    const { page } = this;
    if (page) {
      page.isCovered = false;
      if (this.wasPlaying) page.playback.resume();
      page.transport.update();
    }
    this.onEnd();
  }
}
