# SPDX-License-Identifier: Apache-2.0
"""--input-type of a quantised network: integers of the other type and floats give the answers of its own integers, and pictures
mean the same in all three, to eval too."""
import itertools
import json
import struct
import zlib

from harness import MNCC, check, mncc, read_tensors, run, run_network, temporary
import numpy as np

SCALE, SHIFT = np.float32(0.0235), {"int8": -128, "uint8": 0}
OWN = {"int8": np.int8, "uint8": np.uint8}
TYPES = {"s8": np.int8, "u8": np.uint8}
WEIGHTS = "--weights=random:1"


def write_network(kind, preprocessing):
    """A description whose input and output are integers of `kind`, of other scales."""
    integers = lambda scale, zero: {"type": kind, "scale": scale, "zero_point": zero + SHIFT[kind]}
    path = temporary() / f"inputs_{kind}.json"
    path.write_text(json.dumps({
        "name": "inputs", "input": {"shape": [6, 5, 3], "quantization": integers(float(SCALE), 120), **preprocessing},
        "layers": [{"name": "pw", "op": "pointwise_conv2d", "filters": 9, "quantization": integers(0.75, 130)},
                   {"name": "gap", "op": "global_average_pool", "quantization": integers(0.25, 125)}]}))
    return path


def compare(kind, network, numerics):
    """All ways to give the same numbers, against the network's own integers; the object and the evaluator."""
    options = [WEIGHTS, f"--numerics={numerics}"]
    bytes_ = np.random.default_rng(5).integers(0, 256, (7, 6, 5, 3))
    own = (bytes_ + SHIFT[kind]).astype(OWN[kind])
    expected = run_network(network, {"input": own}, *options)["gap"]
    check(expected.dtype == OWN[kind] and np.unique(expected).size > 5, f"{kind} as {numerics}: the network answers in its own integers")
    np.save(network.with_name("own.npy"), own)
    out = network.with_name("out.safetensors")
    mncc("run", network, *options, "--input", network.with_name("own.npy"), "--output", out)
    check((read_tensors(out)["gap"] == expected).all(), f"{kind} as {numerics}: an .npy file of {own.dtype} is taken as it is")
    for runner in ([], ["--reference"]):
        for name, dtype in TYPES.items():
            given = (bytes_ + (-128 if name == "s8" else 0)).astype(dtype)
            answer = run_network(network, {"input": given}, *options, f"--input-type={name}", *runner)["gap"]
            check(answer.dtype == OWN[kind] and (answer == expected).all(), f"{kind} as {numerics}: {name} gives the same {runner}")
        floats = {"input": SCALE * (bytes_ - 120).astype("<f4")}
        answer = run_network(network, floats, *options, "--input-type=f32", *runner)["gap"]
        meant = np.float32(0.25) * (expected.astype("<f4") - (125 + SHIFT[kind]))
        check(answer.dtype == np.float32 and answer.tobytes() == meant.tobytes(), f"{kind} as {numerics}: floats give floats {runner}")
    for name in ("s8", "u8", "f32"):
        mncc("diff", network, *options, f"--input-type={name}")


def write_picture(path, pixels):
    """A PNG of RGB `pixels`."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return path


def show(network, picture, *options):
    """What goes in and comes out for a picture, as numbers that integers stand for."""
    path = temporary() / "shown.safetensors"
    top = json.loads(mncc("run", network, WEIGHTS, "--image", picture, "--output", path, "--json", *options))
    return read_tensors(path)["input"], [(entry["class"], entry["score"]) for entry in top[0]["top"]]


for kind in OWN:
    network = write_network(kind, {})
    for numerics in ("tflm", "xnnpack"):
        compare(kind, network, numerics)
    pixels = np.random.default_rng(9).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    picture = write_picture(temporary() / "picture.png", pixels)
    given, top = show(network, picture)
    check((given[0] == pixels.astype(int) + SHIFT[kind]).all(), f"{kind}: without preprocessing bytes are the integers from the least on")
    scaled = write_network(kind, {"preprocessing": {"scale": 1 / 64, "mean": 1.5}})
    real = (pixels.astype(float) / 64 - 1.5).astype("<f4")
    wanted = np.clip(np.round(real / SCALE) + 120, 0, 255) + SHIFT[kind]
    check((show(scaled, picture)[0][0] == wanted).all(), f"{kind}: with it they are the integers nearest to what it gives")
    for model, name in itertools.product((network, scaled), ("s8", "u8", "f32")):
        given, other = show(model, picture, f"--input-type={name}")
        check(given.dtype == TYPES.get(name, np.float32) and other == show(model, picture)[1], f"{kind}: a picture is the same as {name}")

for kind, name in (("int8", "s8"), ("uint8", "u8")):
    folder = temporary()
    integers = {"type": kind, "scale": 0.5, "zero_point": 9}
    tied = folder / "tied.json"
    tied.write_text(json.dumps({"name": "tied", "input": {"shape": [1, 1, 3], "quantization": integers},
                                "layers": [{"name": "flat", "op": "flatten", "quantization": integers}]}))
    write_picture(folder / "gray.png", np.full((1, 1, 3), 200, np.uint8))
    write_picture(folder / "blue.png", np.array([[[200, 100, 201]]], np.uint8))
    (folder / "labels.csv").write_text("file,label\ngray.png,0\nblue.png,2\n")
    for options in ([], ["--reference"], ["--input-type=f32"]):
        result = json.loads(mncc("eval", tied, WEIGHTS, "--images", folder, "--labels", folder / "labels.csv", "--json", *options))
        check((result["images"], result["top1"], result["precision"]) == (2, 1, name),
              f"{kind}: eval takes the largest integer, and of equal ones the first {options}")

path = temporary() / "floats.json"
path.write_text(json.dumps({"name": "floats", "input": {"shape": [4]}, "layers": [{"name": "relu", "op": "relu"}]}))
out = temporary() / "out"
run(MNCC, path, WEIGHTS, "--input-type=s8", "-o", out, expect=1)
check(not out.exists(), "a network of floats takes no integers of int8")
