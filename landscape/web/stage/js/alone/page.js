// The front page without a server: a link becomes a scenario, it is solved and drawn here, and what a visitor does changes
// it. What front.py and landscape/web/session.py do where there is a server.
import { Stage } from "../stage.js";
import { ADDRESS_KEYS, enlargedIn, writeEntry } from "./address.js";
import { Controls } from "../fields/controls.js";
import { controlsOf } from "../front/controls.js";
import { Drawing } from "../front/drawing.js";
import { leadOf } from "./lead.js";
import { act } from "../front/scenario/events.js";
import { fitsALink, queryString, readQuery } from "../front/scenario/link.js";
import { DEFAULT } from "../front/scenario/scenario.js";
import { address, Session } from "../front/scenario/session.js";
import { planeOf } from "../front/scene/planes.js";

/**
 * @import { StageEvent, StageUpdate } from "../protocol.js"
 * @import { Urls } from "../stage.js"
 * @import { Scenario } from "../front/scenario/scenario.js"
 * @import { Preset } from "../front/scenario/session.js"
 *
 * @typedef {Record<"main" | "controls" | "lead" | "notes" | "presets" | "link" | "copy", HTMLElement>} Places
 *   Where on the page the stage stands, the controls, the line under the title, notes, the presets, the page's link and
 *   the button that copies it.
 * @typedef {{places: Places, urls: Urls, presets: Preset[], query?: string}} Given
 *   query: what the page opens with where its address says nothing.
 */

const NEEDS_THE_APP = "This page draws data of one feature without a bias; other data need the app. The page opens as it "
  + "does without a link.";
const NOT_IN_THE_ADDRESS = "These data are too many for a link: a reload opens the page as it starts.";

/**
 * Whether the page can show a scenario.
 * @param {Scenario} scenario
 */
export function isShownHere({ data, training }) {
  return data.features === 1 && !data.bias && training.scales.length === 0 && training.output_bias === "none";
}

/**
 * Open the front page as its address says.
 * @param {Given} given
 */
export async function open(given) {
  const page = new FrontPage(given);
  await page.draw();
  return page;
}

export class FrontPage {
  /** The number of the event that is answered next. @type {string | null} */
  answers = null;
  serial = 0;

  drawing = new Drawing();

  /** Events that wait for their turn. @type {(StageEvent & {number: string})[]} */
  waiting = [];

  /** @param {Given} given */
  constructor({ places, urls, presets, query = "" }) {
    this.places = places;
    const { scenario, notes } = readQuery(location.search || query), shown = isShownHere(scenario);
    this.session = new Session({
      solvedOf: (of) => this.drawing.solvedOf(of), planeOf: (of) => planeOf(this.drawing.solvedOf(of), of),
    }, presets, shown ? scenario : DEFAULT);
    this.session.note(shown ? notes : [NEEDS_THE_APP]);
    this.opensPlaying = this.session.current.view.at === null;
    /** The address of the entry of the history that is shown, without the step of its playhead. */
    this.entry = address(this.session.current);
    this.enlarged = enlargedIn(location.search);
    this.stage = new Stage(places.main, {
      parentElement: places.main, data: new Uint8Array(),
      setTriggerValue: (_, events) => this.heard(events[events.length - 1]),
    }, urls, { paintsEarly: true });
    this.controls = new Controls(places.controls);
    coverWhileOpen(places.controls.closest("[popover]"));
    this.drawPresets(presets);
    places.copy.onclick = () => this.copyLink();
    window.addEventListener("popstate", () => this.set(() => {
      this.session.follow(location.search.slice(1));
      this.entry = address(this.session.current); // that of the entry which is shown now: none is added
    }));
  }

  /**
   * What the stage reports is carried out after it has done so: an answer must not come before the question is noted.
   * @param {StageEvent & {number: string}} event
   */
  heard(event) {
    this.waiting.push(event);
    if (this.waiting.length > 1) return;
    setTimeout(() => {
      const events = this.waiting.splice(0);
      for (const one of events) {
        this.answers = one.number;
        act(this.session, one);
      }
      // While something is held, its pictures are recomputed by the stage; the numbers beside them follow.
      if (this.session.isPassing) {
        this.drawControls();
        this.stage.hear({ answers: this.answers });
        this.stage.drag.takeAnswer({ answers: this.answers });
      } else this.draw();
    });
  }

  /**
   * Carry out a change and draw what it comes to.
   * @param {() => void} change
   */
  set(change) {
    change();
    this.draw();
  }

  async draw() {
    const { session, places } = this, scenario = session.current;
    this.writeAddress();
    this.drawNotes();
    this.drawControls();
    places.lead.textContent = leadOf(scenario);
    await this.stage.show(this.updateOf(scenario));
  }

  /**
   * All that the stage shows of a scenario.
   * @param {Scenario} scenario
   * @returns {StageUpdate}
   */
  updateOf(scenario) {
    const { canUndo, canRedo } = this.session, named = enlargedIn(location.search);
    const drawn = this.drawing.of(scenario, {
      undo: canUndo,
      redo: canRedo,
      opens_playing: this.opensPlaying,
      hidden: [],
      panels: null, // the formulas and the proof are written by the app alone: there are no buttons for them
      enlarged: named,
      opened_enlarged: named === this.enlarged,
    });
    return { answers: this.answers, serial: this.serial += 1, ...drawn };
  }

  /** Write the scenario into the address, as an entry of the browser's history; while something is held, nothing is. */
  writeAddress() {
    const { current, isPassing } = this.session;
    if (isPassing) return;
    const entry = address(current);
    const fits = fitsALink(current);
    if (entry !== this.entry) {
      this.entry = entry;
      if (!fits) this.session.note([NOT_IN_THE_ADDRESS]);
      writeEntry(fits ? queryString(current) : "");
    }
    const { link } = this.places;
    if (link instanceof HTMLInputElement) link.value = fits ? this.linkOf(current) : NOT_IN_THE_ADDRESS;
  }

  /**
   * The address that opens a scenario here.
   * @param {Scenario} scenario
   */
  linkOf(scenario) {
    const here = new URL(location.href), kept = [...here.searchParams].filter(([key]) => ADDRESS_KEYS.includes(key));
    here.hash = "";
    here.search = queryString(scenario);
    for (const [key, value] of kept) here.searchParams.append(key, value);
    return here.href;
  }

  async copyLink() {
    const { link, copy } = this.places;
    if (!(link instanceof HTMLInputElement)) return;
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Selected"; // where a page may not write to the clipboard, the visitor copies it
    }
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  }

  drawNotes() {
    const lines = this.session.showNotes();
    this.places.notes.replaceChildren(...lines.map((line) => {
      const said = document.createElement("p");
      said.textContent = line;
      return said;
    }));
  }

  drawControls() {
    const { session } = this, scenario = session.current;
    const runs = session.isPassing ? [] : this.drawing.solvedOf(scenario).runs;
    this.controls.show(controlsOf(scenario, runs.map(({ schedule }) => schedule), {
      change: (values) => this.set(() => session.change(values)),
      lookAt: (at) => this.set(() => session.lookAt(at)),
    }));
  }

  /** @param {Preset[]} presets */
  drawPresets(presets) {
    this.places.presets.replaceChildren(...presets.map(({ name, title, caption }) => {
      const button = document.createElement("button"), said = document.createElement("p"), card = document.createElement("div");
      button.type = "button";
      button.textContent = title;
      button.onclick = () => {
        // If it stayed open it would cover the pictures of the chosen preset.
        const panel = this.places.presets.closest("[popover]");
        if (panel instanceof HTMLElement) panel.hidePopover();
        this.set(() => act(this.session, { kind: "preset", name }));
      };
      said.textContent = caption;
      card.append(button, said);
      return card;
    }));
  }
}

/**
 * What lies beneath the drawer of the controls cannot be focused while that is open.
 * @param {Element | null} drawer
 */
function coverWhileOpen(drawer) {
  const beneath = drawer?.nextElementSibling;
  drawer?.addEventListener("beforetoggle", (event) => {
    beneath?.toggleAttribute("inert", event instanceof ToggleEvent && event.newState === "open");
  });
}
