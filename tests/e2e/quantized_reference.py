# SPDX-License-Identifier: Apache-2.0
"""The reference on integers gives the bytes of LiteRT's reference kernels and of XNNPACK under LiteRT."""
import numpy as np
from harness import DATA, IS_LONG, check, need_data, read_tensors, run_network

need_data()
# Bytes of images in, bytes of 1001 classes out, and how many of the 48 images are asked for.
MODELS = {"mobilenet_v1_025_128_imagenet_uint8/mobilenet_v1_0.25_128_quant.tflite": 48,
          "mobilenet_v2_100_224_imagenet_uint8/mobilenet_v2_1.0_224_quant.tflite": 48 if IS_LONG else 4}
ENGINES = {"tflm": "output_reference", "litert": "output_reference", "xnnpack": "output_xnnpack"}

for model, count in MODELS.items():
    path = DATA / "models" / model
    images = {"input": read_tensors(path.parent / "inputs_u8_first48.safetensors")["input_u8"][:count]}
    expected = read_tensors(path.parent / "reference_uint8.safetensors")
    for numerics, engine in ENGINES.items():
        output = next(iter(run_network(path, images, "--reference", f"--numerics={numerics}").values()))
        wrong = np.flatnonzero((output.reshape(count, -1) != expected[engine][:count]).any(axis=1))
        check(not wrong.size, f"{path.stem} with --numerics={numerics} is {engine} on {count} images {list(wrong)}")
