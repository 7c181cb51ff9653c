// Lines of text and formulas as HTML and MathML; a term knows what it speaks of.
import { element } from "./dom.js";

/**
 * @import { PanelLine, Part, Term } from "../protocol.js"
 *
 * @typedef {Map<string, Part>} Parts by their ids
 */

const MATHML = "http://www.w3.org/1998/Math/MathML";
const TIGHT = new Set(["(", ")", "|", "‖", ",", "·"]); // signs that stand close to what they enclose or tie
const SPACED = new Set(["+", "−", "=", "≤", "≥", "≈", "∈"]);

/**
 * @param {PanelLine[]} lines
 * @param {Parts} parts
 * @param {boolean} digits whether numbers have all their digits
 */
export function drawLines(lines, parts, digits) {
  const box = element("div", { class: "stage-lines" });
  /** @type {HTMLElement | null} */
  let list = null;
  for (const { kind, terms } of lines) {
    const pieces = withPunctuation(terms.map((term) => piece(term, parts, digits)));
    if (kind === "item") {
      list ??= box.appendChild(element("ul"));
      list.append(element("li", {}, ...pieces));
    } else {
      list = null;
      box.append(element("p", { class: `stage-line stage-${kind}` }, ...pieces));
    }
  }
  const first = box.querySelector("[tabindex]");
  first?.setAttribute("tabindex", "0");
  return box;
}

/**
 * Pieces with spaces between them, less where a piece of text begins with punctuation: that stays with the piece before.
 * @param {Element[]} pieces
 * @returns {(Node | string)[]}
 */
function withPunctuation(pieces) {
  /** @type {(Node | string)[]} */
  const line = [];
  for (const node of pieces) {
    const [, mark, rest] = /^([.,;:]*)(.*)$/s.exec(node.localName === "span" ? node.textContent ?? "" : "") ?? [];
    if (mark && line.length) {
      const kept = element("span", { class: "stage-kept" }, line[line.length - 2], mark);
      line.splice(-2, 2, kept, " ");
      node.textContent = rest;
      if (!rest.trim()) continue;
    }
    line.push(node, " ");
  }
  return line;
}

/**
 * A piece of a line that is not broken: text, or a formula of its own.
 * @param {Term} term
 * @param {Parts} parts
 * @param {boolean} digits
 */
function piece(term, parts, digits) {
  if (term.kind === "words") return about(element("span", {}, term.text), term, parts);
  const formula = document.createElementNS(MATHML, "math");
  formula.append(drawTerm(term, parts, digits, true));
  return formula;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function math(tag, attributes, ...children) {
  const node = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * @param {Term} term
 * @param {Parts} parts
 * @param {boolean} digits
 * @param {boolean} [opens] whether a sign that begins it ties it to what stands before
 * @returns {Element}
 */
function drawTerm(term, parts, digits, opens = false) {
  const { kind, text, full } = term;
  const inside = () => term.parts.map((part, place) => drawTerm(part, parts, digits, opens && place === 0));
  switch (kind) {
    case "number": return about(math("mn", {}, digits && full ? full : text), term, parts);
    case "name": return about(math("mi", text.length === 1 ? { mathvariant: "normal", class: "stage-letter" } : {}, text), term, parts);
    case "sign": return math("mo", spacing(text, opens), text);
    case "words": return about(math("mtext", {}, text), term, parts);
    case "raised": return about(math("msup", {}, ...inside()), term, parts);
    case "lowered": return about(math("msub", {}, ...inside()), term, parts);
    case "sum": {
      const sign = math("mo", { movablelimits: "false", largeop: "false" }, "Σ");
      return math(term.parts.length > 1 ? "munderover" : "munder", {}, sign, ...inside());
    }
    default: return about(math("mrow", {}, ...inside()), term, parts);
  }
}

/**
 * @param {string} text
 * @param {boolean} opens
 * @returns {Record<string, string>}
 */
function spacing(text, opens) {
  if (text === ",") return { lspace: "0", rspace: ".3em" };
  if (text === "·") return { lspace: ".15em", rspace: ".15em" };
  if (TIGHT.has(text)) return { lspace: "0", rspace: "0", stretchy: "false" };
  if (SPACED.has(text) && opens) return { form: "infix", lspace: ".1em", rspace: ".3em" };
  return {};
}

/**
 * Let a term tell what it speaks of, underlined in its colour and kind where it is a letter or a number.
 * @template {Element} Node
 * @param {Node} node
 * @param {Term} term
 * @param {Parts} parts
 * @returns {Node}
 */
function about(node, term, parts) {
  const known = term.about.filter((id) => parts.has(id) || id.startsWith("active"));
  if (!known.length) return node;
  node.setAttribute("data-about", known.join(" "));
  const part = parts.get(known[0]);
  if (!part) return node;
  node.classList.add("stage-term", term.kind === "row" ? "stage-whole" : `stage-is-${part.kind}`);
  if (term.kind !== "row") {
    node.setAttribute("tabindex", "-1");
    /** @type {Node & ElementCSSInlineStyle} */ (node).style.setProperty("--stage-part", part.color);
  }
  return node;
}
