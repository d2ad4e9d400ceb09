# SPDX-License-Identifier: Apache-2.0
"""Random layers of integers, packed a score to a network: the reference evaluator's bits on every row that runs here and, in
part, on AArch64 under the emulator; `fast` may be one off."""
import json
import sys

from harness import IS_LONG, check, integer_rows, mncc, run_network, skip, temporary
from programs import EMULATOR, infer, link
from random_integers import LAYERS, Generator
import numpy as np

# Networks, and the convolutions that there are in them at least.
NETWORKS, CONVOLUTIONS = (240, 2000) if IS_LONG else (25, 200)
ROWS = integer_rows()
# An AArch64 program for every so manieth network.
ARM_ROWS, ARM_EVERY = ("cortex-a72", "neoverse-n1", "neoverse-v1"), 1 if IS_LONG else 5


def describe_difference(layer, actual, expected):
    unequal = np.argwhere(actual != expected)
    return f"{json.dumps(layer)}: {len(unequal)} of {actual.size} differ, first at {unequal[0].tolist()}"


def find_wrong(generator, actual, expected):
    def is_wrong(layer):
        one, other = (outputs[layer["name"]].astype(float) for outputs in (actual, expected))
        return np.abs(one - other).max() > (layer.get("numerics") == "fast")

    return [describe_difference(layer, actual[layer["name"]], expected[layer["name"]])
            for layer in generator.description["layers"][1:] if is_wrong(layer)]


def run_on_arm(network, values, row, expected):
    """The outputs of one program, in the order of the description."""
    folder = temporary()
    mncc(network, "--target=aarch64-linux-gnu", "--mcpu", row, "-o", folder)
    data, results, place = infer(link(folder, "aarch64", folder / "layers.o"), "aarch64", values[:1]), {}, 0
    for name in json.loads(network.read_text())["outputs"]:
        one = expected[name][:1]
        results[name] = np.frombuffer(data[place:place + one.nbytes], one.dtype).reshape(one.shape)
        place += one.nbytes
    return results


def list_numerics(network):
    """The engine whose rounding each layer has, by the reports."""
    folder = temporary()
    mncc(network, "-o", folder)
    lines = [line.split() for line in (folder / "layers.report.txt").read_text().splitlines()]
    shown = [line[4] for line in lines if len(line) > 5 and line[0].isdigit()]
    layers = json.loads((folder / "layers.report.json").read_text())["rows"][0]["layers"]
    check(shown == [layer["numerics"] or "-" for layer in layers], "both reports tell how layers round")
    # Copies to another layout do not.
    return {layer["layer"]: layer["numerics"] for layer in layers if layer["numerics"]}


generator = Generator(1000)
check(list_numerics(generator.write()) == {layer["name"]: layer["numerics"] for layer in generator.description["layers"]
                                           if "numerics" in layer},
      "as the description says")

fast = Generator(1001, ["fast"])
network, values = fast.write(), fast.inputs(3)
expected = run_network(network, {"input": values}, "--reference")
for row in ROWS:
    wrong = find_wrong(fast, run_network(network, {"input": values}, "--mcpu", row), expected)
    check(not wrong, f"a fast network of {LAYERS} layers on {row} is within one of the exact results {wrong[:3]}")

seeds = [int(word) for word in sys.argv[1:]] or range(NETWORKS)
convolutions = 0
for seed in seeds:
    generator = Generator(seed)
    convolutions += generator.count_convolutions()
    network, values = generator.write(), generator.inputs(3)
    expected = run_network(network, {"input": values}, "--reference")
    for row in ROWS:
        wrong = find_wrong(generator, run_network(network, {"input": values}, "--mcpu", row), expected)
        check(not wrong, f"network {seed} of {LAYERS} layers on {row} has the evaluator's bits {wrong[:3]}")
    if EMULATOR and seed % ARM_EVERY == 0:
        one = {name: tensor[:1] for name, tensor in expected.items()}
        for row in ARM_ROWS:
            wrong = find_wrong(generator, run_on_arm(network, values, row, expected), one)
            check(not wrong, f"network {seed} on {row} has the evaluator's bits {wrong[:3]}")
check(convolutions >= CONVOLUTIONS or sys.argv[1:], f"{convolutions} of these layers are convolutions")
if not EMULATOR:
    skip("qemu-aarch64 is not installed, so the AArch64 rows were not run")
