# SPDX-License-Identifier: Apache-2.0
"""--numerics=fast is at most one unit off the exact value of each op, rounded once, which the reference evaluator gives: every op
on random integers, at scales from fine to coarse, on every kind of row."""
import json

from harness import check, integer_rows, run_network, temporary, write_tensors
import numpy as np

HEIGHT, WIDTH, CHANNELS, NETWORKS = 7, 6, 20, 6
RANGES = {"int8": (-128, 127, np.int8), "uint8": (0, 255, np.uint8)}


def choose(random, values):
    return values[random.integers(len(values))]


def integers(random, kind, scale):
    low, high, _ = RANGES[kind]
    return {"type": kind, "scale": float(np.float32(scale)), "zero_point": int(random.integers(low, high + 1))}


def layers_of(random, kind, entry):
    """(layer, tensors of weights) for each op, all on the network's input; some have results of a few scales."""
    other = lambda: integers(random, kind, 10 ** random.uniform(-3, 0))
    probabilities = {"type": kind, "scale": 1 / 256, "zero_point": RANGES[kind][0]}
    for op, fields in (("conv2d", {"filters": 9, "kernel_size": 3}), ("pointwise_conv2d", {"filters": 33}),
                       ("depthwise_conv2d", {"kernel_size": 3, "strides": 2}), ("flatten", {"quantization": entry})):
        yield op, {"op": op, "quantization": other(), **fields}
    for op in ("relu", "relu6", "hard_swish", "quantize", "global_average_pool"):
        for number in range(3):
            yield f"{op}_{number}", {"op": op, "quantization": other()}
    for op in ("sigmoid", "softmax"):
        yield op, {"op": op, "quantization": probabilities}
    for op in ("add", "mul", "concat"):
        for number in range(3):
            yield f"{op}_{number}", {"op": op, "inputs": ["input", "relu_0"], "quantization": other()}
    yield "average_pool", {"op": "average_pool", "pool_size": 3, "quantization": entry}
    for number, flag in enumerate(("align_corners", "half_pixel_centers")):
        yield f"resize_{number}", {"op": "resize", "size": [13, 5], "method": "bilinear", flag: True, "quantization": entry}


def weights_of(random, name, layer):
    """A filter, its scales and a bias, where the op has them."""
    shapes = {"conv2d": (3, 3, CHANNELS, 9), "pointwise_conv2d": (1, 1, CHANNELS, 33), "depthwise_conv2d": (3, 3, CHANNELS, 1)}
    if layer["op"] not in shapes:
        return {}
    shape = shapes[layer["op"]]
    outputs = CHANNELS if shape[3] == 1 else shape[3]
    return {f"{name}/kernel": random.integers(-127, 128, shape).astype(np.int8),
            f"{name}/kernel_scales": (10 ** random.uniform(-3.5, -2, outputs)).astype("<f4"),
            f"{name}/bias": random.integers(-3000, 3000, outputs).astype(np.int32)}


def write_network(random, kind):
    entry = integers(random, kind, 10 ** random.uniform(-2.5, -0.5))
    layers, weights = [], {}
    for name, layer in layers_of(random, kind, entry):
        layers.append({"name": name, "inputs": ["input"], "numerics": "fast", **layer})
        weights |= weights_of(random, name, layer)
    # What two ops read is to be the same for both sides.
    next(layer for layer in layers if layer["name"] == "relu_0")["numerics"] = "tflm"
    path = temporary() / "fast.json"
    write_tensors(path.with_name("weights.safetensors"), weights)
    path.write_text(json.dumps({
        "name": "fast", "input": {"shape": [HEIGHT, WIDTH, CHANNELS], "quantization": entry}, "layers": layers,
        "outputs": [layer["name"] for layer in layers], "weights": "weights.safetensors"}))
    return path


for seed in range(NETWORKS):
    random = np.random.default_rng(seed)
    kind = choose(random, list(RANGES))
    network, (low, high, dtype) = write_network(random, kind), RANGES[kind]
    values = {"input": random.integers(low, high + 1, (4, HEIGHT, WIDTH, CHANNELS)).astype(dtype)}
    exact = run_network(network, values, "--reference")
    for row in integer_rows():
        actual = run_network(network, values, "--mcpu", row)
        furthest = {name: int(np.abs(actual[name].astype(int) - exact[name].astype(int)).max()) for name in exact}
        wrong = {name: distance for name, distance in furthest.items() if distance > 1}
        check(not wrong, f"network {seed} of {kind} on {row}: no op is more than a unit off {wrong}")
        tables = [name for name in exact if name.startswith(("relu", "hard_swish", "quantize", "sigmoid"))]
        check(not any(furthest[name] for name in tables), f"network {seed} of {kind} on {row}: functions of one tensor are exact")
