# SPDX-License-Identifier: Apache-2.0
"""mncc quantize: int8 models that classify as the float ones do, statistics that are used again, and what it refuses."""
import json
import re
import subprocess

from harness import (DATA, FASHION, MNCC, SOURCE, check, fashion_images, mncc, read_tensors, run, run_network, temporary,
                     write_png)
import numpy as np


def quantize(model, images, *options):
    """The folder of the quantised model, its description and the report."""
    folder = temporary()
    report = json.loads(mncc("quantize", model, *images, *options, "--json", "-o", folder))
    description = next(path for path in folder.glob("*.json") if path.name != "calibration.json")
    return folder, description, report


def refuse(message, *words):
    folder = temporary() / "out"
    done = subprocess.run([MNCC, "quantize", *map(str, words), "-o", folder], capture_output=True, text=True)
    check(done.returncode == 1 and message in done.stderr and not folder.exists(), f"refused: {message}")


images, labels = fashion_images(10000)
pictures = temporary()
for i in range(100):
    write_png(pictures / f"{i:03}.png", images[i, 2:30, 2:30, 0])
folder, model, report = quantize(FASHION, ["--images", pictures])
exact = run_network(FASHION, {"input": images})["softmax"].argmax(1)
ours = run_network(model, {"input": images}, "--input-type=u8")["softmax"].argmax(1)
before, after = 100 * (exact == labels).mean(), 100 * (ours == labels).mean()
check(after >= before - 0.3, f"Fashion-MNIST: {after:.2f} % of 10,000 in int8, {before:.2f} % in floats")
check([variant["name"] for variant in report["variants"]] == ["int8", "+gptq+bias"], "the report has a column for each form")
gains = [variant["result_db"] for variant in report["variants"]]
check(gains[1] > gains[0] + 1, f"rounding and biases that pictures decide gain: {gains[0]:.1f} to {gains[1]:.1f} dB")

both, alone = temporary(), temporary()
mncc(FASHION, "--precision=int8", "--calibrate", pictures, "--input-type=u8", "--emit=obj,header", "-o", both)
mncc(model, "--input-type=u8", "--emit=obj,header", "-o", alone)
check(sorted(path.name for path in both.iterdir()) == sorted(path.name for path in alone.iterdir()) and
      all(path.read_bytes() == (alone / path.name).read_bytes() for path in both.iterdir()),
      "--precision=int8 --calibrate gives the files of mncc quantize and mncc")
few = temporary()
write_png(few / "000.png", images[0, 2:30, 2:30, 0])
texts = [mncc(FASHION, "--precision=int8", "--calibrate", few, "--stop-after=import") for _ in range(2)]
check(texts[0] == texts[1] and set(re.findall(r'loc\("(.*?\.json)"', texts[0])) == {str(FASHION)},
      "and locations of the description of floats, each time the same")
done = subprocess.run([MNCC, FASHION, "--precision=int8", "--calibrate", temporary(), "-o", temporary() / "out"],
                      capture_output=True, text=True)
check(done.returncode == 1 and "has no .jpg, .jpeg or .png file" in done.stderr, "and its errors")

plain = ["--rounding=nearest", "--bias-correction=analytic"]
folder, model, report = quantize(FASHION, ["--images", pictures], *plain)
check([variant["name"] for variant in report["variants"]] == ["int8", "+bias"], "and no column for what is left out")
again, same, report = quantize(FASHION, ["--calibration", folder / "calibration.json"])
check(same.read_text() == model.read_text(), "the statistics of a file give the same model")
check(model.with_suffix(".safetensors").read_bytes() == same.with_suffix(".safetensors").read_bytes(), "and the same weights")
_, _, report = quantize(FASHION, ["--calibration", folder / "calibration.json", "--images", pictures, "--limit=5"], "--rounding=nearest")
gains = [variant["result_db"] for variant in report["variants"]]
check(gains[1] > gains[0], f"biases of five pictures gain with the ranges of a hundred: {gains[0]:.1f} to {gains[1]:.1f} dB")
larger = temporary()
for i in range(5):
    write_png(larger / f"{i:03}.png", np.pad(images[i, 2:30, 2:30, 0], ((1, 3), (2, 4)), constant_values=255))
limited, _, _ = quantize(FASHION, ["--images", pictures, "--limit=5"], *plain)
cropped, _, _ = quantize(FASHION, ["--images", larger, "--crop=2,1,28,28"], *plain)
check((cropped / "calibration.json").read_bytes() == (limited / "calibration.json").read_bytes(),
      "--crop takes the box out of the pictures that calibrate")
for options in (["--weights-format=f16"], ["--precision=bf16"]):
    done = subprocess.run([MNCC, model, *options, "-o", temporary() / "out"], capture_output=True, text=True)
    check(done.returncode == 1 and f"{options[0].split('=')[0]} is for networks of floats" in done.stderr,
          f"{options[0]} is refused for integers")
for options in (["--method=mse", "--per-tensor"], ["--method=entropy", "--bias-correction=none"],
                ["--method=percentile", "--rounding=nearest"], ["--keep-float=softmax", "--equalize"],
                ["--float-interface"]):
    _, other, report = quantize(FASHION, ["--images", pictures, "--limit=20"], *options)
    same = report["variants"][-1]["same_class"]
    check(same >= 18, f"{' '.join(options)}: {same} of 20 pictures have the class that floats give")
    mncc(other, "-o", temporary())

for option, needed in (("--limit=5", "--images"), ("--skip-bad-images", "--images"), ("--crop=0,0,28,28", "--images or --labels CSV"),
                       ("--label-offset=1", "--labels CSV"), ("--label-column=class", "--labels CSV")):
    done = subprocess.run([MNCC, "quantize", FASHION, "--calibration", folder / "calibration.json", option, "-o", temporary() / "out"],
                          capture_output=True, text=True)
    check(done.returncode == 2 and f"error: {needed}, with {option.split('=')[0]}, is required" in done.stderr,
          f"{option} is refused where no picture is read that it could mean")

empty = temporary()
refuse("has no .jpg, .jpeg or .png file", FASHION, "--images", empty)
refuse("--keep-float names 'conv_99', which is no layer", FASHION, "--images", pictures, "--keep-float=conv_99")
refuse("--keep-float names 'dropout', which the fuse passes leave out", SOURCE / "models/mobilenet_v1_0.25_128.json", "--weights=random:1",
       "--images", pictures, "--keep-float=dropout")
refuse("cannot read the folder", FASHION, "--images", empty / "missing")
refuse("has integers already", model, "--images", pictures)
refuse("000.png: error: the crop 2,1,28,28 does not lie inside the image of 28x28 pixels", FASHION, "--images", pictures, "--crop=2,1,28,28")
bad = temporary()
write_png(bad / "good.png", images[0, 2:30, 2:30, 0])
(bad / "broken.png").write_bytes(b"no picture")
write_png(bad / "small.png", images[0, 2:22, 2:22, 0])
refuse("broken.png: error: expects a JPEG or PNG image", FASHION, "--images", bad)
refuse("small.png: error: expects an image of 28x28 pixels, found 20x20", FASHION, "--images", bad)
for words in (["quantize", FASHION, "--images", bad, *plain], [FASHION, "--precision=int8", "--calibrate", bad]):
    said = subprocess.run([MNCC, *words, "-o", temporary()], capture_output=True, text=True).stderr
    check(said.count("error: ") == 2 and said.endswith("note: --skip-bad-images leaves bad pictures out\n"), "the errors name the way out")
    done = subprocess.run([MNCC, *words, "--skip-bad-images", "-o", temporary()], capture_output=True, text=True)
    check(done.returncode == 0 and done.stderr.count("warning: ") == 2 and "--input" not in said + done.stderr,
          "with --skip-bad-images each bad picture is a warning")
_, _, report = quantize(FASHION, ["--images", bad], "--skip-bad-images", *plain)
check(report["variants"][0]["images"] == 1, "with --skip-bad-images broken pictures and those of other sizes are left out")
(bad / "good.png").unlink()
refuse("no picture is left to calibrate with", FASHION, "--images", bad, "--skip-bad-images")
(bad / "calibration.json").write_text('{"mncc_calibration": 1, "images": 1, "tensors": {}}')
refuse("found none", FASHION, "--calibration", bad / "calibration.json")
statistics = json.loads((folder / "calibration.json").read_text())
softmax = statistics["tensors"].pop("softmax")
for said, tensors, pictures_counted in (
        ("calibration.json:2:2: error: expects tensors of the model, which has no 'softmaxx'", {"softmaxx": softmax}, 100),
        ("calibration.json:2:2: error: 'pool' expects 256 channels, as the model has, found 10", {"pool": softmax}, 100),
        ("calibration.json:2:2: error: 'softmax' expects 1 values per channel of each of the 50 images, found 100 of all", {"softmax": softmax}, 50),
        ("error: 'bins' expects counts that come to 1000, the values of all channels, instead of 0", {"softmax": softmax | {"bins": []}}, 100)):
    (bad / "calibration.json").write_text(f'{{"mncc_calibration": 1, "images": {pictures_counted}, "tensors":\n{json.dumps(tensors)}}}')
    refuse(said, FASHION, "--calibration", bad / "calibration.json")

if not DATA.is_dir():
    print("skipped: ImageNet and visual wake words need MNCC_TEST_DATA")
    raise SystemExit
coco = DATA / "images/coco128_train2017/images"
imagenet = DATA / "images/ilsvrc2012_val_434"
cut = temporary()
(cut / "cut.jpg").write_bytes(next(coco.glob("*.jpg")).read_bytes()[:3000])
refuse("cut.jpg: error: the JPEG image is broken or cut short", FASHION, "--images", cut)
source = temporary()
run(SOURCE / "models/import_keras.py", DATA / "models/mobilenet_v1_025_224_imagenet/mobilenet_v1_0.25_224.h5", "-o", source)
folder, model, report = quantize(source / "model.json", ["--images", coco, "--limit=100"])
labelled = ["--images", imagenet, "--labels", imagenet / "labels.csv", "--crop", "1,1,224,224", "--json"]
before, after = (100 * json.loads(mncc("eval", path, *labelled))["top1"] for path in (source / "model.json", model))
check(after >= before - 1.5, f"ImageNet: top-1 {after:.2f} % in int8, {before:.2f} % in floats")
shown = [[word for path in sorted(imagenet.glob("*.[jJ]*")) for word in ("--image", path)]]
classes = [[entry["top"][0]["class"] for entry in json.loads(
    mncc("run", path, "--crop", "1,1,224,224", "--top", "1", "--json", *shown[0]))] for path in (source / "model.json", model)]
agreement = 100 * np.mean([a == b for a, b in zip(*classes)])
check(len(classes[0]) == 434, "all images have been run")
decibels = report["variants"][-1]["tensor_db"]["conv_preds"]
check(decibels >= 23, f"the logits' signal-to-noise ratio is {decibels:.1f} dB")
check(agreement >= 93, f"the label is that of floats on {agreement:.1f} % of them")

vww = DATA / "models/mobilenet_v1_025_96_vww"
source = temporary()
run(SOURCE / "models/import_keras.py", vww / "vww_96.h5", "-o", source, "--preprocessing", "unit")
_, model, _ = quantize(source / "model.json", ["--images", coco, "--limit=100"])
given = read_tensors(vww / "inputs_u8.safetensors")
is_labelled = given["label"] >= 0
right = [int((next(iter(run_network(path, {"input_1": given["input_u8_nhwc"]}, "--input-type=u8").values())).argmax(1) ==
              given["label"])[is_labelled].sum()) for path in (source / "model.json", model)]
check(abs(right[0] - right[1]) <= 1, f"visual wake words: {right[1]} of {is_labelled.sum()} right in int8, {right[0]} in floats")
