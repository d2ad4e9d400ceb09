# SPDX-License-Identifier: Apache-2.0
"""Every kernel class on every row of the target table: no innermost loop touches the stack, each starts where the row's processor
likes it to, and kernels call nothing."""
import json
import re

from harness import FASHION, IS_LONG, check, mncc, run, targets, temporary
from networks import NETWORKS, write_network

CLASSES = {"conv", "dw", "pw", "fc", "add", "mul", "relu", "relu6", "sigmoid", "hard_swish", "average_pool", "max_pool",
           "global_average_pool", "softmax", "resize", "concat", "copy", "pad"}
INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\s+(\S+)\s*(.*)$")
CALL, JUMP = re.compile("callq?$|blr?$"), re.compile("j|b$|b\\.|cbn?z|tbn?z")


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


def disassemble(path):
    """{function: [(address, instruction, operands)]} of an object."""
    functions, code = {}, []
    for line in run("llvm-objdump-22", "-d", "--no-show-raw-insn", path).splitlines():
        if header := re.match(r"^[0-9a-f]+ <(.+)>:$", line):
            code = functions.setdefault(header.group(1), [])
        elif found := INSTRUCTION.match(line):
            code.append((int(found.group(1), 16), found.group(2), found.group(3)))
    return functions


def find_plain_loops(code):
    """Where the loops start that are one block: nothing jumps between a place and the jump back to it."""
    last_jump = -1
    for address, name, operands in code:
        if not JUMP.match(name):
            continue
        target = re.search(r"0x([0-9a-f]+) <", operands)
        if target and last_jump < int(target.group(1), 16) <= address:
            yield int(target.group(1), 16)
        last_jump = address


class Row:
    """What the objects for one row of the table show."""

    def __init__(self, cpu, row):
        self.cpu, self.align, self.arch = cpu, row["loop_align"], row["arch"]
        self.kernels, self.loops, self.strips, self.classes = 0, 0, 0, set()
        self.variants = [["--weights-format=bf16", "--threads=2"]]
        if row["f16_convert"]:
            self.variants.append(["--weights-format=f16"])
        if row["bf16_dot"]:
            self.variants.append(["--precision=bf16"])

    def inspect(self, name, model, options):
        out = temporary()
        mncc(model, *options, f"--target={self.arch}-none-elf", f"--mcpu={self.cpu}", "-o", out)
        report, = json.loads((out / f"{name}.report.json").read_text())["rows"]
        code = disassemble(out / f"{name}.o")
        check({kernel["kernel"] for kernel in report["kernels"]} == set(code), f"{name} on {self.cpu}: all functions are reported")
        # Of a chain, the kernels that its function calls in turns.
        layers = {kernel for layer in report["layers"] for kernel in layer["strip_kernels"] or [layer["kernel"]]}
        self.strips += sum(len(layer["strip_kernels"]) for layer in report["layers"])
        for kernel in report["kernels"]:
            if kernel["kernel"] in layers:
                self.inspect_kernel(kernel, code[kernel["kernel"]])
        self.classes |= {kind for kernel in layers for kind in CLASSES if kernel.startswith(f"{name}_{kind}_")}

    def inspect_kernel(self, kernel, code):
        name = f"{self.cpu}: {kernel['kernel']}"
        self.kernels += 1
        if kernel["spills"] != 0:
            check(False, f"{name} touches its stack in an innermost loop")
        if kernel["calls"] != 0 or any(CALL.match(word) for _, word, _ in code):
            check(False, f"{name} calls a function")
        loops = list(find_plain_loops(code))
        self.loops += len(loops)
        if kernel["loop_align"] % self.align != 0 or any(start % self.align != 0 for start in loops):
            check(False, f"{name} has an innermost loop that starts at no multiple of {self.align} bytes")


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


rows = targets()
check(len(rows) >= 18, f"the table has {len(rows)} rows")
for cpu, columns in rows.items():
    row = Row(cpu, columns)
    for options in row.variants:
        row.inspect("weighted", weighted, ["--weights=random:3", *options])
    for name, path in networks.items():
        row.inspect(name, path, ["--weights=random:3"])
    before = row.kernels
    row.inspect("chain", chain, ["--weights=random:3", with_small_l2(cpu)])
    check(row.strips > 1, f"{cpu}: {row.strips} of {row.kernels - before} kernels compute strips of a chain")
    if IS_LONG:
        row.inspect("mobilenet_fashion", FASHION, [])
    check(row.kernels > 40 and row.loops > 60, f"{cpu}: {row.kernels} kernels touch no stack in innermost loops and call nothing; "
          f"their {row.loops} loops of one block and all others start at a multiple of {row.align} bytes")
    check(row.classes == CLASSES, f"{cpu}: every class of kernels was there {CLASSES - row.classes or ''}")
