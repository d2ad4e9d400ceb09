# SPDX-License-Identifier: Apache-2.0
"""Writes small networks as Keras writes them to HDF5, in three dialects, and computes them plainly in numpy on the way: each call
of a KerasFile adds a layer and returns what it gives."""
import json

import h5py
import numpy as np

# Keras 3; Keras 2, where a number's addition is a TFOpLambda; and TensorFlow 2.3, where it is a TensorFlowOpLayer.
DIALECTS = ("3.15.1", "2.11.0", "2.4.0-tf")


class Value:
    """A tensor [height, width, channels] or [channels], and the layer that made it."""

    def __init__(self, layer, numbers):
        self.layer, self.numbers = layer, numbers


class KerasFile:
    def __init__(self, dialect, seed=1):
        self.dialect, self.rng = dialect, np.random.default_rng(seed)
        self.layers, self.weights = [], {}

    # How a layer is written down.

    def node(self, operands):
        values = [operand for operand in operands if isinstance(operand, Value)]
        if self.dialect == "3.15.1":
            written = [operand if not isinstance(operand, Value) else
                       {"class_name": "__keras_tensor__", "config": {"keras_history": [operand.layer, 0, 0]}} for operand in operands]
            are_listed = len(values) > 1
            return [{"args": [written] if are_listed else written, "kwargs": {"training": False}}]
        return [[[value.layer, 0, 0, {}] for value in values]]

    def add_layer(self, kind, name, operands, numbers, weights=(), node=None, **config):
        # Keras 2 has folders in names; Keras 3 forbids them.
        name = name if self.dialect == "3.15.1" else name.replace("__", "/")
        config = {"name": name, "trainable": True, **config}
        self.layers.append({"class_name": kind, "name": name, "config": config, "inbound_nodes": self.node(operands) if node is None else node})
        self.weights[name] = {key: np.asarray(value, "<f4") for key, value in weights}
        return Value(name, numbers)

    def operate(self, kind, name, value, number, numbers):
        """A tensor and a number; `kind` is add or multiply."""
        if self.dialect == "3.15.1":
            return self.add_layer(kind.capitalize(), name, [value, number], numbers)
        if self.dialect == "2.11.0":
            function = {"add": "__operators__.add", "multiply": "math.multiply"}[kind]
            return self.add_layer("TFOpLambda", "tf." + name, [value], numbers, function=function,
                                  node=[[value.layer, 0, 0, {"y": number, "name": None}]])
        op = {"add": "AddV2", "multiply": "Mul"}[kind]
        made = self.add_layer("TensorFlowOpLayer", "tf_op_layer_" + name, [value], numbers, constants={"1": number},
                              node_def=json.dumps({"name": name, "op": op}))
        self.layers[-1]["config"]["name"] = name
        return made

    def save(self, path, output):
        config = {"name": "network", "layers": self.layers, "input_layers": [[self.layers[0]["name"], 0, 0]],
                  "output_layers": [[output.layer, 0, 0]]}
        with h5py.File(path, "w") as file:
            file.attrs["keras_version"] = self.dialect
            file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
            group = file.create_group("model_weights")
            # Keras cuts long lists of names.
            names = [name.encode() for name in self.weights]
            group.attrs["layer_names0"], group.attrs["layer_names1"] = names[:3], names[3:]
            for layer, weights in self.weights.items():
                suffix = "" if self.dialect == "3.15.1" else ":0"
                inner = group.create_group(layer)
                inner.attrs["weight_names"] = [f"{layer}/{key}{suffix}".encode() for key in weights]
                for key, value in weights.items():
                    inner[f"{layer}/{key}{suffix}"] = value

    # The layers.

    def input(self, shape):
        numbers = self.rng.uniform(0, 255, shape).astype("<f4")
        key = "batch_shape" if self.dialect == "3.15.1" else "batch_input_shape"
        return self.add_layer("InputLayer", "image", [], numbers, node=[], **{key: [None, *shape]})

    def conv(self, name, value, filters, size=1, stride=1, bias=False):
        kernel = self.rng.normal(0, (size * size * value.numbers.shape[-1]) ** -.5, (size, size, value.numbers.shape[-1], filters))
        offset = self.rng.normal(0, .1, filters) if bias else np.zeros(filters)
        kernel, offset = kernel.astype("<f4"), offset.astype("<f4")
        weights = [("kernel", kernel)] + ([("bias", offset)] if bias else [])
        # Every size and stride here is one for which `same` pads evenly.
        padded = np.pad(value.numbers, [(size // 2,) * 2] * 2 + [(0, 0)])
        numbers = offset + windows(padded, size, stride, lambda patch, y, x: patch @ kernel[y, x].astype("f8"))
        return self.add_layer("Conv2D", name, [value], numbers, weights, filters=filters, kernel_size=[size, size],
                              strides=[stride, stride], padding="same", data_format="channels_last", dilation_rate=[1, 1],
                              groups=1, activation="linear", use_bias=bias)

    def depthwise(self, name, value, size, stride, padding):
        kernel = self.rng.normal(0, 1 / size, (size, size, value.numbers.shape[-1], 1)).astype("<f4")
        padded = np.pad(value.numbers, [(size // 2,) * 2] * 2 + [(0, 0)]) if padding == "same" else value.numbers
        numbers = windows(padded, size, stride, lambda patch, y, x: patch * kernel[y, x, :, 0].astype("f8"))
        key = "kernel" if self.dialect == "3.15.1" else "depthwise_kernel"
        return self.add_layer("DepthwiseConv2D", name, [value], numbers, [(key, kernel)], kernel_size=[size, size],
                              strides=[stride, stride], padding=padding, data_format="channels_last", dilation_rate=[1, 1],
                              depth_multiplier=1, activation="linear", use_bias=False)

    def batch_norm(self, name, value):
        channels = value.numbers.shape[-1]
        gamma, beta = self.rng.uniform(.7, 1.3, channels), self.rng.uniform(-.2, .6, channels)
        mean, variance = self.rng.normal(0, .1, channels), self.rng.uniform(.5, 1.5, channels)
        weights = [(key, number.astype("<f4")) for key, number in
                   (("gamma", gamma), ("beta", beta), ("moving_mean", mean), ("moving_variance", variance))]
        gamma, beta, mean, variance = (number.astype("f8") for _, number in weights)
        numbers = gamma * (value.numbers - mean) / np.sqrt(variance + .001) + beta
        return self.add_layer("BatchNormalization", name, [value], numbers, weights, epsilon=.001, scale=True, center=True)

    def relu(self, name, value, limit=None):
        return self.add_layer("ReLU", name, [value], np.clip(value.numbers, 0, limit), max_value=limit, negative_slope=0.0,
                              threshold=0.0)

    def hard_sigmoid(self, name, value):
        """As Keras' own MobileNetV3 spells it."""
        shifted = self.operate("add", name + "_add", value, 3.0, value.numbers + 3)
        clipped = self.relu(name + "_relu", shifted, 6.0)
        return self.operate("multiply", name + "_multiply", clipped, 1 / 6, clipped.numbers / 6)

    def hard_swish(self, name, value):
        if self.dialect == "3.15.1":
            return self.add_layer("Activation", name, [value], value.numbers * np.clip(value.numbers + 3, 0, 6) / 6,
                                  activation="hard_silu")
        return self.multiply(name, value, self.hard_sigmoid(name, value))

    def multiply(self, name, value, other):
        return self.add_layer("Multiply", name, [value, other], value.numbers * other.numbers)

    def add(self, name, value, other):
        return self.add_layer("Add", name, [value, other], value.numbers + other.numbers)

    def rescale(self, name, value, scale, offset):
        return self.add_layer("Rescaling", name, [value], value.numbers * scale + offset, scale=scale, offset=offset)

    def pad(self, name, value, padding):
        return self.add_layer("ZeroPadding2D", name, [value], np.pad(value.numbers, [*padding, (0, 0)]), padding=padding,
                              data_format="channels_last")

    def pool(self, name, value):
        """Keras 2 has no `keepdims`; its MobileNetV3 reshapes."""
        mean = value.numbers.mean((0, 1), keepdims=True)
        if self.dialect == "3.15.1":
            return self.add_layer("GlobalAveragePooling2D", name, [value], mean, data_format="channels_last", keepdims=True)
        vector = self.add_layer("GlobalAveragePooling2D", name, [value], mean.ravel(), data_format="channels_last")
        return self.add_layer("Reshape", name + "_reshape", [vector], mean, target_shape=[1, 1, mean.size])

    def dropout(self, name, value):
        return self.add_layer("Dropout", name, [value], value.numbers, rate=.2)

    def flatten(self, name, value):
        return self.add_layer("Flatten", name, [value], value.numbers.ravel(), data_format="channels_last")

    def activation(self, name, value, function):
        return self.add_layer("Activation", name, [value], value.numbers, activation=function)


def windows(padded, size, stride, tap):
    """The sum over the taps of a window, in double precision."""
    height, width = ((length - size) // stride + 1 for length in padded.shape[:2])
    total = 0
    for y in range(size):
        for x in range(size):
            total = total + tap(padded[y:y + stride * (height - 1) + 1:stride, x:x + stride * (width - 1) + 1:stride].astype("f8"), y, x)
    return total
