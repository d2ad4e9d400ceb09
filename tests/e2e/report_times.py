# SPDX-License-Identifier: Apache-2.0
"""`mncc report` has a prediction and a measurement for each layer, and they add up; of a row that cannot run here, the
predictions. How long anything takes is not asked."""
import json
import re

from harness import DATA, FASHION, SOURCE, check, mncc, targets, temporary

report = json.loads(mncc("report", FASHION, "--json"))
layers = report["layers"]
check(report["runs_here"] and report["fma_peak_gflops"] > 0, "the peak is measured")
check([layer["layer"] for layer in layers][:3] == ["conv", "dw_1", "pw_1"] and len(layers) == 30, "every layer has a line")
check(all(layer["predicted_cycles"] > 0 and layer["measured_us"] > 0 and layer["bytes"] > 0 and "vector = " in layer["schedule"] and layer["kernel"]
          for layer in layers), "with its schedule, kernel, bytes, prediction and time")
for field in ("multiply_adds", "bytes", "predicted_cycles", "predicted_us"):
    check(abs(report[field] - sum(layer[field] for layer in layers)) <= 1e-9 * report[field], f"{field} adds up")
check(all(abs(layer["share_of_peak"] - 2e-3 * layer["multiply_adds"] / layer["measured_us"] / report["fma_peak_gflops"]) < 1e-9 for layer in layers),
      "the share of the peak is what it says")
folder = temporary()
mncc(FASHION, "-o", folder)
row, = json.loads((folder / "mobilenet_fashion.report.json").read_text())["rows"]
check([layer["kernel"] for layer in layers] == [layer["kernel"] for layer in row["layers"]] and
      report["multiply_adds"] == row["multiply_adds"], "kernels and multiply-adds are those of the object's report")

text = mncc("report", FASHION, "--threads=2")
check("2 threads" in text and "FMA peak of one thread" in text and "total" in text, "the table names threads and peak")
check(json.loads(mncc("report", FASHION, "--threads=2", "--json"))["threads"] == 2, "two threads are reported as such")
foreign = [cpu for cpu, row in targets().items() if not row["runs_here"]][0]
options = [f"--mcpu={foreign}", f"--target={targets()[foreign]['arch']}-linux-gnu"]
report = json.loads(mncc("report", FASHION, *options, "--json"))
check(not report["runs_here"] and report["predicted_cycles"] > 0 and "measured_us" not in report["layers"][0], f"{foreign} has predictions only")
check("predictions only" in mncc("report", FASHION, *options), "and the table says so")

mixed = temporary() / "mixed.json"
integers = {"type": "int8", "scale": 0.05, "zero_point": -3}
mixed.write_text(json.dumps({
    "name": "mixed", "input": {"shape": [8, 8, 32], "quantization": integers},
    "layers": [{"name": "whole", "op": "pointwise_conv2d", "filters": 32, "quantization": integers},
               {"name": "real", "op": "dequantize"}, {"name": "broken", "op": "pointwise_conv2d", "filters": 32}]}))
report = json.loads(mncc("report", mixed, "--weights=random:1", "--json"))
peaks = {"whole": report.get("int8_peak_gops"), "broken": report["fma_peak_gflops"]}
convolutions = [layer for layer in report["layers"] if layer["multiply_adds"] > 0]
least = {layer["layer"]: 2e-3 * layer["multiply_adds"] / peaks[layer["layer"]] for layer in convolutions if peaks[layer["layer"]]}
check(all(abs(layer["share_of_peak"] - least[layer["layer"]] / layer["measured_us"]) < 1e-9
          for layer in convolutions if layer["layer"] in least), "integers are measured by a peak of their own, floats by that of FMAs")
if peaks["whole"]:
    check(abs(report["share_of_peak"] - sum(least.values()) / report["measured_us"]) < 1e-9, "and the network by both")
    check(re.search("peak of (vpdpbusd|pmaddwd) of one thread", mncc("report", mixed, "--weights=random:1")), "the table names its instruction")
else:
    check("share_of_peak" not in report, "whose integers' peak is not known here")

if DATA.is_dir():
    floats = SOURCE / "models/mobilenet_v1_0.25_128.json"
    integers = DATA / "models/mobilenet_v1_025_128_imagenet_uint8/mobilenet_v1_0.25_128_quant.tflite"
    cycles = {model: json.loads(mncc("report", model, *extra, "--mcpu=znver4", "--json"))["predicted_cycles"]
              for model, extra in ((floats, ["--weights=random:1"]), (integers, []))}
    ratio = cycles[integers] / cycles[floats]
    check(0.25 < ratio < 0.5, f"four products an instruction, and rounding: integers are predicted {ratio:.2f} of floats' cycles")

narrow = [cpu for cpu, row in targets().items() if row["runs_here"] and row["bf16_dot"]]
if narrow:
    report = json.loads(mncc("report", FASHION, "--precision=bf16", f"--mcpu={narrow[0]}", "--json"))
    check(report["layers"][0]["measured_us"] > 0, f"bf16 is timed for {narrow[0]}")
    file = temporary() / "bf16.schedule.json"
    mncc("tune", FASHION, "--precision=bf16", f"--mcpu={narrow[0]}", "--budget=1", "-o", file)
    check(json.loads(file.read_text())["cpu"] == narrow[0], "and tuned")
else:
    print("skipped: this machine runs no row with bf16")
