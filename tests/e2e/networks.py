# SPDX-License-Identifier: Apache-2.0
"""Small networks that hold every op between them, with odd shapes."""
import json

from harness import temporary

NETWORKS = {
    "odd": ([15, 13, 3], [
        {"name": "conv", "op": "conv2d", "filters": 33, "kernel_size": 3, "strides": 2, "padding": "same"},
        {"name": "bn", "op": "batch_norm"}, {"name": "r6", "op": "relu6"},
        {"name": "dw", "op": "depthwise_conv2d", "kernel_size": 3, "padding": "same"}, {"name": "swish", "op": "hard_swish"},
        {"name": "pw", "op": "pointwise_conv2d", "filters": 33}, {"name": "sum", "op": "add", "inputs": ["pw", "r6"]},
        {"name": "r", "op": "relu"},
        {"name": "pool", "op": "average_pool", "pool_size": 3, "strides": 2, "padding": "same"},
        {"name": "max", "op": "max_pool", "pool_size": 2, "strides": 1},
        {"name": "gap", "op": "global_average_pool", "keep_dims": True},
        {"name": "squeeze", "op": "pointwise_conv2d", "filters": 7}, {"name": "sr", "op": "relu"},
        {"name": "excite", "op": "pointwise_conv2d", "filters": 33}, {"name": "gate", "op": "hard_sigmoid"},
        {"name": "scaled", "op": "mul", "inputs": ["max", "gate"]},
        {"name": "flat", "op": "flatten"}, {"name": "drop", "op": "dropout", "rate": 0.1},
        {"name": "fc", "op": "fully_connected", "units": 19}, {"name": "soft", "op": "softmax"}]),
    "shapes": ([9, 7, 5], [
        {"name": "pad", "op": "pad", "padding": [[1, 2], [0, 3]]},
        {"name": "pool", "op": "max_pool", "pool_size": [3, 2]},
        {"name": "near", "op": "resize", "size": [7, 9], "method": "nearest"},
        {"name": "bi", "op": "resize", "size": [7, 9], "method": "bilinear", "half_pixel_centers": True, "inputs": ["pool"]},
        {"name": "corners", "op": "resize", "size": [7, 9], "method": "bilinear", "align_corners": True, "inputs": ["pool"]},
        {"name": "cat", "op": "concat", "inputs": ["near", "bi", "corners"]},
        {"name": "sig", "op": "sigmoid"},
        {"name": "dilated", "op": "conv2d", "filters": 6, "kernel_size": [3, 2], "dilations": 2, "padding": "same"},
        {"name": "tall", "op": "concat", "axis": 1, "inputs": ["dilated", "dilated"]},
        {"name": "wide", "op": "depthwise_conv2d", "kernel_size": 5, "strides": 2, "depth_multiplier": 3,
         "padding": [[2, 1], [0, 2]]},
        {"name": "vector", "op": "reshape", "shape": [-1]},
        {"name": "fc", "op": "fully_connected", "units": 1, "use_bias": False}],
        ["sig", "wide", "fc"]),
    "one_pixel": ([1, 1, 67], [
        {"name": "dw", "op": "depthwise_conv2d", "kernel_size": 3, "padding": "same"},
        {"name": "pw", "op": "pointwise_conv2d", "filters": 1}, {"name": "wide", "op": "pointwise_conv2d", "filters": 130},
        {"name": "strided", "op": "pointwise_conv2d", "filters": 3, "strides": 2}]),
    "padded_point": ([4, 3, 5], [
        {"name": "conv", "op": "conv2d", "filters": 9, "kernel_size": 1, "padding": [[2, 0], [0, 1]]}]),
    "keras_stride": ([17, 16, 8], [
        {"name": "pad", "op": "pad", "padding": [[0, 1], [0, 1]]},
        {"name": "dw", "op": "depthwise_conv2d", "kernel_size": 3, "strides": 2, "use_bias": False},
        {"name": "bn", "op": "batch_norm"}, {"name": "free", "op": "batch_norm", "inputs": ["pad"]},
        {"name": "pw", "op": "pointwise_conv2d", "filters": 24, "inputs": ["bn"]}], ["pw", "free"]),
    "wide": ([3, 2, 40], [
        {"name": "r", "op": "relu"}, {"name": "swish", "op": "hard_swish"}, {"name": "sum", "op": "add", "inputs": ["swish", "r"]},
        {"name": "flat", "op": "flatten"}, {"name": "fc", "op": "fully_connected", "units": 150}]),
}


def write_network(name):
    """The path of a description of NETWORKS[name] (input shape, layers[, outputs]), without weights."""
    shape, layers, *outputs = NETWORKS[name]
    description = {"name": name, "input": {"shape": shape}, "layers": layers}
    if outputs:
        description["outputs"] = outputs[0]
    path = temporary() / f"{name}.json"
    path.write_text(json.dumps(description))
    return path
