// The front page's pictures of a scenario, solved and drawn in the browser.
import { solveScenario } from "./results/solved.js";
import { stateOf } from "./results/stage_state.js";
import { basinsOf } from "./scene/basins.js";
import { lossScene } from "./scene/loss.js";
import { twinScene } from "./scene/twin.js";
import { viewsOf } from "./views.js";

/**
 * @import { PageState, Sentence, StageState, StageView } from "../protocol.js"
 * @import { Solved } from "./results/solved.js"
 * @import { Scenario } from "./scenario/scenario.js"
 */

const KEPT = 24; // solved scenarios: undo and a way back are drawn at once

export class Drawing {
  /** What is solved, the last used last. @type {Map<string, Solved>} */
  solved = new Map();

  /**
   * A scenario's solution: that of its data, its training and the way out that is shown.
   * @param {Scenario} scenario
   * @returns {Solved}
   */
  solvedOf({ data, training, view }) {
    const key = JSON.stringify([data, training, view.escape]);
    let found = this.solved.get(key);
    this.solved.delete(key);
    found ??= solveScenario({ data, training, view });
    this.solved.set(key, found);
    for (const old of [...this.solved.keys()].slice(0, -KEPT)) this.solved.delete(old);
    return found;
  }

  /**
   * All that the stage shows of a scenario.
   * @param {Scenario} scenario
   * @param {PageState} page
   * @returns {{views: StageView[], state: StageState}}
   */
  of(scenario, page) {
    const solved = this.solvedOf(scenario), loss = lossScene(solved, scenario), basins = basinsOf(solved, scenario, loss);
    const views = viewsOf(scenario, solved, { loss, twin: twinScene(solved, scenario) }, basins);
    const { enlarged: named, opened_enlarged: fromOpening, hidden, panels } = page;
    const found = views.find(({ name }) => name === named) ?? views.find(({ also }) => named !== null && also.includes(named));
    const state = stateOf(scenario, solved, loss, basins, page);
    return { views, state: {
      ...state,
      sentences: hidden.includes("sentences") ? [] : state.sentences.map((line) => (panels ? line : withoutProof(line))),
      transport: !hidden.includes("transport"),
      panels,
      enlarged: found?.name ?? null,
      note: named !== null && fromOpening && !found ? unknownView(named) : null,
    } };
  }
}

/**
 * A sentence without the button that opens the proof, on a page that has none.
 * @param {Sentence} sentence
 * @returns {Sentence}
 */
function withoutProof(sentence) {
  return { ...sentence, actions: sentence.actions.filter(({ event }) => event.kind !== "proof") };
}

/** @param {string} name */
function unknownView(name) {
  return `The address asks for the view “${name.slice(0, 40)}” alone, which this page does not draw: all are shown.`;
}
