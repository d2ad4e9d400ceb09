# SPDX-License-Identifier: Apache-2.0
"""Random layers of integers, packed a score to a network: the reference evaluator's bits on every row that runs here and, in
part, on AArch64 under the emulator. Zero points, inputs and weights at both ends, factors from tiny to above 1, every rounding."""
import json
import sys

from harness import IS_LONG, check, integer_rows, mncc, run_network, skip, temporary, write_tensors
from programs import EMULATOR, infer, link
import numpy as np

NETWORKS, LAYERS = (100 if IS_LONG else 10), 20
ROWS = integer_rows()
# An AArch64 program for every so manieth network.
ARM_ROWS, ARM_EVERY = ("cortex-a72", "neoverse-n1", "neoverse-v1"), 1 if IS_LONG else 5
CHANNELS = (1, 2, 3, 4, 5, 7, 8, 16, 24, 33, 64, 96, 128, 144, 192)
OPS = ("conv2d", "depthwise_conv2d", "pointwise_conv2d") * 4 + (
    "average_pool", "max_pool", "global_average_pool", "softmax", "sigmoid", "hard_swish", "relu", "relu6", "add", "mul",
    "resize", "concat", "pad", "quantize", "dequantize", "fully_connected")


class Generator:
    """One network whose layers all read its input or its first layer, whose channels may lie in a block that they do not
    fill; fully connected ones read a mean of it."""

    def __init__(self, seed):
        self.random, self.weights = np.random.default_rng(seed), {}
        self.type = self.pick(["int8", "uint8"])
        self.low, self.high = (-128, 127) if self.type == "int8" else (0, 255)
        self.height, self.width, self.channels = self.integer(1, 12), self.integer(1, 12), self.pick(CHANNELS)
        self.quantization = self.quantize(0.05)
        self.source = "input"
        layers = [self.layer(self.start("layer_0", "pointwise_conv2d")) | {"strides": 1, "quantization": self.quantization}]
        sources = [("input", self.channels), ("layer_0", layers[0]["filters"])]
        for number in range(1, LAYERS):
            self.source, self.channels = self.pick(sources)
            layers += self.layers(f"layer_{number}", self.pick(OPS))
        self.description = {"name": "layers", "input": {"shape": [self.height, self.width, sources[0][1]],
                                                        "quantization": self.quantization},
                            "layers": layers, "outputs": [layer["name"] for layer in layers[1:]],
                            "weights": "weights.safetensors"}

    def integer(self, low, high):
        return int(self.random.integers(low, high))

    def pick(self, values):
        return values[self.integer(0, len(values))]

    def quantize(self, scale, zero_point=None):
        middle = self.integer(self.low, self.high + 1)
        return {"type": self.type, "scale": float(np.float32(scale)),
                "zero_point": self.pick([self.low, self.high, middle, middle]) if zero_point is None else zero_point}

    def start(self, name, op):
        return {"name": name, "op": op, "inputs": [self.source], "numerics": self.pick(["tflm", "litert", "xnnpack"]),
                "quantization": self.quantize(10 ** self.random.uniform(-3.5, 0.3))}

    def layers(self, name, op):
        layer = self.layer(self.start(name, op))
        if op != "fully_connected":
            return [layer]
        vector = self.start(f"{name}_mean", "global_average_pool")
        return [vector, layer | {"inputs": [vector["name"]]}]

    def layer(self, layer):
        op = layer["op"]
        if op.endswith("conv2d"):
            self.convolution(layer)
        elif op.endswith("_pool") and op != "global_average_pool":
            layer |= {"pool_size": [self.integer(1, 1 + min(3, self.height)), self.integer(1, 1 + min(3, self.width))],
                      "strides": self.integer(1, 3), "quantization": self.quantization}
        elif op == "resize":
            layer |= {"size": [self.integer(1, 20), self.integer(1, 20)], "method": self.pick(["nearest", "bilinear"]),
                      self.pick(["align_corners", "half_pixel_centers"]): self.pick([True, False]),
                      "quantization": self.quantization}
        elif op == "pad":
            layer |= {"padding": [[self.integer(0, 3), self.integer(0, 3)] for _ in range(2)], "quantization": self.quantization}
        elif op == "dequantize":
            del layer["quantization"], layer["numerics"]
        elif op == "fully_connected":
            layer["units"] = self.pick(CHANNELS)
            self.weigh(layer, [self.channels, layer["units"]])
        elif op == "concat":
            layer |= {"inputs": ["input", "input"], "axis": self.integer(1, 4)}
        elif op in ("softmax", "sigmoid"):
            layer["quantization"] = self.quantize(1 / 256, self.low)
        elif op in ("add", "mul"):
            layer |= {"inputs": [self.source] * 2, "activation": self.pick(["none", "relu", "relu6"])}
        return layer

    def convolution(self, layer):
        kernel, outputs = [1, 1], self.pick(CHANNELS)
        layer["strides"] = self.integer(1, 3)
        if layer["op"] != "pointwise_conv2d":
            kernel = [min(self.integer(1, 6), self.height), min(self.integer(1, 6), self.width)]
            layer["padding"] = [[self.integer(0, size), self.integer(0, size)] for size in kernel]
            layer["kernel_size"] = kernel
        shape = [*kernel, self.channels, outputs]
        if layer["op"] == "depthwise_conv2d":
            layer["depth_multiplier"] = self.pick([1, 1, 1, 2])
            shape[3], outputs = layer["depth_multiplier"], self.channels * layer["depth_multiplier"]
        else:
            layer["filters"] = outputs
        self.weigh(layer, shape, outputs)

    def weigh(self, layer, shape, outputs=None):
        name, outputs = layer["name"], outputs or shape[-1]
        layer["filter_zero_point"] = self.pick([0, 0, 0, 5, -128, 127])
        layer["activation"] = self.pick(["none", "relu", "relu6"])
        self.weights[f"{name}/kernel"] = self.extremes(-128, 128, shape).astype(np.int8)
        self.weights[f"{name}/bias"] = self.random.integers(-3000, 3000, outputs).astype(np.int32)
        scales = 10 ** self.random.uniform(-3, -1.5, self.pick([1, outputs]))
        self.weights[f"{name}/kernel_scales"] = scales.astype(np.float32)

    def extremes(self, low, end, shape):
        """Integers from `low` to `end`, or nothing but both ends."""
        if self.integer(0, 4) == 0:
            return self.random.choice([low, end - 1], shape)
        return self.random.integers(low, end, shape)

    def inputs(self, count):
        shape = self.description["input"]["shape"]
        values = np.stack([self.extremes(self.low, self.high + 1, shape) for _ in range(count)])
        return values.astype(np.int8 if self.type == "int8" else np.uint8)

    def write(self):
        folder = temporary()
        write_tensors(folder / "weights.safetensors", self.weights or {"none/bias": np.zeros(1, np.int32)})
        (folder / "layers.json").write_text(json.dumps(self.description))
        return folder / "layers.json"


def describe_difference(layer, actual, expected):
    unequal = np.argwhere(actual != expected)
    return f"{json.dumps(layer)}: {len(unequal)} of {actual.size} differ, first at {unequal[0].tolist()}"


def find_wrong(generator, actual, expected):
    return [describe_difference(layer, actual[layer["name"]], expected[layer["name"]])
            for layer in generator.description["layers"][1:] if (actual[layer["name"]] != expected[layer["name"]]).any()]


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
check(list_numerics(generator.write()) == {layer["name"]: layer["numerics"] for layer in generator.description["layers"]},
      "as the description says")

seeds = [int(word) for word in sys.argv[1:]] or range(NETWORKS)
for seed in seeds:
    generator = Generator(seed)
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
if not EMULATOR:
    skip("qemu-aarch64 is not installed, so the AArch64 rows were not run")
