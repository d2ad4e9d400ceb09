# SPDX-License-Identifier: Apache-2.0
"""Networks with every op and odd shapes agree with the reference evaluator, and give the same bits on every row."""
from harness import check, run_network, targets
from networks import NETWORKS, write_network
import numpy as np

TOLERANCE = 1e-5


rows = [(cpu, row["fma"]) for cpu, row in targets().items() if row["arch"] == "x86_64" and row["runs_here"]]
for name, (shape, *_) in NETWORKS.items():
    path = write_network(name)
    images = {"input": np.random.default_rng(7).normal(0, 2, (3, *shape)).astype("<f4")}
    expected = run_network(path, images, "--weights=random:5", "--reference")
    bits = {True: set(), False: set()}
    for cpu, fma in rows:
        actual = run_network(path, images, "--weights=random:5", "--mcpu", cpu)
        for tensor, values in expected.items():
            error, limit = np.abs(actual[tensor] - values).max(), TOLERANCE * np.abs(values).max()
            check(error <= limit, f"{name} on {cpu}: {tensor} within {TOLERANCE} of the reference ({error:.2g} of {limit:.2g})")
        bits[fma].add(b"".join(actual[tensor].tobytes() for tensor in sorted(actual)))
    for fma, seen in bits.items():
        check(len(seen) <= 1, f"{name}: all rows {'with' if fma else 'without'} fma give the same bits")
