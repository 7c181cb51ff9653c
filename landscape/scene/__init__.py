"""What the landscape pictures show of a solved scenario: which plane, which window, and all that lies over it."""

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
