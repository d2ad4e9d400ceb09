# SPDX-License-Identifier: Apache-2.0
"""Networks of random layers of integers: zero points, inputs and weights at both ends, factors from those that leave nothing to
those that leave nothing within range, every rounding."""
import json

from harness import temporary, write_tensors
import numpy as np

LAYERS = 20
CHANNELS = (1, 2, 3, 4, 5, 7, 8, 16, 24, 33, 64, 96, 128, 144, 192)
OPS = ("conv2d", "depthwise_conv2d", "pointwise_conv2d") * 4 + (
    "average_pool", "max_pool", "global_average_pool", "softmax", "sigmoid", "hard_swish", "relu", "relu6", "add", "mul",
    "resize", "concat", "pad", "quantize", "dequantize", "fully_connected")

# Those without weights: convolutions with results beyond 32 bits are refused.
EXTREME_OPS = ("global_average_pool", "hard_swish", "relu", "relu6", "add", "mul", "concat", "quantize")


class Generator:
    """One network whose layers all read its input or its first layer, whose channels may lie in a block that they do not
    fill; fully connected ones read a mean of it."""

    def __init__(self, seed, engines=("tflm", "litert", "xnnpack")):
        self.random, self.weights, self.engines = np.random.default_rng(seed), {}, engines
        self.type = self.pick(["int8", "uint8"])
        self.low, self.high = (-128, 127) if self.type == "int8" else (0, 255)
        self.height, self.width, self.channels = self.integer(1, 12), self.integer(1, 12), self.pick(CHANNELS)
        self.quantization = self.quantize(0.05)
        self.source = "input"
        # Others read its result: it is exact.
        layers = [self.layer(self.start("layer_0", "pointwise_conv2d"))
                  | {"strides": 1, "quantization": self.quantization, "numerics": "tflm"}]
        sources = [("input", self.channels), ("layer_0", layers[0]["filters"])]
        for number in range(1, LAYERS):
            self.source, self.channels = self.pick(sources)
            layers += self.layers(f"layer_{number}", self.pick(OPS))
        self.description = {"name": "layers", "input": {"shape": [self.height, self.width, sources[0][1]],
                                                        "quantization": self.quantization},
                            "layers": layers, "outputs": [layer["name"] for layer in layers[1:]],
                            "weights": "weights.safetensors"}

    def count_convolutions(self):
        return sum(layer["op"].endswith("conv2d") for layer in self.description["layers"])

    def integer(self, low, high):
        return int(self.random.integers(low, high))

    def pick(self, values):
        return values[self.integer(0, len(values))]

    def quantize(self, scale, zero_point=None):
        middle = self.integer(self.low, self.high + 1)
        return {"type": self.type, "scale": float(np.float32(scale)),
                "zero_point": self.pick([self.low, self.high, middle, middle]) if zero_point is None else zero_point}

    def start(self, name, op, is_free=True):
        """What all layers have; only of one that `is_free` may the scale be any."""
        # Most results use their range; others are all at its ends or all at the zero point.
        low, high = self.pick([(-3.5, 0.3)] * 3 + [(-37 if is_free and op in EXTREME_OPS else -3.5, 3 if is_free else 0.3)])
        return {"name": name, "op": op, "inputs": [self.source], "numerics": self.pick(self.engines),
                "quantization": self.quantize(10 ** self.random.uniform(low, high))}

    def layers(self, name, op):
        layer = self.layer(self.start(name, op))
        if op != "fully_connected":
            return [layer]
        vector = self.start(f"{name}_mean", "global_average_pool", is_free=False)
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
