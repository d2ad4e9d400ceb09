# SPDX-License-Identifier: Apache-2.0
"""What fusion is good for, counted by hook: without it more kernels run and more activations are written; the bits stay."""
import ctypes
import math
import re

from harness import FASHION, check, fashion_images, mncc, run, temporary
import numpy as np

pixels, _ = fashion_images(1)
image = (pixels[0].astype(np.float64) * 0.00392156862745098).astype("<f4")
AFTER_LAYER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)


class Hooks(ctypes.Structure):
    _fields_ = [("context", ctypes.c_void_p), ("after_layer", AFTER_LAYER)]


def aligned(byte_count, alignment=64):
    memory = np.zeros(byte_count + alignment, np.uint8)
    start = -memory.ctypes.data % alignment
    return memory[start:start + byte_count]


def measure(*options):
    """(kernel calls, bytes of activations written, the output's bytes) of one inference."""
    folder = temporary()
    mncc(FASHION, "--hooks", "--pic", "--target=x86_64-linux-gnu", "--mcpu=x86-64", "-o", folder, *options)
    header = (folder / "mobilenet_fashion.h").read_text()
    sizes = {int(number): 4 * math.prod(map(int, shape.split("x")))
             for number, shape in re.findall(r"^ \* +(\d+)  \S+  ([\dx]+)  ", header, re.M)}
    arena = aligned(int(re.search(r"ARENA_BYTES (\d+)", header).group(1)))
    run("gcc", "-shared", folder / "mobilenet_fashion.o", "-o", folder / "model.so")
    called = []
    hooks = Hooks(None, AFTER_LAYER(lambda context, layer, output: called.append((layer, output))))
    output = np.zeros(10, "<f4")
    status = ctypes.CDLL(str(folder / "model.so")).mobilenet_fashion_run(
        ctypes.c_void_p(image.ctypes.data), ctypes.c_void_p(output.ctypes.data), ctypes.c_void_p(arena.ctypes.data),
        ctypes.byref(hooks))
    check(status == 0 and [layer for layer, _ in called] == list(range(len(sizes))),
          f"{' '.join(options) or 'fused'}: the hook sees {len(sizes)} layers in order")
    places = {address for _, address in called}
    check(output.ctypes.data in places and len(places) > 1, "the last layer writes the caller's output")
    return len(called), sum(sizes[layer] for layer, _ in called), output.tobytes()


PASSES = ["fuse-depthwise-bn-relu6", "fuse-pointwise-bn-relu6", "fuse-conv-bn-relu6"]
calls, written, bits = measure()
for passes in [[name] for name in PASSES] + [PASSES]:
    more_calls, more_written, same_bits = measure("--disable-pass=" + ",".join(passes))
    check(more_calls > calls, f"without {' '.join(passes)}: {more_calls} kernel calls instead of {calls}")
    check(more_written > written, f"without {' '.join(passes)}: {more_written} bytes of activations instead of {written}")
    check(same_bits == bits, f"without {' '.join(passes)}: the same bits")
