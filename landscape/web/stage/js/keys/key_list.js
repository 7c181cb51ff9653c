// The list of all keys, in a dialog that `?` and a button open, and the switch for those of one character.
import { element } from "../view/dom.js";

/** @import { Stage } from "../stage.js" */

/** @typedef {[string, string][]} Rows keys, and what they do */

/** @type {Rows} */
const WALK = [
  ["Tab", "to the next picture, its tools, the sentences; one stop for each picture"],
  ["PageDown, PageUp", "in a picture: to its next point, its crosshair, or back"],
];

/** @type {Rows} */
const POINTS = [
  ["← → ↑ ↓", "move the point or the crosshair; with Shift in small steps"],
  ["Enter", "on a point: its numbers, to be typed; Escape goes back to the point"],
  ["Enter", "on the crosshair of a landscape: a start is set there, with Shift a run is added"],
  ["Delete", "on a data point: it is removed"],
];

/** @type {Rows} */
const VIEWS = [
  ["+  −  0", "in a picture: nearer, further away, all of it again"],
  ["← → ↑ ↓", "in a picture in space: turn it"],
  ["Escape", "an enlarged picture: back to all of them"],
];

/** @type {Rows} */
const PLAYBACK = [
  ["Space", "play the runs, or stop them"],
  ["← →", "one step back, one step forward"],
  ["Home, End", "the first step, the last step"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo (anywhere on the page)"],
];

export class KeyList {
  /** What had the focus before. @type {HTMLElement | null} */
  before = null;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.button = element("button", {
      type: "button", class: "stage-keys-button", "aria-label": "Keys (?)", title: "All keys (?)", "aria-haspopup": "dialog",
    }, "?");
    this.button.onclick = () => this.open();
    this.dialog = element("dialog", { class: "stage-keys", "aria-labelledby": "stage-keys-title" });
    this.dialog.onclose = () => this.closed();
    // Keys of the page beneath are not pressed from here; Escape closes, which is the browser's own.
    this.dialog.onkeydown = (event) => event.stopPropagation();
    stage.shortcuts.add({ key: "?", what: "this list", act: () => this.open() });
  }

  open() {
    if (this.dialog.open) return false;
    const { activeElement } = document;
    this.before = activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : null;
    this.dialog.replaceChildren(...this.contents());
    if (this.dialog.parentNode !== this.stage.box) this.stage.box.append(this.dialog);
    this.dialog.showModal();
    return true;
  }

  contents() {
    const { shortcuts } = this.stage;
    const off = element("input", { type: "checkbox", role: "switch", checked: shortcuts.on });
    off.onchange = () => {
      shortcuts.on = off.checked;
    };
    const close = element("button", { type: "button", class: "stage-action" }, "Close");
    close.onclick = () => this.dialog.close();
    const single = [...shortcuts.known.values()].map(
      ({ key, what }) => /** @type {[string, string]} */ ([key.length === 1 ? key.toUpperCase() : key, what]));
    return [
      element("header", {}, element("h2", { id: "stage-keys-title" }, "Keys"), close),
      element("div", { class: "stage-keys-lists" },
        section("To the pictures and through them", WALK), section("What can be moved", POINTS),
        section("A picture", VIEWS), section("Playback, while the focus is in the pictures or their bar", PLAYBACK),
        element("section", {}, element("h3", {}, "Keys of one character"),
          element("label", { class: "stage-keys-switch" }, off, "These keys act"),
          table("Keys of one character", single))),
    ];
  }

  closed() {
    const { before, button, stage } = this;
    const back = before?.isConnected ? before : button.offsetParent ? button : stage.box;
    back.focus({ preventScroll: true });
  }
}

/**
 * @param {string} heading
 * @param {Rows} rows
 */
function section(heading, rows) {
  return element("section", {}, element("h3", {}, heading), table(heading, rows));
}

/**
 * @param {string} name
 * @param {Rows} rows
 */
function table(name, rows) {
  return element("table", { "aria-label": name }, element("tbody", {}, ...rows.map(
    ([keys, what]) => element("tr", {}, element("th", { scope: "row" }, keys), element("td", {}, what)))));
}
