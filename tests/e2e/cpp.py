# SPDX-License-Identifier: Apache-2.0
"""The emitted C++: built by GCC and Clang for both architectures, it gives the bits of the object."""
import re
import shutil

from harness import DATA, FASHION, IS_LONG, check, fashion_images, mncc, run, run_network, targets, temporary
from networks import NETWORKS, write_network
from programs import COMPILERS, EMULATOR, build_cpp, infer, link
import numpy as np

OBJDUMP = shutil.which("llvm-objdump-22") or "objdump"


def emit(model, cpu, arch, *options):
    folder = temporary()
    mncc(model, "--emit=cpp,header", f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "-o", folder, *options)
    return folder


def check_bits(folder, arch, compiler, images, expected, what):
    program = link(folder, arch, build_cpp(folder, arch, compiler))
    check(infer(program, arch, images) == expected, f"{what}: C++ by {compiler} for {arch} gives the object's bits")


def interleave(outputs):
    """Outputs in the order of the names, one inference after another, as the program writes them."""
    count = len(next(iter(outputs.values())))
    return b"".join(outputs[name][i].tobytes() for i in range(count) for name in outputs)


def output_order(model, outputs):
    """`outputs` in the order of the description."""
    names = re.findall(r"output\w*: \S+ float, NHWC: '(.*)'", next(emit(model, "x86-64", "x86_64", "--weights=random:5").glob("*.h")).read_text())
    return {name: outputs[name] for name in names}


def check_every_op(rows):
    for name, (shape, *_) in NETWORKS.items():
        model = write_network(name)
        images = np.random.default_rng(7).normal(0, 2, (3, *shape)).astype("<f4")
        for cpu, arch in rows:
            # The AArch64 rows have the bits of the rows with fma (every_op.py, contract of docs/model-format.md).
            reference = cpu if arch == "x86_64" else "x86-64-v3"
            outputs = run_network(model, {"input": images}, "--weights=random:5", "--mcpu", reference)
            expected = interleave(output_order(model, outputs))
            folder = emit(model, cpu, arch, "--weights=random:5")
            for compiler in COMPILERS[arch]:
                check_bits(folder, arch, compiler, images, expected, f"{name} on {cpu}")


def check_fashion(rows):
    pixels, _ = fashion_images(10000)
    outputs = run_network(FASHION, {"input": pixels})["softmax"]
    images = (pixels.astype(np.float64) * 0.00392156862745098).astype("<f4")
    for cpu, arch in rows:
        count = 10000 if arch == "x86_64" or IS_LONG else 200
        for compiler in COMPILERS[arch] if arch == "x86_64" or IS_LONG else ["g++"]:
            check_bits(emit(FASHION, cpu, arch), arch, compiler, images[:count], outputs[:count].tobytes(), f"Fashion on {cpu}")


def check_no_contraction():
    """Without fma in the row there is none in the code, though the compiler may use it."""
    folder = emit(FASHION, "x86-64", "x86_64")
    for compiler in COMPILERS["x86_64"]:
        text = run(OBJDUMP, "-d", "--no-show-raw-insn", build_cpp(folder, "x86_64", compiler, "-mavx2", "-mfma"))
        check("vmulps" in text and not re.search(r"vfn?m(add|sub)", text), f"{compiler} keeps products and sums of x86-64 apart")


def check_guard():
    source, = emit(FASHION, "x86-64-v3", "x86_64").glob("*.cpp")
    for compiler in COMPILERS["x86_64"].values():
        import subprocess
        done = subprocess.run([*compiler, "-std=c++17", "-march=x86-64", "-c", source, "-o", "/dev/null"], capture_output=True, text=True)
        check(done.returncode != 0 and "compile it with -march=x86-64-v3" in done.stderr, f"{compiler[0]} is told which flag is missing")


def check_symbols():
    folder = emit(FASHION, "x86-64-v3", "x86_64")
    for compiler in COMPILERS["x86_64"]:
        code = build_cpp(folder, "x86_64", compiler)
        check(run("nm", "-u", code).split() == [], f"{compiler}: no undefined symbols")
        exported = sorted(line.split()[-1] for line in run("nm", "--defined-only", "-g", code).splitlines())
        check(exported == ["mobilenet_fashion_cpu_supported", "mobilenet_fashion_run"], f"{compiler}: exports {exported}")


here = [cpu for cpu, row in targets().items() if row["arch"] == "x86_64" and row["runs_here"]]
widths = {targets()[cpu]["vector_bits"]: cpu for cpu in reversed(here)}
x86 = [(cpu, "x86_64") for cpu in (here if IS_LONG else widths.values())]
arm = [(cpu, "aarch64") for cpu, row in targets().items() if row["arch"] == "aarch64"]
arm = [] if not EMULATOR else arm if IS_LONG else [("cortex-a72", "aarch64")]
if not arm:
    print("skipped: the C++ for AArch64 needs qemu-aarch64")

check_every_op(x86 + arm)
check_fashion([row for row in x86 if targets()[row[0]]["fma"]] + arm)
check_no_contraction()
check_guard()
check_symbols()
