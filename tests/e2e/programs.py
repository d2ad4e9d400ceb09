# SPDX-License-Identifier: Apache-2.0
"""Emitted code in a program of its own: floats on standard input, one inference after another, floats on standard output. A
model of several threads takes the number of threads as the program's argument; without, it gets no NAME_parallel."""
import re
import shutil
import subprocess

from harness import SOURCE, check, run, temporary

FREESTANDING = ["-std=c++17", "-O2", "-ffreestanding", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror"]
EMULATOR = shutil.which("qemu-aarch64")
# What builds the emitted C++, by architecture and then by name.
COMPILERS = {
    "x86_64": {"g++": ["g++"], "clang": ["clang++-22"]},
    "aarch64": {"g++": ["aarch64-linux-gnu-g++"], "clang": ["clang++-22", "--target=aarch64-linux-gnu"]},
}
LINKERS = {"x86_64": "gcc", "aarch64": "aarch64-linux-gnu-gcc"}


def write_main(folder):
    """main.c for the one header in `folder`, which names the model, its inputs and its outputs."""
    header, = folder.glob("*.h")
    name, prefix = header.stem, header.stem.upper()
    parameters = re.search(rf"int32_t {name}_run\((.*?)\);", header.read_text().split("#ifndef")[1], re.S).group(1)
    tensors = re.findall(r"(const )?(float|u?int8_t) \*(\w+)", parameters)
    size = lambda tensor: f"{prefix}_{tensor.upper()}_ELEMENTS"
    inputs = [tensor for const, _, tensor in tensors if const]
    outputs = [tensor for const, _, tensor in tensors if not const]
    lines = [f'#include "{header.name}"', "#include <stdio.h>",
             f"static _Alignas({prefix}_ARENA_ALIGN) uint8_t arena[{prefix}_ARENA_BYTES];"]
    lines += [f"static {kind} {tensor}[{size(tensor)}];" for _, kind, tensor in tensors]
    parallel = ""
    if f"{name}_parallel" in parameters:
        lines += ['#include "runtime/threads.h"', "#include <stdlib.h>"]
        parallel = f", pool ? (const {name}_parallel *)mncc_pool_parallel(pool) : NULL"
    lines += ["int main(int argc, char **argv) {", f"  if (!{name}_cpu_supported()) return 2;"]
    lines += ["  mncc_pool *pool = argc > 1 ? mncc_pool_start(atoi(argv[1])) : NULL;"] if parallel else ["  (void)argc, (void)argv;"]
    lines += ["  while (" + " && ".join(f"fread({t}, sizeof {t}, 1, stdin) == 1" for t in inputs) + ") {",
              f"    if ({name}_run({', '.join(t for _, _, t in tensors)}, arena{parallel}) != {prefix}_OK) return 1;"]
    lines += [f"    fwrite({tensor}, sizeof {tensor}, 1, stdout);" for tensor in outputs]
    path = folder / "main.c"
    lines += ["  }"] + (["  mncc_pool_stop(pool);"] if parallel else []) + ["  return 0;", "}", ""]
    path.write_text("\n".join(lines))
    return path


def build_cpp(folder, arch, compiler, *flags):
    """Compiles the one NAME.cpp in `folder` with its banner's flags and `flags`; the object's path."""
    source, = folder.glob("*.cpp")
    target = re.findall(r" (-m[\w=.-]+)", source.read_text().split("// Build:")[1].splitlines()[0])
    path = folder / f"{compiler}.o"
    run(*COMPILERS[arch][compiler], *FREESTANDING, *target, *flags, "-c", source, "-o", path)
    return path


def link(folder, arch, code):
    """A program around the object `code` and, where there are any, the weights beside it."""
    objects = [code, *folder.glob("*_weights.S")]
    program = folder / (code.stem + ".program")
    main = write_main(folder)
    if "mncc_pool" in main.read_text():
        objects += ["-pthread", SOURCE / "runtime/Threads.c"]
    run(LINKERS[arch], "-static", "-I", folder, "-I", SOURCE, main, *objects, "-o", program, cwd=folder)
    return program


def infer(program, arch, tensors, *arguments):
    """Everything that the program, given `arguments`, writes for the bytes of `tensors`."""
    command = [*([] if arch == "x86_64" else [EMULATOR]), program, *arguments]
    with open(temporary() / "in", "w+b") as source:
        source.write(tensors.tobytes())
        source.seek(0)
        done = subprocess.run(command, stdin=source, stdout=subprocess.PIPE)
    check(done.returncode == 0, f"{program.name} ({arch}) runs {len(tensors)} inputs")
    return done.stdout
