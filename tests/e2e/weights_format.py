# SPDX-License-Identifier: Apache-2.0
"""Weights of 16 bits: half the flash, and the same bits of f32 arithmetic from every row, the C++ and a dump."""
import json

from harness import DATA, FASHION, SOURCE, check, mncc, run, run_network, targets, temporary
from networks import NETWORKS, write_network
from programs import EMULATOR, build_cpp, infer, link
import numpy as np

ROWS = targets()
here = [cpu for cpu, row in ROWS.items() if row["arch"] == "x86_64" and row["runs_here"]]
widths = list({(ROWS[cpu]["vector_bits"], ROWS[cpu]["fma"]): cpu for cpu in reversed(here)}.values())


def measure(model, *options):
    folder = temporary()
    mncc(model, "-o", folder, *options)
    report = json.loads(next(folder.glob("*.report.json")).read_text())
    return folder, report


def check_sizes(form):
    folder, report = measure(FASHION, f"--weights-format={form}")
    full = measure(FASHION)[1]["weight_bytes"]
    check(report["options"]["weights_format"] == form and report["weight_bytes"] < 0.51 * full,
          f"{form}: {report['weight_bytes']} bytes of weights are half of {full}")
    for file in ("h", "report.txt"):
        check(f"filters as {form}" in next(folder.glob(f"*.{file}")).read_text(), f"{form}: NAME.{file} says so")


def check_bits(model, shape, form, *options):
    images = {"input": np.random.default_rng(7).normal(0, 2, (3, *shape)).astype("<f4")}
    options = [f"--weights-format={form}", *options]
    # Rows with fma last: theirs are the bits that AArch64 and the C++ are to give.
    rows = sorted([cpu for cpu in widths if form == "bf16" or ROWS[cpu]["fma"]], key=lambda cpu: ROWS[cpu]["fma"])
    bits = {True: set(), False: set()}
    for cpu in rows:
        outputs = run_network(model, images, *options, "--mcpu", cpu)
        bits[ROWS[cpu]["fma"]].add(b"".join(outputs[name].tobytes() for name in sorted(outputs)))
    check(all(len(seen) <= 1 for seen in bits.values()), f"{form}: {', '.join(rows)} give the same bits")
    rounded = run_network(model, images, *options, "--reference")
    check(any((rounded[name] != values).any() for name, values in run_network(model, images, *options[1:], "--reference").items()),
          f"{form}: the evaluator reads the rounded weights")
    return images["input"], outputs, options


def check_programs(model, images, outputs, options):
    """The object for AArch64 and the C++ for both architectures."""
    expected = b"".join(outputs[name][i].tobytes() for i in range(len(images)) for name in outputs)
    for arch, cpu in [("x86_64", next(cpu for cpu in widths if ROWS[cpu]["fma"])), ("aarch64", "cortex-a72")]:
        if arch == "aarch64" and not EMULATOR:
            print("skipped: AArch64 needs qemu-aarch64")
            continue
        folder = temporary()
        mncc(model, "--emit=obj,cpp,header", f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "-o", folder, *options)
        for code in [next(folder.glob("*.o")), *(build_cpp(folder, arch, compiler) for compiler in ("g++", "clang"))]:
            check(infer(link(folder, arch, code), arch, images) == expected, f"{options[0]}: {code.name} for {cpu} gives the bits")


def check_dump(form):
    """A dump keeps 16-bit weights, and its format."""
    folder = temporary()
    direct = measure(FASHION, f"--weights-format={form}", f"--dump-ir={folder}")[0]
    resumed = temporary()
    mncc("--from-ir", next(folder.glob("*-fuse.mlir")), "-o", resumed)
    read = lambda place: next(place.glob("*.o")).read_bytes()
    check(read(direct) == read(resumed), f"{form}: a dump goes on to the same object")


def check_imagenet(form, bound):
    model = temporary()
    images = DATA / "images/ilsvrc2012_val_434"
    run(SOURCE / "models/import_keras.py", DATA / "models/mobilenet_v1_025_224_imagenet/mobilenet_v1_0.25_224.h5", "-o", model)
    result = json.loads(mncc("eval", model / "model.json", "--images", images, "--labels", images / "labels.csv",
                             "--crop", "1,1,224,224", "--json", f"--weights-format={form}"))
    check(abs(100 * result["top1"] - 65.67) <= bound, f"{form}: top-1 {100 * result['top1']:.2f} % is within {bound} of f32's 65.67 %")


for form in ("f16", "bf16"):
    check_sizes(form)
    check_dump(form)
    for name, (shape, *_) in NETWORKS.items():
        model = write_network(name)
        images, outputs, options = check_bits(model, shape, form, "--weights=random:5")
        rows = json.loads(mncc("diff", model, "--json", *options))
        check(all(row["within_tolerance"] for row in rows), f"{form}: every tensor of {name} is the evaluator's")
        if len(outputs) == 1:
            check_programs(model, images, outputs, options)
    if DATA.is_dir():
        check_imagenet(form, 0.5 if form == "f16" else 1.5)
