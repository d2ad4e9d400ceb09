# SPDX-License-Identifier: Apache-2.0
"""Columns of a row that only the object shows: which symbols it may need, and whether its accesses are aligned."""
import json
import re
import shutil
import subprocess

from harness import MNCC, SOURCE, check, run, skip, temporary
from networks import write_network

# Vectors are read from the caller's input and stored to its outputs, which are aligned like floats.
MODEL = write_network("keras_stride")


def compile_with(columns, target, *options):
    """(status, standard error, the object's path) with the row `columns` of a target file."""
    folder = temporary()
    rows, out = folder / "rows.json", folder / "out"
    rows.write_text(json.dumps({"rows": [columns]}))
    done = subprocess.run([MNCC, MODEL, "--weights=random:1", f"--target={target}", f"--mcpu={columns['cpu']}",
                           f"--target-file={rows}", "-o", out, *options], capture_output=True, text=True)
    return done.returncode, done.stderr, out / "keras_stride.o"


def undefined(path):
    return run("nm", "-u", path).split()[1::2]


# A row that promises an instruction which its processor lacks: LLVM calls a function in its place.
wrong = {"cpu": "x86-64-v2", "fma": True}
status, message, path = compile_with(wrong, "x86_64-none-elf")
check(status == 3 and not path.exists(), f"a symbol that no column allows is an internal error (status {status})")
check("error: internal error: the object needs the symbol 'fmaf', expected none" in message, "the error names the symbol")
check("note: this is a fault of mncc: please report it" in message, "and asks for a report")
status, _, path = compile_with(dict(wrong, allowed_undefined=["memcpy", "fmaf"]), "x86_64-none-elf")
check(status == 0 and undefined(path) == ["fmaf"], "allowed_undefined allows it")
status, message, _ = compile_with(dict(wrong, allowed_undefined=["memcpy"]), "x86_64-none-elf")
check(status == 3 and "expected memcpy at most" in message, "another symbol than the allowed one is an error")

status, message, _ = compile_with({"cpu": "x86-64", "strict_align_on_bare_metal": True}, "x86_64-none-elf")
check(status == 1 and re.search(r"rows\.json:\d+:\d+: error: .*strict_align_on_bare_metal", message) is not None,
      "x86-64 has no aligned form of code")
check("note: compiler/targets/targets.json explains every field" in message, "the note names the file that explains the columns")


def compile_aligned(strict, target):
    status, _, path = compile_with({"cpu": "cortex-a53", "strict_align_on_bare_metal": strict}, target)
    check(status == 0, f"{target} with strict_align_on_bare_metal = {strict}")
    return path


bare = {strict: compile_aligned(strict, "aarch64-none-elf") for strict in (False, True)}
check(bare[False].read_bytes() != bare[True].read_bytes(), "strict alignment changes the code without a system")
check(compile_aligned(False, "aarch64-linux-gnu").read_bytes() == compile_aligned(True, "aarch64-linux-gnu").read_bytes(),
      "and not with one")

MAIN = """
#include "keras_stride.h"
static _Alignas(64) uint8_t arena[KERAS_STRIDE_ARENA_BYTES];
static _Alignas(64) float input[KERAS_STRIDE_INPUT_ELEMENTS + 1], pw[KERAS_STRIDE_OUTPUT_PW_ELEMENTS + 1],
    other[KERAS_STRIDE_OUTPUT_FREE_ELEMENTS + 1];
void finish(int status) {
  const uint64_t block[2] = {0x20026, (uint64_t)status};
  register uint64_t x0 __asm__("x0") = 0x20;
  register const void *x1 __asm__("x1") = block;
  __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}
/* An alignment fault ends with 0x21. */
void report_exception(uint64_t syndrome) { finish((int)(syndrome & 0x3f)); }
int main(void) { return keras_stride_run(input + 1, pw + 1, other + 1, arena); }
"""


def run_checked(path):
    """The status of a firmware around the object `path` on a core that checks every access (SCTLR_EL1.A), with tensors
    that have no more than their floats' alignment."""
    folder, example = path.parent, SOURCE / "examples/2-aarch64-firmware"
    reset, place = (example / "reset.S").read_text(), "mov x1, #0x1005 "
    check(reset.count(place) == 1, "reset.S of the example sets M, C and I")
    (folder / "reset.S").write_text(reset.replace(place, "mov x1, #0x1007 "))
    (folder / "main.c").write_text(MAIN)
    run("clang-22", "--target=aarch64-none-elf", "-mcpu=cortex-a53", "-mstrict-align", "-O2", "-ffreestanding", "-nostdlib",
        "-static", "-fuse-ld=lld", "-T", example / "firmware.ld", "reset.S", "main.c", path, "-o", "firmware.elf", cwd=folder)
    return subprocess.run(["timeout", "60", "qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-nographic", "-net", "none",
                           "-semihosting-config", "enable=on,target=native", "-kernel", folder / "firmware.elf"],
                          stdin=subprocess.DEVNULL).returncode


if not shutil.which("qemu-system-aarch64") or not shutil.which("clang-22"):
    skip("qemu-system-aarch64 or clang-22 is not installed")
ALIGNMENT_FAULT = 0x21
check(run_checked(bare[False]) == ALIGNMENT_FAULT, "without strict alignment such a core refuses an access")
check(run_checked(bare[True]) == 0, "with it none")
