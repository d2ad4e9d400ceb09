#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What each precision and each format of weights costs and brings: accuracy on real images beside speed and flash.

usage: precision.py [--mcpu=ROW,…] [--limit=IMAGES] [--only=PRECISION[/FORMAT],…] [--model=KERAS FILE]
default: the best row of this machine and neoverse-v1, MobileNetV1 0.25/224, all 434 images

Rows that run here are timed: milliseconds an inference, median. AArch64 code runs under qemu-aarch64, which says what is
computed and how many instructions that takes, and nothing of time.
"""
import argparse
import contextlib
import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import aarch64_instructions as counting  # noqa: E402
from harness import DATA, SOURCE, mncc, need_data, read_tensors, run, targets, temporary  # noqa: E402
from programs import EMULATOR, infer, link  # noqa: E402
import numpy as np  # noqa: E402

IMAGES = DATA / "images/ilsvrc2012_val_434"
CROP = ["--crop", "1,1,224,224"]
# (precision, weights format, the row's column that it needs)
FORMS = [("fp32", "f32", None), ("fp32", "f16", "f16_convert"), ("fp32", "bf16", None), ("fp16", "f16", "f16_fma"),
         ("bf16", "bf16", "bf16_dot")]


def options_of(precision, form):
    """A precision stores its own weights."""
    return [f"--precision={precision}"] if precision != "fp32" else [f"--weights-format={form}"]


def measure_flash(model, row, options):
    folder = temporary()
    mncc(model, f"--target={row['arch']}-linux-gnu", f"--mcpu={row['cpu']}", "--emit=report", "-o", folder, *options)
    report = json.loads(next(folder.glob("*.report.json")).read_text())
    return report["weight_bytes"], report["rows"][0]["code_bytes"]


def evaluate_here(model, row, options, limit):
    """(top-1, top-5, speed) of code that this machine runs."""
    result = json.loads(mncc("eval", model, "--images", IMAGES, "--labels", IMAGES / "labels.csv", "--json", "--mcpu", row["cpu"],
                             *CROP, *(["--limit", limit] if limit else []), *options))
    return result["top1"], result["top5"], f"{result['median_ms']:.3f} ms"


def read_images(model, limit):
    """(the images as the network reads them, their labels)"""
    with open(IMAGES / "labels.csv") as table:
        rows = list(csv.reader(table))[1:][:limit]
    path = temporary() / "out.safetensors"
    mncc("run", model, *CROP, "--output", path, "--json", *[word for row in rows for word in ("--image", IMAGES / row[0])])
    inputs = next(values for values in read_tensors(path).values() if values.ndim == 4)
    return inputs, np.array([int(row[1]) for row in rows])


def evaluate_emulated(model, row, options, images, labels):
    """(top-1, top-5, instructions) of AArch64 code under the emulator."""
    folder = temporary()
    mncc(model, "--emit=obj,header", "--target=aarch64-linux-gnu", f"--mcpu={row['cpu']}", "-o", folder, *options)
    program = link(folder, "aarch64", next(folder.glob("*.o")))
    with contextlib.redirect_stdout(sys.stderr):
        scores = np.frombuffer(infer(program, "aarch64", images), "<f4").reshape(len(images), -1)
    # The first of equal scores wins, as in `mncc eval`.
    best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    counted = counting.build_program(temporary(), model, row["cpu"], ["--weights=random:1", *options])
    counts = counting.count(counted, counting.build_plugin(temporary()))
    millions = sum(instructions for instructions, *_ in counts.values()) / 1e6
    return (best[:, 0] == labels).mean(), (best == labels[:, None]).any(axis=1).mean(), f"{millions:.1f} M instructions"


def list_forms(row, only):
    """The forms that `row` has an instruction for and `only` names, if it names any."""
    return [(precision, form) for precision, form, column in FORMS if (column is None or row[column]) and
            (not only or precision in only or f"{precision}/{form}" in only)]


def choose_rows(names):
    rows = targets()
    here = [cpu for cpu, row in rows.items() if row["runs_here"] and row["arch"] == "x86_64"]
    names = names or [max(here, key=lambda cpu: (rows[cpu]["bf16_dot"], rows[cpu]["vector_bits"], rows[cpu]["fma"])), "neoverse-v1"]
    return [rows[name] for name in names if rows[name]["runs_here"] or (rows[name]["arch"] == "aarch64" and EMULATOR)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mcpu", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--only", default="")
    parser.add_argument("--model", default=DATA / "models/mobilenet_v1_025_224_imagenet/mobilenet_v1_0.25_224.h5")
    arguments = parser.parse_args()
    need_data()
    folder = temporary()
    run(SOURCE / "models/import_keras.py", arguments.model, "-o", folder)
    model = folder / "model.json"
    images, labels = read_images(model, arguments.limit)
    print(f"| row | precision | weights | top-1 of {len(images)} | top-5 | speed | weights in bytes | code in bytes |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for row in choose_rows(list(filter(None, arguments.mcpu.split(",")))):
        for precision, form in list_forms(row, list(filter(None, arguments.only.split(",")))):
            options = options_of(precision, form)
            result = (evaluate_here(model, row, options, arguments.limit) if row["runs_here"] else
                      evaluate_emulated(model, row, options, images, labels))
            weights, code = measure_flash(model, row, options)
            print(f"| {row['cpu']} | {precision} | {form} | {100 * result[0]:.2f} % | {100 * result[1]:.2f} % | {result[2]} | "
                  f"{weights} | {code} |", flush=True)


if __name__ == "__main__":
    main()
