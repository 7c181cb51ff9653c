"""The scenes of a scenario as the browser's pages without a server have them: every stored step, names in camelCase."""

from __future__ import annotations

from typing import Any

import numpy as np
from solved_json import network_as_json

from landscape.scene import Basins, CriticalPiece, LossScene, Path, TwinScene


def loss_as_json(scene: LossScene) -> dict[str, Any]:
    """Return the loss over a plane and what lies on it; the loss itself row by row."""
    surface, plane = scene.surface, scene.surface.plane
    return {
        "surface": {
            "w1": surface.w1.tolist(),
            "w2": surface.w2.tolist(),
            "loss": surface.loss.ravel().tolist(),
            "plane": {name: network_as_json(getattr(plane, name)) for name in ("origin", "first", "second")},
        },
        "labels": list(scene.labels),
        "titles": list(scene.titles),
        "slice": scene.slice,
        "moving": list(map(int, scene.moving)),
        "mirrored": bool(scene.mirrored),
        "borders": [_line(border) for border in scene.borders],
        "cells": [{"x": float(cell.x), "y": float(cell.y), "name": cell.name} for cell in scene.cells],
        "paths": [path_as_json(path) for path in scene.paths],
        "optima": _line(scene.optima),
        "pieces": [_piece(piece) for piece in scene.pieces],
    }


def twin_as_json(scene: TwinScene) -> dict[str, Any]:
    """Return the convex landscape and what lies on it; the loss itself row by row."""
    surface = scene.surface
    return {
        "surface": {
            "sPlus": surface.s_plus.tolist(),
            "sMinus": surface.s_minus.tolist(),
            "loss": surface.loss.ravel().tolist(),
        },
        "walled": bool(scene.walled),
        "paths": [path_as_json(path) for path in scene.paths],
        "optimum": list(map(float, scene.optimum)),
        "optimalLines": [_line(line) for line in scene.optimal_lines],
        "narrow": None if scene.narrow is None else list(map(float, scene.narrow)),
    }


def basins_as_json(basins: Basins | None) -> dict[str, Any] | None:
    """Return where the starts of a map end: the outlines of regions, or whether each start is caught, row by row."""
    if basins is None:
        return None
    return {
        "polygons": [[x.tolist(), y.tolist(), text] for x, y, text in basins.polygons],
        "x": basins.x.tolist(),
        "y": basins.y.tolist(),
        "caught": None if basins.caught is None else basins.caught.ravel().tolist(),
        "sentence": basins.sentence,
    }


def path_as_json(path: Path) -> dict[str, Any]:
    """Return a run in the plane of a picture at the steps that it has."""
    numbers = {name: getattr(path, name).tolist() for name in ("x", "y", "steps", "objective")}
    return {"id": path.id, "run": path.run, "name": path.name, **numbers}


def _piece(piece: CriticalPiece) -> dict[str, Any]:
    return {
        "x": piece.x.tolist(),
        "y": piece.y.tolist(),
        "loss": float(piece.loss),
        "label": piece.label,
        "kind": piece.kind.name,
        "optimal": bool(piece.optimal),
        "area": bool(piece.area),
        "lowest": bool(piece.lowest),
    }


def _line(line: tuple[np.ndarray, np.ndarray]) -> list[list[float]]:
    return [coordinates.tolist() for coordinates in line]
