"""The contents of the landscape pictures of a solved scenario: plane, window, runs, optima, cells, critical set."""

from landscape.scene.basins import Basins, basins_of
from landscape.scene.critical_pieces import CriticalPiece
from landscape.scene.loss import LossScene, loss_scene
from landscape.scene.paths import Path
from landscape.scene.planes import nearest_arrangement, slice_plane
from landscape.scene.twin import TwinScene, twin_scene
from landscape.scene.window import CellLabel, nice_reach, points_on_sides

__all__ = [
    "Basins",
    "CellLabel",
    "CriticalPiece",
    "LossScene",
    "Path",
    "TwinScene",
    "basins_of",
    "loss_scene",
    "nearest_arrangement",
    "nice_reach",
    "points_on_sides",
    "slice_plane",
    "twin_scene",
]
