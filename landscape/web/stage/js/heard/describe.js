// On demand, under a picture, a text of what it shows, which follows what happens once nothing moves any more.
import { short } from "../engine/formatting.js";
import { element, icon } from "../view/dom.js";
import { between, lastStep, locate } from "../view/networks.js";
import { described, spoken } from "./description.js";
import { factsOf } from "./facts.js";

/**
 * @import { Kind } from "../engine/verdict.js"
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Known } from "./facts.js"
 */

const REST = 300; // ms without a change
const LINES = "M2 3h12v2H2ZM2 7h12v2H2ZM2 11h8v2H2Z";

export class Described {
  /** The texts that are shown, each under its view. @type {Map<string, HTMLElement>} */
  texts = new Map();
  timer = 0;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    stage.shortcuts.add({
      key: "d", what: "describe the view that has the pointer or the focus, or put its description away", act: () => {
        const plot = stage.enlarged.here();
        if (plot) this.toggle(plot);
        return plot !== undefined;
      },
    });
  }

  /**
   * The button in a view's heading.
   * @param {Plot} plot
   * @returns {HTMLButtonElement}
   */
  buttonOf(plot) {
    const button = element("button", { type: "button", class: "stage-small stage-describe", "aria-expanded": "false" }, icon(LINES));
    button.onclick = () => this.toggle(plot);
    return button;
  }

  /**
   * Name a view's button after its title.
   * @param {Plot} plot
   * @param {string} title
   */
  dress({ describe }, title) {
    describe.setAttribute("aria-label", `Describe ${title}`);
    describe.title = `Describe ${title} (d)`;
  }

  /** @param {Plot} plot */
  toggle(plot) {
    const { stage, texts } = this, title = plot.view?.title ?? plot.name;
    const shown = texts.get(plot.name);
    if (shown) {
      this.forget(plot);
      stage.announcer.tell(`The description of ${title} is put away.`);
    } else {
      const text = element("p", { class: "stage-described" });
      texts.set(plot.name, text);
      plot.box.append(text);
      text.textContent = this.textOf(plot);
      stage.announcer.tell(`${title}. ${spoken(text.textContent)}`);
    }
    plot.describe.setAttribute("aria-expanded", String(!shown));
    stage.box.classList.toggle("stage-describes", texts.size > 0);
  }

  /** @param {Plot} plot */
  forget(plot) {
    this.texts.get(plot.name)?.remove();
    this.texts.delete(plot.name);
    this.stage.box.classList.toggle("stage-describes", this.texts.size > 0);
  }

  /** Something was drawn, dragged or played: the texts follow once that is over. */
  follow() {
    if (!this.texts.size) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const { playback, drag, plots } = this.stage;
      if (playback.playing || drag.isBusy) {
        this.follow();
        return;
      }
      for (const [name, text] of this.texts) {
        const plot = plots.get(name);
        if (plot) text.textContent = this.textOf(plot);
      }
    }, REST);
  }

  /** @param {Plot} plot */
  textOf({ view, name }) {
    const { stage } = this, { bridge, drag, playback, state } = stage;
    if (!view || !state) return "";
    const model = drag.draft ?? drag.model;
    /** @type {Known} */
    const known = {
      view, state, model: model?.kind === "local" ? model : null, plane: bridge.model?.plane ?? null, runs: playback.runs,
      kinds: outcomes(stage), tracks: playback.places()[name] ?? {}, step: Math.min(playback.step, playback.longest),
    };
    const facts = factsOf(known);
    return facts ? described(facts) : `${view.alt}${playheadIn(stage, view.runs)}`;
  }

  close() {
    window.clearTimeout(this.timer);
  }
}

/** The kinds of sentences, of outcomes as the engine names them. @type {Record<Kind, string>} */
const KINDS = {
  "optimum": "OPTIMUM", "best of its width": "BEST_OF_WIDTH", "stuck": "STUCK", "dead": "DEAD", "diverged": "DIVERGED",
  "out of steps": "MOVING",
};

/**
 * The outcome of each run, as its sentence has it, or that of a run that was dragged.
 * @param {Stage} stage
 * @returns {Record<string, string>}
 */
export function outcomes({ drag, state }) {
  const dragged = drag.lasting?.kinds;
  if (dragged) return Object.fromEntries(Object.entries(dragged).map(([run, kind]) => [run, KINDS[kind]]));
  return Object.fromEntries((state?.sentences ?? []).map(({ run, kind }) => [run, kind]));
}

/**
 * Where the playhead is, of a picture whose text alternative speaks of the runs' ends.
 * @param {Stage} stage
 * @param {string[] | null} shown the runs of this picture
 */
function playheadIn({ playback: { atRest, longest, runs, step }, state }, shown) {
  if (atRest || !state || state.clocked) return "";
  const at = Math.min(step, longest), losses = runs.filter((run) => at >= run.steps[0] && (!shown || shown.includes(run.id))).slice(0, 3).map((run) => {
    const name = state.sentences.find((sentence) => sentence.run === run.id)?.name.replace(/\.$/, "") ?? run.id;
    return `${name} has loss ${short(between(run.objective, locate(run.steps, Math.min(at, lastStep(run)))), 3)}`;
  });
  return losses.length ? ` At step ${Math.round(at)}, ${losses.join("; ")}.` : "";
}
