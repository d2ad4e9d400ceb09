# SPDX-License-Identifier: Apache-2.0
"""Every kernel class on every row of the target table: no innermost loop touches the stack, each starts where the row's processor
likes it to, and kernels call nothing."""
import json

from harness import FASHION, IS_LONG, check, targets, temporary
from machine_code import Row
from networks import NETWORKS, write_network

CLASSES = {"conv", "dw", "pw", "fc", "add", "mul", "relu", "relu6", "sigmoid", "hard_swish", "average_pool", "max_pool",
           "global_average_pool", "softmax", "resize", "concat", "copy", "pad"}


def write(name, layers, outputs):
    path = temporary() / f"{name}.json"
    path.write_text(json.dumps({"name": name, "input": {"shape": [56, 56, 3]}, "layers": layers, "outputs": outputs}))
    return path


def convolution(name, op, **fields):
    padding = {} if op == "pointwise_conv2d" else {"padding": "same"}
    return {"name": name, "op": op, **padding, **fields}


def write_mixed():
    """A network whose layers give every class that NETWORKS do not, wide enough for full tiles: free activations, windows of both
    sizes and strides, squeeze and excite."""
    return write("mixed", [
        convolution("conv", "conv2d", filters=32, kernel_size=3, strides=2), {"name": "free_relu", "op": "relu"},
        {"name": "swish", "op": "hard_swish", "inputs": ["conv"]}, {"name": "sum", "op": "add", "inputs": ["free_relu", "swish"]},
        convolution("dw", "depthwise_conv2d", kernel_size=3), convolution("pw", "pointwise_conv2d", filters=128),
        convolution("dw_2", "depthwise_conv2d", kernel_size=3, strides=2), convolution("pw_2", "pointwise_conv2d", filters=256),
        {"name": "r6", "op": "relu6"}, {"name": "free_relu6", "op": "relu6"},
        convolution("dw_5", "depthwise_conv2d", kernel_size=5), {"name": "pooled", "op": "global_average_pool", "keep_dims": True},
        convolution("squeeze", "pointwise_conv2d", filters=64), {"name": "sr", "op": "relu"},
        convolution("excite", "pointwise_conv2d", filters=256), {"name": "gate", "op": "hard_sigmoid"},
        {"name": "scaled", "op": "mul", "inputs": ["dw_5", "gate"]},
        convolution("dw_6", "depthwise_conv2d", kernel_size=5, strides=2), {"name": "gap", "op": "global_average_pool"},
        {"name": "fc", "op": "fully_connected", "units": 1000}, {"name": "soft", "op": "softmax"}], ["soft", "free_relu"])


def write_weighted():
    """A network of the layers that read weights."""
    return write("weighted", [
        convolution("conv", "conv2d", filters=32, kernel_size=3, strides=2), convolution("dw", "depthwise_conv2d", kernel_size=3),
        convolution("pw", "pointwise_conv2d", filters=64), convolution("dw_5", "depthwise_conv2d", kernel_size=5, strides=2),
        {"name": "gap", "op": "global_average_pool"}, {"name": "fc", "op": "fully_connected", "units": 1000}], ["fc"])


networks = {"mixed": write_mixed(), **{name: write_network(name) for name in (NETWORKS if IS_LONG else ("odd", "shapes"))}}
weighted = write_weighted()
chain = temporary() / "chain.json"
chain.write_text(json.dumps({"name": "chain", "input": {"shape": [34, 36, 3]}, "layers": [
    {"name": "conv", "op": "conv2d", "filters": 24, "kernel_size": 3, "padding": "same"}, {"name": "clamp", "op": "relu6"},
    {"name": "expand", "op": "pointwise_conv2d", "filters": 48}, {"name": "r", "op": "relu6"},
    {"name": "dw", "op": "depthwise_conv2d", "kernel_size": 3, "strides": 2, "padding": "same"}, {"name": "s", "op": "hard_swish"},
    {"name": "project", "op": "pointwise_conv2d", "filters": 24}]}))


def with_small_l2(cpu):
    """A row like `cpu`, on which the layers of `chain` make one."""
    path = temporary() / "rows.json"
    path.write_text(json.dumps({"rows": [{"cpu": cpu, "l2_bytes": 65536, "beyond_l2_bytes_per_100_cycles": 1}]}))
    return f"--target-file={path}"


def list_storages(columns):
    """The options under which a row has other kernels: for weights of 16 bits and for tensors of them."""
    yield "--weights-format=bf16", "--threads=2"
    if columns["f16_convert"]:
        yield "--weights-format=f16",
    if columns["bf16_dot"]:
        yield "--precision=bf16",


rows = targets()
check(len(rows) >= 18, f"the table has {len(rows)} rows")
for cpu, columns in rows.items():
    row = Row(cpu, columns)
    for options in list_storages(columns):
        row.inspect("weighted", weighted, *options)
    for name, path in networks.items():
        row.inspect(name, path)
    before = row.kernels
    row.inspect("chain", chain, with_small_l2(cpu))
    check(row.strips > 1, f"{cpu}: {row.strips} of {row.kernels - before} kernels compute strips of a chain")
    if IS_LONG:
        row.inspect("mobilenet_fashion", FASHION)
    check(row.kernels > 40 and row.loops > 60, f"{cpu}: {row.kernels} kernels touch no stack in innermost loops and call nothing; "
          f"their {row.loops} loops of one block and all others start at a multiple of {row.align} bytes")
    missing = {kind for kind in CLASSES if not any(name.startswith(f"{kind}_") for name in row.names)}
    check(not missing, f"{cpu}: every class of kernels was there {missing or ''}")
