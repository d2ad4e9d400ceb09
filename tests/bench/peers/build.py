# SPDX-License-Identifier: Apache-2.0
"""What is compiled before anything is measured: mncc's objects with a program around them, and the yardsticks."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from networks import HERE, ROOT


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"peers: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def build_mncc(description, threads, engine, options, network, folder):
    """Writes network.so, the program `cold` and its input, which is that of the folder `network`: of `description`, or as
    `engine` asks, of the TFLite file there."""
    folder.mkdir(parents=True)
    cut = [f"--threads={threads}"] if threads > 1 else []
    model, element = (network / "network_int8.tflite", "int8_t") if engine.is_quantized else (description, "float")
    run(os.environ["MNCC"], model, "--name=net", "--pic", *cut, *engine.options, *options, "-o", folder)
    runtime = [ROOT / "runtime/Threads.c", "-I", ROOT / "runtime", "-pthread"] if threads > 1 else ["-I", ROOT / "runtime"]
    sources = ["gcc", "-std=gnu11", "-O2", f"-DELEMENT={element}", "-fPIC", "-I", folder, HERE / "host.c", *runtime, folder / "net.o"]
    run(*sources, "-shared", "-o", folder / "network.so")
    run(*sources, HERE / "cold.c", "-o", folder / "cold")
    np.load(network / engine.input_file).tofile(folder / "input.raw")


def count_multiply_adds(description):
    """Of a network, whichever engines run it."""
    with tempfile.TemporaryDirectory() as folder:
        run(os.environ["MNCC"], description, "--name=net", "--emit=report", "-o", folder)
        return json.loads((pathlib.Path(folder) / "net.report.json").read_text())["rows"][0]["multiply_adds"]


def build_machine(folder):
    folder.mkdir(parents=True)
    run("g++", "-std=c++17", "-O2", "-ffp-contract=fast", "-shared", "-fPIC", "-I", ROOT, HERE / "machine.cpp",
        ROOT / "compiler/commands/FmaPeak.cpp", "-pthread", "-o", folder / "machine.so")


def lanes(options):
    """fp32 values in a vector of the row that --mcpu names, else of the widest that this machine has."""
    row = next((word.split("=")[1] for word in options if word.startswith("--mcpu=")), None)
    if row and row != "native":
        listed = json.loads(subprocess.run([os.environ["MNCC"], "targets", "--json"], capture_output=True, check=True).stdout)
        for entry in listed:
            if entry["cpu"] == row.split(",")[0]:
                return entry["vector_bits"] // 32
    flags = set(open("/proc/cpuinfo").read().split())
    return 16 if "avx512f" in flags else 8 if {"avx2", "fma"} <= flags else 4
