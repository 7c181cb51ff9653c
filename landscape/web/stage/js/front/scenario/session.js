// What a visitor has set: kept, undone and redone, as landscape/web/session.py keeps it.
import { queryString, readQuery } from "./link.js";
import { equal } from "./records.js";
import { changed, DEFAULT } from "./scenario.js";

/**
 * @import { Scenario } from "./scenario.js"
 *
 * @typedef {{W: ArrayLike<number>, alpha: ArrayLike<number>}} Network
 * @typedef {{runs: {path: {m: number, steps: ArrayLike<number>, W: ArrayLike<number>, alpha: ArrayLike<number>}}[],
 *   missing: Record<string, Network>}} Ended what events ask of a solved scenario
 * @typedef {{network(a: number, b: number): Network}} PlaneOfNetworks
 * @typedef {{name: string, title: string, caption: string, query: string}} Preset a named scenario, as a link
 * @typedef {{solvedOf: (scenario: Scenario) => Ended, planeOf: (scenario: Scenario) => PlaneOfNetworks}} Results
 */

const LONGEST_HISTORY = 100; // changes that can be undone
const SHOWN = 4; // notes at once

/** The scenario of a page, its history, and the notes to be shown. */
export class Session {
  /** @type {Scenario[]} */
  #past = [];
  /** @type {Scenario[]} */
  #future = [];
  #passing = false;
  /** @type {string[]} */
  #shown = [];

  /**
   * @param {Results} results what events need of the scenario's solution
   * @param {readonly Preset[]} [presets]
   * @param {Scenario} [scenario] of the link with which the page was opened
   * @param {Scenario} [start] the scenario before a visitor has changed anything
   */
  constructor({ solvedOf, planeOf }, presets = [], scenario = DEFAULT, start = DEFAULT) {
    this.solvedOf = solvedOf;
    this.planeOf = planeOf;
    this.presets = presets;
    this.current = scenario;
    this.start = start;
    /** @type {string[]} */
    this.notes = [];
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Whether the scenario is an intermediate one, while something is dragged. */
  get isPassing() {
    return this.#passing;
  }

  /**
   * Set some fields of the scenario; a value out of range changes nothing and adds a note.
   * @param {Record<string, unknown>} values
   */
  change(values) {
    try {
      this.put(changed(this.current, values));
    } catch (refused) {
      if (!(refused instanceof RangeError)) throw refused;
      this.note([refused.message]);
    }
  }

  /**
   * Make this the scenario of the page; `undo` restores the one before.
   * @param {Scenario} scenario
   * @param {{passing?: boolean}} [how] passing: an intermediate one, as while something is dragged: the whole drag is
   *   undone at once
   */
  put(scenario, { passing = false } = {}) {
    if (!this.#passing && !equal(scenario, this.current)) {
      this.#past = [...this.#past.slice(-LONGEST_HISTORY), this.current];
      this.#future = [];
    }
    this.#passing = passing;
    this.current = scenario;
  }

  /**
   * Set the step of the playhead, null for the end, without a step in the history; a way out goes on after the last
   * step of its run.
   * @param {number | null} step
   */
  lookAt(step) {
    const { view, training } = this.current;
    const at = step !== null && view.escape === null ? Math.min(step, training.steps) : step;
    this.current = changed(this.current, { at });
  }

  undo() {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.current);
    this.#arrive(before);
  }

  redo() {
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.current);
    this.#arrive(after);
  }

  /**
   * Restore the scenario of the entry of the browser's history that the visitor has gone to: Back is `undo`, Forward is
   * `redo`. One that neither would restore is a change.
   * @param {string} search the entry's query
   * @param {(search: string) => {scenario: Scenario | null, notes: string[]}} [read] null: none that is shown
   */
  follow(search, read = readQuery) {
    const { scenario, notes } = read(search), here = [withoutStep(search), scenario && address(scenario)];
    const line = [...this.#past, this.current, ...[...this.#future].reverse()], now = this.#past.length;
    const same = [...line.keys()].filter((place) => here.includes(address(line[place])));
    if (same.length) {
      const place = same.reduce((best, other) => (Math.abs(other - now) < Math.abs(best - now) ? other : best));
      this.#past = line.slice(0, place);
      this.#future = line.slice(place + 1).reverse();
      this.#arrive(line[place]);
    } else {
      this.note(notes);
      if (scenario) this.put(scenario);
    }
    if (scenario) this.current = changed(this.current, { at: scenario.view.at });
  }

  /**
   * Go back to where the page started, or make another scenario that start and go there.
   * @param {Scenario} [start]
   */
  reset(start) {
    if (start) this.start = start;
    this.put(this.start);
  }

  /**
   * Keep sentences to be shown once.
   * @param {readonly string[]} lines
   */
  note(lines) {
    this.notes = [...this.notes, ...lines];
  }

  /** The notes to be shown now, the first few and how many there are more; they are not shown again. */
  showNotes() {
    const notes = this.#shown = this.notes;
    this.notes = [];
    const more = notes.length - SHOWN;
    return more > 0 ? [...notes.slice(0, SHOWN), `${more} more values were changed in the same way.`] : notes;
  }

  /** Let the notes that were shown last be shown again. */
  keepNotes() {
    this.note(this.#shown.filter((line) => !this.notes.includes(line)));
  }

  /** @param {Scenario} scenario */
  #arrive(scenario) {
    this.#passing = false;
    this.current = scenario;
  }
}

/**
 * The link of a scenario without the step of the playhead: two states of one entry of the history have the same.
 * @param {Scenario} scenario
 */
export function address(scenario) {
  return withoutStep(queryString(scenario));
}

/** @param {string} search */
function withoutStep(search) {
  const query = new URLSearchParams(search);
  query.delete("at");
  query.sort();
  return query.toString();
}
