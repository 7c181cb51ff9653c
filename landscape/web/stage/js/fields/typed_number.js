// Numbers as people type them into a field, and as they stand in it: typed_number and as_written of
// landscape/model/written_numbers.py, and typed_text of landscape/web/shared/number_field.py.

const MAX_DIGITS = 400; // of a text that is a number
const LONGEST = 40; // characters of a text that a sentence repeats

/** @type {(text: string) => string} */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The minus, the spaces and the apostrophe that keyboards have. @type {(text: string) => string} */
const usual = (text) => text.replace(/[\xa0\u2007\u2009\u202f]/g, " ").replaceAll("−", "-").replaceAll("’", "'");

/**
 * The number that a text is under a decimal sign and a sign between groups of three digits; null where it is none.
 * @param {string} text
 * @param {"." | ","} decimal
 * @param {string} grouping
 */
function parsed(text, decimal, grouping) {
  const point = escaped(decimal), group = escaped(grouping);
  const forms = [decimal === "." ? "\\d+\\.?\\d*" : `\\d+(?:${point}\\d+)?`, `${point}\\d+`];
  if (grouping) forms.push(`[1-9]\\d{0,2}(?:${group}\\d{3})+(?:${point}\\d*)?`);
  if (grouping === ",") forms.push(`[1-9]\\d?(?:,\\d{2})+,\\d{3}(?:${point}\\d*)?`);
  if (text.length > MAX_DIGITS || !new RegExp(`^[+-]?(?:${forms.join("|")})(?:[eEdD][+-]?\\d+)?$`).test(text)) return null;
  const bare = grouping ? text.replaceAll(grouping, "") : text;
  return Number(bare.replace(decimal, ".").replace(/[dD]/, "e"));
}

/**
 * The number that somebody typed; null where it is none. A comma is a decimal comma, unless there is a point as well: then
 * the last of the two is the decimal sign. Among whole numbers, signs before three digits group the thousands.
 * @param {string} typed
 * @param {boolean} whole
 * @returns {number | null}
 */
export function typedNumber(typed, whole) {
  const text = usual(typed.trim()).replace(/^[–—]/, "-");
  /** @type {("." | ",")[]} */
  const decimals = text.lastIndexOf(",") > text.lastIndexOf(".") ? [",", "."] : [".", ","];
  const orders = decimals.flatMap((decimal) => (
    ["", " ", "'", ",", "."].filter((group) => group !== decimal).map((group) => ({ decimal, group }))));
  if (whole) {
    /** @type {(order: {decimal: string, group: string}) => number} */
    const likely = ({ decimal, group }) => Number(text.includes(decimal)) * 2 + Number(!text.includes(group));
    orders.sort((one, other) => likely(one) - likely(other));
  }
  for (const { decimal, group } of orders) {
    const value = parsed(text, decimal, group);
    if (value !== null) return value;
  }
  return null;
}

/**
 * A number as it stands in a field: six significant digits, and no exponent from 10⁻⁶ to 10¹².
 * @param {number} value
 * @param {boolean} whole
 */
export function typedText(value, whole) {
  if (whole) return String(Math.trunc(value));
  const rounded = Number(value.toPrecision(6)), size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e-6 && size < 1e12) {
    return rounded.toLocaleString("en-US", { useGrouping: false, maximumSignificantDigits: 6 });
  }
  return rounded.toExponential().replace("e+", "e");
}

/**
 * A text as it is, shortened, for a sentence; what cannot be seen becomes "·".
 * @param {string} text
 */
export function asWritten(text) {
  const letters = [...text], kept = letters.length <= LONGEST ? letters : [...letters.slice(0, LONGEST - 1), "…"];
  return kept.map((c) => (c === "\xa0" ? " " : /[\p{C}\p{Z}]/u.test(c) && c !== " " ? "·" : c)).join("");
}
