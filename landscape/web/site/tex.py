"""Formulas in the TeX of the pages, as MathML: browsers draw it by themselves."""

from __future__ import annotations

import re
from html import escape

_LETTERS = dict(
    zip(
        ["alpha", "beta", "gamma", "delta", "lambda", "sigma", "phi"],
        "αβγδλσφ",
        strict=True,
    )
)
_SIGNS = {
    "sum": "∑",
    "top": "⊤",
    "dagger": "†",
    "ge": "≥",
    "le": "≤",
    "in": "∈",
    "forall": "∀",
    "infty": "∞",
    "to": "→",
    "|": "‖",
    "{": "{",
    "}": "}",
}
_NAMES = ("max", "min")
_SPACES = {",": ".17em", "!": "-.17em", "quad": "1em", "qquad": "2em", " ": ".25em", ";": ".28em"}
_IGNORED = ("Big", "big", "textstyle", "allowbreak", "left", "right")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S|\s+", re.S)
_LIMITS = ("∑", "min", "max")


def mathml(tex: str, *, block: bool = False) -> str:
    """Return a formula as a ``math`` element; raises ValueError, naming it, for a command that no page uses.

    Arguments
        block: whether it stands on a line of its own.
    """
    tag = re.search(r"\\tag\{(\w+)\}", tex)
    body = re.sub(r"\\tag\{\w+\}", "", tex)
    if (rows := re.fullmatch(r"\s*\\begin\{aligned\}(.*)\\end\{aligned\}\s*", body, re.S)) is not None:
        cells = "".join(
            "<mtr>" + "".join(f"<mtd>{_row(cell)}</mtd>" for cell in row.split("&")) + "</mtr>"
            for row in rows[1].split("\\\\")
        )
        inner = f'<mtable class="aligned" columnalign="right left" displaystyle="true">{cells}</mtable>'
    else:
        inner = _row(body)
    if tag is not None:
        inner += f'<mspace width="2em"></mspace><mtext>({tag[1]})</mtext>'
    return f"<math{' display=' + chr(34) + 'block' + chr(34) if block else ''}><mrow>{inner}</mrow></math>"


def _row(tex: str) -> str:
    tokens = _TOKEN.findall(tex)
    return _Reader([token for token in tokens if not token.isspace()]).row()


class _Reader:
    """Reads the tokens of a formula from the first to the last."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens

    def row(self) -> str:
        """Return all up to the end, or to the brace that closes a group."""
        parts: list[str] = []
        while self._tokens and self._tokens[0] != "}":
            parts.append(self._scripted())
        return "".join(parts)

    def _scripted(self) -> str:
        """Return one piece with what stands below and above it."""
        base = self._piece()
        scripts: dict[str, str] = {}
        while self._tokens and self._tokens[0] in "_^'":
            mark = self._tokens.pop(0)
            scripts["^" if mark == "'" else mark] = "<mo>′</mo>" if mark == "'" else self._piece()
        if not scripts:
            return base
        limits = any(f">{name}<" in base for name in _LIMITS)
        if len(scripts) == 2:
            kind = "munderover" if limits else "msubsup"
            return f"<{kind}>{base}{scripts['_']}{scripts['^']}</{kind}>"
        kind = ("munder" if limits else "msub") if "_" in scripts else ("mover" if limits else "msup")
        return f"<{kind}>{base}{next(iter(scripts.values()))}</{kind}>"

    def _piece(self) -> str:
        token = self._tokens.pop(0)
        if token == "{":
            inner = self.row()
            self._tokens.pop(0)
            return f"<mrow>{inner}</mrow>"
        if not token.startswith("\\"):
            return _plain(token)
        name = token[1:]
        if name in _IGNORED:
            return self._piece() if self._tokens else ""
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"></mspace>'
        if name in _LETTERS:
            return f"<mi>{_LETTERS[name]}</mi>"
        if name in _SIGNS:
            return f"<mo{' stretchy=' + chr(34) + 'false' + chr(34) if name == '|' else ''}>{_SIGNS[name]}</mo>"
        if name in _NAMES:
            return f'<mo movablelimits="false" rspace=".17em">{name}</mo>'
        if name in ("frac", "tfrac"):
            return f"<mfrac>{self._piece()}{self._piece()}</mfrac>"
        if name == "binom":
            return f'<mrow><mo>(</mo><mfrac linethickness="0">{self._piece()}{self._piece()}</mfrac><mo>)</mo></mrow>'
        if name == "sqrt":
            return f"<msqrt>{self._piece()}</msqrt>"
        if name in ("mathrm", "operatorname", "mathbf"):
            word = re.sub("<[^>]*>", "", self._piece())
            return f'<mi mathvariant="normal">{word}</mi>'
        raise ValueError(f"No page uses \\{name} in a formula.")


def _plain(token: str) -> str:
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token.isalpha():
        return f"<mi>{token}</mi>"
    sign = "−" if token == "-" else escape(token)
    return f"<mo{' stretchy=' + chr(34) + 'false' + chr(34) if token in '()[]|' else ''}>{sign}</mo>"
