# SPDX-License-Identifier: Apache-2.0
"""Three quantised TFLite files become the layers that they hold, whatever they are called, and pieces of them are refused."""
import collections
import json
import re
import shutil

from harness import DATA, MNCC, check, mncc, need_data, run, temporary

need_data()
FOLDERS = {"vww_96_int8": "mobilenet_v1_025_96_vww", "mobilenet_v1_0.25_128_quant": "mobilenet_v1_025_128_imagenet_uint8",
           "mobilenet_v2_1.0_224_quant": "mobilenet_v2_100_224_imagenet_uint8"}
COUNTS = {
    "vww_96_int8": {"conv2d": 1, "depthwise_conv2d": 13, "pointwise_conv2d": 13, "average_pool": 1, "reshape": 1,
                    "fully_connected": 1, "softmax": 1},
    "mobilenet_v1_0.25_128_quant": {"conv2d": 1, "depthwise_conv2d": 13, "pointwise_conv2d": 14, "average_pool": 1,
                                    "reshape": 1, "softmax": 1},
    "mobilenet_v2_1.0_224_quant": {"conv2d": 1, "depthwise_conv2d": 17, "pointwise_conv2d": 35, "add": 10,
                                   "average_pool": 1, "reshape": 1, "softmax": 1}}
# The network's input and output, and the first convolution.
PARTS = {
    "vww_96_int8": [
        "%arg0: tensor<1x96x96x3xi8, #mn.quantization<scale = 0.00392156886 : f32, zero_point = -128>>",
        "-> (tensor<1x2xi8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = -128>>",
        "strides [2, 2] padding [0, 1, 0, 1] activation relu {numerics = #mn.numerics<NUMERICS>}",
        "tensor<3x3x3x8xi8>, tensor<8xi32>, tensor<8xf32>)"],
    "mobilenet_v1_0.25_128_quant": [
        "%arg0: tensor<1x128x128x3xui8, #mn.quantization<scale = 7.812500e-03 : f32, zero_point = 128>>",
        "-> (tensor<1x1001xui8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = 0>>",
        "strides [2, 2] padding [0, 1, 0, 1] filter_zero_point 29 activation relu6 {numerics = #mn.numerics<NUMERICS>}",
        "tensor<3x3x3x8xi8>, tensor<8xi32>, tensor<1xf32>)"],
    "mobilenet_v2_1.0_224_quant": [
        "%arg0: tensor<1x224x224x3xui8, #mn.quantization<scale = 7.812500e-03 : f32, zero_point = 128>>",
        "-> (tensor<1x1001xui8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = 0>>",
        "mn.add", "tensor<1x1x960x320xi8>, tensor<320xi32>, tensor<1xf32>)"]}



def without_places(text):
    """A dump without the places in files that its ops come from; keys of weights have the hashes of their values."""
    return re.sub(r"(?m)^#loc.*\n| ?loc\(.*", "", text)


folder = temporary()
for name, place in FOLDERS.items():
    file = DATA / "models" / place / f"{name}.tflite"
    text = mncc(file, "--stop-after=import")
    ops = collections.Counter(op for op in re.findall(r"= mn\.(\w+)", text) if op != "constant")
    check(ops == COUNTS[name], f"{name} holds {dict(ops)}")
    for numerics in ["tflm", "litert", "xnnpack", "fast"]:
        text = mncc(file, "--stop-after=import", f"--numerics={numerics}")
        missing = [part for part in PARTS[name] if part.replace("NUMERICS", numerics) not in text]
        check(not missing and text.count("numerics = ") == text.count(f"#mn.numerics<{numerics}>") == sum(ops.values()),
              f"{name} has its shapes, scales and --numerics={numerics} {missing}")

    explicit = mncc("expand", file)
    path = folder / f"{name}.json"
    path.write_text(explicit)
    check(mncc("expand", path) == explicit, f"the description of {name} reads back as itself")
    layers = json.loads(explicit)["layers"]
    check(len(layers) == sum(ops.values()) and all("quantization" in layer for layer in layers),
          "each of its layers has a quantization")
    random = mncc(path, "--weights=random:1", "--stop-after=import")
    check(re.findall(r"= mn\.(\w+)", random) == re.findall(r"= mn\.(\w+)", text), "and it imports with other weights")

    mncc("import", file, "-o", folder / name)
    again = mncc(folder / name / f"{name}.json", "--stop-after=import", "--numerics=fast")
    check(without_places(again) == without_places(text), "'mncc import' writes the same network, its weights included")

    shutil.copyfile(file, folder / "model.bin")
    renamed = mncc(folder / "model.bin", f"--name={name}", "--stop-after=import", "--numerics=fast")
    check(renamed.count("mn.quantization") == text.count("mn.quantization"), "its name does not matter")
    half = folder / "half.tflite"
    half.write_bytes(file.read_bytes()[:-file.stat().st_size // 2])
    run(MNCC, half, "-o", folder / "out", expect=1)
    check(not (folder / "out").exists(), "half of it is refused, and nothing is written")

run(MNCC, DATA / "models/mobilenet_v1_025_96_vww/vww_96_float.tflite", "--numerics=xnnpack", "-o", folder / "out", expect=1)
check(not (folder / "out").exists(), "--numerics is refused where nothing rounds")
run(MNCC, DATA / "models/mobilenet_v1_025_96_vww/vww_96_float.tflite", "--input-type=s8", "-o", folder / "out", expect=1)
check(not (folder / "out").exists(), "--input-type=s8 is refused where the input is of floats")
run(MNCC, "import", folder / "vww_96_int8.json", "-o", folder / "out", expect=1)
check(not (folder / "out").exists(), "'mncc import' refuses a description")

# Four bytes a word: tiles of integers are wider than those of floats, and loops longer.
folder = temporary()
mncc(next((DATA / "models" / FOLDERS["mobilenet_v1_0.25_128_quant"]).glob("*.tflite")), "--target=aarch64-linux-gnu", "--mcpu=neoverse-n1",
     "--name=net", f"--dump-ir={folder}/ir", "-o", folder / "whole")
mncc("--from-ir", next((folder / "ir").glob("*-tile.mlir")), "-o", folder / "rest")
check((folder / "whole/net.o").read_bytes() == (folder / "rest/net.o").read_bytes(), "a dump of tiled integers goes on to the same object")
