# SPDX-License-Identifier: Apache-2.0
"""The contract of the emitted code: symbols, header, determinism, two models in one program."""
import shutil

from harness import FASHION, check, mncc, run, temporary

NM = shutil.which("llvm-nm-22") or shutil.which("llvm-nm") or "nm"
TARGETS = {"x86_64-linux-gnu": "x86-64-v3", "x86_64-none-elf": "x86-64-v2", "aarch64-linux-gnu": "neoverse-n1",
           "aarch64-none-elf": "cortex-a53"}

for target, cpu in TARGETS.items():
    first, second = temporary(), temporary() / "another/path"
    for folder in (first, second):
        mncc(FASHION, f"--target={target}", f"--mcpu={cpu}", "-o", folder)
    names = sorted(path.name for path in first.iterdir())
    check(names == [f"mobilenet_fashion.{end}" for end in ("h", "o", "report.json", "report.txt")], f"{target}: files {names}")
    for name in names:
        check((first / name).read_bytes() == (second / name).read_bytes(), f"{target}: {name} is the same on two paths")
    undefined = run(NM, "-u", first / "mobilenet_fashion.o").split()
    check(undefined == [], f"{target}: no undefined symbols {undefined}")
    exported = [line.split()[-1] for line in run(NM, "--defined-only", "-g", first / "mobilenet_fashion.o").splitlines()]
    expected = ["mobilenet_fashion_run"] + (["mobilenet_fashion_cpu_supported"] if "linux" in target else [])
    check(sorted(exported) == sorted(expected), f"{target}: exports {exported}")
    header = (first / "mobilenet_fashion.h").read_text()
    check(("_cpu_supported(void);" in header) == ("linux" in target), f"{target}: NAME_cpu_supported is declared where it exists")

folder = temporary()
mncc(FASHION, "-o", folder)
mncc(FASHION, "--name=second", "-o", folder)
program = """#include "mobilenet_fashion.h"
#include "second.h"
{align} static unsigned char arena[MOBILENET_FASHION_ARENA_BYTES];
static float input[SECOND_INPUT_ELEMENTS], a[10], b[10];
int main(void) {{
  if (mobilenet_fashion_run(input, a, arena) || second_run(input, b, arena)) return 1;
  if (mobilenet_fashion_cpu_supported() != 1) return 4;
  if (second_run(0, b, arena) != SECOND_NULL_ARGUMENT || second_run(input, b, arena + 4) != SECOND_MISALIGNED) return 2;
  for (int i = 0; i < 10; ++i) if (a[i] != b[i]) return 3;
  return 0;
}}
"""
for name, standard, align in (("main.c", "c11", "_Alignas(64)"), ("main.cpp", "c++17", "alignas(64)")):
    (folder / name).write_text(program.format(align=align))
    compiler = "gcc" if name.endswith(".c") else "g++"
    run(compiler, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", folder / name,
        folder / "mobilenet_fashion.o", folder / "second.o", "-o", folder / "program")
    run(folder / "program")
    check(True, f"two models link and run in one {standard} program; null and misaligned arguments are refused")
