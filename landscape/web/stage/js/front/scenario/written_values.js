// How Python writes a value: in links, whose numbers are read back exactly, and in the sentences of refusals.

/**
 * The shortest text from which a float is read exactly, as Python's repr: "1.0", "1e-05", "1e+16".
 * @param {number} value
 * @returns {string}
 */
export function repr(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits, exponent] = value.toExponential().split("e"), power = Number(exponent);
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? "-" : "+"}${`${Math.abs(power)}`.padStart(2, "0")}`;
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}

/**
 * A value as short plain text that is harmless in any place: of punctuation only that of numbers stays.
 * @param {unknown} value a whole number is written as Python writes an int: an event's numbers come as these
 * @returns {string}
 */
export function quoted(value) {
  const letters = [...(typeof value === "string" ? value : shown(value))];
  const harmless = letters.slice(0, 41).map((letter) => (/[\p{L}\p{N} .,:;+\-@~%−]/u.test(letter) ? letter : "·"));
  const text = harmless.length <= 40 ? harmless.join("") : `${harmless.slice(0, 39).join("")}…`;
  return typeof value === "string" ? `“${text}”` : text;
}

/**
 * A float in a sentence, "1000.0" also where it is whole.
 * @param {number} value
 */
export function quotedFloat(value) {
  return quoted(new Float(value));
}

/** A number that Python holds as a float, whatever its value. */
class Float {
  /** @param {number} value */
  constructor(value) {
    this.text = repr(value);
  }
}

/** @param {unknown} value */
function shown(value) {
  if (value instanceof Float) return value.text;
  if (value === null || value === undefined) return "None";
  if (value === true || value === false) return value ? "True" : "False";
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}` : repr(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return `a record of ${Object.keys(value).length}`;
}

/**
 * A text without the white space at its ends: what Python takes for it.
 * @param {string} text
 */
export function stripped(text) {
  return text.replace(SPACE_BEFORE, "").replace(SPACE_BEHIND, "");
}

const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const SPACE_BEFORE = new RegExp(`^${SPACE}`), SPACE_BEHIND = new RegExp(`${SPACE}$`);

/**
 * The number of characters of a text, as Python counts them.
 * @param {string} text
 */
export function length(text) {
  return [...text].length;
}
