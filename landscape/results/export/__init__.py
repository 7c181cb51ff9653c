"""A page's state and its results in forms that leave the app: code, tables, a link, a frame, a QR code."""

from landscape.results.export.cvxpy_code import cvxpy_snippet
from landscape.results.export.film_code import film_snippet
from landscape.results.export.landscape_code import python_snippet
from landscape.results.export.proof_file import proof_of_scenario
from landscape.results.export.race_code import race_snippet
from landscape.results.export.sharing import address, embed_snippet, frame, link, qr_svg
from landscape.results.export.tables import NeuronRow, drawn_csv, duals_csv, network_table, neurons_csv, runs_csv

__all__ = [
    "NeuronRow",
    "address",
    "cvxpy_snippet",
    "drawn_csv",
    "duals_csv",
    "embed_snippet",
    "film_snippet",
    "frame",
    "link",
    "network_table",
    "neurons_csv",
    "proof_of_scenario",
    "python_snippet",
    "qr_svg",
    "race_snippet",
    "runs_csv",
]
