# SPDX-License-Identifier: Apache-2.0
"""Chains through row rings: random blocks of odd sizes, strides, windows and paddings, on rows whose L2 is made small enough
for chains. The bits are those of the layers one by one, in less memory, in the object, in the C++ and on NEON; each strip and
each ring in a dump makes other code with the same bits, or is refused."""
import json
import random
import re
import subprocess

from harness import IS_LONG, MNCC, check, mncc, read_tensors, run_network, targets, temporary, write_tensors
from programs import EMULATOR, build_cpp, infer, link
import numpy as np

TARGETS = targets()
ROWS = [cpu for cpu in ("znver5", "znver4", "x86-64-v3", "x86-64") if TARGETS[cpu]["runs_here"]]
NETWORKS = 24 if IS_LONG else 4
random.seed(11)


def target_file(cpu, l2_bytes):
    path = temporary() / "rows.json"
    path.write_text(json.dumps({"rows": [{"cpu": cpu, "l2_bytes": l2_bytes, "beyond_l2_bytes_per_100_cycles": 1}]}))
    return path


def random_network(number):
    """A first convolution and inverted residual blocks with a skip tensor where shapes allow it."""
    def window():
        return {"kernel_size": random.choice([3, 3, 5]), "strides": random.choice([1, 1, 2]),
                "padding": random.choice(["same", "same", "valid", [[1, 0], [0, 1]]])}

    shape = [random.choice([31, 36, 45]), random.choice([29, 33]), 3]
    channels = random.choice([8, 13, 24])
    layers = [{"name": "conv", "op": "conv2d", "filters": channels, **window()}, {"name": "clamp", "op": "relu6"}]
    for block in range(2):
        source, wide = layers[-1]["name"], random.choice([16, 35, 48])
        is_residual = random.random() < 0.5
        taps = {"kernel_size": 3, "padding": "same"} if is_residual else window()
        layers += [{"name": f"expand_{block}", "op": "pointwise_conv2d", "filters": wide}, {"name": f"swish_{block}", "op": "hard_swish"},
                   {"name": f"dw_{block}", "op": "depthwise_conv2d", **taps}, {"name": f"relu_{block}", "op": "relu"}]
        layers.append({"name": f"project_{block}", "op": "pointwise_conv2d", "filters": channels if is_residual else random.choice([9, 16])})
        channels = layers[-1]["filters"]
        if is_residual:
            layers.append({"name": f"sum_{block}", "op": "add", "inputs": [f"project_{block}", source]})
    path = temporary() / f"rings_{number}.json"
    path.write_text(json.dumps({"name": f"rings_{number}", "input": {"shape": shape, "name": "input"}, "layers": layers}))
    return path, shape


def compile_for(path, cpu, *options):
    folder = temporary()
    mncc(path, "--weights=random:5", f"--target={TARGETS[cpu]['arch']}-linux-gnu", f"--mcpu={cpu}", "-o", folder, *options)
    return folder


def arena_of(folder):
    report, = folder.glob("*.report.json")
    return json.loads(report.read_text())["arena_bytes"]


def count_chains(folder):
    report, = folder.glob("*.report.json")
    return sum(bool(layer["strip_kernels"]) for layer in json.loads(report.read_text())["rows"][0]["layers"])


chains = smaller = 0
for number in range(NETWORKS):
    path, shape = random_network(number)
    image = np.random.default_rng(number).normal(0, 1, (1, *shape)).astype("<f4")
    for cpu in ROWS if IS_LONG else [ROWS[number % len(ROWS)], ROWS[0]]:
        plain = compile_for(path, cpu, "--disable-pass=plan-fusion")
        expected = run_network(path, {"input": image}, "--weights=random:5", f"--mcpu={cpu}", "--disable-pass=plan-fusion")
        for l2_bytes in (24 << 10, 48 << 10, 96 << 10):
            row = f"--target-file={target_file(cpu, l2_bytes)}"
            folder = compile_for(path, cpu, row)
            actual = run_network(path, {"input": image}, "--weights=random:5", f"--mcpu={cpu}", row)
            if any(actual[name].tobytes() != expected[name].tobytes() for name in expected):
                check(False, f"network {number} on {cpu} with {l2_bytes} bytes of L2: the bits of the layers one by one")
            chains += count_chains(folder)
            smaller += arena_of(folder) < arena_of(plain)
check(chains > 3 * NETWORKS and smaller > NETWORKS,
      f"{chains} chains in {NETWORKS} random networks on {' '.join(ROWS)} have the bits of the layers one by one; {smaller} arenas are smaller")

row = f"--target-file={target_file('x86-64-v3', 48 << 10)}"
for options in (["--weights-format=f16"], ["--weights-format=bf16"]):
    results = [run_network(path, {"input": image}, "--weights=random:5", "--mcpu=x86-64-v3", row, *options, *more)
               for more in ([], ["--disable-pass=plan-fusion"])]
    check(all(results[0][name].tobytes() == results[1][name].tobytes() for name in results[0]), f"{options[0]}: the same bits with rings and without")
table = json.loads(mncc("diff", path, "--weights=random:5", "--mcpu=x86-64-v3", row, "--json"))
check(all(line["within_tolerance"] for line in table) and {line["row_rings"] for line in table} == {True, False}
      and len({line["tensor"] for line in table}) > sum(line["row_rings"] for line in table),
      "mncc diff compares every tensor: with row rings those that are in memory, and without them all")

report = mncc("report", path, "--weights=random:5", "--mcpu=x86-64-v3", row)
lines = json.loads(mncc("report", path, "--weights=random:5", "--mcpu=x86-64-v3", row, "--json"))["layers"]
check("+dw" in report and "strips " in report and any(re.fullmatch(r"strips = \[[\d, ]+\], rings = \[[\d, ]+\]", line["schedule"])
                                                      and line["predicted_cycles"] > 0 for line in lines),
      "mncc report has a line for each chain, with its strips and a prediction")

program = infer(link(folder := compile_for(path, "x86-64-v3", row), "x86_64", next(folder.glob("*.o"))), "x86_64", image)
folder = compile_for(path, "x86-64-v3", row, "--emit=cpp,header")
check(infer(link(folder, "x86_64", build_cpp(folder, "x86_64", "g++")), "x86_64", image) == program, "the C++ of chains has their bits")
if EMULATOR:
    folder = compile_for(path, "cortex-a72", f"--target-file={target_file('cortex-a72', 48 << 10)}")
    check(count_chains(folder) > 0 and infer(link(folder, "aarch64", next(folder.glob("*.o"))), "aarch64", image) == program,
          "chains on NEON have the same bits")


def resume(dump, text):
    """(status, stderr, object, output) of a dump with `text`."""
    edited, out = dump.parent / "edited.mlir", temporary()
    edited.write_text(text)
    done = subprocess.run([MNCC, "--from-ir", edited, "-o", out], capture_output=True, text=True)
    if done.returncode:
        return done.returncode, done.stderr, b"", b""
    write_tensors(out / "in.safetensors", {"input": image})
    mncc("run", "--from-ir", edited, "--input", out / "in.safetensors", "--output", out / "out.safetensors")
    return 0, "", next(out.glob("*.o")).read_bytes(), b"".join(t.tobytes() for t in read_tensors(out / "out.safetensors").values())


folder = temporary()
mncc(path, "--weights=random:5", "--mcpu=x86-64-v3", row, "--stop-after=tile", f"--dump-ir={folder}", "-o", folder / "out")
dump, = folder.glob("*-tile.mlir")
text = dump.read_text()
_, _, code, bits = resume(dump, text)
changed = refused = 0
for match in re.finditer(r"(strips|rings) \[([\d, ]+)\]", text):
    values = match.group(2).split(", ")
    for place, old in enumerate(values):
        for new in {"1", str(int(old) + 1), str(2 * int(old)), "0"} - {old}:
            edited = text[:match.start(2)] + ", ".join([*values[:place], new, *values[place + 1:]]) + text[match.end(2):]
            status, message, other, same = resume(dump, edited)
            if status:
                refused += status == 1 and bool(re.search(r":\d+:\d+: error: ", message))
                check(status == 1 and bool(re.search(r":\d+:\d+: error: ", message)), f"{match.group()} with {new} for {old} is refused: {message.splitlines()[0]}")
            else:
                changed += other != code
                check(other != code and same == bits, f"{match.group()} with {new} for {old}: other code, the same bits")
check(changed > 0 and refused > 2, f"{changed} strips and rings changed the code and not the bits, {refused} were refused")
