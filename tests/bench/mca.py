#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Cycles of the innermost loops of an AArch64 model, by llvm-mca's model of the core, over the cycles of their fmla alone.

usage: mca.py [--mcpu=ROW,…] [--at-most=RATIO] [MNCC OPTION…] [MODEL…]
default: cortex-a53, V1 1.0/224

The figures are static: no cache misses, no branches that are guessed wrong. --at-most fails where the mean is larger.
"""
import argparse
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import SOURCE, mncc, run, skip, temporary  # noqa: E402

TURNS = 100
# Loops with fewer are no reductions: they copy, clamp or count.
FEWEST_FMLA = 4


def read_kernels(assembly):
    """Each kernel's instructions and local labels, in order."""
    kernels, name = {}, None
    for line in assembly.splitlines():
        if match := re.match(r"net_(\w+):", line):
            name = match.group(1)
            kernels[name] = []
        elif name and (match := re.match(r"(\.LBB\w+):|\t([a-z][\w.]*\t?[^/]*)", line)):
            kernels[name].append(match.group(0).split("//")[0].rstrip())
    return kernels


def find_loops(lines):
    """The bodies of loops that are one block, each with the branch back."""
    start = None
    for index, line in enumerate(lines):
        if line.startswith(".LBB"):
            start = index
        elif match := re.match(r"\t(?:b\.\w+|cbn?z|tbn?z)\t.*?(\.LBB\w+)$", line):
            if start is not None and lines[start] == match.group(1) + ":":
                yield lines[start + 1:index + 1]
            start = None


def estimate(bodies, cpu):
    """Cycles of one turn of each of `bodies`."""
    # A region holds no branch to a label outside; it costs nothing that a loop of this length would notice.
    text = "".join("// LLVM-MCA-BEGIN\n" + "\n".join(line for line in body if ".LBB" not in line) + "\n// LLVM-MCA-END\n"
                   for body in bodies)
    output = run("llvm-mca-22", "-mtriple=aarch64-linux-gnu", f"-mcpu={cpu}", f"-iterations={TURNS}", "-instruction-info=0",
                 "-resource-pressure=0", input=text)
    return [int(cycles) / TURNS for cycles in re.findall(r"Total Cycles:\s+(\d+)", output)]


def measure(model, row, options):
    """(kernel, instructions, fmla, cycles, cycles of the fmla alone) of each innermost loop."""
    folder = temporary()
    mncc(model, "--weights=random:1", "--name=net", "--emit=asm", "--target=aarch64-linux-gnu", f"--mcpu={row}", *options, "-o",
         folder)
    kernels = read_kernels((folder / "net.s").read_text())
    is_fmla = lambda line: line.startswith("\tfmla")
    loops = [(name, body) for name, lines in kernels.items() for body in find_loops(lines)
             if sum(map(is_fmla, body)) >= FEWEST_FMLA]
    cycles = estimate([body for _, body in loops], row)
    alone = estimate([list(filter(is_fmla, body)) for _, body in loops], row)
    return [(name, len(body), sum(map(is_fmla, body)), *both) for (name, body), *both in zip(loops, cycles, alone)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mcpu", default="cortex-a53")
    parser.add_argument("--at-most", type=float, default=float("inf"))
    parser.add_argument("models", nargs="*", default=[str(SOURCE / "models/mobilenet_v1_1.0_224.json")])
    arguments, options = parser.parse_known_args()
    if not shutil.which("llvm-mca-22"):
        skip("llvm-mca-22 is not installed")
    failed = False
    for model in arguments.models:
        for row in arguments.mcpu.split(","):
            loops = measure(model, row, options)
            mean = sum(cycles for *_, cycles, _ in loops) / sum(alone for *_, alone in loops)
            failed |= mean > arguments.at_most
            print(f"{pathlib.Path(model).stem} on {row}: {mean:.2f} times the cycles of fmla alone, mean of {len(loops)} loops")
            for name, instructions, fmla, cycles, alone in loops:
                print(f"  {name:58} {fmla:4} fmla of {instructions:4}  {cycles:7.1f} cycles  {cycles / alone:5.2f}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
