"""The records of the stage's protocol as types for the JavaScript: ``python tests/helpers/protocol_types.py``."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

ROOT = Path(__file__).resolve().parents[2]
DECLARATIONS = ROOT / "landscape" / "web" / "stage" / "js" / "protocol.d.ts"

MODULES = tuple(
    f"landscape.web.stage.protocol.{name}"
    for name in ("views", "sentences", "runs", "drags", "panels", "state", "lesson", "events")
)
"""The files of the protocol, in the order in which their records are written."""

ALIASES = ("ViewKind", "Tool", "DragModel", "Choosing", "Plain", "ChangingRun", "StageEvent", "EventKind")
"""The unions that have a name in the protocol, and keep it in TypeScript."""

_SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "unknown"}


def records() -> dict[str, dict[str, Any]]:
    """Return each record of the protocol with its fields' types, in the order of the files."""
    found = [value for value in _defined().values() if inspect.isclass(value) and _is_record(value)]
    return {record.__name__: get_type_hints(record, include_extras=True) for record in found}


def declarations() -> str:
    """Return the text of ``protocol.d.ts``."""
    defined = _defined()
    named = {defined[name]: name for name in ALIASES}
    parts = [
        "// What crosses between Python and the browser. Written from landscape/web/stage/protocol by\n"
        "// tests/helpers/protocol_types.py; tests/web/test_protocol.py holds the two together.\n"
        'import type { Scenario } from "./front/scenario/scenario.js";\n'
        'import type { Figure } from "./view/plotly.js";\n'
    ]
    for name, fields in records().items():
        lines = [f"  {field}: {_type(hint, named)};" for field, hint in fields.items()]
        body = "\n".join(lines)
        parts.append(f"{_comment(defined[name])}export interface {name} {{\n{body}\n}}\n")
    for alias, name in named.items():
        rest = {other: label for other, label in named.items() if label != name}
        parts.append(f"export type {name} = {_type(alias, rest)};\n")
    return "\n".join(parts)


def _defined() -> dict[str, Any]:
    """Return the names of the protocol's files with what they stand for, and of what these import."""
    return {name: value for module in MODULES for name, value in vars(import_module(module)).items()}


def _is_record(value: type) -> bool:
    return value.__module__ in MODULES and (is_dataclass(value) or is_typeddict(value))


def _comment(record: type) -> str:
    lines = inspect.cleandoc(record.__doc__ or "").splitlines()
    return (
        f"/** {lines[0]} */\n"
        if len(lines) == 1
        else "/**\n" + "".join(f" * {x}".rstrip() + "\n" for x in lines) + " */\n"
    )


def _type(hint: Any, named: dict[Any, str]) -> str:
    """Return a Python type in TypeScript's words."""
    if hint in named:
        return named[hint]
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return str(args[1])
    if origin is Literal:
        return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in args)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(part, named) for part in args)
    if origin is list or (origin is tuple and args[-1] is Ellipsis):
        return _array(_type(args[0], named))
    if origin is tuple:
        return f"[{', '.join(_type(part, named) for part in args)}]"
    if inspect.isclass(hint) and _is_record(hint):
        return hint.__name__
    raise TypeError(f"no word of TypeScript is known for {hint}.")


def _array(inner: str) -> str:
    return f"({inner})[]" if " | " in inner else f"{inner}[]"


def events() -> Iterator[tuple[str, set[str]]]:
    """Return each kind of event with the keys that it carries."""
    for event in get_args(_defined()["StageEvent"]):
        fields = get_type_hints(event)
        for kind in get_args(fields["kind"]):
            yield kind, set(fields)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    DECLARATIONS.write_text(declarations(), encoding="utf-8")
