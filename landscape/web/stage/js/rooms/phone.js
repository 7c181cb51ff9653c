// A phone in a room: it shows the scene that the lecturer is at, and answers what is asked.
import { makerOf } from "../alone/lesson.js";
import { sceneArea, SceneStage } from "../lesson/scene_stage.js";
import { ClassDots } from "../lesson/class_dots.js";
import { rightAnswer } from "../lesson/card.js";
import { written } from "../lesson/text.js";
import { element } from "../view/dom.js";
import { Answering } from "./answering.js";
import { addressOf, Room } from "./room.js";

/**
 * @import { LocalDrag, PlayedLesson, StageView } from "../protocol.js"
 * @import { Urls } from "../stage.js"
 * @import { Answer } from "../lesson/asked.js"
 * @import { Axis } from "./answering.js"
 * @import { RoomState } from "./room.js"
 *
 * @typedef {{places: Record<"main", HTMLElement>, urls: Urls}} Given
 */

/**
 * Follow the room whose page this is.
 * @param {Given} given
 */
export function open({ places, urls }) {
  return new Phone(places.main, urls, document.documentElement.dataset.room ?? "");
}

class Phone {
  /** @type {PlayedLesson | null} */
  lesson = null;

  /** What is shown: place and whether it is revealed. */
  shown = "";

  /** The last state that the room told. @type {RoomState | null} */
  state = null;

  /** @type {Answer | null} */
  answer = null;

  /**
   * @param {HTMLElement} main
   * @param {Urls} urls
   * @param {string} code
   */
  constructor(main, urls, code) {
    this.title = element("h1", { class: "phone-title", tabindex: "-1" });
    this.said = element("p", { class: "phone-text" });
    this.question = element("p", { class: "phone-question" });
    this.note = element("p", { class: "phone-note", role: "status" });
    this.reveal = element("p", { class: "phone-answer", role: "status" });
    this.area = sceneArea();
    this.answering = new Answering((answer) => this.give(answer));
    main.replaceChildren(element("header", { class: "phone-head" }, this.title, this.said, this.question),
      this.answering.box, this.note, this.reveal, this.area);
    this.dots = new ClassDots();
    this.scenes = new SceneStage(this.area, makerOf(urls), {
      moved: () => this.dots.draw(),
      placed: (x, y) => this.give([x, y]),
    });
    this.scenes.spotlight.scrolls = false; // what is said stands at the top
    this.title.textContent = "Welcome";
    this.note.textContent = "The room is being entered…";
    this.phone = phoneId(code);
    this.room = new Room(addressOf(code), { phone: this.phone }, {
      state: (state) => this.follow(state),
      connected: (connected) => this.connected(connected),
    });
  }

  /** @param {boolean} connected */
  connected(connected) {
    document.documentElement.classList.toggle("phone-away", !connected);
    if (!connected) this.note.textContent = "The connection is lost; it comes back by itself.";
    else {
      this.note.textContent = "";
      if (this.state) this.tell(this.state);
    }
  }

  /** @param {RoomState} state */
  async follow(state) {
    this.state = state;
    if (state.closed) {
      this.title.textContent = "The room is closed";
      this.said.textContent = "Thank you for taking part. Nothing of what you answered is kept here.";
      for (const node of [this.question, this.answering.box, this.note, this.reveal, this.area]) node.hidden = true;
      return;
    }
    const wanted = `${state.place} ${state.revealed}`;
    if (wanted !== this.shown) {
      const before = this.shown;
      this.shown = wanted;
      try {
        const lesson = await this.room.scene(state);
        if (this.shown !== wanted) return; // another came meanwhile
        this.lesson = lesson;
        document.documentElement.classList.remove("phone-away");
        this.answer = state.answer ?? null;
        await this.draw(state, before.split(" ")[0] === String(state.place));
      } catch {
        this.shown = "";
        this.connected(false);
        setTimeout(() => this.state === state && this.follow(state), 1000);
        return;
      }
    } else if (state.answer !== undefined) this.answer = state.answer;
    this.tell(state);
  }

  /**
   * @param {RoomState} state
   * @param {boolean} isReveal whether the same scene was shown before
   */
  async draw(state, isReveal) {
    const scene = this.lesson?.scenes[0];
    if (!scene || !this.lesson) return;
    this.title.textContent = scene.title;
    this.said.replaceChildren(...written(scene.text));
    this.question.replaceChildren(...written(scene.question?.text ?? []));
    this.question.hidden = !scene.question;
    const takes = !state.locked && !state.revealed;
    this.scenes.places = scene.question?.kind === "place" && takes;
    document.documentElement.classList.toggle("phone-places", this.scenes.places);
    document.documentElement.dataset.asks = scene.question?.kind ?? "";
    document.documentElement.dataset.shown = `${state.place + 1} ${state.revealed ? "revealed" : "before"}`;
    this.dots.clear();
    await this.scenes.show(this.lesson, scene, true, scene.plays && (isReveal || !scene.has_reveal));
    if (isReveal) return;
    this.title.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }

  /**
   * What this phone has answered, and whether it may still change that.
   * @param {RoomState} state
   */
  tell(state) {
    const scene = this.lesson?.scenes[0];
    if (!scene) return;
    const { question } = scene, takes = !state.locked && !state.revealed;
    const view = question?.view ? this.scenes.stage.plots.get(question.view)?.view : undefined;
    this.answering.show(question, this.answer, takes, state.revealed ? scene.answer : null, axesOf(view));
    this.scenes.places = question?.kind === "place" && takes;
    const given = this.answer !== null;
    this.note.textContent = !question ? ""
      : state.revealed ? (!given ? "It was answered without you." : question.kind === "place" ? "The dot is yours." : "")
        : state.locked ? (given ? "Your answer counts. Nothing can be changed any more." : "Answers are taken no more.")
          : question.kind === "train" ? (given ? "Your networks are in." : "")
            : given ? "Your answer is in. You may change it." : question.kind === "place" ? `Tap the picture${view ? ` “${view.title}”` : ""}.` : "";
    const answer = state.revealed ? scene.answer : null;
    const number = answer ? rightAnswer(answer, answer.text.length > 0) : [];
    this.reveal.replaceChildren(...number, ...written(answer?.text ?? []));
    this.reveal.hidden = !answer || answer.text.length + number.length === 0;
    const placed = question?.kind === "place" && Array.isArray(this.answer) ? [/** @type {[number, number]} */ (this.answer)] : [];
    if (question?.view) {
      this.dots.show(this.scenes.stage.plots.get(question.view), placed, answer?.place ?? null);
      const model = this.lesson?.states[scene.picture.stage].drag;
      if (answer && placed.length && question.what === "start" && model?.kind === "local" && !this.dots.runs) this.roll(model);
    }
  }

  /**
   * Let the dot of this phone roll down, and say how it ended.
   * @param {LocalDrag} model
   */
  async roll(model) {
    const { shown } = this;
    const { reached } = await this.dots.roll(model, true);
    if (this.shown === shown) this.note.textContent = reached ? "The dot is yours: it reached a star." : "The dot is yours: it was caught (✚).";
  }

  /** @param {Answer} answer */
  async give(answer) {
    const { state } = this;
    if (!state) return;
    const before = this.answer;
    this.answer = answer;
    this.tell(state);
    this.note.textContent = "Your answer is being sent…";
    const refused = await this.room.post("answer", { phone: this.phone, place: state.place, answer });
    if (this.state?.place !== state.place) return;
    if (refused) this.answer = before;
    this.tell(this.state);
    if (refused) this.note.textContent = refused;
  }
}

/**
 * The axes of a picture: those of a place that is typed.
 * @param {StageView | null | undefined} view
 * @returns {Axis[]}
 */
function axesOf(view) {
  const { xaxis, yaxis } = view?.figure.layout ?? {};
  return [xaxis, yaxis].map((axis, k) => {
    const [low, high] = axis?.range?.map(Number) ?? [-Infinity, Infinity];
    return { name: axis?.title?.text ?? ["Across", "Up"][k], low: Math.min(low, high), high: Math.max(low, high) };
  });
}

/**
 * By what this phone is known in a room, and nowhere else: drawn once, and remembered for when it returns.
 * @param {string} code
 */
function phoneId(code) {
  const key = `room ${code}`;
  try {
    const known = localStorage.getItem(key);
    if (known) return known;
  } catch {
    // A browser that remembers nothing is a new phone each time.
  }
  const drawn = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    localStorage.setItem(key, drawn);
  } catch {
    // As above.
  }
  return drawn;
}
