# SPDX-License-Identifier: Apache-2.0
"""The ONNX form of a description, as PyTorch would export it: NCHW, batch norms as nodes, padding inside the convolutions.
(tf2onnx leaves transpositions and separate pads in V2 and V3, which the engines that read ONNX would have to pay for.)"""
import json
import struct

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 14
ACTIVATIONS = {"relu": ("Relu", {}), "hard_swish": ("HardSwish", {}),
               "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": .5}), "sigmoid": ("Sigmoid", {})}


def read_safetensors(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return {name: np.frombuffer(data, "<f4", (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4,
                                8 + length + entry["data_offsets"][0]).reshape(entry["shape"])
            for name, entry in json.loads(data[8:8 + length]).items()}


def same_padding(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return [total // 2, total - total // 2]


class OnnxWriter:
    def __init__(self, description, weights):
        self.weights, self.nodes, self.constants = weights, [], []
        entry = description["inputs"][0]
        height, width, channels = entry["shape"]
        self.input = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, channels, height, width])
        # By the description's name: the ONNX tensor, its [height, width], and zeros that its reader must add around it.
        self.tensors = {entry["name"]: "input"}
        self.sizes, self.pads = {entry["name"]: [height, width]}, {}
        for layer in description["layers"]:
            self.write(layer)
        self.output = self.tensors[description["outputs"][0]]

    def model(self):
        outputs = [helper.make_tensor_value_info(self.output, TensorProto.FLOAT, None)]
        graph = helper.make_graph(self.nodes, "network", [self.input], outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        return onnx.shape_inference.infer_shapes(model)

    def node(self, layer, op, constants=(), **attributes):
        name, sources = layer["name"].replace("/", "_"), [self.tensors[source] for source in layer["inputs"]]
        for suffix, value in constants:
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), f"{name}.{suffix}"))
            sources.append(f"{name}.{suffix}")
        self.nodes.append(helper.make_node(op, sources, [name], name=name, **attributes))
        self.tensors[layer["name"]] = name
        self.sizes.setdefault(layer["name"], self.sizes[layer["inputs"][0]])

    def alias(self, layer):
        source = layer["inputs"][0]
        self.tensors[layer["name"]], self.sizes[layer["name"]] = self.tensors[source], self.sizes[source]

    def convolution(self, layer, kernel, group):
        source, strides = layer["inputs"][0], layer.get("strides", [1, 1])
        window, padding = kernel.shape[2:], layer.get("padding", "valid")
        if padding == "same":
            pads = [same_padding(*numbers) for numbers in zip(self.sizes[source], window, strides)]
        else:
            pads = self.pads.get(source, [[0, 0], [0, 0]]) if padding == "valid" else padding
        self.sizes[layer["name"]] = [(size + sum(pad) - k) // stride + 1
                                     for size, pad, k, stride in zip(self.sizes[source], pads, window, strides)]
        constants = [("kernel", kernel)]
        if layer["use_bias"]:
            constants.append(("bias", self.weights[layer["name"] + "/bias"]))
        self.node(layer, "Conv", constants, group=group, strides=strides, kernel_shape=window,
                  pads=[pads[0][0], pads[1][0], pads[0][1], pads[1][1]])

    def write(self, layer):
        name, op = layer["name"], layer["op"]
        parameter = lambda suffix: self.weights[f"{name}/{suffix}"]
        if op in ("conv2d", "pointwise_conv2d"):
            self.convolution(layer, parameter("kernel").transpose(3, 2, 0, 1), 1)
        elif op == "depthwise_conv2d":
            kernel = parameter("kernel")
            self.convolution(layer, kernel.reshape(*kernel.shape[:2], -1, 1).transpose(2, 3, 0, 1), kernel.shape[2])
        elif op == "batch_norm":
            self.node(layer, "BatchNormalization", [(key, parameter(key)) for key in ("gamma", "beta", "mean", "variance")],
                      epsilon=layer["epsilon"])
        elif op == "relu6":
            self.node(layer, "Clip", [("low", np.float32(0)), ("high", np.float32(6))])
        elif op in ACTIVATIONS:
            kind, attributes = ACTIVATIONS[op]
            self.node(layer, kind, **attributes)
        elif op in ("add", "mul"):
            self.node(layer, op.capitalize())
        elif op == "pad":
            self.alias(layer)
            self.pads[name] = layer["padding"]
        elif op == "dropout":
            self.alias(layer)
        elif op == "global_average_pool":
            self.sizes[name] = [1, 1]
            pooled = {**layer, "name": name + ".pooled"}
            self.node(layer if layer["keep_dims"] else pooled, "GlobalAveragePool")
            if not layer["keep_dims"]:
                self.node({**layer, "inputs": [pooled["name"]]}, "Flatten")
        elif op in ("flatten", "reshape") and self.sizes[layer["inputs"][0]] == [1, 1]:
            self.node(layer, "Flatten")
        elif op == "fully_connected":
            self.node(layer, "Gemm", [("kernel", parameter("kernel")), ("bias", parameter("bias"))])
        else:
            raise SystemExit(f"write_onnx: '{name}': no form of {op} in ONNX is known")


def write_onnx(folder, path):
    """`folder` holds model.json and model.safetensors of a network with one input and one output."""
    description = json.loads((folder / "model.json").read_text())
    onnx.save(OnnxWriter(description, read_safetensors(folder / "model.safetensors")).model(), path)
