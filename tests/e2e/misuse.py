# SPDX-License-Identifier: Apache-2.0
"""What a hasty user asks for and cannot have: an error that says why, status 1 or 2, and never a crash."""
import json
import subprocess

from harness import FASHION, MNCC, SOURCE, check, mncc, temporary, write_tensors
import numpy as np

folder = temporary()
mncc(FASHION, "--stop-after=lower", f"--dump-ir={folder}", "--target=x86_64-linux-gnu", "--mcpu=x86-64-v3", "-o", folder / "out")
imported, tiled, lowered = (next(folder.glob(f"*-{stage}.mlir")) for stage in ("import", "tile", "lower"))
write_tensors(folder / "bytes.safetensors", {"input": np.zeros((1, 32, 32, 1), np.uint8)})
write_tensors(folder / "none.safetensors", {"input": np.zeros((0, 32, 32, 1), "<f4")})
numbers = ["--input", folder / "bytes.safetensors", "--output", folder / "y.safetensors"]
CASES = [
    (1, ["--from-ir", tiled, "--target=aarch64-none-elf", "--mcpu=cortex-a53", "-o", folder / "x"], "--target and --mcpu cannot change it"),
    (1, ["--from-ir", tiled, "--threads=2", "-o", folder / "x"], "the dump is of stage tile: --threads cannot change it"),
    (1, ["--from-ir", tiled, "--weights-format=bf16", "-o", folder / "x"], "the dump is of stage tile: --weights-format cannot change it"),
    (2, [FASHION, "--weights-format=f8", "-o", folder / "x"], "expects one of"),
    (1, [FASHION, "--weights-format=f16", "--target=x86_64-linux-gnu", "--mcpu=x86-64-v2", "-o", folder / "x"],
     "error: the row x86-64-v2 has no instruction that reads weights of f16"),
    (2, [FASHION, "--threads=65", "-o", folder / "x"], "expects a number of at least 1 and at most 64, found '65'"),
    (2, [FASHION, "--from-ir", tiled, "-o", folder / "x"], "takes the place of a MODEL"),
    (2, ["--from-ir", tiled, "--weights=random:1", "-o", folder / "x"], "leave --weights, --input-type and --numerics out"),
    (2, ["--from-ir", tiled, "--numerics=xnnpack", "-o", folder / "x"], "leave --weights, --input-type and --numerics out"),
    (1, [FASHION, "--numerics=tflm", "-o", folder / "x"], "expects no --numerics, for the network computes in floats"),
    (1, ["run", "--from-ir", tiled, *numbers], "bytes need the preprocessing"),
    (1, ["run", "--from-ir", lowered, "--reference", *numbers], "the reference evaluator reads the stage import"),
    (1, ["run", FASHION, "--input", folder / "none.safetensors", "--output", folder / "y.safetensors"], "at least one input"),
    (1, ["diff", SOURCE / "models/mobilenet_v1_0.25_128.json", "--weights=random:1", "--from-ir", tiled], "expects other inputs"),
    (2, ["diff", "-"], "it is read twice"),
    (2, ["run", FASHION, "--image", FASHION, "--crop", "9223372036854775808,0,1,1"], "expects four numbers"),
    (2, ["run", FASHION, "--image", FASHION, "--crop", "1,1,0,5"], "a width and a height of at least 1"),
    (1, ["run", FASHION, "--input", folder / "bytes.safetensors", "--output", folder / "bytes.safetensors"], "it is a file that this command reads"),
    (2, ["run", FASHION, "--time", *numbers], "--time"),
    (2, [FASHION, "--emit=cpp"], "-o is required"),
]
for status, arguments, message in CASES:
    done = subprocess.run([MNCC, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    check(done.returncode == status and message in done.stderr, f"{' '.join(map(str, arguments[:3]))}: {message}")
(folder / "taken/mobilenet_fashion.o").mkdir(parents=True)
done = subprocess.run([MNCC, FASHION, "-o", folder / "taken"], capture_output=True, text=True)
check(done.returncode == 1 and "it is a directory" in done.stderr, "a directory in the object's place is named")
check([path.name for path in (folder / "taken").iterdir()] == ["mobilenet_fashion.o"], "no other file is written then")
check(not (folder / "x").exists() and not (folder / "y.safetensors").exists(), "nothing was written")
check((folder / "bytes.safetensors").stat().st_size > 1024, "the file that was to be overwritten is whole")
check(json.loads(mncc(FASHION, "--json"))["name"] == "mobilenet_fashion", "--json without -o prints the report for programs")
with open("/dev/full", "w") as full:
    done = subprocess.run([MNCC, "expand", FASHION], stdout=full, stderr=subprocess.PIPE, text=True)
check(done.returncode == 1 and "cannot write to the standard output" in done.stderr, "a full disk ends with an error")
mncc("--from-ir", imported, "--target=aarch64-none-elf", "--mcpu=cortex-a53", "-o", folder / "x")
check("aarch64-none-elf (cortex-a53)" in (folder / "x/mobilenet_fashion.h").read_text(), "a dump of import takes another row")
for options in (["/dev/zero"], [FASHION, "--schedule=/dev/zero"], ["tune", FASHION, "-o", "/dev/full"]):
    done = subprocess.run([MNCC, *options], capture_output=True, text=True, timeout=60)
    check(done.returncode == 1 and "it is a device" in done.stderr, f"{' '.join(map(str, options))}: a device without an end is not read")
