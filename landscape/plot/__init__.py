"""Pictures in a notebook and for a paper: what the pages draw, as plotly figures, and files of a given size."""

from landscape.plot.along_lambda import lambda_path, neuron_lengths
from landscape.plot.along_runs import along, dynamics, losses
from landscape.plot.convex_landscape import twin, twin_surface
from landscape.plot.figure import caption
from landscape.plot.files import save
from landscape.plot.loss_landscape import landscape, surface
from landscape.plot.neurons import cones, patterns, weights
from landscape.plot.outputs import fit
from landscape.plot.widths import width

__all__ = [
    "along",
    "caption",
    "cones",
    "dynamics",
    "fit",
    "lambda_path",
    "landscape",
    "losses",
    "neuron_lengths",
    "patterns",
    "save",
    "surface",
    "twin",
    "twin_surface",
    "weights",
    "width",
]
