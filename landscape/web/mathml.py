"""The formulas of the glossary as MathML, which browsers draw without a library."""

from __future__ import annotations


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _name(text: str) -> str:
    return f"<mi>{text}</mi>"


def _sign(text: str) -> str:
    return f"<mo>{text}</mo>"


def _number(text: str) -> str:
    return f"<mn>{text}</mn>"


def _sub(base: str, below: str) -> str:
    return f"<msub>{base}{below}</msub>"


def _squared(base: str, below: str | None = None) -> str:
    return f"<msup>{base}{_number('2')}</msup>" if below is None else f"<msubsup>{base}{below}{_number('2')}</msubsup>"


def _sum(index: str) -> str:
    return f"<munder>{_sign('∑')}{index}</munder>"


def _least(*over: str) -> str:
    return f"<munder>{_sign('min')}{_row(*over)}</munder>"


def _length(*parts: str) -> str:
    return _row(_sign("‖"), *parts, _sign("‖"))


def _relu(*parts: str) -> str:
    return _row(_name("max"), _sign("("), _number("0"), _sign(","), *parts, _sign(")"))


def _shown(*parts: str) -> str:
    """Return a formula whose parts may stand on lines of their own where one is too narrow for them."""
    return "".join(f'<math display="inline">{part}</math> ' for part in parts).strip()


_i, _j, _m = _name("i"), _name("j"), _name("m")
_w, _a, _u, _v, _x = (_sub(_name(letter), index) for letter, index in zip("wαuvx", (_j, _j, _i, _i, _i), strict=True))
_X, _D, _y, _z, _lam = map(_name, ("X", "D", "y", "z", "λ"))

NETWORK = _shown(
    _row(_name("f"), _sign("("), _name("x"), _sign(")"), _sign("=")),
    _row(_sum(_j), _a, _relu(_name("x"), _sign("·"), _w)),
)
"""f(x) = Σ αⱼ max(0, x·wⱼ)."""

PROBLEM_1 = _shown(
    _row(_least(_name("W"), _sign(","), _name("α")), _squared(_length(_sum(_j), _relu(_X, _w), _a, _sign("−"), _y))),
    _row(_sign("+"), _lam, _sum(_j), _sign("("), _squared(_length(_w)), _sign("+"), _squared(_name("α"), _j))
    + _sign(")"),
)
"""Problem (1): the one that is trained."""

PROBLEM_2 = _shown(
    _row(
        _least(_u, _sign(","), _v, _sign("∈"), _sub(_name("K"), _i)),
        _squared(_length(_sum(_i), _sub(_D, _i), _X, _sign("("), _u, _sign("−"), _v, _sign(")"), _sign("−"), _y)),
    ),
    _row(_sign("+"), _number("2"), _lam, _sum(_i), _sign("("), _length(_u), _sign("+"), _length(_v), _sign(")")),
)
"""Problem (2): its convex twin, over a pair of blocks for each activation pattern."""

PATTERN = _shown(
    _row(_name("D"), _sign("="), _name("diag"), _sign("("), _X, _name("w"), _sign("≥"), _number("0"), _sign(")"))
)
"""D = diag(X w ≥ 0)."""

CONE = _shown(
    _row(
        _name("K"),
        _sign("="),
        _sign("{"),
        _name("w"),
        _sign(":"),
        _sign("("),
        _number("2"),
        _D,
        _sign("−"),
        _name("I"),
        _sign(")"),
        _X,
        _name("w"),
        _sign("≥"),
        _number("0"),
        _sign("}"),
    )
)
"""K = {w : (2D − I) X w ≥ 0}."""

DUAL = _shown(
    _row(
        f"<munder>{_sign('max')}{_z}</munder>",
        _squared(_length(_y)),
        _sign("−"),
        _squared(_length(_y, _sign("−"), _z)),
    ),
    _row(
        _name("where"),
        _sign("|"),
        f"<msup>{_z}{_sign('⊤')}</msup>",
        _relu(_X, _name("u")),
        _sign("|"),
        _sign("≤"),
        _lam,
    ),
    _row(_name("for"), _length(_name("u")), _sign("="), _number("1")),
)
"""The dual problem, whose every candidate z gives a lower bound."""

KINK = _shown(_row(_name("x"), _sign("="), _sign("−"), _name("b"), _sign("/"), _name("w")))
"""Where a neuron of one feature bends."""

RELU = _shown(_row(_name("ReLU"), _sign("("), _name("t"), _sign(")"), _sign("="), _relu(_name("t"))))
"""ReLU(t) = max(0, t)."""
