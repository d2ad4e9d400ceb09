# SPDX-License-Identifier: Apache-2.0
"""Every kernel class on every row of the target table: no innermost loop touches the stack, kernels call nothing, and loops
that do the work start where the row's processor likes them to."""
import json
import re

from harness import FASHION, IS_LONG, check, mncc, run, targets, temporary
from networks import NETWORKS, write_network

CLASSES = {"conv", "dw", "pw", "fc", "add", "mul", "relu", "relu6", "sigmoid", "hard_swish", "average_pool", "max_pool",
           "global_average_pool", "softmax", "resize", "concat", "copy", "pad"}
FUNCTION = re.compile(r"^(\S+) +(\d+) +(\d+) +(\d+) +(\S+)$", re.M)
INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\s+(\S+)\s*(.*)$")


def write_mixed():
    """A network whose layers give every class that NETWORKS do not: free activations, and layers wide enough for full tiles."""
    layers = [{"name": "conv", "op": "conv2d", "filters": 32, "kernel_size": 3, "strides": 2, "padding": "same"},
              {"name": "free_relu", "op": "relu"}, {"name": "swish", "op": "hard_swish", "inputs": ["conv"]},
              {"name": "sum", "op": "add", "inputs": ["free_relu", "swish"]},
              {"name": "dw", "op": "depthwise_conv2d", "kernel_size": 3, "padding": "same"},
              {"name": "pw", "op": "pointwise_conv2d", "filters": 128},
              {"name": "dw_2", "op": "depthwise_conv2d", "kernel_size": 3, "strides": 2, "padding": "same"},
              {"name": "pw_2", "op": "pointwise_conv2d", "filters": 256}, {"name": "r6", "op": "relu6"},
              {"name": "free_relu6", "op": "relu6"},
              {"name": "gap", "op": "global_average_pool"}, {"name": "fc", "op": "fully_connected", "units": 1000},
              {"name": "soft", "op": "softmax"}]
    path = temporary() / "mixed.json"
    path.write_text(json.dumps({"name": "mixed", "input": {"shape": [56, 56, 3]}, "layers": layers, "outputs": ["soft", "free_relu"]}))
    return path


def disassemble(path):
    """{function: [(address, instruction, operands)]} of an object."""
    functions, code = {}, []
    for line in run("llvm-objdump-22", "-d", "--no-show-raw-insn", path).splitlines():
        if header := re.match(r"^[0-9a-f]+ <(.+)>:$", line):
            code = functions.setdefault(header.group(1), [])
        elif found := INSTRUCTION.match(line):
            code.append((int(found.group(1), 16), found.group(2), found.group(3)))
    return functions


def find_multiplying_loops(code):
    """Where the loops start that multiply vectors and have no other loop inside."""
    ends = {}
    for address, _, operands in code:
        target = re.search(r"^0x([0-9a-f]+) <", operands)
        if target and int(target.group(1), 16) <= address:
            ends[int(target.group(1), 16)] = address
    innermost = {start: end for start, end in ends.items()
                 if not any(start < other and other_end <= end for other, other_end in ends.items())}
    return [start for start, end in innermost.items()
            if any(start <= address <= end and re.match("vfm|v?mulps", name) for address, name, _ in code)]


models = [("mixed", write_mixed())]
models += [(name, write_network(name)) for name in (NETWORKS if IS_LONG else ("odd", "shapes"))]
if IS_LONG:
    models.append(("mobilenet_fashion", FASHION))
rows, seen = targets(), set()
check(len(rows) >= 18, f"the table has {len(rows)} rows")
for cpu, row in rows.items():
    kernels, loops = 0, []
    for name, model in models:
        out = temporary()
        mncc(model, *([] if model == FASHION else ["--weights=random:3"]), f"--target={row['arch']}-none-elf", f"--mcpu={cpu}",
             "-o", out)
        functions = FUNCTION.findall((out / f"{name}.report.txt").read_text())
        code = disassemble(out / f"{name}.o")
        for function, spills, *_ in functions:
            if spills != "0":
                check(False, f"{name} on {cpu}: {function} touches its stack in an innermost loop")
            if function != f"{name}_run" and any(re.match("callq?$|blr?$", word) for _, word, _ in code[function]):
                check(False, f"{name} on {cpu}: the kernel {function} calls a function")
            loops += find_multiplying_loops(code[function])
        check({function for function, *_ in functions} == set(code), f"{name} on {cpu}: the report names every function of the object")
        seen |= {kind for function, *_ in functions for kind in CLASSES if function.startswith(f"{name}_{kind}_")}
        kernels += len(functions)
    check(kernels > 30, f"{cpu}: {kernels} functions, no stack access in an innermost loop, no calls")
    if row["arch"] == "x86_64":
        astray = [start for start in loops if start % 16 != 0]
        check(len(loops) > 20 and not astray, f"{cpu}: {len(loops)} loops that multiply start at a multiple of 16 bytes")
check(seen == CLASSES, f"every class of kernels was there: {' '.join(sorted(CLASSES))} {CLASSES - seen or ''}")
