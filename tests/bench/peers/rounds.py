# SPDX-License-Identifier: Apache-2.0
"""How long does an inference take? The engines take turns in rounds, so that what changes on the machine meets all of them."""
import json
import statistics
import sys
import time

import numpy as np

from engines import ENGINES, base_of
from others import PERMITTED, Watch
from process import EngineProcess

# Milliseconds of a turn, and the fewest and most inferences in it.
TURN, FEWEST, MOST = 150, 5, 400


def to_reals(result, folder):
    """What integers of the quantised network's result stand for."""
    if result.dtype != np.int8:
        return result
    stated = json.loads((folder / "result_int8.json").read_text())
    return stated["scale"] * (result.astype("<f4") - stated["zero_point"])


def check_results(processes, folder, work):
    """Every engine computes what TensorFlow does."""
    for key, process in processes.items():
        expected = np.load(folder / ENGINES[key].expected_file).ravel()
        scale = np.abs(expected).max()
        process.ask(f"result {work / 'result.npy'}")
        result = to_reals(np.load(work / "result.npy").ravel(), folder)
        difference = np.abs(result - expected).max() / scale if result.shape == expected.shape else np.inf
        if not difference <= ENGINES[key].tolerance:
            sys.exit(f"peers: {key} on {folder.name}: its output differs by {difference:.1e} of the maximum, "
                     f"expected {ENGINES[key].tolerance:.0e} at most")


def take_turns(processes, machine, rounds, progress):
    """{engine: lists of milliseconds, one a round}, and what the machine could do in each round."""
    counts = {}
    for key, process in processes.items():
        counts[key] = min(MOST, max(FEWEST, round(TURN / process.ask("warm"))))
    samples, able, order = {key: [] for key in processes}, [], list(processes)
    for turn in range(rounds):
        able.append(machine.ask("measure"))
        for key in order:
            samples[key].append(processes[key].ask(f"time {counts[key]}"))
        order = order[1:] + order[:1]
        progress(turn + 1)
    return samples, able


def measure(keys, folder, build, machine_key, threads, rounds, work, progress):
    processes, machine = {}, None
    try:
        for key in keys:
            processes[key] = EngineProcess(key, folder, build, threads, work / f"{key}.log")
        machine = EngineProcess(machine_key, folder, work / "machine", threads, work / "machine.log")
        check_results(processes, folder, work)
        watch = Watch([process.process.pid for process in (*processes.values(), machine)], time.monotonic)
        measured = take_turns(processes, machine, rounds, progress)
        others = watch.share_of_others()
        if others > PERMITTED:
            print(f"warning: {folder.name}, {threads} threads: other processes used {100 * others:.0f} % of the processors",
                  file=sys.stderr)
        return measured
    finally:
        for process in [*processes.values(), *([machine] if machine else [])]:
            process.end()


def summarise(samples, able, multiply_adds, common):
    """One record an engine; ratios and shares are medians over the rounds."""
    base = base_of(samples)
    medians = {key: [statistics.median(turn) for turn in turns] for key, turns in samples.items()}
    peaks, trips = [peak for peak, _ in able], [trip for _, trip in able if trip is not None]
    records = []
    for key, turns in samples.items():
        shares = [2e-6 * multiply_adds / median / peak for median, peak in zip(medians[key], peaks)]
        records.append({
            "kind": "time", **common, "precision": ENGINES[key].precision, "engine": ENGINES[key].name,
            "median_ms": statistics.median(medians[key]), "min_ms": min(map(min, turns)),
            "ratio_to_mncc": ratio(medians[key], medians.get(base)), "share_of_peak": statistics.median(shares),
            "peak_gflops": statistics.median(peaks), "round_trip_ns": statistics.median(trips) if trips else None,
            "rounds": len(turns), "samples": sum(map(len, turns))})
    return records


def ratio(values, base):
    return statistics.median(value / other for value, other in zip(values, base)) if base else None
