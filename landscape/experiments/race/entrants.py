"""Who runs: first-order methods with a fixed step, and SciPy's L-BFGS, one step at a time and each on its own clock."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.convergence import WINDOW, ConvergenceMonitor
from landscape.training.optimisers import RULES, Arrays


@dataclass(frozen=True)
class Look:
    """A moment of a run.

    Arguments
        seconds: time the method itself has taken; whoever monitores is not on its clock.
        step: steps taken; loss: problem (1) there.
    """

    seconds: float
    step: int
    loss: float


Run = Generator[Look, None, None]
"""A run that ends by itself only where its method stops: settled, or without a direction that leads down."""


def loss_and_slopes(problem: Problem, W: np.ndarray, alpha: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return problem (1) and its gradients at one network, as lean as NumPy allows; 0 at a kink."""
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


def first_order(problem: Problem, start: Network, method: str, step: float) -> Run:
    """Yield the run of "gd", "momentum" or "adam" with a fixed step, until it has settled or its loss overflows."""
    update = RULES[method]
    fixed = problem.second_layer == "ones"
    W, alpha = start.W, start.alpha
    memory: Arrays = ()
    grads: Arrays = ()
    spent, t, monitor = 0.0, 0, None
    while True:
        begun = perf_counter()
        if t > 0:
            before = (W[..., None], alpha[:, None])
            directions, memory = update(grads, memory, t - 1)
            W = W - step * directions[0]
            if not fixed:
                alpha = alpha - step * directions[1]
        loss, grad_W, grad_alpha = loss_and_slopes(problem, W, alpha)
        grads = (grad_W,) if fixed else (grad_W, grad_alpha)
        spent += perf_counter() - begun
        yield Look(spent, t, loss)
        if not np.isfinite(loss):
            return
        if t % WINDOW == 0:
            now, level = (W[..., None], alpha[:, None]), np.array([loss])
            monitor = (
                ConvergenceMonitor.begin(problem, now, level) if monitor is None else monitor.check(now, before, level)
            )
            if monitor.settled[0]:
                return
        t += 1


def lbfgs(problem: Problem, start: Network) -> Run:
    """Yield the run of SciPy's L-BFGS-B (memory 10), an iteration a look, until it stops by itself.

    SciPy runs it in one call, so it runs in a thread of its own, which waits while a look is out and ends with the
    generator. With a second layer of ones, W alone is its variable.
    """
    from scipy.optimize import minimize

    d, m = start.W.shape
    fixed = problem.second_layer == "ones"
    go, out = threading.Semaphore(0), threading.Semaphore(0)
    looks: list[Look] = []
    state = {"spent": 0.0, "begun": 0.0, "step": 0.0}
    failures: list[Exception] = []
    over = threading.Event()

    def value(theta: np.ndarray) -> tuple[float, np.ndarray]:
        if over.is_set():
            raise StopIteration
        W, alpha = theta[: d * m].reshape(d, m), start.alpha if fixed else theta[d * m :]
        loss, grad_W, grad_alpha = loss_and_slopes(problem, W, alpha)
        return loss, grad_W.ravel() if fixed else np.concatenate([grad_W.ravel(), grad_alpha])

    def look(loss: float) -> None:
        state["spent"] += perf_counter() - state["begun"]
        looks.append(Look(state["spent"], int(state["step"]), loss))
        out.release()
        go.acquire()
        if over.is_set():
            raise StopIteration
        state["begun"] = perf_counter()

    def told(intermediate_result: Any) -> None:
        state["step"] += 1
        look(float(intermediate_result.fun))

    def work() -> None:
        go.acquire()
        state["begun"] = perf_counter()
        theta = start.W.ravel() if fixed else np.concatenate([start.W.ravel(), start.alpha])
        try:
            look(value(theta)[0])
            limits = {"maxiter": 10**8, "maxfun": 10**9, "ftol": 1e-15, "gtol": 1e-12}
            minimize(value, theta, jac=True, method="L-BFGS-B", callback=told, options=limits)
        except StopIteration:
            pass
        except Exception as error:  # raised again where the run is monitored
            failures.append(error)
        over.set()
        out.release()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            go.release()
            out.acquire()
            if failures:
                raise failures[0]
            if not looks:
                return
            yield looks.pop()
    finally:
        over.set()
        go.release()
        thread.join()
