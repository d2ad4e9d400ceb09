# SPDX-License-Identifier: Apache-2.0
"""bf16 and fp16 between layers: close to fp32 on every op and on real images, without spills on every row that has the
instructions, and refused where no instruction has it."""
import json
import subprocess

from harness import DATA, FASHION, IS_LONG, MNCC, SOURCE, check, mncc, read_tensors, run, run_network, targets, temporary
from networks import NETWORKS, write_network
from programs import COMPILERS, EMULATOR, build_cpp, infer, link
import numpy as np

ROWS = targets()
IMAGES = DATA / "images/ilsvrc2012_val_434"
CROP = ["--crop", "1,1,224,224"]
# By precision: its name in reports, the row's column that it needs, what its machine code has by architecture, and how far
# networks of NETWORKS may be from fp32: bf16 keeps 8 bits, f16 11.
FORMS = {"bf16": ("bf16", "bf16_dot", {"x86_64": ["vdpbf16ps", "vcvtneps2bf16"], "aarch64": ["bfdot", "bfcvtn"]}, 0.02),
         "fp16": ("f16", "f16_fma", {"aarch64": [".8h"]}, 0.005)}


def rows_of(precision):
    return [cpu for cpu, row in ROWS.items() if row[FORMS[precision][1]]]


def check_code(precision, cpu):
    """The machine code of every row that has the instructions uses them, whether it runs here or not, and does not spill."""
    name, _, words, _ = FORMS[precision]
    arch = ROWS[cpu]["arch"]
    for model, options in [(FASHION, []), *((write_network(network), ["--weights=random:5"]) for network in ("odd", "shapes"))]:
        folder = temporary()
        mncc(model, f"--precision={precision}", f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "--emit=obj,asm,header,report", "-o",
             folder, *options)
        report = json.loads(next(folder.glob("*.report.json")).read_text())
        spilling = [kernel["kernel"] for kernel in report["rows"][0]["kernels"] if kernel["spills"]]
        check(not spilling, f"{cpu}: no innermost loop of {report['name']} in {precision} touches the stack {spilling}")
        if model == FASHION:
            text = next(folder.glob("*.s")).read_text()
            check(all(word in text for word in words[arch]), f"{cpu}: the code has {', '.join(words[arch])}")
            check(report["options"]["precision"] == name, f"{cpu}: the report says {name}")
            check(f"{name} tensors" in next(folder.glob("*.h")).read_text(), f"{cpu}: the header says {name}")


def run_emulated(model, cpu, images, outputs, *options):
    """The named outputs of AArch64 code for each of `images`."""
    folder = temporary()
    mncc(model, "--emit=obj,header", "--target=aarch64-linux-gnu", f"--mcpu={cpu}", "-o", folder, *options)
    values = np.frombuffer(infer(link(folder, "aarch64", next(folder.glob("*.o"))), "aarch64", images), "<f4")
    values, tensors, start = values.reshape(len(images), -1), {}, 0
    for name, shape in outputs:
        size = int(np.prod(shape))
        tensors[name] = values[:, start:start + size].reshape(len(images), *shape)
        start += size
    return tensors


def check_every_op(precision, cpu):
    *_, tolerance = FORMS[precision]
    for name, (shape, layers, *outputs) in NETWORKS.items():
        model = write_network(name)
        images = {"input": np.random.default_rng(7).normal(0, 2, (3, *shape)).astype("<f4")}
        exact = run_network(model, images, "--weights=random:5")
        options = ["--weights=random:5", f"--precision={precision}"]
        if ROWS[cpu]["runs_here"]:
            rounded = run_network(model, images, "--mcpu", cpu, *options)
        else:
            order = outputs[0] if outputs else [layers[-1]["name"]]
            rounded = run_emulated(model, cpu, images["input"], [(tensor, exact[tensor].shape[1:]) for tensor in order], *options)
        for tensor, values in exact.items():
            error = np.abs(rounded[tensor] - values).max() / np.abs(values).max()
            check(error <= tolerance, f"{cpu}, {precision}: {name}'s {tensor} is within {tolerance} of fp32 ({error:.4f})")


def check_diff(precision, cpu):
    """`mncc diff` reads the tensors of 16 bits between layers, and allows them what their bits cost."""
    rows = json.loads(mncc("diff", FASHION, "--json", f"--precision={precision}", "--mcpu", cpu))
    errors = [row["max_error"] / row["max_value"] for row in rows]
    check(all(row["compared"] and row["within_tolerance"] for row in rows) and max(errors) > 1e-4,
          f"{cpu}, {precision}: {len(rows)} tensors are near the evaluator's, the furthest by {max(errors):.1e}")


def check_cpp(precision, cpu):
    """The C++ rounds what the object rounds."""
    arch = ROWS[cpu]["arch"]
    for name in NETWORKS if IS_LONG else ("odd", "shapes") if ROWS[cpu]["runs_here"] else ("odd",):
        images = np.random.default_rng(7).normal(0, 2, (3, *NETWORKS[name][0])).astype("<f4")
        folder = temporary()
        mncc(write_network(name), "--weights=random:5", "--emit=obj,cpp,header", f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "-o",
             folder, f"--precision={precision}")
        expected = infer(link(folder, arch, next(folder.glob("*.o"))), arch, images)
        for compiler in COMPILERS[arch]:
            check(infer(link(folder, arch, build_cpp(folder, arch, compiler)), arch, images) == expected,
                  f"{cpu}, {precision}: C++ of {name} by {compiler} gives the object's bits")


def import_imagenet():
    model = temporary()
    run(SOURCE / "models/import_keras.py", DATA / "models/mobilenet_v1_025_224_imagenet/mobilenet_v1_0.25_224.h5", "-o", model)
    return model / "model.json"


def check_imagenet_here(model, precision, cpu):
    result = json.loads(mncc("eval", model, "--images", IMAGES, "--labels", IMAGES / "labels.csv", "--json", *CROP,
                             f"--precision={precision}", "--mcpu", cpu))
    check(abs(100 * result["top1"] - 65.67) <= 1, f"{cpu}: top-1 {100 * result['top1']:.2f} % is within 1 of fp32's 65.67 %")
    check(result["precision"] == FORMS[precision][0] and result["median_ms"] > 0,
          "eval prints precision and time beside the accuracy")


def check_imagenet_emulated(model, precision, cpu):
    """Under the emulator, the first images only: the same answers, but where two of them are close in fp32."""
    path = temporary() / "out.safetensors"
    names = sorted(IMAGES.glob("*.JPEG"))[:48 if IS_LONG else 4]
    mncc("run", model, *CROP, "--output", path, "--json", *[word for name in names for word in ("--image", name)])
    tensors = read_tensors(path).values()
    images, exact = next(t for t in tensors if t.ndim == 4), next(t for t in tensors if t.ndim == 2)
    scores = run_emulated(model, cpu, images, [("scores", exact.shape[1:])], f"--precision={precision}")["scores"]
    second, first = np.sort(exact, axis=1)[:, -2:].T
    same = (scores.argmax(axis=1) == exact.argmax(axis=1)) | (first - second < 0.1)
    error = np.abs(scores - exact).max()
    check(same.all() and error < 0.15, f"{cpu}, {precision}: {len(names)} images get fp32's answers, scores within {error:.4f}")


def describe_rows(precision, arch):
    """What a note says to who compiles for `arch`: its rows that have the instructions, else those of the others."""
    names = {}
    for cpu in rows_of(precision):
        names.setdefault(ROWS[cpu]["arch"], []).append(cpu)
    lists = {other: f"the rows that have one are {', '.join(cpus)}; " for other, cpus in names.items()}
    return lists.get(arch) or f"no row of {arch} has one; " + "".join(
        f"with --target={other}-linux-gnu, {listed}" for other, listed in lists.items())


def refuse(words, status, *messages):
    done = subprocess.run([MNCC, *map(str, words)], capture_output=True, text=True)
    check(done.returncode == status and all(message in done.stderr for message in messages), f"{words[1:]}: {messages[0]}")


out = temporary() / "out"
for precision, (name, column, *_) in FORMS.items():
    for cpu in rows_of(precision):
        check_code(precision, cpu)
    for arch, poor in (("x86_64", "x86-64-v4"), ("aarch64", "cortex-a72")):
        refuse([FASHION, f"--precision={precision}", f"--target={arch}-linux-gnu", f"--mcpu={poor}", "-o", out], 1,
               f"error: the row {poor} has no instruction that multiplies {name}", describe_rows(precision, arch))
    refuse([FASHION, f"--precision={precision}", "--weights-format=f16", "-o", out], 2, "expects --precision=fp32")
check(not out.exists(), "nothing was written")
model = import_imagenet() if DATA.is_dir() else None
for precision in FORMS:
    # One row of each architecture: the others differ by their tiles.
    tried = {ROWS[cpu]["arch"]: cpu for cpu in reversed(rows_of(precision))
             if ROWS[cpu]["runs_here"] or (ROWS[cpu]["arch"] == "aarch64" and EMULATOR)}
    for arch, cpu in tried.items():
        check_every_op(precision, cpu)
        check_cpp(precision, cpu)
        if ROWS[cpu]["runs_here"]:
            check_diff(precision, cpu)
        if model:
            (check_imagenet_here if ROWS[cpu]["runs_here"] else check_imagenet_emulated)(model, precision, cpu)
    if not tried:
        print(f"skipped: nothing here runs {precision}")
