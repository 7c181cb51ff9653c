// A scenario in a link, written and read, as landscape/scenario/link.py does; its keys are those of keys.py beside it.
//
// Every link of the app is read as the app reads it, also one of more features, with a bias or of films.
import * as limits from "./limits.js";
import { DATA, equal, TRAINING, VIEW } from "./records.js";
import { repaired } from "./repair.js";
import { length, quoted, repr, stripped } from "./written_values.js";

/**
 * @import { Data, Run, Training, View } from "./records.js"
 * @import { Scenario } from "./scenario.js"
 * @import { Written, WrittenRun } from "./repair.js"
 */

/** @type {Record<string, string>} */
const RENAMED = { runs: "run", selected: "sel", output_bias: "output-bias" };
const INDICES = ["neurons", "selected", "escape"]; // records count from 0, links from 1
const LISTS = ["x", "y", "neurons", "scales"];
const ALWAYS = ["x", "y", "m"];

/** The keys of a link by the names of the fields, in the order in which a link holds them. */
const KEYS = new Map(
  [...Object.keys(DATA), ...Object.keys(TRAINING), ...Object.keys(VIEW)].map((name) => [name, RENAMED[name] ?? name]),
);

/**
 * The scenario of a link's query, and a note for every value that had to be changed; unknown keys are ignored.
 * @param {string} search with or without the "?"
 * @returns {{scenario: Scenario, notes: string[]}}
 */
export function readQuery(search) {
  const query = new URLSearchParams(search);
  /** @type {string[]} */
  const notes = [];
  /** @type {Map<string, Written>} */
  const values = new Map();
  for (const key of KEYS.values()) {
    if (!query.has(key)) continue;
    const texts = textsOf(query.getAll(key), key, notes);
    if (!texts.length) continue;
    const last = texts[texts.length - 1];
    if (key === "run") values.set(key, texts.map(runParts));
    else values.set(key, LISTS.includes(key) ? listed(last) : last);
  }
  const { parts, notes: more } = repaired(values, limits.LINK_NUMBERS);
  return { scenario: Object.freeze(parts), notes: [...notes, ...more] };
}

/**
 * The query of a link, the part after "?", percent-encoded: x, y, m, and what differs from the default.
 * @param {Scenario} scenario
 * @returns {string}
 */
export function queryString({ data, training, view }) {
  const runsOfFilms = { ...TRAINING, runs: [] };
  return [
    ...written(data, DATA),
    ...written(training, training.scales.length ? runsOfFilms : TRAINING),
    ...written(view, VIEW),
  ].map(([key, text]) => `${encoded(key)}=${encoded(text)}`).join("&");
}

/**
 * Whether a link can carry a scenario: at most 60 data numbers and 8 kB in all.
 * @param {Scenario} scenario
 */
export function fitsALink(scenario) {
  const numbers = scenario.data.x.length + scenario.data.y.length;
  return numbers <= limits.LINK_NUMBERS && queryString(scenario).length <= limits.LINK_LENGTH;
}

/**
 * What differs from the usual in a record, by the link's keys.
 * @template {Data | Training | View} Kind
 * @param {Kind} record
 * @param {Kind} usual
 * @returns {[key: string, text: string][]}
 */
function written(record, usual) {
  const fields = /** @type {(keyof Kind & string)[]} */ (Object.keys(record));
  return fields.flatMap((name) => {
    const key = KEYS.get(name) ?? name, value = record[name];
    if (!ALWAYS.includes(key) && equal(value, usual[name])) return [];
    const texts = key === "run" ? runTexts(/** @type {readonly Run[]} */ (value)) : [plain(fromOne(name, value))];
    return texts.map((text) => /** @type {[string, string]} */ ([key, text]));
  });
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function fromOne(name, value) {
  if (!INDICES.includes(name)) return value;
  return Array.isArray(value) ? value.map((index) => index + 1) : Number(value) + 1;
}

/**
 * The last text of a key, or all of a run; what is too long is ignored.
 * @param {string[]} given
 * @param {string} key
 * @param {string[]} notes
 */
function textsOf(given, key, notes) {
  const last = given[given.length - 1];
  if (key !== "run" && given.some((text) => text !== last)) {
    notes.push(`${key} stands ${given.length} times in the link: the last, ${quoted(last)}, is used.`);
  }
  return (key === "run" ? given : [last]).filter((text) => {
    const characters = length(text), most = limits.LINK_LENGTH;
    if (characters > most) notes.push(`${key} is ${characters} characters long, more than ${most}: it is ignored.`);
    return characters <= most;
  });
}

/** @param {string} text */
function listed(text) {
  return stripped(text) ? text.split(",").map(stripped) : [];
}

/**
 * The parts of a run's text, or the text itself where it is none.
 * @param {string} text
 * @returns {string | WrittenRun}
 */
function runParts(text) {
  const parts = text.split(":"), pinned = parts.length === 4 && parts[3] === "pin";
  if (parts.length !== 3 + Number(pinned)) return text;
  const [method, step, weights] = parts, [w, alpha] = cut(weights, ";");
  const pieces = step.split("~").map((piece) => {
    const [size, from] = cut(piece, "@");
    return /** @type {[string, string]} */ ([piece.includes("@") ? from : "0", size]);
  });
  return { method, step: step === "auto" ? step : pieces, w: listed(w), alpha: listed(alpha), pinned };
}

/**
 * What stands before and behind the first mark of a text.
 * @param {string} text
 * @param {string} mark
 * @returns {[string, string]}
 */
function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** @param {readonly Run[]} runs */
function runTexts(runs) {
  return runs.length ? runs.map(runText) : ["none"];
}

/** @param {Run} run */
function runText({ method, step, w, alpha, pinned }) {
  const pieces = step ? step.map(([from, size]) => (from ? `${plain(size)}@${from}` : plain(size))) : ["auto"];
  return `${method}:${pieces.join("~")}:${plain(w)}${alpha.length ? `;${plain(alpha)}` : ""}${pinned ? ":pin" : ""}`;
}

/**
 * The shortest text of a value from which it is read exactly.
 * @param {unknown} value
 * @returns {string}
 */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain).join(",");
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" ? repr(value).replace(/\.0$/, "") : String(value);
}

/** @param {string} text */
function encoded(text) {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, "+");
}
