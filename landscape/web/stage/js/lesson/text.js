// A lesson's texts as elements: their pieces become text, never markup.
import { formula } from "./formula.js";
import { element } from "../view/dom.js";

/**
 * @import { TextPiece } from "../protocol.js"
 */

const TAGS = /** @type {const} */ ({ strong: "strong", emphasis: "em", code: "code" });

/**
 * @param {TextPiece[]} pieces
 * @returns {(Node | string)[]}
 */
export function written(pieces) {
  return pieces.map(({ style, text }) => {
    if (style === "plain") return text;
    return style === "formula" ? formula(text) : element(TAGS[style], {}, text);
  });
}
