// One view large: it fills the stage, the others wait undrawn until all are shown again.
//
// Which one is in the address, written there in place: a reload and a link open it, and it is no step of undo.
import { writeValue } from "./address.js";
import { element, icon } from "./dom.js";

/**
 * @import { StageState, StageView } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "./plot.js"
 */

const KEY = "enlarged"; // ENLARGED of landscape/web/enlarged.py
const OUTWARD = "M2 2h5v2H5.4l2.3 2.3-1.4 1.4L4 5.4V7H2ZM14 14H9v-2h1.6L8.3 9.7l1.4-1.4L12 10.6V9h2Z";
const INWARD = "M7.5 7.5h-5v-2h1.6L1.8 3.2l1.4-1.4 2.3 2.3V2.5h2ZM8.5 8.5h5v2h-1.6l2.3 2.3-1.4 1.4-2.3-2.3v1.6h-2Z";

/** The controls on which a key or a double click has a meaning of its own. */
const CONTROLS = "button, select, input, textarea, a, [contenteditable]";

export class Enlarged {
  /** The view that fills the stage. @type {string | null} */
  name = null;

  /** The one that Python named last. @type {string | null} */
  fromPython = null;

  /** The view to which pointer or focus went last: each may still be in another one. @type {string | null} */
  last = null;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @param {KeyboardEvent} event */
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    // In a lesson the key is for the full screen.
    if (!stage.isAlone) {
      stage.shortcuts.add({ key: "f", what: "enlarge the view that has the pointer or the focus, or show all again", act: () => this.byKey() });
    }
    for (const kind of ["pointermove", "focusin"]) {
      stage.box.addEventListener(kind, ({ target }) => {
        const view = target instanceof Element ? target.closest(".stage-view") : null;
        if (view instanceof HTMLElement) this.last = view.dataset.view ?? null;
      }, { passive: true });
    }
  }

  /**
   * Show the view that the address names, unless another was chosen here since; one that is gone gives way to all, or
   * another drawing of the same takes its place.
   * @param {StageState} state
   * @param {StageView[]} views those that there are
   */
  follow({ enlarged }, views) {
    if (enlarged !== this.fromPython) {
      if (this.name === this.fromPython) this.name = enlarged;
      this.fromPython = enlarged;
    }
    const { name } = this;
    if (name !== null) {
      const found = views.find((view) => view.name === name) ?? views.find((view) => view.also.includes(name));
      this.name = found?.name ?? null;
    }
    // A page that was being drawn when a view was enlarged writes an address that does not know of it.
    if (this.name !== null && !this.stage.isAlone) writeValue(KEY, this.name);
    this.mark();
  }

  /** Hide all views but the one, and let every button say what it does. */
  mark() {
    this.stage.box.classList.toggle("stage-one", this.name !== null);
    for (const plot of this.stage.plots.values()) {
      plot.box.hidden = this.name !== null && plot.name !== this.name;
      this.dress(plot);
    }
  }

  /**
   * Let one view fill the stage, or show all of them.
   * @param {string | null} name
   */
  async show(name) {
    const { stage } = this;
    const before = stage.plots.get(this.name ?? name ?? "");
    this.name = name;
    if (!stage.isAlone) writeValue(KEY, name);
    this.mark();
    stage.announcer.tell(name === null ? "All views are shown." : `${before?.view?.title ?? name} fills the stage.`);
    await stage.draw();
    stage.fit();
    before?.box.scrollIntoView({ block: "nearest" });
  }

  /** @param {Plot} plot */
  toggle(plot) {
    return this.show(this.name === plot.name ? null : plot.name);
  }

  /**
   * The button in a view's heading; a double click beside it does the same.
   * @param {Plot} plot
   * @returns {HTMLButtonElement}
   */
  buttonOf(plot) {
    const button = element("button", { type: "button", class: "stage-small stage-enlarge" });
    button.onclick = () => this.toggle(plot);
    plot.heading.addEventListener("dblclick", (event) => {
      if (this.stage.isAlone || (event.target instanceof Element && event.target.closest(CONTROLS))) return;
      getSelection()?.removeAllRanges();
      this.toggle(plot);
    });
    return button;
  }

  /** @param {Plot} plot */
  dress(plot) {
    const large = this.name === plot.name;
    const label = large ? "Back to all views" : `Enlarge ${plot.view?.title ?? plot.name}`;
    if (plot.enlarge.getAttribute("aria-label") === label) return;
    plot.enlarge.setAttribute("aria-label", label);
    plot.enlarge.title = large ? `${label} (Escape)` : `${label} (f)`;
    plot.enlarge.replaceChildren(icon(large ? INWARD : OUTWARD));
  }

  /**
   * Escape goes back to all views.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const { stage } = this;
    if (event.key !== "Escape" || this.name === null || stage.isAlone || !stage.shortcuts.isHeard(event)) return;
    if (!document.querySelector("[data-testid=stPopoverBody]")) this.show(null);
  }

  /** The view that has the pointer or the focus, of two the one to which either went last. @returns {Plot | undefined} */
  here() {
    const candidates = [...this.stage.plots.values()].filter(({ box }) => box.matches(":hover, :focus-within"));
    return candidates.find(({ name }) => name === this.last) ?? candidates[0];
  }

  /**
   * Enlarge the view that has the pointer or the focus, or show all again.
   * @returns {boolean} whether there was one
   */
  byKey() {
    const { stage } = this, here = this.here();
    if (!here && (this.name === null || !stage.box.matches(":hover"))) return false;
    if (this.name !== null) this.show(null);
    else if (here) this.toggle(here);
    return true;
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
  }
}
