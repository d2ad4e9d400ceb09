# SPDX-License-Identifier: Apache-2.0
"""Every channel count from 1 to 67, on odd images and on a single pixel, packed into a few networks: the reference evaluator's
values on AVX-512, AVX2, SSE and NEON, and the same bits on all rows with fma."""
import json

from harness import IS_LONG, check, mncc, run_network, targets, temporary
from programs import EMULATOR, infer, link
import numpy as np

TOLERANCE = 1e-5
# Both sides of what 4, 8 and 16 lanes hold; all of them under --long.
CHANNELS = range(1, 68) if IS_LONG else (1, 3, 4, 5, 8, 9, 16, 17, 31, 33, 48, 63, 67)
TARGETS = targets()
ROWS = [cpu for cpu in ("znver5", "znver4", "x86-64-v4", "x86-64-v3", "x86-64-v2") if TARGETS[cpu]["runs_here"]]
NEON = ["cortex-a72", "cortex-a53", "cortex-a55"] if IS_LONG else ["cortex-a72"]


def window(name, op, source, kernel, stride, **more):
    field = "pool_size" if op.endswith("pool") else "kernel_size"
    return {"name": name, "op": op, "inputs": [source], field: kernel, "strides": stride, "padding": "same", **more}


def after_pointwise(channels):
    """A pointwise convolution to `channels`, and what windows make of it."""
    source = f"pw_{channels}"
    yield {"name": source, "op": "pointwise_conv2d", "inputs": ["input"], "filters": channels}
    for kernel in (3, 5):
        for stride in (1, 2):
            yield window(f"dw_{channels}_{kernel}_{stride}", "depthwise_conv2d", source, kernel, stride)
    yield window(f"mean_{channels}", "average_pool", source, 3, 2)


def first_convolution(channels):
    yield window(f"conv_{channels}", "conv2d", "input", 3, 2, filters=channels)


NETWORKS = {"odd_image": ([7, 5, 33], after_pointwise), "pixel": ([1, 1, 33], after_pointwise),
            "row": ([1, 9, 6], after_pointwise), "rgb": ([9, 7, 3], first_convolution)}


def write_network(name):
    """The path of the description, and the names of its outputs in their order."""
    shape, layers_of = NETWORKS[name]
    layers = [layer for channels in CHANNELS for layer in layers_of(channels)]
    outputs = [layer["name"] for layer in layers if not layer["name"].startswith("pw_")]
    path = temporary() / f"{name}.json"
    path.write_text(json.dumps({"name": name, "input": {"shape": shape, "name": "input"}, "layers": layers, "outputs": outputs}))
    return path, outputs


for name, (shape, _) in NETWORKS.items():
    path, outputs = write_network(name)
    image = np.random.default_rng(3).normal(0, 1, (1, *shape)).astype("<f4")
    expected = run_network(path, {"input": image}, "--weights=random:5", "--reference")
    bits = {True: set(), False: set()}
    for row in ROWS:
        actual = run_network(path, {"input": image}, "--weights=random:5", "--mcpu", row)
        wrong = [tensor for tensor in outputs
                 if not np.abs(actual[tensor] - expected[tensor]).max() <= TOLERANCE * np.abs(expected[tensor]).max()]
        check(not wrong, f"{name} on {row}: {len(outputs)} outputs within {TOLERANCE} of the reference {wrong}")
        bits[TARGETS[row]["fma"]].add(b"".join(actual[tensor].tobytes() for tensor in outputs))
    for row in NEON if EMULATOR else []:
        built = temporary()
        mncc(path, "--target=aarch64-linux-gnu", f"--mcpu={row}", "--weights=random:5", "-o", built)
        bits[True].add(infer(link(built, "aarch64", next(built.glob("*.o"))), "aarch64", image))
    check(all(len(seen) <= 1 for seen in bits.values()), f"{name}: {', '.join(ROWS + NEON)} give the same bits, with fma and without")
