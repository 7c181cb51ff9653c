// A formula in TeX as MathML, which browsers draw by themselves: letters, numbers, signs, indices, powers, fractions, roots.

const MATHML = "http://www.w3.org/1998/Math/MathML";

/**
 * What a command stands for. A name that is not here is written as it is.
 * @type {Record<string, string | undefined>}
 */
const SIGNS = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", lambda: "λ", mu: "μ", nu: "ν", pi: "π",
  rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", omega: "ω", Delta: "Δ", Sigma: "Σ", Phi: "Φ", Omega: "Ω", ell: "ℓ", infty: "∞",
  sum: "∑", prod: "∏", int: "∫", partial: "∂", nabla: "∇", cdot: "·", times: "×", pm: "±", le: "≤", leq: "≤", ge: "≥", geq: "≥",
  ne: "≠", neq: "≠", approx: "≈", in: "∈", to: "→", top: "⊤", mid: "|", lVert: "‖", rVert: "‖", Vert: "‖", "|": "‖", ldots: "…",
  dots: "…", "{": "{", "}": "}", ",": "\u2009", ";": "\u2005", " ": "\u00a0", quad: "\u2003",
};

const LETTERS = /^[\p{L}∞]$/u;

/**
 * @param {string} tex
 * @returns {Element}
 */
export function formula(tex) {
  const tokens = tex.match(/\\[A-Za-z]+|\\.|\d+(?:[.,]\d+)?|\s+|./gsu)?.filter((token) => token.trim()) ?? [];
  const reader = new Reader(tokens);
  return made("math", ...reader.row(() => false));
}

class Reader {
  /** @param {string[]} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.next = 0;
  }

  /**
   * Read until a token ends it; a brace without its partner is left out.
   * @param {(token: string) => boolean} ends
   * @returns {Element[]}
   */
  row(ends) {
    /** @type {Element[]} */
    const found = [];
    while (this.next < this.tokens.length) {
      const token = this.tokens[this.next];
      if (ends(token)) {
        this.next += 1;
        break;
      }
      if (token === "}") this.next += 1;
      else found.push(this.scripted());
    }
    return found;
  }

  /** A sign with its index and its power, in either order. */
  scripted() {
    const base = this.tokens[this.next] === "_" || this.tokens[this.next] === "^" ? made("mrow") : this.single();
    /** @type {Record<string, Element | undefined>} */
    const scripts = {};
    let sign = this.tokens[this.next];
    while ((sign === "_" || sign === "^") && !scripts[sign]) {
      this.next += 1;
      scripts[sign] = this.single();
      sign = this.tokens[this.next];
    }
    const { _: below, "^": above } = scripts;
    if (below && above) return made("msubsup", base, below, above);
    if (below) return made("msub", base, below);
    return above ? made("msup", base, above) : base;
  }

  /** One group in braces, one command with what it takes, or one sign. @returns {Element} */
  single() {
    const token = this.tokens[this.next] ?? "";
    this.next += 1;
    if (token === "{") return made("mrow", ...this.row((next) => next === "}"));
    if (!token.startsWith("\\")) return leaf(token);
    const name = token.slice(1);
    if (name === "frac") return made("mfrac", this.single(), this.single());
    if (name === "sqrt") return made("msqrt", this.single());
    if (name === "left" || name === "right") return this.single();
    return leaf(SIGNS[name] ?? name);
  }
}

/** @param {string} text */
function leaf(text) {
  const tag = /^\d/.test(text) ? "mn" : LETTERS.test(text) || /^[A-Za-z]+$/.test(text) ? "mi" : "mo";
  const node = made(tag);
  node.textContent = text === "-" ? "−" : text;
  return node;
}

/**
 * @param {string} tag
 * @param {...Element} children
 */
function made(tag, ...children) {
  const node = document.createElementNS(MATHML, tag);
  node.append(...children);
  return node;
}
