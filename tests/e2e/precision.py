# SPDX-License-Identifier: Apache-2.0
"""bf16 between layers: close to fp32 on every op, as accurate on real images, and refused where no instruction has it."""
import json
import subprocess

from harness import DATA, FASHION, MNCC, SOURCE, check, mncc, run, run_network, targets, temporary
from networks import NETWORKS, write_network
import numpy as np

ROWS = targets()
able = [cpu for cpu, row in ROWS.items() if row["bf16_dot"]]


def check_code(cpu):
    """The machine code of every row that has the instruction uses it, whether it runs here or not."""
    folder = temporary()
    mncc(FASHION, "--precision=bf16", "--target=x86_64-linux-gnu", f"--mcpu={cpu}", "--emit=obj,asm,header,report", "-o", folder)
    text = next(folder.glob("*.s")).read_text()
    check("vdpbf16ps" in text and "vcvtneps2bf16" in text, f"{cpu}: the code multiplies pairs of bf16 and rounds to bf16")
    report = json.loads(next(folder.glob("*.report.json")).read_text())
    check(report["options"]["precision"] == "bf16", f"{cpu}: the report says bf16")
    check("bf16 tensors" in next(folder.glob("*.h")).read_text(), f"{cpu}: the header says bf16")


def check_every_op(cpu):
    """bf16 keeps 8 bits: with as many layers as these networks have, 2 % of the largest value is more than its error."""
    for name, (shape, *_) in NETWORKS.items():
        model = write_network(name)
        images = {"input": np.random.default_rng(7).normal(0, 2, (3, *shape)).astype("<f4")}
        exact = run_network(model, images, "--weights=random:5", "--mcpu", cpu)
        rounded = run_network(model, images, "--weights=random:5", "--mcpu", cpu, "--precision=bf16")
        for tensor, values in exact.items():
            error = np.abs(rounded[tensor] - values).max() / np.abs(values).max()
            check(error <= 0.02, f"{cpu}: {name}'s {tensor} is within 2 % of fp32 ({100 * error:.2f} %)")


def check_imagenet(cpu):
    model = temporary()
    images = DATA / "images/ilsvrc2012_val_434"
    run(SOURCE / "models/import_keras.py", DATA / "models/mobilenet_v1_025_224_imagenet/mobilenet_v1_0.25_224.h5", "-o", model)
    result = json.loads(mncc("eval", model / "model.json", "--images", images, "--labels", images / "labels.csv", "--json",
                             "--crop", "1,1,224,224", "--precision=bf16", "--mcpu", cpu))
    check(abs(100 * result["top1"] - 65.67) <= 1, f"{cpu}: top-1 {100 * result['top1']:.2f} % is within 1 of fp32's 65.67 %")
    check(result["precision"] == "bf16" and result["median_ms"] > 0, "eval prints precision and time beside the accuracy")


def refuse(words, status, *messages):
    done = subprocess.run([MNCC, *map(str, words)], capture_output=True, text=True)
    check(done.returncode == status and all(message in done.stderr for message in messages), f"{words[1:]}: {messages[0]}")


out = temporary() / "out"
check(able, "rows have bf16")
for cpu in able:
    check_code(cpu)
refuse([FASHION, "--precision=bf16", "--target=x86_64-linux-gnu", "--mcpu=x86-64-v4", "-o", out], 1,
       "error: the row x86-64-v4 has no instruction that multiplies bf16", ", ".join(able))
refuse([FASHION, "--precision=bf16", "--target=x86_64-linux-gnu", f"--mcpu={able[0]}", "--emit=cpp", "-o", out], 1,
       "error: expects --precision=fp32 for --emit=cpp, found bf16", "only fp32 has")
refuse([FASHION, "--precision=bf16", "--weights-format=f16", "-o", out], 2, "expects --precision=fp32")
refuse(["diff", FASHION, "--precision=bf16"], 2, "--precision")
check(not out.exists(), "nothing was written")
here = [cpu for cpu in able if ROWS[cpu]["runs_here"]]
for cpu in here[:1]:
    check_every_op(cpu)
    if DATA.is_dir():
        check_imagenet(cpu)
if not here:
    print("skipped: this machine runs none of", ", ".join(able))
