# SPDX-License-Identifier: Apache-2.0
"""The MobileNet v1 of a compact model description as a PyTorch module, and its weights as safetensors.

The padding is TFLite's "same" and the epsilon of the batch norms is that of the description, so that the module computes
what mncc compiles.
"""
import json
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional


def scaled(channels, alpha):
    """Channels after the width multiplier (MobileNets paper, section 3.3)."""
    return max(8, int(alpha * channels))


class Convolution(nn.Module):
    """A convolution with TFLite's "same" padding, its batch norm and ReLU6."""

    def __init__(self, inputs, outputs, kernel, stride, groups, epsilon):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False, groups=groups)
        self.bn = nn.BatchNorm2d(outputs, eps=epsilon, momentum=0.05)
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        total = [max((-(-size // self.stride) - 1) * self.stride + self.kernel - size, 0) for size in x.shape[2:]]
        if any(total):
            x = functional.pad(x, (total[1] // 2, total[1] - total[1] // 2, total[0] // 2, total[0] - total[0] // 2))
        return functional.relu6(self.bn(self.conv(x)))


class MobileNet(nn.Module):
    """MobileNet v1 (arXiv 1704.04861, table 1) from the compact description `model`."""

    def __init__(self, model):
        super().__init__()
        architecture = model["architecture"]
        alpha, epsilon = architecture["width_multiplier"], architecture.get("batch_norm_epsilon", 1e-3)
        channels = scaled(architecture["stem"]["filters"], alpha)
        layers = {"conv": Convolution(model["input"]["shape"][2], channels, 3, architecture["stem"]["strides"], 1, epsilon)}
        for number, block in enumerate(architecture["blocks"], 1):
            layers[f"dw_{number}"] = Convolution(channels, channels, 3, block["strides"], channels, epsilon)
            outputs = scaled(block["filters"], alpha)
            layers[f"pw_{number}"] = Convolution(channels, outputs, 1, 1, 1, epsilon)
            channels = outputs
        self.features = nn.ModuleDict(layers)
        self.fc = nn.Linear(channels, architecture["num_classes"])

    def forward(self, x):
        """Logits [n, classes] of images [n, channels, height, width]."""
        for layer in self.features.values():
            x = layer(x)
        return self.fc(x.mean((2, 3)))

    def weights(self):
        """Arrays by their names in the description: kernels [kh, kw, in, out], depthwise [kh, kw, in, 1]."""
        arrays = {}
        for name, layer in self.features.items():
            kernel = layer.conv.weight.detach().permute(2, 3, 1, 0)
            arrays[f"{name}/kernel"] = kernel.permute(0, 1, 3, 2) if name.startswith("dw") else kernel
            for parameter, value in (("gamma", layer.bn.weight), ("beta", layer.bn.bias),
                                     ("mean", layer.bn.running_mean), ("variance", layer.bn.running_var)):
                arrays[f"{name}_bn/{parameter}"] = value.detach()
        arrays["fc/kernel"], arrays["fc/bias"] = self.fc.weight.detach().t(), self.fc.bias.detach()
        return {name: np.ascontiguousarray(value.numpy(), dtype="<f4") for name, value in arrays.items()}

    def load_weights(self, arrays):
        """The inverse of weights()."""
        def set_to(parameter, array):
            parameter.data.copy_(torch.from_numpy(np.array(array)))

        for name, layer in self.features.items():
            kernel = arrays[f"{name}/kernel"]
            set_to(layer.conv.weight, kernel.transpose(2, 3, 0, 1) if name.startswith("dw") else kernel.transpose(3, 2, 0, 1))
            for parameter, value in (("gamma", layer.bn.weight), ("beta", layer.bn.bias),
                                     ("mean", layer.bn.running_mean), ("variance", layer.bn.running_var)):
                set_to(value, arrays[f"{name}_bn/{parameter}"])
        set_to(self.fc.weight, arrays["fc/kernel"].T)
        set_to(self.fc.bias, arrays["fc/bias"])


def write_safetensors(path, arrays):
    """Writes little-endian f32 arrays, sorted by name, without gaps."""
    header, offset = {}, 0
    for name in sorted(arrays):
        header[name] = {"dtype": "F32", "shape": list(arrays[name].shape),
                        "data_offsets": [offset, offset + arrays[name].nbytes]}
        offset += arrays[name].nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(arrays):
            file.write(arrays[name].tobytes())


def read_safetensors(path):
    """Reads a file of f32 arrays."""
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    return {name: np.frombuffer(data[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]],
                                "<f4").reshape(entry["shape"])
            for name, entry in json.loads(data[8:8 + length]).items() if name != "__metadata__"}
