# SPDX-License-Identifier: Apache-2.0
"""NAME.report.json has every figure of NAME.report.txt, and they are those of the object and the header."""
import json
import re

from harness import FASHION, check, mncc, run, section_bytes, temporary

NAME = "mobilenet_fashion"


def compile_model(*options):
    folder = temporary()
    summary = json.loads(mncc(FASHION, "--target=x86_64-linux-gnu", *options, "--json", "-o", folder))
    return summary, json.loads((folder / f"{NAME}.report.json").read_text()), (folder / f"{NAME}.report.txt").read_text(), folder


summary, report, text, folder = compile_model("--mcpu=x86-64-v3", "--disable-pass=fuse-activation", "--pic")
row, = report["rows"]
words = [line.split() for line in text.splitlines()]
total = {line[0]: int(line[1]) for line in words if line and line[0] in ("code", "weights", "arena", "stack", "multiply-adds")}
check(total == {"code": row["code_bytes"], "weights": row["weight_bytes"], "arena": row["arena_bytes"],
                "stack": row["stack_bytes"], "multiply-adds": row["multiply_adds"]}, "the sizes of the two reports are equal")
check(all(report[key] == row[key] == summary[key] for key in ("code_bytes", "weight_bytes", "arena_bytes", "stack_bytes")),
      "one row's sizes are the object's, and those that --json prints")
check(report["flash_bytes"] == report["code_bytes"] + report["weight_bytes"], "flash is code and weights")
check(report["flash_bytes"] == section_bytes(folder / f"{NAME}.o", r"\.(text|rodata)"), "that is all that the object has")

lines = {int(line[0]): line[1:] for line in words if line and line[0].isdigit()}
check(len(lines) == len(row["layers"]) and all(
    lines[number] == [layer["layer"], "x".join(map(str, layer["shape"])), layer["type"], layer["layout"],
                      str(layer["multiply_adds"]), layer["space"], str(layer["offset"]), layer["kernel"]]
    for number, layer in enumerate(row["layers"])), f"{len(lines)} layers are the same in both")
kernels = [line for line in words if line and line[0].startswith(NAME + "_")]
figures = ("kernel", "spills", "calls", "loop_align", "stack_bytes", "unroll", "tuned_for")
check([[str(kernel[figure]) for figure in figures] for kernel in row["kernels"]] == kernels, f"{len(kernels)} kernels are the same in both")
code = {line.split()[-1]: int(line.split()[1], 16)
        for line in run("nm", "-S", "--defined-only", folder / f"{NAME}.o").splitlines() if line.split()[2] in "tT"}
check(all(code[k["kernel"]] == k["code_bytes"] for k in row["kernels"]), "the sizes of kernels are those of their symbols")

dense = row["layers"][2]
check(dense["fused"] == ["pw_1_bn", "pw_1_relu6"] and re.search(r"_pw_{pixels}x{channels}_".format(**dense["schedule"]),
                                                               dense["kernel"]), "a layer names what it took in and its tile")
header = (folder / f"{NAME}.h").read_text()
check(f'_CONTENT_HASH "{report["content_hash"]}"' in header and f'_VERSION "{report["version"]}"' in header and
      f"_ARENA_BYTES {report['arena_bytes']}\n" in header and f"_WEIGHTS_BYTES {report['weight_bytes']}\n" in header,
      "version, content hash, arena and weights are the header's")
check((row["target"], row["cpu"], report["name"], report["source"]) ==
      ("x86_64-linux-gnu", "x86-64-v3", NAME, FASHION.name), "name, source, target and row are there")
check(report["options"] == {"hooks": False, "pic": True, "precision": "f32", "weights_format": "f32", "weights_placement": "section",
                            "disabled_passes": ["fuse-activation"]}, "and what was asked for")
check([(t["name"], t["type"], t["quantization"], t["shape"], t["bytes"]) for t in report["inputs"] + report["outputs"]] ==
      [("input", "f32", None, [1, 32, 32, 1], 4096), ("softmax", "f32", None, [1, 10], 40)], "and the tensors of NAME_run")

_, report, text, _ = compile_model("--mcpu=x86-64-v4,x86-64")
check([row["cpu"] for row in report["rows"]] == ["x86-64-v4", "x86-64"] and
      all(f"stack           {row['stack_bytes']:>12} bytes" in text for row in report["rows"]), "several rows each have a report")
