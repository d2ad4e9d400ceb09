# SPDX-License-Identifier: Apache-2.0
"""How long does the first result take, and what does an engine add to its process in resident memory?

mncc's program is timed from before its process is made, so its own loading counts. The others live in Python, whose start
does not count: their clock begins before their package is imported. Their memory is what is added to that of Python with
numpy and the input; mncc's is what is added to that of its program when main begins. All files are in the system's cache."""
import os
import statistics
import subprocess
import sys
import time

import numpy as np

from engines import ENGINES, base_of
from process import start_once
from rounds import ratio, to_reals


def start_mncc(engine, folder, build, threads):
    allowed = sorted(os.sched_getaffinity(0))
    output = build / "output.raw"
    # The parent pins itself, so that the program starts pinned without code between its fork and its start.
    os.sched_setaffinity(0, allowed[-threads:])
    try:
        begin = time.monotonic_ns()
        done = subprocess.run([build / "cold", build / "input.raw", output], stdout=subprocess.PIPE, text=True,
                              close_fds=False)
    finally:
        os.sched_setaffinity(0, allowed)
    if done.returncode != 0:
        sys.exit(f"peers: mncc's program ended with status {done.returncode}")
    expected = np.load(folder / engine.expected_file).ravel()
    result = to_reals(np.fromfile(output, np.int8 if engine.is_quantized else "<f4"), folder)
    if not np.abs(result - expected).max() <= engine.tolerance * np.abs(expected).max():
        sys.exit("peers: mncc's program gives another result")
    end, idle, most = map(int, done.stdout.split())
    return [(end - begin) * 1e-6, most - idle]


def start(key, folder, build, threads, work):
    if ENGINES[key].is_ours:
        return start_mncc(ENGINES[key], folder, build / ENGINES[key].precision, threads)
    return start_once(key, folder, build, threads, work / f"{key}.log")


def measure_starts(keys, folder, build, threads, rounds, work, common, progress):
    """One record an engine; the first round of all fills the system's cache and does not count."""
    found = {key: [] for key in keys}
    for turn in range(rounds + 1):
        for key in keys:
            sample = start(key, folder, build, threads, work)
            if turn > 0:
                found[key].append(sample)
        progress(turn)
    times = {key: [sample[0] for sample in samples] for key, samples in found.items()}
    added = {key: [sample[1] for sample in samples] for key, samples in found.items()}
    base = base_of(keys)
    return [{"kind": "start", **common, "precision": ENGINES[key].precision, "engine": ENGINES[key].name,
             "median_ms": statistics.median(times[key]), "min_ms": min(times[key]),
             "ratio_to_mncc": ratio(times[key], times.get(base)), "memory_mib": statistics.median(added[key]) / 1024,
             "memory_ratio_to_mncc": ratio(added[key], added.get(base)), "rounds": rounds} for key in keys]
