# SPDX-License-Identifier: Apache-2.0
"""Every tensor between layers of quantised TFLite files is that of LiteRT's reference kernels; pictures and labels give the
accuracy that LiteRT has."""
import ctypes
import json

import numpy as np

from harness import DATA, check, integer_rows, mncc, need_data, read_tensors, run, temporary

AFTER_LAYER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
TYPES = {"s8": np.int8, "u8": np.uint8}


class Hooks(ctypes.Structure):
    _fields_ = [("context", ctypes.c_void_p), ("after_layer", AFTER_LAYER)]


def read_layer(layer, address):
    """The integers of `layer` at `address`, less their zero point, as NHWC."""
    shape, layout = layer["shape"], layer["layout"]
    channels, pixels = shape[-1], int(np.prod(shape[:-1]))
    block = int(layout[len("nchw"):-1]) if layout.startswith("nchw") else channels
    blocks = -(-channels // block)
    bytes_ = ctypes.string_at(address, blocks * pixels * block)
    values = np.frombuffer(bytes_, TYPES[layer["type"]]).reshape(blocks, pixels, block)
    values = values.transpose(1, 0, 2).reshape(pixels, -1)[:, :channels].reshape(shape)
    return values.astype(int) - layer["quantization"]["zero_point"]


def run_with_hooks(model, image, row):
    """The report's inputs, outputs and layers, and each layer's values, of one inference in LiteRT's rounding."""
    folder = temporary()
    mncc(model, "--hooks", "--pic", "--name=net", "--numerics=litert", "--target=x86_64-linux-gnu", f"--mcpu={row}", "-o", folder)
    report = json.loads((folder / "net.report.json").read_text())
    run("gcc", "-shared", folder / "net.o", "-o", folder / "net.so")
    layers = report["rows"][0]["layers"]
    arena = np.zeros(report["arena_bytes"] + 64, np.uint8)
    output = np.zeros(report["outputs"][0]["shape"], TYPES[report["outputs"][0]["type"]])
    values = [None] * len(layers)

    def keep(context, number, address):
        values[number] = read_layer(layers[number], address)

    hooks = Hooks(None, AFTER_LAYER(keep))
    pointers = [image.ctypes.data, output.ctypes.data, arena.ctypes.data + -arena.ctypes.data % 64]
    status = ctypes.CDLL(str(folder / "net.so")).net_run(*map(ctypes.c_void_p, pointers), ctypes.byref(hooks))
    check(status == 0, f"{model.stem} runs on {row}")
    return layers, values


def check_layers(model, image, expected, zeros, row):
    compared = set()
    for layer, values in zip(*run_with_hooks(model, image, row)):
        name = layer["fused"][-1] if layer["fused"] else layer["layer"]
        if name in expected and expected[name].size == values.size:
            wanted = expected[name].astype(int).reshape(values.shape) - zeros[name]
            check(np.array_equal(values, wanted), f"{model.stem} on {row}: layer {len(compared)}, {values.shape} {layer['layout']}")
            compared.add(name)
    check(len(compared) > 25, f"{len(compared)} tensors are LiteRT's")


def read_zero_points(model):
    """The zero points of layers, and that of the only input, by name."""
    description = json.loads(mncc("expand", model))
    tensors = description["layers"] + description.get("inputs", [{**description.get("input", {}), "name": "input"}])
    return {t["name"]: t["quantization"]["zero_point"] for t in tensors if "zero_point" in t.get("quantization", {})}


need_data()
VWW = DATA / "models/mobilenet_v1_025_96_vww"
V1 = DATA / "models/mobilenet_v1_025_128_imagenet_uint8"
V2 = DATA / "models/mobilenet_v2_100_224_imagenet_uint8"
MODELS = {VWW / "vww_96_int8.tflite": (VWW / "reference_int8_layers_image0.safetensors",
                                       read_tensors(VWW / "inputs_u8.safetensors")["input_u8_nhwc"][:1] ^ 128),
          V1 / "mobilenet_v1_0.25_128_quant.tflite": (V1 / "reference_uint8_layers_image0.safetensors",
                                                      read_tensors(V1 / "inputs_u8_first48.safetensors")["input_u8"][:1]),
          V2 / "mobilenet_v2_1.0_224_quant.tflite": (V2 / "reference_uint8_layers_image0.safetensors",
                                                     read_tensors(V2 / "inputs_u8_first48.safetensors")["input_u8"][:1])}
for model, (reference, image) in MODELS.items():
    for row in integer_rows():
        check_layers(model, np.ascontiguousarray(image), read_tensors(reference), read_zero_points(model), row)

pictures = DATA / "images/ilsvrc2012_val_434"
accuracy = json.loads(mncc("eval", V1 / "mobilenet_v1_0.25_128_quant.tflite", "--images", pictures, "--labels", pictures / "labels.csv",
                           "--crop=49,49,128,128", "--numerics=litert", "--json"))
check((accuracy["images"], round(100 * accuracy["top1"], 2), accuracy["precision"]) == (434, 56.45, "u8"),
      f"'mncc eval' finds LiteRT's accuracy: {accuracy}")

folder, inputs = temporary(), {}
picture = sorted(pictures.glob("*.JPEG"))[0]
for kind in ("int8", "float"):
    mncc("run", VWW / f"vww_96_{kind}.tflite", "--image", picture, "--output", folder / "out.safetensors")
    inputs[kind], = (tensor for tensor in read_tensors(folder / "out.safetensors").values() if tensor.ndim == 4)
check(inputs["int8"].dtype == np.int8 and np.array_equal(inputs["int8"], inputs["float"] - 128),
      "without a preprocessing a byte b of a picture is the integer b - 128")
