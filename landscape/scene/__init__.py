"""The contents of the landscape pictures of a solved scenario: plane, window, runs, optima, cells, critical set."""

from landscape.scene.basins import Basins, basins_of
from landscape.scene.critical_pieces import CriticalPiece
from landscape.scene.loss import LossScene, loss_on, loss_scene
from landscape.scene.paths import Path
from landscape.scene.planes import Slice, nearest_arrangement, of_width, single_weight, slice_plane
from landscape.scene.twin import TwinScene, twin_of, twin_scene
from landscape.scene.window import CellLabel, nice_reach, points_on_sides

__all__ = [
    "Basins",
    "CellLabel",
    "CriticalPiece",
    "LossScene",
    "Path",
    "Slice",
    "TwinScene",
    "basins_of",
    "loss_on",
    "loss_scene",
    "nearest_arrangement",
    "nice_reach",
    "of_width",
    "points_on_sides",
    "single_weight",
    "slice_plane",
    "twin_of",
    "twin_scene",
]
