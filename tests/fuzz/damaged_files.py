# SPDX-License-Identifier: Apache-2.0
"""Damaged descriptions, weights and dumps end mncc with status 0 or 1, within seconds, never by a signal, and leave no file.

usage: damaged_files.py [FIRST COUNT]; without, a fixed slice, and the long one under MNCC_LONG."""
import json
import pathlib
import random
import re
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import DATA, IS_LONG, MNCC, SOURCE, check, mncc, temporary, write_tensors  # noqa: E402
from random_network import make_network  # noqa: E402
import numpy as np  # noqa: E402

SECONDS = 10
WORDS = [b"{", b"}", b"[", b"]", b'"', b",", b":", b"-1", b"0", b"1e999", b"99999999999999999999", b"2147483648", b"null",
         b"true", b"\\u0000", b"\xff", b"\x00", b"<", b">", b"tensor<", b"x", b"f32", b"\n", b"%0", b"dense_resource", b"#mn."]
SMALL = {"name": "small", "input": {"shape": [5, 4, 2]}, "weights": "small.safetensors", "layers": [
    {"name": "conv", "op": "conv2d", "filters": 3, "kernel_size": 2, "padding": "same"},
    {"name": "bn", "op": "batch_norm"}, {"name": "r6", "op": "relu6"}, {"name": "gap", "op": "global_average_pool"},
    {"name": "fc", "op": "fully_connected", "units": 2}, {"name": "soft", "op": "softmax"}]}
INTEGERS = {"type": "int8", "scale": 0.0235, "zero_point": -128}
QUANTISED = {"name": "quantised", "input": {"shape": [5, 4, 2], "quantization": INTEGERS}, "layers": [
    {"name": "conv", "op": "conv2d", "filters": 3, "kernel_size": 2, "padding": "same", "activation": "relu6",
     "filter_zero_point": 5, "quantization": INTEGERS},
    {"name": "pool", "op": "average_pool", "pool_size": 2, "quantization": INTEGERS},
    {"name": "twice", "op": "add", "inputs": ["pool", "pool"], "numerics": "xnnpack", "activation": "relu",
     "quantization": {"type": "int8", "scale": 0.5, "zero_point": 3}},
    {"name": "floats", "op": "dequantize"}]}
TFLITE = DATA / "models/mobilenet_v1_025_96_vww/vww_96_int8.tflite"
PARAMETERS = {"conv/kernel": (2, 2, 2, 3), "conv/bias": (3,), "bn/gamma": (3,), "bn/beta": (3,), "bn/mean": (3,),
              "bn/variance": (3,), "fc/kernel": (3, 2), "fc/bias": (2,)}


def damage(data, chance):
    """`data` with one to four places changed, cut, doubled or replaced by a word."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            data[place:place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del data[place:place + chance.randint(1, 40)]
        elif kind == 2:
            start = chance.randrange(len(data) + 1)
            data[place:place] = data[start:start + chance.randint(1, 40)]
        elif kind == 3:
            data[place:place + chance.randint(0, 3)] = chance.choice(WORDS)
        else:
            del data[place:]
    return bytes(data)


def change_numbers(data, chance):
    """`data` with one or two of its numbers changed: mostly still a dump, but one that no stage has made."""
    for _ in range(chance.randint(1, 2)):
        number = chance.choice(list(re.finditer(rb"(?<![\w.])\d+", data)))
        value = chance.choice([0, 1, 2, 3, 7, 64, 65, 4096, 2**31, 2**63 - 1, int(number.group()) + 1, int(number.group()) - 1])
        data = data[:number.start()] + str(value).encode() + data[number.end():]
    return data


def damage_dump(data, chance):
    return change_numbers(data, chance) if chance.random() < 0.7 else damage(data, chance)


def damage_header(data, chance):
    """A safetensors file whose header is damaged; its length mostly follows."""
    length = struct.unpack("<Q", data[:8])[0]
    header = damage(data[8:8 + length], chance)
    told = len(header) if chance.random() < 0.7 else chance.choice([0, 1, 2**31, 2**63, 2**64 - 1, length])
    return struct.pack("<Q", told) + header + data[8 + length:]


def damage_tables(data, chance):
    """A TFLite file with damage where its tables are, behind most of the weights."""
    place = chance.randrange(len(data) * 3 // 4, len(data))
    return data[:place] + damage(data[place:place + 2000], chance) + data[place + 2000:]


def prepare(folder):
    """The sound files, by what they are: (path to damage, arguments of mncc that read it, the damage)."""
    (folder / "small.json").write_text(json.dumps(SMALL, indent=1))
    write_tensors(folder / "small.safetensors", {n: np.full(s, 0.5, "<f4") for n, s in PARAMETERS.items()})
    (folder / "compact.json").write_bytes((SOURCE / "models/mobilenet_v1_0.25_128.json").read_bytes())
    (folder / "network.json").write_text(json.dumps(make_network(3), indent=1))
    for stage in ("import", "fuse", "tile", "lower"):
        mncc(folder / "small.json", f"--stop-after={stage}", "--emit=mlir", "--dump-ir", folder / stage, "-o", folder / "dumps")
        dump = sorted((folder / stage).glob("*.mlir"))[-1]
        yield dump, ["--from-ir", dump], damage_dump
    no_weights = ["--weights=random:1", "--stop-after=import"]
    (folder / "quantised.json").write_text(json.dumps(QUANTISED, indent=1))
    yield folder / "quantised.json", [folder / "quantised.json", *no_weights], damage
    if TFLITE.is_file():
        (folder / "model.tflite").write_bytes(TFLITE.read_bytes())
        yield folder / "model.tflite", [folder / "model.tflite", "--stop-after=import"], damage_tables
    yield folder / "small.json", [folder / "small.json", "--stop-after=import"], damage
    yield folder / "compact.json", [folder / "compact.json", *no_weights], damage
    yield folder / "network.json", [folder / "network.json", *no_weights], damage
    yield folder / "small.safetensors", [folder / "small.json", "--stop-after=import"], damage_header


def find_fault(arguments, output):
    """What is wrong with how mncc ends, or None."""
    try:
        done = subprocess.run([MNCC, *arguments, "-o", output], capture_output=True, text=True, errors="replace",
                              timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"takes over {SECONDS} s"
    if done.returncode not in (0, 1):
        return f"ends with status {done.returncode}: {done.stderr[-600:]}"
    if done.returncode == 1 and ": error: " not in done.stderr:
        return f"fails without an error: {done.stderr[-600:]}"
    if done.returncode == 1 and output.exists() and any(output.iterdir()):
        return f"fails and leaves {[path.name for path in output.iterdir()]}"
    return None


first, count = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (1, 3000 if IS_LONG else 25)
folder = temporary()
faults = 0
for path, arguments, change in list(prepare(folder)):
    sound = path.read_bytes()
    check(find_fault(arguments, folder / "sound") is None, f"{path.name} of {path.parent.name} is read")
    for seed in range(first, first + count):
        path.write_bytes(change(sound, random.Random(seed)))
        fault = find_fault(arguments, folder / f"out-{path.parent.name}-{path.name}-{seed}")
        if fault:
            faults += 1
            kept = path.with_name(f"fault-{seed}-{path.name}")
            kept.write_bytes(path.read_bytes())
            print(f"{kept} ({' '.join(map(str, arguments))}): {fault}", flush=True)
    path.write_bytes(sound)
check(faults == 0, f"{count} damages from seed {first} of each file")
