# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: running mncc, tensors in files, test data that may be absent."""
import atexit
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MNCC = os.environ.get("MNCC", str(SOURCE / "build/release/bin/mncc"))
DATA = pathlib.Path(os.environ.get("MNCC_TEST_DATA", SOURCE.parent / "shared/data"))
IS_LONG = bool(os.environ.get("MNCC_LONG"))
FASHION = SOURCE / "models/fashion/mobilenet_v1_0.25_32_fashion.json"
DTYPES = {"F32": "<f4", "F16": "<f2", "U8": "u1", "I8": "i1", "I32": "<i4", "I64": "<i8"}
SKIP = 77


def skip(reason):
    """Ends the test as skipped (CTest's SKIP_RETURN_CODE)."""
    print("Skipped:", reason)
    sys.exit(SKIP)


def need_data():
    if not DATA.is_dir():
        skip(f"no test data at {DATA} (MNCC_TEST_DATA names the folder)")


def check(holds, message):
    if not holds:
        sys.exit(f"FAILED: {message}")
    print("ok:", message)


def run(*command, expect=0, **options):
    """Runs a program, returns its standard output; fails where it does not end with status `expect`."""
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != expect:
        sys.exit(f"FAILED: {' '.join(command)}\nstatus {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}")
    return done.stdout


def mncc(*arguments, expect=0):
    return run(MNCC, *arguments, expect=expect)


def section_bytes(code, names):
    """Bytes of those sections of the machine code `code` whose names match the pattern `names` from their start."""
    sections = [line.split() for line in run("size", "-A", code).splitlines()]
    return sum(int(section[1]) for section in sections if section and re.match(names, section[0]))


def targets():
    """The rows of the target table: cpu -> whether it runs here."""
    return {row["cpu"]: row for row in json.loads(mncc("targets", "--json"))}


# The x86 rows by how they multiply integers: vpdpbusd and pmaddwd in AVX-512, vpdpbusd and pmaddwd in AVX2, pmaddwd in SSE.
INTEGER_ROWS = (("znver5", "znver4", "sapphirerapids", "cascadelake"), ("skylake-avx512",), ("alderlake",), ("x86-64-v3", "znver3"),
                ("x86-64",))


def integer_rows():
    """The rows that this machine runs, one of each of INTEGER_ROWS."""
    known = targets()
    found = [next((cpu for cpu in kind if known[cpu]["runs_here"]), None) for kind in INTEGER_ROWS]
    for cpu, kind in zip(found, INTEGER_ROWS):
        if not cpu:
            print(f"skipped: this machine runs none of {', '.join(kind)}")
    return [cpu for cpu in found if cpu]


def read_tensors(path):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return {name: np.frombuffer(data[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]],
                                DTYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in json.loads(data[8:8 + length]).items() if name != "__metadata__"}


def write_tensors(path, tensors):
    names = {np.dtype("float32"): "F32", np.dtype("uint8"): "U8", np.dtype("int8"): "I8", np.dtype("int32"): "I32"}
    header, offset = {}, 0
    for name in sorted(tensors):
        header[name] = {"dtype": names[tensors[name].dtype], "shape": list(tensors[name].shape),
                        "data_offsets": [offset, offset + tensors[name].nbytes]}
        offset += tensors[name].nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text +
                                   b"".join(np.ascontiguousarray(tensors[n]).tobytes() for n in sorted(tensors)))


def write_png(path, pixels):
    """Pixels as a PNG file: gray where they are [height, width], else RGB."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width = pixels.shape[:2]
    color = 0 if pixels.ndim == 2 else 2
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def fashion_images(count):
    """(bytes [count, 32, 32, 1] with their border, labels) of the test images."""
    import gzip
    folder = pathlib.Path("/usr/share/datasets/fashion-mnist")
    if not folder.is_dir():
        skip("Debian's package dataset-fashion-mnist is not installed")
    images = np.frombuffer(gzip.open(folder / "t10k-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    labels = np.frombuffer(gzip.open(folder / "t10k-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
    padded = np.zeros((count, 32, 32, 1), np.uint8)
    padded[:, 2:30, 2:30, 0] = images.reshape(-1, 28, 28)[:count]
    return padded, labels[:count]


def temporary():
    """A folder that is gone when the test ends."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mncc-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run_network(model, tensors, *options):
    """The outputs of `mncc run` on named input tensors."""
    folder = temporary()
    write_tensors(folder / "in.safetensors", tensors)
    mncc("run", model, "--input", folder / "in.safetensors", "--output", folder / "out.safetensors", *options)
    return read_tensors(folder / "out.safetensors")
