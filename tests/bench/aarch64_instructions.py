#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Executed AArch64 instructions of one inference, counted under qemu-aarch64: exact counts, equal on every run. They are
no times.

usage: aarch64_instructions.py [--mcpu=ROW,…] [--kernels] [--at-most=MILLIONS] [MNCC OPTION…] [MODEL…]
default: cortex-a72, V1 1.0/224

--kernels prints each kernel, not only each kind; --at-most fails where a model takes more.
"""
import argparse
import collections
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import SOURCE, mncc, run, skip, temporary  # noqa: E402

MAIN = """
#include "net.h"
static float input[NET_INPUT_ELEMENTS], output[NET_OUTPUT_ELEMENTS];
static _Alignas(NET_ARENA_ALIGN) uint8_t arena[NET_ARENA_BYTES];
int main(void) { return net_run(input, output, arena); }
"""


def build_plugin(folder):
    plugin = folder / "count_blocks.so"
    run("gcc", "-O2", "-shared", "-fPIC", SOURCE / "tests/bench/count_blocks.c", "-o", plugin)
    return plugin


def build_program(folder, model, row, options):
    """A static program of one inference on zeros; all it runs of the network is in net.o."""
    mncc(model, "--weights=random:1", "--name=net", "--target=aarch64-linux-gnu", f"--mcpu={row}", *options, "-o", folder)
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
    """{function: (instructions, fmla among them)} of one run of `program`."""
    counts = program.parent / "counts"
    # The counts depend on the code alone, so any processor that knows its instructions does.
    run("qemu-aarch64", "-cpu", "max", "-plugin", f"{plugin},out={counts}", program)
    executions = collections.Counter()
    for line in counts.read_text().splitlines():
        address, instructions, times = line.split()
        for place in range(int(instructions)):
            executions[int(address, 16) + 4 * place] += int(times)
    return {name: (sum(executions[place] for place in code),
                   sum(executions[place] for place, text in code.items() if text.startswith("fmla")))
            for name, code in read_functions(program)}


def kind_of(kernel):
    return re.match(r"[a-z_]*?(?=_\d)|.*", kernel).group(0)


def print_counts(title, counts, with_kernels):
    total, fmla = (sum(count[index] for count in counts.values()) for index in (0, 1))
    print(f"{title}: {total / 1e6:.1f} M instructions, {fmla / 1e6:.1f} M of them fmla ({100 * fmla / total:.1f} %)")
    groups = collections.defaultdict(lambda: (0, 0))
    for kernel, (instructions, fmlas) in counts.items():
        key = kernel if with_kernels else kind_of(kernel)
        groups[key] = (groups[key][0] + instructions, groups[key][1] + fmlas)
    for name, (instructions, fmlas) in sorted(groups.items(), key=lambda group: -group[1][0]):
        if instructions:
            print(f"  {name:52} {instructions / 1e6:9.3f} M  fmla {100 * fmlas / instructions:5.1f} %")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mcpu", default="cortex-a72")
    parser.add_argument("--kernels", action="store_true")
    parser.add_argument("--at-most", type=float, default=float("inf"))
    parser.add_argument("models", nargs="*", default=[str(SOURCE / "models/mobilenet_v1_1.0_224.json")])
    arguments, options = parser.parse_known_args()
    for tool in ("qemu-aarch64", "aarch64-linux-gnu-gcc", "llvm-objdump-22"):
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    failed = False
    plugin = build_plugin(temporary())
    for model in arguments.models:
        for row in arguments.mcpu.split(","):
            counts = count(build_program(temporary(), model, row, options), plugin)
            title = f"{pathlib.Path(model).stem} on {row}"
            if print_counts(title, counts, arguments.kernels) > 1e6 * arguments.at_most:
                print(f"FAILED: {title} takes more than {arguments.at_most} M instructions")
                failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
