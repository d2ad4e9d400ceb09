# SPDX-License-Identifier: Apache-2.0
"""The runtime builds as firmware builds it, with GCC and Clang for both architectures: no warning, no undefined symbol, and
no memory function that calls itself; the pool of threads as a hosted program builds it. The headers are C11 and C++17, and
every declaration in them has a comment."""
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import SOURCE, check, run, temporary  # noqa: E402

WARNINGS = ["-pedantic", "-Wall", "-Wextra", "-Werror"]
COMPILERS = {
    "gcc-12 for x86-64": (["gcc-12"], ["-fno-tree-loop-distribute-patterns"]),
    "clang-22 for x86-64": (["clang-22", "--target=x86_64-none-elf"], []),
    "gcc for AArch64": (["aarch64-linux-gnu-gcc"], ["-fno-tree-loop-distribute-patterns"]),
    "clang-22 for AArch64": (["clang-22", "--target=aarch64-none-elf"], []),
}
HOSTED = SOURCE / "runtime/Threads.c"
RUNTIME = sorted(set((SOURCE / "runtime").glob("*.c")) - {HOSTED})
NM = shutil.which("llvm-nm-22") or "nm"
OBJDUMP = shutil.which("llvm-objdump-22") or "objdump"


def check_object(code, what):
    undefined = run(NM, "--undefined-only", code).split()
    check(not undefined, f"{what}: no undefined symbols (found {undefined})")
    defined = re.findall(r" [TDBRV] (\w+)$", run(NM, "--defined-only", code), re.M)
    check(all(name in ("memcpy", "memmove", "memset") or name.startswith("mncc_") for name in defined),
          f"{what}: its symbols are mem* and mncc_*")
    text = run(OBJDUMP, "-dr", "--no-show-raw-insn", code)
    for name, body in re.findall(r"^[0-9a-f]+ <(mem\w+)>:\n(.*?)(?=^[0-9a-f]+ <|\Z)", text, re.M | re.S):
        # A loop jumps to a place inside the function, which prints as <memcpy+0x10>; only <memcpy> is a call.
        calls = set(re.findall(r"<(mem\w+)(?:@plt)?>|R_\w+\s+(mem\w+)", body))
        calls = {target or relocated for target, relocated in calls}
        check(calls <= ({"memcpy"} if name == "memmove" else set()), f"{what}: {name} calls no mem* above it ({sorted(calls)})")


def check_header(name, expected, body):
    text = (SOURCE / "runtime" / name).read_text()
    includes = re.findall(r"#include\s+(\S+)", text)
    check(sorted(includes) == expected, f"{name} includes {' and '.join(expected)} only")
    folder = temporary()
    for file, compilers in (("use.c", (["gcc-12", "-std=c11"], ["clang-22", "-std=c11"])),
                            ("use.cpp", (["g++-12", "-std=c++17"], ["clang++-22", "-std=c++17"]))):
        (folder / file).write_text(f'#include "runtime/{name}"\nuint32_t use(void);\nuint32_t use(void) {{ {body} }}\n')
        for compiler in compilers:
            run(*compiler, *WARNINGS, "-ffreestanding", "-I", SOURCE, "-c", folder / file, "-o", folder / "use.o")
            check(True, f"{name} compiles by {' '.join(compiler)}")
    # A group of declarations without an empty line between them shares the comment above it.
    for group in re.split(r"\n\s*\n", text):
        if re.match(r"(typedef|enum|#define MNCC_ABI|\w[\w ]*\**\w+\()", group):
            check(False, f"{name}: a comment above '{group.splitlines()[0]}'")
    check(True, f"{name}: every declaration has a comment")


check_header("mncc.h", ["<stddef.h>", "<stdint.h>"], "return mncc_crc32(0, 0, 0) + MNCC_ABI_VERSION;")
check_header("threads.h", ['"mncc.h"'], "mncc_pool_stop(mncc_pool_start(2)); return MNCC_ABI_VERSION;")
for what, (compiler, options) in COMPILERS.items():
    if not shutil.which(compiler[0]):
        print(f"skipped: {what} is not installed")
        continue
    folder = temporary()
    for source in RUNTIME:
        for level in ("-O2", "-O3", "-Os"):
            code = folder / f"{source.stem}{level}.o"
            run(*compiler, "-std=c11", level, "-ffreestanding", "-fno-builtin", *options, *WARNINGS, "-I", SOURCE, "-c", source,
                "-o", code)
            check_object(code, f"{source.name} {level} by {what}")
    if "none-elf" not in " ".join(compiler):
        run(*compiler, "-std=c11", "-O2", *WARNINGS, "-I", SOURCE, "-c", HOSTED, "-o", folder / "threads.o")
        check(True, f"{HOSTED.name} compiles by {what}")
