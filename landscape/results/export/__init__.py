"""A scenario and its results in forms that leave the app: code, tables, a link, a frame, a QR code."""

from landscape.results.export.cvxpy_code import cvxpy_snippet
from landscape.results.export.landscape_code import python_snippet
from landscape.results.export.sharing import embed_snippet, link, qr_svg
from landscape.results.export.tables import NeuronRow, network_table, runs_csv

__all__ = [
    "NeuronRow",
    "cvxpy_snippet",
    "embed_snippet",
    "link",
    "network_table",
    "python_snippet",
    "qr_svg",
    "runs_csv",
]
