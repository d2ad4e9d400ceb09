#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What requantisation costs one layer of a quantised network on this x86 machine: the layer's kernel is timed beside the same code
without the instructions that multiply, convert and shift its sums, round by round.

usage: requantization.py MNCC MODEL.tflite [--kernel=k32_] [--numerics=fast|xnnpack] [--mcpu=ROW]
--kernel is a part of the kernel's name; the first one that has it is taken. Bytes are packed and stored by both."""
import pathlib
import re
import subprocess
import sys
import tempfile

REQUANTISING = {"vcvtdq2ps", "vcvtps2dq", "vmulps", "vpsravd", "vpmulhrsw"}
PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
enum { ROUNDS = 201, CALLS = 10, BYTES = 1 << 23 };
typedef void kernel(void *input, void *words, void *filter, void *output);
kernel whole, without;
static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
static int compare(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : 1; }
int main(void) {
  void *buffers[4];
  for (int i = 0; i < 4; ++i)
    memset(buffers[i] = aligned_alloc(4096, BYTES), 1, BYTES);
  kernel *kernels[2] = {whole, without};
  double times[2][ROUNDS], shares[ROUNDS];
  for (int round = 0; round < ROUNDS; ++round) {
    for (int turn = 0; turn < 2; ++turn) {
      int which = (round + turn) % 2;
      kernels[which](buffers[0], buffers[1], buffers[2], buffers[3]);
      double start = seconds();
      for (int call = 0; call < CALLS; ++call)
        kernels[which](buffers[0], buffers[1], buffers[2], buffers[3]);
      times[which][round] = (seconds() - start) / CALLS;
    }
    shares[round] = 1 - times[1][round] / times[0][round];
  }
  qsort(times[0], ROUNDS, sizeof(double), compare);
  qsort(shares, ROUNDS, sizeof(double), compare);
  printf("%.1f us, of which requantisation takes %.1f %%\n", 1e6 * times[0][ROUNDS / 2], 100 * shares[ROUNDS / 2]);
}
"""


def find_kernel(assembly, part):
    """(name, lines) of the first function with `part` in its name."""
    lines = assembly.splitlines()
    start = next((i for i, line in enumerate(lines) if re.fullmatch(rf"\w*{part}\w*:", line)), None)
    if start is None:
        sys.exit(f"requantization: no kernel has {part} in its name")
    end = next(i for i in range(start, len(lines)) if lines[i].startswith(".Lfunc_end"))
    return lines[start][:-1], lines[start:end]


def drop(line):
    """The line, or if it requantises a move of its sums to their new place, or nothing."""
    instruction, _, rest = line.strip().partition("\t")
    if instruction not in REQUANTISING:
        return line
    *sources, result = re.findall(r"(?:[^,(\s]|\([^)]*\))+", rest)
    return "" if result in sources else f"\tvmovups\t{sources[-1]}, {result}"


def add_kernels(assembly, part):
    """(the kernel's name, the assembly with `whole` as another name of it and its copy `without`)."""
    name, lines = find_kernel(assembly, part)
    copy = "\n".join(map(drop, lines)).replace(name, "without").replace(".LBB", ".Lwithout")
    return name, f"{assembly}\n\t.globl whole, without\n\t.set whole, {name}\n\t.text\n\t.p2align 6\n{copy}\n"


def run(*command, folder=None):
    """What the command prints, or the end with what it complains of."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout.strip()


def main(arguments):
    options = dict(word[2:].split("=", 1) for word in arguments if word.startswith("--"))
    part = options.pop("kernel", "k32_")
    mncc, model = (word for word in arguments if not word.startswith("--"))
    options = {"numerics": "fast", "mcpu": "native", **options}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run(mncc, model, "--emit=asm", "--name=network", "-o", folder, *(f"--{key}={value}" for key, value in options.items()))
        name, code = add_kernels((folder / "network.s").read_text(), part)
        (folder / "network.s").write_text(code)
        (folder / "main.c").write_text(PROGRAM)
        run("cc", "-O2", "-z", "noexecstack", "main.c", "network.s", *folder.glob("*_weights.S"), "-o", "program", folder=folder)
        print(f"{name.removeprefix('network_')}, {options['numerics']}: {run(folder / 'program')}")


main(sys.argv[1:])
