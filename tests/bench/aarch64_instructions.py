#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Executed AArch64 instructions of one inference, counted under qemu-aarch64: exact counts, equal on every run. They are
no times.

usage: aarch64_instructions.py [--mcpu=ROW,…] [--int8] [--kernels] [--at-most=MILLIONS,…] [--depthwise-at-most=COUNT,…]
                               [MNCC OPTION…] [MODEL…]
default: cortex-a72, V1 1.0/224

--int8 quantises the model, of random weights, with a picture of noise, and counts it with XNNPACK's rounding and TFLM's.
--kernels prints each kernel, not only each kind. --at-most fails where a model takes more, --depthwise-at-most where its
depthwise layers together take more for 16 results: one number, or one a row; with --int8 they are for XNNPACK's rounding.
"""
import argparse
import collections
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import SOURCE, mncc, run, skip, temporary, write_png  # noqa: E402
import numpy as np  # noqa: E402

MAIN = """
#include "net.h"
static float input[NET_INPUT_ELEMENTS], output[NET_OUTPUT_ELEMENTS];
static _Alignas(NET_ARENA_ALIGN) uint8_t arena[NET_ARENA_BYTES];
int main(void) { return net_run((const void *)input, (void *)output, arena); }
"""
PRODUCTS = ("fmla", "bfdot", "bfmmla", "sdot", "smmla", "smull", "smlal")


def build_plugin(folder):
    plugin = folder / "count_blocks.so"
    run("gcc", "-O2", "-shared", "-fPIC", SOURCE / "tests/bench/count_blocks.c", "-o", plugin)
    return plugin


def quantize(model):
    """The description of `model` with random weights in int8; a picture of noise says what its tensors hold."""
    folder = temporary()
    (folder / "pictures").mkdir()
    write_png(folder / "pictures/noise.png", np.random.default_rng(1).integers(0, 256, (224, 224, 3), np.uint8))
    mncc("quantize", model, "--weights=random:1", "--images", folder / "pictures", "-o", folder / "int8")
    return next(path for path in (folder / "int8").glob("*.json") if path.name != "calibration.json")


def build_program(folder, model, row, options):
    """A static program of one inference on zeros; all it runs of the network is in net.o."""
    mncc(model, "--name=net", "--target=aarch64-linux-gnu", f"--mcpu={row}", *options, "-o", folder)
    (folder / "main.c").write_text(MAIN)
    program = folder / "program"
    run("aarch64-linux-gnu-gcc", "-static", "-no-pie", "main.c", "net.o", "-o", program, cwd=folder)
    return program


def read_functions(program):
    """[(name, {address: mnemonic and operands})] of the network's functions."""
    functions, code = [], None
    for line in run("llvm-objdump-22", "-d", "--no-show-raw-insn", program).splitlines():
        if start := re.match(r"[0-9a-f]+ <(.*)>:", line):
            code = {} if start.group(1).startswith("net_") else None
            if code is not None:
                functions.append((start.group(1)[len("net_"):], code))
        elif code is not None and (instruction := re.match(r"\s*([0-9a-f]+):\s+(.*)", line)):
            code[int(instruction.group(1), 16)] = instruction.group(2)
    return functions


def count(program, plugin):
    """{function: (instructions, those among them that multiply what layers sum up, calls)} of one run of `program`."""
    counts = program.parent / "counts"
    # The counts depend on the code alone, so any processor that knows its instructions does.
    run("qemu-aarch64", "-cpu", "max", "-plugin", f"{plugin},out={counts}", program)
    executions = collections.Counter()
    for line in counts.read_text().splitlines():
        address, instructions, times = line.split()
        for place in range(int(instructions)):
            executions[int(address, 16) + 4 * place] += int(times)
    return {name: (sum(executions[place] for place in code),
                   sum(executions[place] for place, text in code.items() if text.startswith(PRODUCTS)),
                   executions[min(code)])
            for name, code in read_functions(program)}


def kind_of(kernel):
    return re.match(r"[a-z_]*?(?=_\d)|.*", kernel).group(0)


def print_counts(title, counts, with_kernels):
    total, products = (sum(count[index] for count in counts.values()) for index in (0, 1))
    print(f"{title}: {total / 1e6:.1f} M instructions, {products / 1e6:.1f} M of them multiply ({100 * products / total:.1f} %)")
    groups = collections.defaultdict(lambda: (0, 0))
    for kernel, (instructions, multiplying, _) in counts.items():
        key = kernel if with_kernels else kind_of(kernel)
        groups[key] = (groups[key][0] + instructions, groups[key][1] + multiplying)
    for name, (instructions, multiplying) in sorted(groups.items(), key=lambda group: -group[1][0]):
        if instructions:
            print(f"  {name:52} {instructions / 1e6:9.3f} M  multiply {100 * multiplying / instructions:5.1f} %")
    return total


def count_depthwise(counts):
    """The instructions of all depthwise kernels for 16 of their results; names end in the input's shape and the result's."""
    instructions, results = 0, 0
    for kernel, (executed, _, calls) in counts.items():
        if shape := re.match(r"dw_\w+?_(\d+)x(\d+)x(\d+)(?:_relu6?)?_[a-z]+\d+(?:_\d+)?$", kernel):
            instructions += executed
            results += calls * int(np.prod([int(size) for size in shape.groups()]))
    return 16 * instructions / results if results else 0


def read_limits(text, rows):
    limits = [float(limit) for limit in text.split(",")]
    return limits * len(rows) if len(limits) == 1 else limits


def is_within(title, value, most):
    if value > most:
        print(f"FAILED: {title} takes {value:.1f}, more than {most}")
    return value <= most


def count_model(plugin, model, row, options, arguments, limit=float("inf"), depthwise_limit=float("inf")):
    """Prints the counts of one program. True where they are within the limits."""
    counts = count(build_program(temporary(), model, row, options), plugin)
    title = f"{pathlib.Path(model).stem} {' '.join(options)} on {row}"
    total = print_counts(title, counts, arguments.kernels)
    depthwise = count_depthwise(counts)
    print(f"  {depthwise:.1f} instructions for 16 results of depthwise layers")
    return (is_within(f"{title}, in millions of instructions,", total / 1e6, limit) &
            is_within(f"{title}, in instructions for 16 results of depthwise layers,", depthwise, depthwise_limit))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mcpu", default="cortex-a72")
    parser.add_argument("--kernels", action="store_true")
    parser.add_argument("--int8", action="store_true")
    parser.add_argument("--at-most", default="inf")
    parser.add_argument("--depthwise-at-most", default="inf")
    parser.add_argument("models", nargs="*", default=[str(SOURCE / "models/mobilenet_v1_1.0_224.json")])
    arguments, options = parser.parse_known_args()
    for tool in ("qemu-aarch64", "aarch64-linux-gnu-gcc", "llvm-objdump-22"):
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    rows = arguments.mcpu.split(",")
    limits = [read_limits(text, rows) for text in (arguments.at_most, arguments.depthwise_at_most)]
    plugin, is_good = build_plugin(temporary()), True
    for model in arguments.models:
        if arguments.int8:
            model, first, others = quantize(model), "--numerics=xnnpack", ["--numerics=tflm"]
        else:
            first, others = "--weights=random:1", []
        for row, *limits_of_row in zip(rows, *limits, strict=True):
            is_good &= count_model(plugin, model, row, [first, *options], arguments, *limits_of_row)
            for other in others:
                count_model(plugin, model, row, [other, *options], arguments)
    return int(not is_good)


if __name__ == "__main__":
    sys.exit(main())
