#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Cycles of the innermost loops of an AArch64 model, by llvm-mca's model of the core, over the cycles of their fmla alone,
and for in-order cores over those of the same work in the best order known (interleaved_ROW.s, beside this file).

usage: mca.py [--mcpu=ROW,…] [--at-most=RATIO] [--but=KERNEL:RATIO]… [MNCC OPTION…] [MODEL…]
default: cortex-a53, V1 1.0/224

The figures are static: no cache misses, no branches that are guessed wrong. A mean is of cycles, each kernel with the
multiply-adds of its layers, and in a kernel each loop with its fmla. --at-most fails where a loop takes more than RATIO times the
cycles of the best order, or of the fmla alone where none is known. --but gives loops of kernels that the regular expression KERNEL
matches a RATIO of their own.
"""
import argparse
from collections import namedtuple
from fractions import Fraction
import json
import math
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import SOURCE, mncc, run, skip, temporary  # noqa: E402

# Cycles of a turn, of its fmla alone, and in the best order or None.
Loop = namedtuple("Loop", "kernel instructions fmla cycles alone best")
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


def count_fmla(body):
    return sum(line.startswith("\tfmla\tv") for line in body)


def count_loaded(body):
    """Registers of vectors that the loads of `body` fill and its fmla read, in this turn or the next."""
    used, holds = set(), {}
    for index, line in [*enumerate(body)] * 2:
        registers = re.findall(r"\b[qsdv](\d+)", line.split("[x")[0])
        if re.match(r"\tld\w+\t", line):
            holds.update((register, (index, place)) for place, register in enumerate(registers))
        elif line.startswith("\tfmla\tv"):
            used.update(holds[register] for register in registers[1:] if register in holds)
    return len(used)


def find_kind(body):
    """What a loop and its stream have in common. A reduction is known by its fmla for each register that is loaded for them; softmax's loop
    also adds values up one by one."""
    if any(re.match(r"\tf(add|mla)\ts", line) for line in body):
        return "exponentials and their sum"
    return Fraction(count_fmla(body), max(count_loaded(body), 1))


def read_best(cpu):
    """Cycles of an fmla in the best order, by the kind of loop."""
    path = pathlib.Path(__file__).with_name(f"interleaved_{cpu}.s")
    if not path.exists():
        return {}
    bodies = [text.splitlines() for text in re.findall(r"LLVM-MCA-BEGIN \w+\n(.*?)// LLVM-MCA-END", path.read_text(), re.DOTALL)]
    return {find_kind(body): cycles / count_fmla(body)
            for body, cycles in zip(bodies, estimate(bodies, cpu))}


def estimate(bodies, cpu):
    """Cycles of one turn of each of `bodies`."""
    # A region holds no branch to a label outside; it costs nothing that a loop of this length would notice.
    text = "".join("// LLVM-MCA-BEGIN\n" + "\n".join(line for line in body if ".LBB" not in line) + "\n// LLVM-MCA-END\n"
                   for body in bodies)
    output = run("llvm-mca-22", "-mtriple=aarch64-linux-gnu", f"-mcpu={cpu}", f"-iterations={TURNS}", "-instruction-info=0",
                 "-resource-pressure=0", input=text)
    return [int(cycles) / TURNS for cycles in re.findall(r"Total Cycles:\s+(\d+)", output)]


def measure(model, row, options):
    """The Loop of each innermost loop, and the multiply-adds of each kernel."""
    folder = temporary()
    mncc(model, "--weights=random:1", "--name=net", "--emit=asm,report", "--target=aarch64-linux-gnu", f"--mcpu={row}", *options, "-o",
         folder)
    kernels = read_kernels((folder / "net.s").read_text())
    loops = [(name, body) for name, lines in kernels.items() for body in find_loops(lines) if count_fmla(body) >= FEWEST_FMLA]
    cycles = estimate([body for _, body in loops], row)
    alone = estimate([[line for line in body if line.startswith("\tfmla")] for _, body in loops], row)
    best = read_best(row)

    def in_best_order(body):
        cycles_of_fmla = best.get(find_kind(body))
        return cycles_of_fmla and cycles_of_fmla * count_fmla(body)

    report = json.loads((folder / "net.report.json").read_text())
    multiply_adds = {}
    for layer in report["rows"][0]["layers"]:
        for name, count in share_multiply_adds(layer).items():
            multiply_adds[name] = multiply_adds.get(name, 0) + count
    return [Loop(name, len(body), count_fmla(body), *both, in_best_order(body))
            for (name, body), *both in zip(loops, cycles, alone)], multiply_adds


def share_multiply_adds(layer):
    """The multiply-adds of each kernel that computes `layer`; where it is a chain, pointwise convolutions say their sizes, and what
    is left is the others' by the values that they make."""
    names = [name.removeprefix("net_") for name in layer["strip_kernels"] or [layer.get("kernel") or ""]]
    if len(names) == 1:
        return {names[0]: layer["multiply_adds"]}
    sizes = {name: re.search(r"_p(\d+)_k(\d+)_n(\d+)_", name) for name in names}
    shares = {name: math.prod(map(int, size.groups())) for name, size in sizes.items() if size}
    others = {name: math.prod(map(int, re.findall(r"_(\d+)x(\d+)x(\d+)", name)[-1])) for name in names if name not in shares}
    rest = layer["multiply_adds"] - sum(shares.values())
    return shares | {name: rest * values / sum(others.values()) for name, values in others.items()}


def mean_ratio(loops, multiply_adds, reference):
    """Cycles of `loops` over `reference` of them."""
    fmla = {}
    for loop in loops:
        fmla[loop.kernel] = fmla.get(loop.kernel, 0) + loop.fmla
    weights = [multiply_adds.get(loop.kernel, 0) / fmla[loop.kernel] for loop in loops]
    return (sum(weight * loop.cycles for weight, loop in zip(weights, loops))
            / sum(weight * reference(loop) for weight, loop in zip(weights, loops)))


def find_slow(loops, arguments):
    """Lines on the loops that take more than they may."""
    for loop in loops:
        limits = [float(ratio) for kernel, ratio in arguments.but if re.search(kernel, loop.kernel)]
        most, ratio = min(limits, default=arguments.at_most), loop.cycles / (loop.best or loop.alone)
        if ratio > most:
            reference = "in the best order" if loop.best else "alone"
            yield f"{loop.kernel}: {loop.fmla} fmla take {ratio:.3f} times their cycles {reference}, at most {most}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mcpu", default="cortex-a53")
    parser.add_argument("--at-most", type=float, default=float("inf"))
    parser.add_argument("--but", action="append", default=[], type=lambda text: text.rsplit(":", 1))
    parser.add_argument("models", nargs="*", default=[str(SOURCE / "models/mobilenet_v1_1.0_224.json")])
    arguments, options = parser.parse_known_args()
    if not shutil.which("llvm-mca-22"):
        skip("llvm-mca-22 is not installed")
    failed = False
    for model in arguments.models:
        for row in arguments.mcpu.split(","):
            loops, multiply_adds = measure(model, row, options)
            mean = mean_ratio(loops, multiply_adds, lambda loop: loop.alone)
            print(f"{pathlib.Path(model).stem} on {row}: {mean:.2f} times the cycles of fmla alone, mean of {len(loops)} loops")
            if known := [loop for loop in loops if loop.best]:
                best = mean_ratio(known, multiply_adds, lambda loop: loop.best)
                print(f"  {best:.3f} times the cycles of the best order, mean of {len(known)} loops")
            slow = list(find_slow(loops, arguments))
            failed |= bool(slow)
            for loop in loops:
                print(f"  {loop.kernel:58} {loop.fmla:4} fmla of {loop.instructions:4}  {loop.cycles:7.1f} cycles"
                      f"  {loop.cycles / loop.alone:5.2f}" + (f"  {loop.cycles / loop.best:6.3f}" if loop.best else ""))
            print("".join(f"error: {line}\n" for line in slow), end="")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
