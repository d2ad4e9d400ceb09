# SPDX-License-Identifier: Apache-2.0
"""One engine in a process of its own. usage: worker.py ENGINE NETWORK_FOLDER BUILD_FOLDER THREADS take-turns|start
With `take-turns` it reads commands, a line each, and answers each with a line of JSON; with `start` it says how long its first
result took, from before its package was imported, and how much memory that added."""
import ctypes
import json
import os
import pathlib
import statistics
import sys
import threading
import time

import numpy as np

from engines import ENGINES
from opening import open_engine

# Runs after which an engine has chosen its kernels and filled its caches, and those that start each later turn.
WARM_UPS, TURN_WARM_UPS = 10, 3
# Runs after the first whose memory counts.
LATER_RUNS = 3


def pin(threads):
    """To the last processors: the first one is where the system does its own work."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < threads:
        sys.exit(f"{threads} threads need as many processors, found {len(allowed)}")
    os.sched_setaffinity(0, allowed[-threads:])


def milliseconds(run, count):
    samples = []
    for _ in range(count):
        start = time.perf_counter()
        run()
        samples.append(1e3 * (time.perf_counter() - start))
    return samples


def open_machine(build, threads, lanes):
    """[billions of operations a second of as many threads at once, nanoseconds from one processor to another and back]."""
    library = ctypes.CDLL(str(build / "machine.so"))
    peak, round_trip = library.bench_peak, library.bench_round_trip
    peak.restype, peak.argtypes = ctypes.c_double, [ctypes.c_int64]
    round_trip.restype, round_trip.argtypes = ctypes.c_double, [ctypes.c_int, ctypes.c_int]
    processors = sorted(os.sched_getaffinity(0))

    def turn():
        rates = []
        workers = [threading.Thread(target=lambda: rates.append(peak(lanes))) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return [sum(rates), round_trip(processors[0], processors[-1]) if threads > 1 else None]

    return turn


def take_turns(key, folder, build, threads, answer):
    if key.startswith("machine:"):
        machine = open_machine(build, threads, int(key.split(":")[1]))
        answer("ready")
        for _ in sys.stdin:
            answer(machine())
        return
    run, result = open_engine(ENGINES[key], folder, build, np.load(folder / ENGINES[key].input_file), threads)
    answer("ready")
    for line in sys.stdin:
        command, *words = line.split()
        if command == "result":
            run()
            np.save(words[0], result())
            answer("saved")
        elif command == "warm":
            answer(statistics.median(milliseconds(run, WARM_UPS)))
        elif command == "time":
            milliseconds(run, TURN_WARM_UPS)
            answer(milliseconds(run, int(words[0])))


def resident_kilobytes(field):
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(lines[field].split()[0])


def start(key, folder, build, threads, answer):
    image = np.load(folder / ENGINES[key].input_file)
    # From here on the highest mark is the engine's.
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    idle = resident_kilobytes("VmRSS")
    begin = time.perf_counter()
    run, result = open_engine(ENGINES[key], folder, build, image, threads)
    run()
    result()
    elapsed = 1e3 * (time.perf_counter() - begin)
    for _ in range(LATER_RUNS):
        run()
    answer([elapsed, resident_kilobytes("VmHWM") - idle])


def main(key, folder, build, threads, mode):
    pin(int(threads))
    # What engines print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(value):
        print(json.dumps(value), file=answers, flush=True)

    {"take-turns": take_turns, "start": start}[mode](key, pathlib.Path(folder), pathlib.Path(build), int(threads), answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
