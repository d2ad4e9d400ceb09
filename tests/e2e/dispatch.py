# SPDX-License-Identifier: Apache-2.0
"""Several rows in one object: NAME_run asks the processor and takes the first row that it has."""
import shutil
import subprocess

from harness import FASHION, MNCC, check, fashion_images, mncc, run, run_network, targets, temporary
from programs import link
import numpy as np

pixels, _ = fashion_images(50)
images = (pixels.astype(np.float64) * 0.00392156862745098).astype("<f4")
folder = temporary()
mncc(FASHION, "--target=x86_64-linux-gnu", "--mcpu=x86-64-v4,x86-64-v3,x86-64", "-o", folder)
code = folder / "mobilenet_fashion.o"
exported = sorted(line.split()[-1] for line in run("nm", "--defined-only", "-g", code).splitlines())
check(exported == ["mobilenet_fashion_cpu_supported", "mobilenet_fashion_run"], f"one object exports {exported}")
check(run("nm", "-u", code).split() == [], "one object needs nothing")
program = link(folder, "x86_64", code)


def infer(*emulator):
    done = subprocess.run([*emulator, program], input=images.tobytes(), stdout=subprocess.PIPE)
    return done.returncode, done.stdout


def expected(cpu):
    return run_network(FASHION, {"input": pixels}, "--mcpu", cpu)["softmax"].tobytes()


best = next(cpu for cpu in ("x86-64-v4", "x86-64-v3", "x86-64") if targets()[cpu]["runs_here"])
check(infer() == (0, expected(best)), f"this machine takes {best}")
emulator = shutil.which("qemu-x86_64")
if not emulator:
    print("skipped: older processors need qemu-x86_64")
else:
    check(expected("x86-64") != expected("x86-64-v3"), "the rows with and without fma can be told apart by their bits")
    check(infer(emulator, "-cpu", "Haswell") == (0, expected("x86-64-v3")), "a Haswell takes x86-64-v3")
    check(infer(emulator, "-cpu", "Nehalem") == (0, expected("x86-64")), "a Nehalem takes x86-64")
    mncc(FASHION, "--target=x86_64-linux-gnu", "--mcpu=x86-64-v4,x86-64-v3", "-o", folder)
    program = link(folder, "x86_64", code)
    check(infer(emulator, "-cpu", "Nehalem")[0] == 2, "NAME_cpu_supported says that a Nehalem has neither x86-64-v4 nor -v3")
    main = (folder / "main.c").read_text().replace("if (!mobilenet_fashion_cpu_supported()) return 2;", "")
    (folder / "main.c").write_text(main.replace("return 1;", "return -mobilenet_fashion_run(input, output, arena);"))
    run("gcc", "-static", "-I", folder, folder / "main.c", code, "-o", program)
    check(infer(emulator, "-cpu", "Nehalem")[0] == 4, "NAME_run returns NAME_UNSUPPORTED_CPU on a Nehalem")

for options, message in ((["--mcpu=x86-64,x86-64"], "names 'x86-64' twice"),
                         (["--mcpu=x86-64,x86-64-v3", "--emit=cpp"], "expects one --mcpu with --emit=cpp or mlir"),
                         (["--mcpu=x86-64,x86-64-v3", "--hooks"], "expects one --mcpu with --hooks"),
                         (["--mcpu=cortex-a53,cortex-a72", "--target=aarch64-none-elf"], "a bare-metal --target"),
                         (["--mcpu=x86-64,cortex-a72", "--target=x86_64-linux-gnu"], "it is a row of aarch64: add --target=aarch64-linux-gnu")):
    out = folder / "refused"
    done = subprocess.run([MNCC, FASHION, *options, "-o", out], capture_output=True, text=True)
    check(done.returncode == 1 and message in done.stderr and not out.exists(), f"{' '.join(options)}: {message}")
