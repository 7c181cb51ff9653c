// What is opened below the sentences: the formulas and the proof. Their terms and the pictures mark each other.
import { element } from "./dom.js";
import { drawLines } from "./formulas.js";
import { focusRun } from "./hover.js";
import { markerPicture } from "./markers.js";
import { clearMarks, markPart } from "./marks.js";
import { keyOf, partsAt } from "./regions.js";

/**
 * @import { Panel, Panels as PanelsSent, Part } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 *
 * @typedef {"formulas" | "proof"} Name
 */

const NAMES = /** @type {const} */ (["formulas", "proof"]);

/** Each is one stop of the Tab key; arrow keys go from term to term. */
const GROUPS = ".stage-lines, .stage-legend";

const ASIDE = "Put aside while something is dragged: the numbers follow when it is let go.";

export class Panels {
  /** The panel that the visitor has just asked for. @type {Name | null} */
  opening = null;

  /** Whose sentence has the button that opened the proof last: closed, it gives the focus back to it. */
  openedBy = "optimum";

  /** Whether numbers are written with all their digits. */
  digits = false;

  /** @type {PanelsSent | null} */
  shown = null;

  /** What is drawn, to draw nothing twice. */
  drawn = "";

  /** @type {Map<string, Part>} */
  parts = new Map();

  /** By their keys, the parts whose terms are marked beside those of the run in focus. @type {string[]} */
  keys = [];

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.button = element("button", {
      type: "button", class: "stage-word", title: "The problem that is trained and its convex twin, with these numbers",
    }, "Formulas");
    this.button.onclick = () => this.toggle("formulas");
    this.box = element("div", { class: "stage-panels" });
    const { box } = this;
    box.addEventListener("pointerover", (event) => this.pointed(event.target));
    box.addEventListener("pointerleave", () => this.pointed(null));
    box.addEventListener("focusin", (event) => this.pointed(event.target));
    box.addEventListener("focusout", () => this.pointed(null));
    box.addEventListener("keydown", (event) => this.walk(event));
    // The other way round: what is pointed at in the pictures marks its terms.
    stage.grid.addEventListener("pointermove", (event) => this.seen(event));
    stage.grid.addEventListener("pointerleave", () => this.markTerms([]));
    stage.grid.addEventListener("focusin", (event) => this.seen(event));
    stage.grid.addEventListener("focusout", () => this.markTerms([]));
  }

  /** @param {Name} name */
  toggle(name) {
    this.opening = this.shown?.[name] ? null : name;
    if (name === "formulas") this.stage.send({ kind: "formulas" });
    else this.stage.send({ kind: "proof" });
  }

  /** @param {PanelsSent | null} panels */
  show(panels) {
    this.shown = panels;
    this.button.hidden = !panels;
    this.button.setAttribute("aria-expanded", String(Boolean(panels?.formulas)));
    const wanted = JSON.stringify([panels, this.digits]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.clear();
    this.parts.clear();
    const focused = this.placeOfFocus();
    this.box.replaceChildren(...NAMES.flatMap((name) => {
      const panel = panels?.[name];
      return panel ? [this.panel(name, panel)] : [];
    }));
    if (focused) this.focusAgain(focused);
    const opened = this.opening && this.box.querySelector(`[data-panel=${this.opening}]`);
    if (!opened) return;
    this.opening = null;
    opened.scrollIntoView({ block: "nearest" });
  }

  /**
   * What of a panel has the focus: a button, or which of the terms of a group that speak of the same.
   * @returns {{ group: string, node: string, place: number } | null}
   */
  placeOfFocus() {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement || focused instanceof MathMLElement) || !this.box.contains(focused)) return null;
    const panel = `[data-panel=${focused.closest("[data-panel]")?.getAttribute("data-panel")}]`;
    if (focused.dataset.does) return { group: panel, node: `[data-does=${focused.dataset.does}]`, place: 0 };
    const lines = focused.closest(GROUPS);
    if (!lines || focused.dataset.about === undefined) return null;
    const node = `[tabindex][data-about="${focused.dataset.about}"]`;
    const group = `${panel} ${lines.matches(".stage-lines") ? ".stage-lines" : ".stage-legend"}`;
    return { group, node, place: [...lines.querySelectorAll(node)].indexOf(focused) };
  }

  /**
   * Give the focus back to what had it before the panels were drawn anew; where that is gone, to its group.
   * @param {{ group: string, node: string, place: number }} focused
   */
  focusAgain({ group, node, place }) {
    const within = this.box.querySelector(group);
    const same = within?.querySelectorAll(node);
    const found = /** @type {HTMLElement | null | undefined} */ (same?.[Math.min(place, same.length - 1)] ?? within?.querySelector("[tabindex='0']"));
    if (!found) return;
    if (found.dataset.about !== undefined) moveStop(found);
    found.focus();
  }

  /**
   * @param {Name} name
   * @param {Panel} panel
   */
  panel(name, { title, lines, parts }) {
    for (const part of parts) this.parts.set(`${name} ${part.id}`, part);
    const id = `stage-${name}`;
    const digits = element("button", {
      type: "button", class: "stage-toggle", "aria-pressed": String(this.digits), "data-does": "digits",
      title: "Write every number with all its digits",
    }, "All digits");
    digits.onclick = () => {
      this.digits = !this.digits;
      this.show(this.shown);
    };
    const close = element("button", { type: "button", class: "stage-toggle", "data-does": "close" }, "Close");
    close.onclick = () => {
      this.toggle(name);
      const opener = name === "formulas" ? this.button : this.stage.sentences.querySelector(`li[data-run="${this.openedBy}"] [aria-expanded]:not([aria-haspopup])`);
      /** @type {HTMLElement | null} */ (opener)?.focus();
    };
    const legend = element("div", { class: "stage-legend", role: "group", "aria-label": `${title}: what the terms speak of` },
      ...parts.map((part, place) => chip(part, place === 0)));
    const text = drawLines(lines, new Map(parts.map((part) => [part.id, part])), this.digits);
    return element("section", { class: "stage-panel", "data-panel": name, "aria-labelledby": id },
      element("header", {}, element("h2", { id }, title), digits, close),
      element("p", { class: "stage-put-aside", role: "status" }), text, legend);
  }

  /** What is dragged is newer than these numbers. */
  putAside() {
    if (!this.box.childElementCount || this.box.classList.contains("stage-aside")) return;
    this.clear();
    this.box.classList.add("stage-aside");
    for (const note of this.box.querySelectorAll(".stage-put-aside")) note.textContent = ASIDE;
  }

  takeBack() {
    if (!this.box.classList.contains("stage-aside")) return;
    this.box.classList.remove("stage-aside");
    for (const note of this.box.querySelectorAll(".stage-put-aside")) note.textContent = "";
  }

  /**
   * A term was pointed at or has the focus: mark what it speaks of.
   * @param {EventTarget | null} target
   */
  pointed(target) {
    const node = target instanceof Element && this.box.contains(target) ? target.closest("[data-about]") : null;
    this.clear();
    if (!node || this.box.classList.contains("stage-aside")) return;
    const panel = node.closest("[data-panel]")?.getAttribute("data-panel");
    const found = (node.getAttribute("data-about") ?? "").split(" ").flatMap((id) => this.parts.get(`${panel} ${id}`) ?? []);
    const run = found.find((part) => part.kind === "run" || part.kind === "optimum");
    if (run) focusRun(this.stage, run.id);
    for (const part of found) markPart(this.stage, part);
    this.markTerms(found.map(keyOf));
  }

  /** The pictures were drawn anew: mark what the term under the pointer, or the one that has the focus, speaks of. */
  markAgain() {
    const [term] = [...this.box.querySelectorAll("[data-about]:hover")].reverse(); // the innermost
    const pointed = term ?? this.box.querySelector("[data-about]:focus");
    if (pointed) this.pointed(pointed);
  }

  clear() {
    clearMarks(this.stage);
    if (this.stage.focus) focusRun(this.stage, null);
    this.markTerms([]);
  }

  /**
   * Something in the pictures is pointed at or has the focus.
   * @param {Event} event
   */
  seen(event) {
    if (!this.box.childElementCount || this.box.classList.contains("stage-aside")) return;
    const keys = partsAt(this.stage, event, [...this.parts.values()]);
    if (keys) this.markTerms(keys);
  }

  /**
   * Mark the terms that speak of some parts, by their keys, and of the run in focus; without keys of the same as before.
   * @param {string[]} [keys]
   */
  markTerms(keys = this.keys) {
    this.keys = keys;
    if (!this.box.childElementCount) return;
    const wanted = new Set(this.stage.focus ? [...keys, this.stage.focus] : keys);
    for (const node of this.box.querySelectorAll("[data-about]")) {
      const panel = node.closest("[data-panel]")?.getAttribute("data-panel");
      const on = (node.getAttribute("data-about") ?? "").split(" ").some((id) => {
        const part = this.parts.get(`${panel} ${id}`);
        return wanted.has(part ? keyOf(part) : id);
      });
      node.classList.toggle("stage-on", on);
    }
  }

  /**
   * Arrow keys go from term to term: each group is one stop of the Tab key.
   * @param {KeyboardEvent} event
   */
  walk(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    const group = target.closest(GROUPS);
    if (!by || !group || !target.hasAttribute("data-about")) return;
    event.preventDefault();
    event.stopPropagation();
    const all = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[tabindex]")]);
    const next = all[(all.indexOf(target) + by + all.length) % all.length];
    moveStop(next);
    next.focus();
  }
}

/**
 * Make a term the one of its group at which the Tab key stops.
 * @param {HTMLElement} term
 */
function moveStop(term) {
  for (const other of /** @type {NodeListOf<HTMLElement>} */ (term.closest(GROUPS)?.querySelectorAll("[tabindex='0']") ?? [])) other.tabIndex = -1;
  term.tabIndex = 0;
}

/**
 * @param {Part} part
 * @param {boolean} first
 */
function chip(part, first) {
  return element("button", {
    type: "button", class: `stage-chip stage-is-${part.kind}`, "data-about": part.id, tabindex: first ? 0 : -1,
  }, markerPicture(part.color, part.symbol), part.name);
}
