# SPDX-License-Identifier: Apache-2.0
"""Floats that become integers and integers that become floats: the reference evaluator's bits on every row that runs here, in the
rounding of every engine, at the ends of a network and between layers of floats, halves and far values among them."""
import itertools
import json

from harness import check, mncc, run_network, targets, temporary
import numpy as np

TARGETS = targets()
ROWS = [cpu for cpu in ("znver5", "znver4", "x86-64-v4", "x86-64-v3", "x86-64-v2") if TARGETS[cpu]["runs_here"]]
NO_WEIGHTS = "--weights=random:1"
SHAPES = ([7, 5, 3], [4, 4, 24], [3, 3, 70], [10])
QUANTIZATIONS = ({"type": "int8", "scale": 0.0625, "zero_point": -3}, {"type": "uint8", "scale": 0.0235, "zero_point": 128})


def layers_of(quantization, numerics):
    """What has its conversions at the ends, and what has them between layers whose layouts differ."""
    quantize = {"op": "quantize", "quantization": quantization, "numerics": numerics}
    yield {"name": "integers", "inputs": ["input"], **quantize}
    yield {"name": "floats", "op": "dequantize"}
    yield {"name": "before", "op": "relu6", "inputs": ["input"]}
    yield {"name": "inner_integers", "inputs": ["before"], **quantize}
    yield {"name": "inner_floats", "op": "dequantize"}
    yield {"name": "after", "op": "relu", "inputs": ["inner_floats"]}


def write_network(shape, quantization, numerics):
    path = temporary() / "conversions.json"
    path.write_text(json.dumps({"name": "conversions", "input": {"shape": shape},
                                "layers": list(layers_of(quantization, numerics)), "outputs": ["floats", "after"]}))
    return path


def make_values(shape, scale):
    """Values of all sizes, halves of the scale that are exact, and values that no integer reaches."""
    generator = np.random.default_rng(11)
    values = generator.normal(0, 60 * scale, (4, *shape)).astype("<f4").reshape(-1)
    values[::3] = (generator.integers(-260, 260, values[::3].size) + 0.5) * np.float32(scale)
    values[::7] = generator.choice(np.array([-3e38, -1e9, -0.0, 0.0, 1e-40, 1e9, 3e38], "<f4"), values[::7].size)
    return values.reshape(4, *shape)


for shape, quantization in itertools.product(SHAPES, QUANTIZATIONS):
    values = {"input": make_values(shape, quantization["scale"])}
    for numerics in ("tflm", "litert", "xnnpack"):
        network = write_network(shape, quantization, numerics)
        expected = run_network(network, values, NO_WEIGHTS, "--reference")
        step = np.float32(quantization["scale"])
        check(np.unique(np.round(expected["floats"] / step)).size > 10, f"{shape} {numerics}: many integers are met")
        for row in ROWS:
            actual = run_network(network, values, NO_WEIGHTS, "--mcpu", row)
            wrong = [name for name in expected if actual[name].tobytes() != expected[name].tobytes()]
            check(not wrong, f"{quantization['type']} of {shape} as {numerics} on {row} has the evaluator's bits {wrong}")
        mncc(network, NO_WEIGHTS, "--target=aarch64-linux-gnu", "--mcpu=cortex-a53", "-o", temporary() / "arm")

# The only integers are those that the caller gives: nothing rounds, in the words of every engine.
network = temporary() / "floats.json"
network.write_text(json.dumps({"name": "floats", "input": {"shape": [7, 5, 3], "quantization": QUANTIZATIONS[0]},
                               "layers": [{"name": "floats", "op": "dequantize"}]}))
values = {"input": np.arange(-52, 53, dtype=np.int8).reshape(1, 7, 5, 3)}
for numerics in ("tflm", "litert", "xnnpack", "fast"):
    actual = run_network(network, values, NO_WEIGHTS, f"--numerics={numerics}")["floats"]
    check((actual == np.float32(0.0625) * (values["input"].astype("<f4") + 3)).all(), f"{numerics} is taken where only the input is of integers")
