# SPDX-License-Identifier: Apache-2.0
"""mncc quantize --accuracy-loss: the layers that integers are no good for are found and stay float, the others do not."""
import json
import subprocess

from harness import MNCC, check, mncc, run_network, temporary, write_png, write_tensors
import numpy as np

# Two layers of weights that are far smaller than one that nothing is ever multiplied with: their inputs' last channels are
# always 0. In integers, all weights but that one are 0.
random = np.random.default_rng(3)
weights = {
    "first/kernel": random.normal(size=(2, 2, 1, 6)), "first/bias": random.normal(size=6) / 10,
    "broken/kernel": 3 * random.normal(size=(1, 1, 6, 8)), "broken/bias": random.normal(size=8) / 10,
    "second/kernel": 3 * random.normal(size=(1, 1, 8, 8)), "second/bias": random.normal(size=8) / 10,
    "last/kernel": random.normal(size=(72, 4)), "last/bias": np.zeros(4)}
weights["first/kernel"][..., 5], weights["first/bias"][5] = 0, -1
weights["broken/kernel"][0, 0, 5] = weights["second/kernel"][0, 0, 7] = 1000
weights["broken/kernel"][..., 7], weights["broken/bias"][7] = 0, -1
folder = temporary()
write_tensors(folder / "net.safetensors", {name: values.astype("float32") for name, values in weights.items()})
model = folder / "net.json"
model.write_text(json.dumps({
    "name": "net", "weights": "net.safetensors", "outputs": ["classes"],
    "inputs": [{"name": "image", "shape": [4, 4, 1], "preprocessing": {"channel_order": "gray", "mean": 127.5, "std": 127.5}}],
    "layers": [
        {"name": "first", "op": "conv2d", "inputs": ["image"], "filters": 6, "kernel_size": [2, 2]},
        {"name": "first_relu", "op": "relu", "inputs": ["first"]},
        {"name": "broken", "op": "pointwise_conv2d", "inputs": ["first_relu"], "filters": 8},
        {"name": "broken_relu", "op": "relu6", "inputs": ["broken"]},
        {"name": "second", "op": "pointwise_conv2d", "inputs": ["broken_relu"], "filters": 8},
        {"name": "second_relu", "op": "relu6", "inputs": ["second"]},
        {"name": "flat", "op": "flatten", "inputs": ["second_relu"]},
        {"name": "last", "op": "fully_connected", "inputs": ["flat"], "units": 4},
        {"name": "classes", "op": "softmax", "inputs": ["last"]}]}))

pixels = random.integers(0, 256, size=(80, 4, 4), dtype=np.uint8)
floats = (pixels[..., None].astype("float32") - np.float32(127.5)) / np.float32(127.5)
classes = run_network(model, {"image": floats})["classes"].argmax(1)
check(np.bincount(classes, minlength=4).max() < 60, "no class alone is that of most pictures")
pictures, labelled = temporary(), temporary()
for i in range(40):
    write_png(pictures / f"{i}.png", pixels[i])
    write_png(labelled / f"{i}.png", pixels[40 + i])
rows = [f"{i}.png,{classes[40 + i]}" for i in range(40)]
table = labelled / "labels.csv"
table.write_text("\n".join(["file,class", *rows, ""]))


def quantize(*options, expect=0):
    out = temporary()
    words = ["quantize", model, "--images", pictures, "--labels", table, *options, "-o", out]
    return out, mncc(*words, expect=expect)


out, text = quantize("--json")
plain = out / "net.json"
report = json.loads(text)
broken = report["variants"][-1]["right"]
check(report["labelled"] == {"images": 40, "right_floats": 40}, "with --labels the floats' accuracy is measured")
check(broken < 30, f"in integers {broken} of 40 pictures are right")
check("search" not in report, "without --accuracy-loss nothing is searched")

out, text = quantize("--accuracy-loss=5", "--json")
report = json.loads(text)
gains = report["search"]["gains"]
check(set(report["search"]["keep_float"]) == {"broken_relu", "second_relu"}, "the broken layers stay float, and no others")
scales = {layer["name"]: layer.get("quantization") for layer in json.loads(plain.read_text())["layers"]}
check(scales["second_relu"] == scales["broken_relu"], "the scale of the second is that of its input")
check({gain["layer"] for gain in gains} == {"first_relu", "broken_relu", "second_relu", "last", "classes"},
      "all layers that round were tried")
check(gains[0]["layer"] in report["search"]["keep_float"] and
      gains[0]["result_db"] > report["search"]["without_floats"]["result_db"], "one of them gains most")
check(gains == sorted(gains, key=lambda gain: -gain["result_db"]), "the list is in the order of gains")
check(abs(sum(gain["work_share"] for gain in gains) - 1) < 1e-9, "it says each layer's share of the multiply-adds")
check(report["variants"][-1]["name"] == "+float" and report["variants"][-1]["right"] >= 38,
      f"with them {report['variants'][-1]['right']} of 40 are right")
top1 = json.loads(mncc("eval", out / "net.json", "--images", labelled, "--labels", table, "--json"))["top1"]
check(top1 == report["variants"][-1]["right"] / 40, f"and in the model that was written, too: {100 * top1} %")

_, text = quantize("--keep-float=broken,second", "--accuracy-loss=5", "--json")
check(json.loads(text)["search"] == {"gains": [], "keep_float": []}, "where the network is good enough, nothing is tried")
_, text = quantize("--accuracy-loss=5")
check(text.count("stays float\n") == 2 and f"--keep-float={','.join(report['search']['keep_float'])}\n" in text,
      "the text names them, too")
check("top-1 of 40 labelled pictures: floats 100.00 %, int8 " in text, "and the accuracy of each form")
_, text = quantize("--accuracy-loss=100")
check("no layer has to stay float" in text, "a loss of 100 points needs none")


def refuse(status, message, *options):
    out = temporary() / "out"
    done = subprocess.run([MNCC, "quantize", model, "--images", pictures, *map(str, options), "-o", out],
                          capture_output=True, text=True)
    check(done.returncode == status and message in done.stderr and not out.exists(), f"refused: {message}")


refuse(2, "--labels CSV, with --accuracy-loss, is required", "--accuracy-loss=1")
refuse(2, "--labels CSV, with --labelled-images, is required", "--labelled-images", labelled)
for word in ("-1", "101", "nan", "few"):
    refuse(2, f"--accuracy-loss: expects a number of at least 0 and at most 100, found '{word}'", "--labels", table,
           f"--accuracy-loss={word}")
wrong = labelled / "wrong.csv"
wrong.write_text("file,class\n0.png,0\n1.png,4\n")
refuse(1, "wrong.csv:3:", "--labels", wrong, "--accuracy-loss=1")
refuse(1, "expects a class below 4, found 4", "--labels", wrong, "--accuracy-loss=1")
wrong.write_text("file,class\nmissing.png,0\n")
refuse(1, "missing.png", "--labels", wrong, "--accuracy-loss=1")
refuse(1, "nothing.csv", "--labels", labelled / "nothing.csv", "--accuracy-loss=1")
refuse(1, "0.png", "--labels", table, "--labelled-images", temporary(), "--accuracy-loss=1")
