# SPDX-License-Identifier: Apache-2.0
"""Random networks give the reference evaluator's values on every kind of row, the same bits on rows of a kind, and the same
bits without some of the fuse passes.

usage: random_networks.py [FIRST COUNT]; without, a fixed slice, and the long one under MNCC_LONG."""
import json
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import IS_LONG, MNCC, check, mncc, read_tensors, targets, temporary, write_tensors  # noqa: E402
from programs import EMULATOR, infer, link  # noqa: E402
from random_network import make_network  # noqa: E402
import numpy as np  # noqa: E402

TOLERANCE = 1e-5
HAS_FMA = {cpu: row["fma"] for cpu, row in targets().items() if row["runs_here"]}
ROWS = [cpu for cpu in ("x86-64-v4", "znver4", "x86-64-v3", "x86-64") if cpu in HAS_FMA]
FUSIONS = ["fuse-depthwise-bn-relu6", "fuse-pointwise-bn-relu6", "fuse-conv-bn-relu6", "fuse-residual-add",
           "fuse-activation"]
# Every so many networks are linked and emulated too.
AARCH64_SHARE = 10


def run_network(model, folder, *options):
    """The outputs by name, or what mncc said."""
    done = subprocess.run([MNCC, "run", model, "--input", folder / "in.safetensors", "--output", folder / "out.safetensors",
                           "--weights=random:5", *options], capture_output=True, text=True)
    if done.returncode != 0:
        return f"status {done.returncode}: {done.stderr[-800:]}"
    return read_tensors(folder / "out.safetensors")


def compare(actual, expected):
    """What is wrong with `actual`, or None."""
    if isinstance(actual, str):
        return actual
    for name, values in expected.items():
        error, limit = np.abs(actual[name] - values).max(), TOLERANCE * np.abs(values).max()
        if not error <= limit:
            return f"{name} is off by {error:.3g}, allowed are {limit:.3g}"
    return None


def equal_bits(left, right):
    return all(left[name].tobytes() == right[name].tobytes() for name in left)


def run_unfused(model, folder, seed, row, expected):
    """What is wrong where a random half of the fusions is left out, or None."""
    disabled = ",".join(random.Random(seed).sample(FUSIONS, 3))
    actual = run_network(model, folder, "--mcpu", row, f"--disable-pass={disabled}")
    if isinstance(actual, str):
        return f"without {disabled}: {actual}"
    return None if equal_bits(actual, expected) else f"other bits without {disabled}"


def run_on_aarch64(description, folder, images, expected):
    mncc(folder / "model.json", "--target=aarch64-linux-gnu", "--mcpu=generic", "--weights=random:5", "-o", folder / "arm")
    built = folder / "arm"
    output = infer(link(built, "aarch64", next(built.glob("*.o"))), "aarch64", images)
    consumed = {name for layer in description["layers"] for name in layer["inputs"]}
    names = [layer["name"] for layer in description["layers"] if layer["name"] not in consumed]
    wanted = b"".join(expected[name][i].tobytes() for i in range(len(images)) for name in names)
    return None if output == wanted else "its bits on generic AArch64 are not those of the rows with fma"


def try_network(seed):
    """Everything wrong with the network of `seed`, as lines."""
    folder = temporary()
    description = make_network(seed)
    model = folder / "model.json"
    model.write_text(json.dumps(description, indent=1))
    images = np.random.default_rng(seed).normal(0, 1, (2, *description["input"]["shape"])).astype("<f4")
    write_tensors(folder / "in.safetensors", {"input": images})
    expected = run_network(model, folder, "--reference")
    if isinstance(expected, str):
        return [f"{model} reference: {expected}"]
    faults, bits = [], {}
    for row in ROWS:
        actual = run_network(model, folder, "--mcpu", row)
        fault = compare(actual, expected)
        if fault:
            faults.append(f"{model} on {row}: {fault}")
        else:
            if not equal_bits(bits.setdefault(HAS_FMA[row], actual), actual):
                faults.append(f"{model} on {row}: other bits than the first row of its kind")
    for row in ROWS[seed % len(ROWS):][:1]:
        fault = HAS_FMA[row] in bits and run_unfused(model, folder, seed, row, bits[HAS_FMA[row]])
        if fault:
            faults.append(f"{model} on {row}: {fault}")
    if EMULATOR and seed % AARCH64_SHARE == 0 and True in bits:
        fault = run_on_aarch64(description, folder, images, bits[True])
        if fault:
            faults.append(f"{model}: {fault}")
    return faults


first, count = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (1, 1000 if IS_LONG else 25)
faults = []
for seed in range(first, first + count):
    found = try_network(seed)
    for fault in found:
        print(fault, flush=True)
    faults += found
check(not faults, f"{count} random networks from seed {first} on {', '.join(ROWS)}")
