// How a number is written for people, as landscape/formatting.py does: "1.000", "3·10⁻⁹" and not "3e-09".

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * A measured number as text: `digits` significant digits, trailing zeros included, and "0" only when it is 0.
 * @param {number} value
 * @param {number} [digits]
 * @returns {string}
 */
export function written(value, digits = 4) {
  return text(value, digits, true);
}

/**
 * A number as a label, without trailing zeros: "1.5", "−0.5", "2", "3·10⁻⁹".
 * @param {number} value
 * @param {number} [digits]
 * @returns {string}
 */
export function short(value, digits = 4) {
  return text(value, digits, false);
}

/**
 * A count with its noun, "1 neuron" or "3 neurons".
 * @param {number} count
 * @param {string} noun
 * @returns {string}
 */
export function counted(count, noun) {
  return count === 1 ? `${count} ${noun}` : `${count} ${noun}s`;
}

/**
 * The finite number of so many significant digits that is nearest to a value.
 * @param {number} value
 * @param {number} [digits]
 * @returns {number}
 */
export function roundedTo(value, digits = 4) {
  return Math.sign(value) * Number(rounded(Math.abs(value), "toExponential", digits - 1));
}

/**
 * A number of `digits` significant digits as Python's format "g" has it: "70.31", "100", "1e-07".
 * @param {number} value
 * @param {number} [digits]
 * @returns {string}
 */
export function general(value, digits = 6) {
  if (value === 0) return "0";
  const sign = value < 0 ? "-" : "", size = Math.abs(value);
  const [mantissa, exponent] = rounded(size, "toExponential", digits - 1).split("e"), power = Number(exponent);
  if (power >= -4 && power < digits) return sign + bare(rounded(size, "toFixed", digits - 1 - power));
  return `${sign}${bare(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/**
 * A whole number in subscript, as in "x₁₂".
 * @param {number} index
 * @returns {string}
 */
export function subscript(index) {
  return [...String(index)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
}

/**
 * @param {number} value
 * @param {number} digits
 * @param {boolean} padded
 */
function text(value, digits, padded) {
  if (value === 0) return "0";
  if (Number.isNaN(value)) return "undefined";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  const [mantissa, exponent] = rounded(size, "toExponential", digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -3 && power < 5) {
    const plain = rounded(size, "toFixed", Math.max(0, digits - 1 - power));
    return sign + (padded ? plain : bare(plain));
  }
  return `${sign}${bare(mantissa)}·10${[...String(power)].map((c) => RAISED[c]).join("")}`;
}

/**
 * JavaScript rounds a number halfway between two texts up, Python to the even digit: so do we.
 * @param {number} size
 * @param {"toExponential" | "toFixed"} form
 * @param {number} decimals
 */
function rounded(size, form, decimals) {
  if (!size.toExponential().includes("5e")) return size[form](decimals); // the shortest text of such a number ends in 5
  const [digits, exponent] = size[form](100).split("e"); // every digit that could decide
  const end = digits.indexOf(".") + 1 + decimals;
  if (/^50*$/.test(digits.slice(end))) {
    const below = digits.slice(0, end).replace(/\.$/, "");
    if (Number(below.slice(-1)) % 2 === 0) return exponent === undefined ? below : `${below}e${exponent}`;
  }
  return size[form](decimals);
}

/** @param {string} plain */
function bare(plain) {
  return plain.includes(".") ? plain.replace(/0+$/, "").replace(/\.$/, "") : plain;
}
