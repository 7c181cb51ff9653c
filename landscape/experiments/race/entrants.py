"""The iterative methods, step by step, each timed by itself: first-order ones with a fixed step, SciPy's L-BFGS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import count
from time import thread_time
from typing import Any

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.convergence import WINDOW, ConvergenceMonitor
from landscape.training.optimisers import RULES, Arrays


@dataclass(frozen=True)
class Measurement:
    """Time and loss of a run after a step.

    Arguments
        seconds: CPU time the method itself has taken, of the thread that runs it; that of the caller between two
            steps, and of whoever shares the machine, is not counted.
        step: steps taken; loss: problem (1) there.
    """

    seconds: float
    step: int
    loss: float


MethodRun = Generator[Measurement, None, None]
"""A run that ends by itself only where its method stops: converged, or without a descent direction."""


def restarted(begin: Callable[[int], MethodRun]) -> MethodRun:
    """Yield run after run, each begun when the one before has stopped: their time together, and the lowest loss so far.

    Arguments
        begin: the run of a number from 0.
    """
    spent, taken, lowest = 0.0, 0, np.inf
    for number in count():
        run, last = begin(number), None
        try:
            for last in run:
                lowest = min(lowest, last.loss)  # NaN leaves it as it is
                yield Measurement(spent + last.seconds, taken + last.step, lowest)
        finally:
            run.close()
        if last is not None:
            spent, taken = spent + last.seconds, taken + last.step


def loss_and_gradients(problem: Problem, W: np.ndarray, alpha: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return problem (1) and its gradients at one network, with as few NumPy calls as possible; 0 at a kink."""
    squared_only(problem, "loss_and_gradients")
    X, lam = problem.X, problem.lam
    hidden = X @ W
    gate = (hidden > 0).astype(float)
    hidden *= gate
    residual = hidden @ alpha - problem.y
    loss = float(residual @ residual)
    grad_alpha = residual @ hidden
    grad_W = (X.T * residual) @ gate * alpha
    grad_W *= 2.0
    grad_alpha *= 2.0
    if lam > 0:
        loss += lam * (float(np.vdot(W, W)) + float(alpha @ alpha))
        grad_W += 2.0 * lam * W
        grad_alpha += 2.0 * lam * alpha
    return loss, grad_W, grad_alpha


def first_order(problem: Problem, start: Network, method: str, step: float) -> MethodRun:
    """Yield the run of "gd", "momentum" or "adam" with a fixed step, until it has converged or its loss overflows."""
    squared_only(problem, "first_order")
    update = RULES[method]
    fixed = problem.second_layer == "ones"
    W, alpha = start.W, start.alpha
    memory: Arrays = ()
    grads: Arrays = ()
    spent, t, monitor = 0.0, 0, None
    while True:
        begun = thread_time()
        if t > 0:
            before = (W[..., None], alpha[:, None])
            directions, memory = update(grads, memory, t - 1)
            W = W - step * directions[0]
            if not fixed:
                alpha = alpha - step * directions[1]
        loss, grad_W, grad_alpha = loss_and_gradients(problem, W, alpha)
        grads = (grad_W,) if fixed else (grad_W, grad_alpha)
        spent += thread_time() - begun
        yield Measurement(spent, t, loss)
        if not np.isfinite(loss):
            return
        if t % WINDOW == 0:
            weights, level = (W[..., None], alpha[:, None]), np.array([loss])
            if monitor is None:
                monitor = ConvergenceMonitor.begin(problem, weights, level)
            else:
                monitor = monitor.check(weights, before, level)
            if monitor.settled[0]:
                return
        t += 1


def lbfgs(problem: Problem, start: Network) -> MethodRun:
    """Yield the run of SciPy's L-BFGS-B (memory 10), iteration by iteration, until it stops by itself.

    SciPy runs it in one call, so it has a thread of its own, which waits until the next measurement is requested and
    ends with the generator. With a second layer of ones, W alone is its variable.
    """
    squared_only(problem, "lbfgs")
    from scipy.optimize import minimize

    d, m = start.W.shape
    fixed = problem.second_layer == "ones"
    requested, measured = threading.Semaphore(0), threading.Semaphore(0)
    measurements: list[Measurement] = []
    state = {"spent": 0.0, "begun": 0.0, "step": 0.0}
    failures: list[Exception] = []
    over = threading.Event()

    def value(theta: np.ndarray) -> tuple[float, np.ndarray]:
        if over.is_set():
            raise StopIteration
        W, alpha = theta[: d * m].reshape(d, m), start.alpha if fixed else theta[d * m :]
        loss, grad_W, grad_alpha = loss_and_gradients(problem, W, alpha)
        return loss, grad_W.ravel() if fixed else np.concatenate([grad_W.ravel(), grad_alpha])

    def measure(loss: float) -> None:
        state["spent"] += thread_time() - state["begun"]
        measurements.append(Measurement(state["spent"], int(state["step"]), loss))
        measured.release()
        requested.acquire()
        if over.is_set():
            raise StopIteration
        state["begun"] = thread_time()

    def after_iteration(intermediate_result: Any) -> None:
        state["step"] += 1
        measure(float(intermediate_result.fun))

    def work() -> None:
        requested.acquire()
        state["begun"] = thread_time()
        theta = start.W.ravel() if fixed else np.concatenate([start.W.ravel(), start.alpha])
        try:
            measure(value(theta)[0])
            options = {"maxiter": 10**8, "maxfun": 10**9, "ftol": 1e-15, "gtol": 1e-12}
            minimize(value, theta, jac=True, method="L-BFGS-B", callback=after_iteration, options=options)
        except StopIteration:  # the race is over: a measurement ends the work so
            pass
        except Exception as error:  # raised again in the caller's thread
            failures.append(error)
        over.set()
        measured.release()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            requested.release()
            measured.acquire()
            if failures:
                raise failures[0]
            if not measurements:
                return
            yield measurements.pop()
    finally:
        over.set()
        requested.release()
        thread.join()
