"""A proof as a file, and its checker, which imports nothing but Python's own library: no solver, and no NumPy.

``python -m landscape check FILE`` reads a file and says what it proves. The file is a JSON object:

- ``format``: "landscape proof 1".
- ``X`` (n rows of d numbers), ``y`` (n), ``lam``, ``second_layer`` ("trained" or "ones"), ``output_bias`` ("none",
  "free" or "penalised"): the problem min ‖relu(X W) alpha + bias − y‖² + lam (‖W‖² + ‖alpha‖²), with lam bias² where
  the bias is penalised, without any bias where there is none, and with alpha = 1 and lam = 0 for "ones".
- ``W`` (d rows of m numbers), ``alpha`` (m), ``bias``: a network.
- ``lower_bound``: the claim. No network of this form, of any width, costs less.
- ``dual``: n numbers z, of which some multiple proves it; null where the claim is that no cost is below 0.
- ``cover``: why no neuron gains more than ``most``, |zᵀ relu(X u)| ≤ most for all u of length 1 (zᵀ relu(X u) ≤ most
  for "ones"); null where z cancels on every line of rows, so that the gain is 0.

  - ``cones`` are trees of cones {Σ θ_k v_k : θ ≥ 0} that cover all u, one after the other, every cone before its parts.
    They begin with the cones of the vectors e_1, …, e_d, −(1, …, 1) that leave out the first, the second, …, the last,
    for zᵀ relu(X u), and then, but for "ones", with the same for −zᵀ relu(X u). [[a, b], i] is a cone that is cut
    where row i of X vanishes between its rays a and b, counted from 0; [[a, b], [s, t]] one that is cut at
    s v_a + t v_b. The first part has the new ray in place of ray b, the second in place of ray a. d numbers p are a
    cone that is not cut: p·v ≥ c at each ray v, with the c of ``cones.py``, and ‖p‖ ≤ most.
  - ``signs``, instead of cones, are two trees (one for "ones"), of zᵀ relu(X u) and of −zᵀ relu(X u). A whole number i
    is a node at which row i of X gets either sign: its first part has x_i·u ≥ 0, its second x_i·u ≤ 0. [μ, [...]] is a
    leaf with the multipliers of the rows in turn, those left out that are 0 or whose z is: c, or p and q, or ν, in
    10,000ths, as ``signs.py`` says. [[...]] is a leaf at which all signs are known, with a number m ≥ 0 for each row.

Numbers with a point or an exponent are read as the float64 nearest to them, as everywhere, and a float64 is an exact
binary number; whole numbers are what they are. So the problem in the file is exactly the one that was solved, and from
there on nothing is rounded. What has to be trusted is that it is your problem, this folder, and Python.

In the order in which to read it: ``document`` (the file), ``arithmetic``, ``neurons`` (what z gives for a neuron),
``cones`` and ``covering`` (a cover by cones), ``signs`` (one by signs), ``check`` (the claim); ``work`` ends a check
that would take too long.
"""
