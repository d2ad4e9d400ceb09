# SPDX-License-Identifier: Apache-2.0
"""Objects of quantised TFLite files give the bytes of TensorFlow Lite Micro, LiteRT's reference kernels and XNNPACK, image by
image, on rows with and without dot products."""
import numpy as np

import programs
from harness import DATA, IS_LONG, check, integer_rows, mncc, need_data, read_tensors, run_network, temporary

need_data()
VWW = DATA / "models/mobilenet_v1_025_96_vww"
# Visual wake words: 128 images less 128, and the reference output that each engine's numerics give.
VWW_ENGINES = {"tflm": "output_tflm_double", "litert": "output_reference", "xnnpack": "output_xnnpack"}
# Bytes of pictures in, bytes of 1001 classes out: where the 227 x 227 pixels are cut, and how many pictures are compared on the first
# row; there are outputs of 434 and 48.
IMAGENET = {DATA / "models/mobilenet_v1_025_128_imagenet_uint8/mobilenet_v1_0.25_128_quant.tflite": ("49,49,128,128", 434),
            DATA / "models/mobilenet_v2_100_224_imagenet_uint8/mobilenet_v2_1.0_224_quant.tflite":
                ("1,1,224,224", 48 if IS_LONG else 8)}
PICTURES = sorted((DATA / "images/ilsvrc2012_val_434").glob("*.JPEG"))
IMAGENET_ENGINES = {"tflm": "output_reference", "litert": "output_reference", "xnnpack": "output_xnnpack"}
# How many images of each model the emulator runs: sdot, smull and smmla; all rows' instructions under MNCC_LONG.
ARM = dict.fromkeys(("neoverse-v1", "neoverse-n1", "cortex-a72", "cortex-a53") if IS_LONG
                    else ("neoverse-n1", "cortex-a53", "neoverse-v1"), 48 if IS_LONG else 4)


def read_pictures(model, crop, count):
    """The first `count` pictures as the network sees them; those that LiteRT saw are a check of how they are read."""
    path = temporary() / "pictures.safetensors"
    mncc("run", model, "--crop", crop, "--output", path, "--json",
         *[word for picture in PICTURES[:count] for word in ("--image", picture)])
    pixels = next(values for values in read_tensors(path).values() if values.ndim == 4)
    seen = read_tensors(model.parent / "inputs_u8_first48.safetensors")["input_u8"][:count]
    check((pixels[:len(seen)] == seen).all(), f"{count} pictures of {model.stem} are read as LiteRT saw the first {len(seen)}")
    return pixels


def check_outputs(outputs, expected, what):
    """Each image's outputs, of the same type, are those expected."""
    outputs = outputs.reshape(len(expected), -1)
    wrong = np.flatnonzero((outputs != expected.reshape(outputs.shape)).any(axis=1))
    check(outputs.dtype == expected.dtype and not wrong.size, f"{what}: {len(expected)} images {list(wrong)}")


def check_row(model, images, expected, engines, row):
    for numerics, engine in engines.items():
        output, = run_network(model, {"input": images}, f"--mcpu={row}", f"--numerics={numerics}").values()
        check_outputs(output, expected[engine][:len(images)], f"{model.stem} on {row} with --numerics={numerics} is {engine}")


def check_emulated(model, images, expected, engines, row):
    for numerics, engine in engines.items():
        folder = temporary()
        mncc(model, "--target=aarch64-linux-gnu", f"--mcpu={row}", f"--numerics={numerics}", "-o", folder)
        program = programs.link(folder, "aarch64", next(folder.glob("*.o")))
        wanted = expected[engine][:len(images)]
        output = np.frombuffer(programs.infer(program, "aarch64", images), wanted.dtype)
        check_outputs(output, wanted, f"{model.stem} on {row} with --numerics={numerics} is {engine}")


FEWER = 434 if IS_LONG else 48
models = [(VWW / "vww_96_int8.tflite", (read_tensors(VWW / "inputs_u8.safetensors")["input_u8_nhwc"] ^ 128).view(np.int8),
           read_tensors(VWW / "reference_int8.safetensors"), VWW_ENGINES)]
for path, (crop, count) in IMAGENET.items():
    models.append((path, read_pictures(path, crop, count), read_tensors(path.parent / "reference_uint8.safetensors"), IMAGENET_ENGINES))

rows = integer_rows()
for path, images, expected, engines in models:
    for row in rows:
        check_row(path, images if row == rows[0] or path.parent == VWW else images[:FEWER], expected, engines, row)
if not programs.EMULATOR:
    print("skipped: the objects for AArch64 need qemu-aarch64")
    ARM = {}
for row, count in ARM.items():
    for path, images, expected, engines in models[:None if IS_LONG else 2]:
        check_emulated(path, images[:count], expected, engines, row)
