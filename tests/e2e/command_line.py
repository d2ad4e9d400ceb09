# SPDX-License-Identifier: Apache-2.0
"""The command line: help that fits a screen, a version that identifies the build, and wrong words that end with status 2."""
import json
import re
import subprocess

from harness import FASHION, MNCC, SOURCE, check, mncc, temporary

VERBS = ["run", "eval", "diff", "report", "tune", "quantize", "expand", "import", "targets"]
for verb in [[]] + [[verb] for verb in VERBS]:
    lines = mncc(*verb, "--help").splitlines()
    check(len(lines) <= 40 and max(map(len, lines)) <= 80, f"'{' '.join(['mncc', *verb])} --help' fits 40 lines of 80 characters")
main_help = mncc("--help")
for group in ("Input and output:", "Target:", "See inside:", "Other commands"):
    check(f"\n{group}" in main_help, f"the options have the group {group}")
check(all(f"mncc {verb} " in main_help for verb in VERBS), "every verb is named")

version = mncc("--version").strip()
build = json.loads(mncc("--version", "--json"))
abi = re.search(r"MNCC_ABI_VERSION (\d+)", (SOURCE / "runtime/mncc.h").read_text()).group(1)
check(version == f"mncc {build['version']}" and build["llvm_version"].startswith("22."), f"{version} on LLVM {build['llvm_version']}")
check(build["abi_version"] == int(abi), "the ABI version is the runtime header's")
check("aarch64-none-elf" in build["targets"] and build["cpus"] == [row["cpu"] for row in json.loads(mncc("targets", "--json"))],
      "--version --json lists what the build compiles for")

M = str(FASHION)
WRONG = [
    ([], "MODEL is required"),
    ([M, "--nope", "-o", "out"], "the following argument was not expected: --nope"),
    ([M, M, "-o", "out"], "the following argument was not expected"),
    ([M, "--emit=exe", "-o", "out"], "--emit: expects one of asm, bitcode, cpp, header, llvm, mlir, obj, report, found 'exe'"),
    ([M, "--stop-after=cook"], "--stop-after: expects one of emit, fuse, import, lower, tile, found 'cook'"),
    ([M, "--input-type=i8", "-o", "out"], "--input-type: expects one of f32, s8, u8, found 'i8'"),
    ([M, "--weights-placement=here", "-o", "out"], "--weights-placement: expects one of inline, section, found 'here'"),
    ([M, "--disable-pass=cook", "-o", "out"], "fuse-residual-add, plan-fusion, found 'cook'"),
    ([M, "-o", "out", "--mcpu"], "--mcpu: 1 required"),
    ([M, "-o", "-"], "--output-directory: expects a path, found '-': only MODEL may be a standard stream"),
    ([M, "-o-"], "--output-directory: expects a path, found '-'"),
    ([M, "-o=-"], "-o: expects a value without '=', found '=-'"),
    ([M, "-o=out"], "-o: expects a value without '=', found '=out'"),
    ([M, "-o", "out", "--dump-ir", "-"], "--dump-ir: expects a path, found '-'"),
    ([M, "-o", "out", "--weights=-"], "--weights: expects a path, found '-'"),
    ([M, "-o", "out", "--schedule", "-"], "--schedule: expects a path, found '-'"),
    (["run", M, "--image", "a.png", "--image", "-"], "--image: expects a path, found '-'"),
    (["eval", M, "--images", ".", "--labels", "-"], "--labels: expects a path, found '-'"),
    (["run", M, "--image", "a.png", "--output=-"], "--output: expects a path, found '-'"),
    (["tune", M, "-o", "-"], "--output: expects a path, found '-'"),
    (["quantize", M, "--images", ".", "--keep-float", "-o", "out"], "--keep-float: expects a value, found the option '-o'"),
    ([M, "-o", "--time"], "-o: expects a value, found the option '--time'"),
    (["run", M, "--image", "--top=1"], "--image: expects a value, found the option '--top=1'"),
    ([M, "--name", "-x", "-o", "out"], "--name: expects a value, found '-x': write '--name=-x' for a value that starts with '-'"),
    ([M, "-o", "-x"], "-o: expects a value, found '-x': write '--output-directory=-x' for a value that starts with '-'"),
    (["eval", M, "--images", ".", "--labels", "l.csv", "--limit", "-1"], "--limit: expects a number of at least 1, found '-1'"),
    ([M, "--name=", "-o", "out"], "--name: expects a value behind '=', found ''"),
    ([M, "--emit=,", "-o", "out"], "--emit: expects a value behind '=', found ','"),
    (["quantize", M, "--images", ".", "--keep-float=", "-o", "out"], "--keep-float: expects a value behind '=', found ''"),
    (["run"], "MODEL is required"),
    (["run", M], "--image, or --input with --output, is required"),
    (["run", M, "--input", "a.npy"], "--image, or --input with --output, is required"),
    (["run", M, "--image"], "--image: 1 required"),
    (["run", M, "--image", "a.png", "--top=0"], "--top: expects a number of at least 1 and at most 65536, found '0'"),
    (["run", M, "--image", "a.png", "--top=x"], "--top: expects a number of at least 1 and at most 65536, found 'x'"),
    (["run", M, "--image", "a.png", "--crop=1,2,3"], "--crop: expects four numbers x,y,width,height, found '1,2,3'"),
    (["quantize", M, "--images", ".", "-o", "out", "--crop=1,1,0,5"],
     "--crop: expects x and y of at least 0, a width and a height of at least 1, found '1,1,0,5'"),
    (["quantize", M, "--images", ".", "-o", "out", "--crop", "-1,0,28,28"],
     "--crop: expects x and y of at least 0, a width and a height of at least 1, found '-1,0,28,28'"),
    (["run", M, "--image", "a.png", "--mcpu=x86-64,x86-64-v2"], "--mcpu: expects one row, of this machine"),
    (["run", M, "--image", "a.png", "--reference", "--schedule=s.json"], "--reference: expects no --schedule: the evaluator compiles nothing"),
    (["targets", "--pic"], "the following argument was not expected: --pic"),
    (["eval", M], "--images is required"),
    (["eval", M, "--images", "."], "--labels is required"),
    (["eval", M, "--images", ".", "--labels", "l.csv", "--limit=-1"], "--limit: expects a number of at least 1, found '-1'"),
    (["diff"], "MODEL is required"),
    (["diff", M, "--tolerance=-1"], "--tolerance: expects a number of at least 0, found '-1'"),
    (["diff", M, "--image", "a.png", "--input", "a.npy"], "--input: expects numbers or pictures, not both"),
    (["quantize", M, "--images", "."], "-o DIR is required"),
    (["quantize", M, "-o", "out"], "--images or --calibration is required"),
    (["quantize", M, "-o", "out", "--images", ".", "--method=guess"], "--method: expects one of entropy, minmax, mse, percentile, found 'guess'"),
    (["quantize", M, "-o", "out", "--calibration", "c", "--equalize"], "--images, with --equalize, is required"),
    (["quantize", M, "-o", "out", "--calibration", "c", "--rounding=gptq"], "--images, with --rounding=gptq, is required"),
    (["quantize", M, "-o", "out", "--calibration", "c", "--bias-correction=empirical"],
     "--images, with --bias-correction=empirical, is required"),
    (["quantize", M, "-o", "out", "--images", ".", "--bias-correction=mean"],
     "--bias-correction: expects one of analytic, empirical, none, found 'mean'"),
    ([M, "--precision=int8", "-o", "out"], "--calibrate DIR, with --precision=int8, is required"),
    ([M, "--calibrate", ".", "-o", "out"], "--calibrate: expects --precision=int8"),
    ([M, "--skip-bad-images", "-o", "out"], "--skip-bad-images: expects --precision=int8"),
    (["quantize", M, "--calibration", "c", "--skip-bad-images", "-o", "out"], "--images, with --skip-bad-images, is required"),
    (["run", M, "--image", "a.npy"], "--image: expects a picture, found 'a.npy': --input takes numbers"),
    (["--from-ir", "a.mlir", "--precision=int8", "--calibrate", ".", "-o", "out"],
     "--precision: int8 needs a description or a .tflite file, found a dump"),
    ([M, "--precision=int8", "--calibrate", ".", "--weights-format=f16", "-o", "out"],
     "--weights-format: expects --precision=fp32: int8 stores weights as such"),
    (["run", M, "--precision=int8"], "--precision: expects one of bf16, fp16, fp32, found 'int8'"),
    (["expand"], "MODEL is required"),
    (["targets", "extra"], "the following argument was not expected: extra"),
]
for words, message in WRONG:
    folder = temporary()
    done = subprocess.run([MNCC, *words], cwd=folder, capture_output=True, text=True)
    lines = done.stderr.splitlines()
    shown = " ".join("MODEL" if word == M else word for word in words)
    check(done.returncode == 2 and not done.stdout, f"'mncc {shown}' ends with status 2")
    check(len(lines) == 2 and lines[0].startswith("error: ") and message in lines[0] and
          re.fullmatch(r"note: 'mncc[ a-z]* --help' lists the options", lines[1]), f"  {lines[0]}")
    check(not list(folder.iterdir()), "  and nothing is written")
