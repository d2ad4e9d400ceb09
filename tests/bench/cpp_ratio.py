#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Time of the emitted C++, built by Clang and GCC, as a ratio to the object's: the three take turns in one process.

usage: cpp_ratio.py MNCC [--mcpu=ROW] [MODEL…]     default: native, V1 1.0/224
"""
import ctypes
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

ROUNDS = 15
ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILERS = {"Clang": "clang++-22", "GCC": "g++"}


def build(mncc, model, options, folder):
    """{candidate: shared library} for one model."""
    subprocess.run([mncc, model, "--weights=random:1", "--name=net", "--emit=obj,cpp,header", "--pic", *options, "-o", folder],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    weights = [str(path) for path in folder.glob("net_weights.S")]
    flags = re.search(r"// Build: c\+\+ (.*) -c", (folder / "net.cpp").read_text()).group(1).split()
    libraries = {"object": folder / "object.so"}
    subprocess.run(["gcc", "-shared", folder / "net.o", "-o", libraries["object"]], check=True)
    for name, compiler in COMPILERS.items():
        libraries[name] = folder / f"{name}.so"
        subprocess.run([compiler, *flags, "-fPIC", "-c", "net.cpp", "-o", f"{name}.o"], check=True, cwd=folder)
        subprocess.run(["gcc", "-shared", f"{name}.o", *weights, "-o", libraries[name]], check=True, cwd=folder)
    return libraries


def aligned(size):
    memory = np.zeros(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start:start + size]


def measure(folder, libraries):
    """{candidate: [milliseconds]} of ROUNDS rounds, after one to warm up; all outputs must have the same bits."""
    header = (folder / "net.h").read_text()
    size = lambda name: int(re.search(rf"NET_{name}_BYTES (\d+)", header).group(1))
    image, arena = aligned(size("INPUT")), aligned(size("ARENA"))
    image.view("<f4")[:] = np.random.default_rng(1).normal(0, 1, image.size // 4)
    run = {name: ctypes.CDLL(str(path)).net_run for name, path in libraries.items()}
    samples, bits = {name: [] for name in run}, set()
    for turn in range(ROUNDS + 1):
        for name, function in run.items():
            output = aligned(size("OUTPUT"))
            arguments = [ctypes.c_void_p(memory.ctypes.data) for memory in (image, output, arena)]
            start = time.perf_counter()
            status = function(*arguments)
            elapsed = time.perf_counter() - start
            if status != 0:
                sys.exit(f"{name}: net_run returned {status}")
            bits.add(output.tobytes())
            if turn > 0:
                samples[name].append(1e3 * elapsed)
    if len(bits) != 1:
        sys.exit("the candidates give different bits")
    return samples


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    options = [word for word in arguments[1:] if word.startswith("--")]
    models = [word for word in arguments[1:] if not word.startswith("--")] or [ROOT / "models/mobilenet_v1_1.0_224.json"]
    for model in models:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            samples = measure(folder, build(arguments[0], model, options, folder))
        print(pathlib.Path(model).stem, *options)
        for name, values in samples.items():
            ratio = statistics.median(a / b for a, b in zip(values, samples["object"]))
            print(f"  {name:<8} median {statistics.median(values):8.3f} ms   min {min(values):8.3f} ms   "
                  f"{ratio:.3f} of the object")


main(sys.argv[1:])
