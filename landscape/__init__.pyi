"""The public names for type checkers and editors: what ``__getattr__`` of the package returns."""

from landscape import extensions as extensions, lessons as lessons, plot as plot, scenario as scenario
from landscape.convex.best_neuron import (
    BestNeuron as BestNeuron,
    best_neuron as best_neuron,
)
from landscape.convex.budget import Budget as Budget
from landscape.convex.certificate import (
    Certificate as Certificate,
    certify as certify,
)
from landscape.convex.gated_relu import (
    GatedFit as GatedFit,
    gated_fit as gated_fit,
)
from landscape.convex.lambda_path import lambda_path as lambda_path
from landscape.convex.lambda_path.record import LambdaPath as LambdaPath
from landscape.convex.one_feature import (
    free_coordinates as free_coordinates,
    optimal_position as optimal_position,
    position as position,
)
from landscape.convex.optimal_set import (
    OptimalSet as OptimalSet,
    Stair as Stair,
    optimal_set as optimal_set,
)
from landscape.convex.twin import (
    ConvexSolution as ConvexSolution,
    Status as Status,
    convex_objective as convex_objective,
    lift as lift,
    recover as recover,
    solve_convex as solve_convex,
)
from landscape.estimators.classifier import ConvexReLUClassifier as ConvexReLUClassifier
from landscape.estimators.regressor import ConvexReLURegressor as ConvexReLURegressor
from landscape.geometry.lambda_max import lambda_max as lambda_max
from landscape.geometry.patterns import (
    Patterns as Patterns,
    enumerate_patterns as enumerate_patterns,
    sample_patterns as sample_patterns,
)
from landscape.geometry.support import (
    Support as Support,
    sampled_support as sampled_support,
)
from landscape.interop.arrays import from_arrays as from_arrays
from landscape.interop.converted import Converted as Converted
from landscape.interop.scikit_learn import from_scikit_learn as from_scikit_learn
from landscape.interop.torch import from_torch as from_torch
from landscape.loss.basins import simulated_basins as simulated_basins
from landscape.loss.critical_points import (
    critical_set as critical_set,
    optimal_networks as optimal_networks,
)
from landscape.loss.escape import (
    Escape as Escape,
    MissingNeurons as MissingNeurons,
    WeightsTooLarge as WeightsTooLarge,
    escape_path as escape_path,
)
from landscape.loss.gradient_flow import (
    basin_of as basin_of,
    flow_basins as flow_basins,
)
from landscape.loss.surface import (
    Plane as Plane,
    Surface as Surface,
    grid_with_kinks as grid_with_kinks,
    loss_curve as loss_curve,
    loss_surface as loss_surface,
    plane_through as plane_through,
)
from landscape.model.network import (
    Network as Network,
    bias_gradient as bias_gradient,
    gradient as gradient,
    objective as objective,
    predict as predict,
    widen as widen,
)
from landscape.model.problem import Problem as Problem
from landscape.proof_file.check import ProofReport as ProofReport, check_proof as check_proof
from landscape.results.export.proof_file import (
    proof_text as proof_text,
    write_proof as write_proof,
)
from landscape.scenario import (
    Data as Data,
    Run as Run,
    Scenario as Scenario,
    Training as Training,
    View as View,
    read_json as read_json,
    read_query as read_query,
)
from landscape.scenario.presets import PRESETS as PRESETS
from landscape.training.descent import (
    descend as descend,
    descend_many as descend_many,
)
from landscape.training.step_size import working_step as working_step
from landscape.training.trajectory import (
    Outcome as Outcome,
    Trajectories as Trajectories,
    Trajectory as Trajectory,
)

__version__: str
