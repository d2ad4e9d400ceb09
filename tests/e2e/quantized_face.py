# SPDX-License-Identifier: Apache-2.0
"""A network of int8 shows its integers: in the header, the report, the files of 'mncc run' and the units of 'mncc diff'."""
import json
import re
import subprocess

import numpy as np

import programs
from harness import MNCC, check, mncc, read_tensors, run, targets, temporary, write_tensors

NETWORK = """module attributes {mn.stage = "import", mn.name = "tiny"} {
func.func @network(%x: tensor<1x5x5x2xi8, #mn.quantization<scale = 0.05 : f32, zero_point = -3>> {mn.name = "pixels"})
    -> (tensor<1x3xi8, #mn.quantization<scale = 0.125 : f32, zero_point = 5>> {mn.name = "scores"}) {
  %w1 = mn.constant dense<[[[[3, -4, 5], [7, 1, -2]]]]> : tensor<1x1x2x3xi8>
  %b1 = mn.constant dense<[100, -50, 7]> : tensor<3xi32>
  %s1 = mn.constant dense<[0.1, 0.2, 0.3]> : tensor<3xf32>
  %v1 = mn.pointwise_conv2d %x, %w1 bias(%b1) scales(%s1) strides [1, 1] activation relu {numerics = #mn.numerics<NUMERICS>}
    : (tensor<1x5x5x2xi8, #mn.quantization<scale = 0.05 : f32, zero_point = -3>>, tensor<1x1x2x3xi8>, tensor<3xi32>, tensor<3xf32>)
    -> tensor<1x5x5x3xi8, #mn.quantization<scale = 0.07 : f32, zero_point = -128>> loc("mixed")
  %v2 = mn.global_average_pool %v1 {numerics = #mn.numerics<NUMERICS>}
    : (tensor<1x5x5x3xi8, #mn.quantization<scale = 0.07 : f32, zero_point = -128>>)
    -> tensor<1x3xi8, #mn.quantization<scale = 0.07 : f32, zero_point = -128>> loc("mean")
  %w3 = mn.constant dense<[[9, -8, 7], [6, 5, -4], [1, 2, 3]]> : tensor<3x3xi8>
  %b3 = mn.constant dense<[11, 12, -13]> : tensor<3xi32>
  %s3 = mn.constant dense<[0.25]> : tensor<1xf32>
  %v3 = mn.fully_connected %v2, %w3 bias(%b3) scales(%s3) {numerics = #mn.numerics<NUMERICS>}
    : (tensor<1x3xi8, #mn.quantization<scale = 0.07 : f32, zero_point = -128>>, tensor<3x3xi8>, tensor<3xi32>, tensor<1xf32>)
    -> tensor<1x3xi8, #mn.quantization<scale = 0.125 : f32, zero_point = 5>> loc("scores")
  return %v3 : tensor<1x3xi8, #mn.quantization<scale = 0.125 : f32, zero_point = 5>>
}
}
"""


def write_network(numerics):
    path = folder / f"{numerics}.mlir"
    path.write_text(NETWORK.replace("NUMERICS", numerics))
    return path


folder = temporary()
images = np.random.default_rng(1).integers(-128, 128, (20, 5, 5, 2), np.int8)
write_tensors(folder / "in.safetensors", {"pixels": images})
rows = {cpu: row for cpu, row in targets().items() if row["runs_here"] or row["arch"] == "aarch64" and programs.EMULATOR}
for numerics in ("tflm", "litert", "xnnpack", "fast"):
    path = write_network(numerics)
    mncc("run", "--from-ir", path, "--input", folder / "in.safetensors", "--output", folder / "out.safetensors", "--reference")
    expected = read_tensors(folder / "out.safetensors")["scores"]
    check(expected.dtype == np.int8 and expected.shape == (20, 3) and len(np.unique(expected)) > 10, "the reference writes integers")
    for cpu, row in rows.items():
        if row["runs_here"]:
            mncc("run", "--from-ir", path, "--input", folder / "in.safetensors", "--output", folder / "out.safetensors", f"--mcpu={cpu}")
            actual = read_tensors(folder / "out.safetensors")["scores"]
        else:
            built = temporary()
            mncc("--from-ir", path, "--target=aarch64-linux-gnu", f"--mcpu={cpu}", "-o", built)
            program = programs.link(built, "aarch64", built / "tiny.o")
            actual = np.frombuffer(programs.infer(program, "aarch64", images), np.int8).reshape(expected.shape)
        furthest = np.abs(actual.astype(int) - expected).max()
        check(actual.dtype == np.int8 and furthest <= (numerics == "fast"), f"{cpu} gives the integers of {numerics} ({furthest} off)")

path = write_network("tflm")
mncc("run", "--from-ir", path, "--input", folder / "in.safetensors", "--output", folder / "out.safetensors")
np.save(folder / "in.npy", images)
mncc("run", "--from-ir", path, "--input", folder / "in.npy", "--output", folder / "out.npy")
arrays = np.load(folder / "out.npy")
check(arrays.dtype == np.int8 and (arrays == read_tensors(folder / "out.safetensors")["scores"]).all(),
      "mncc run reads and writes NumPy files of int8")
mncc("--from-ir", path, "--hooks", "--target=x86_64-linux-gnu", "--mcpu=x86-64-v3", "-o", folder / "out")
header = (folder / "out/tiny.h").read_text()
for line in ("#define TINY_INPUT_BYTES 50", "#define TINY_INPUT_SCALE 0.05f", "#define TINY_INPUT_ZERO_POINT (-3)",
             "#define TINY_OUTPUT_BYTES 3", "#define TINY_OUTPUT_SCALE 0.125f", "#define TINY_OUTPUT_ZERO_POINT 5",
             "int32_t tiny_run(const int8_t *input, int8_t *output, void *arena, const tiny_hooks *hooks);",
             " * input: 1x5x5x2 int8_t, NHWC, an integer q stands for 0.05 * (q + 3)"):
    check(line + "\n" in header, f"the header says '{line}'")
check(re.search(r"mixed  1x5x5x3  \w+  [su]8, q is 0.07 \* ", header), "and what the integers of layers are")
mncc("--from-ir", write_network("fast"), "--name=rough", "-o", folder / "fast")
PROMISE = "each layer of numerics fast is at most one unit off its exact value, rounded once"
check(f"its results are not the same on every\n * target: {PROMISE}." in (folder / "fast/rough.h").read_text()
      and PROMISE in (folder / "fast/rough.report.txt").read_text(), "header and report of fast integers tell what they promise")
check("its results are the same integers on every\n * target." in header, "those of an engine are the same")
REALS = "tensor<1x3xf32>"
SCORES = "tensor<1x3xi8, #mn.quantization<scale = 0.125 : f32, zero_point = 5>>"
path.write_text(NETWORK.replace("NUMERICS", "fast").replace(f"-> ({SCORES}", f"-> ({REALS}").replace(
    f"return %v3 : {SCORES}", f'%v4 = mn.dequantize %v3 : ({SCORES}) -> {REALS} loc("reals")\n  return %v4 : {REALS}'))
mncc("--from-ir", path, "--mcpu=x86-64-v3", "--target=x86_64-linux-gnu", "--name=half", "-o", folder / "half")
check(f"its results are the same bits on every target\n * with a fused multiply-add, but:\n * {PROMISE}."
      in (folder / "half/half.h").read_text(), "a header tells of the floats of a network and of its fast integers")
report = json.loads((folder / "out/tiny.report.json").read_text())
check([(t["type"], round(t["quantization"]["scale"], 6), t["quantization"]["zero_point"]) for t in report["inputs"] + report["outputs"]] ==
      [("s8", 0.05, -3), ("s8", 0.125, 5)], "the report has the types and scales")
check(all(layer["type"] in ("s8", "u8") and layer["quantization"] for layer in report["rows"][0]["layers"]), "and those of layers")
program = """#include "tiny.h"
{align} static unsigned char arena[TINY_ARENA_BYTES];
static int8_t input[TINY_INPUT_ELEMENTS], output[TINY_OUTPUT_ELEMENTS];
int main(void) {{
  if (tiny_run(input, output, arena, 0) != TINY_OK) return 1;
  return TINY_OUTPUT_SCALE * (float)(output[0] - TINY_OUTPUT_ZERO_POINT) > 1000.0f;
}}
"""
for name, compiler, standard, align in (("a.c", "gcc", "c11", "_Alignas(64)"), ("a.cpp", "g++", "c++17", "alignas(64)")):
    (folder / "out" / name).write_text(program.format(align=align))
    run(compiler, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", "-no-pie", folder / "out" / name, folder / "out/tiny.o",
        "-o", folder / "program")
    run(folder / "program")
    check(True, f"the header is {standard}")


def refuse(words, message):
    done = subprocess.run([MNCC, *map(str, words)], capture_output=True, text=True)
    check(done.returncode == 1 and message in done.stderr, f"refused: {message}")


write_tensors(folder / "in.safetensors", {"pixels": images.view(np.uint8)})
refuse(["run", "--from-ir", path, "--input", folder / "in.safetensors", "--output", folder / "x"], "expects bytes (I8) for the input 'pixels', found U8")
