# SPDX-License-Identifier: Apache-2.0
"""A MobileNet that others trained: imported from Keras, it gives the reference's classes on every image."""
import csv
import json

from harness import DATA, SOURCE, check, mncc, need_data, read_tensors, run, run_network, targets, temporary, write_tensors
import numpy as np

need_data()
folder = DATA / "models/mobilenet_v1_025_224_imagenet"
images = DATA / "images/ilsvrc2012_val_434"
model = temporary()
run(SOURCE / "models/import_keras.py", folder / "mobilenet_v1_0.25_224.h5", "-o", model)
result = json.loads(mncc("eval", model / "model.json", "--images", images, "--labels", images / "labels.csv",
                         "--crop", "1,1,224,224", "--json"))
check(result["images"] == 434, "all 434 images were evaluated")
check(round(100 * result["top1"], 2) == 65.67, f"top-1 is 65.67 % ({100 * result['top1']:.2f})")
check(round(100 * result["top5"], 2) == 86.87, f"top-5 is 86.87 % ({100 * result['top5']:.2f})")

rows = list(csv.reader(open(folder / "reference_top5.csv")))[1:]
names = [row[0] for row in rows]
shown = json.loads(mncc("run", model / "model.json", "--crop", "1,1,224,224", "--top", "1000", "--json",
                        *[word for name in names for word in ("--image", images / name)]))
differing = 0
for row, entry in zip(rows, shown):
    scores = {item["class"]: item["score"] for item in entry["top"]}
    ours = [item["class"] for item in entry["top"][:5]]
    theirs = [int(value) for value in row[2:7]]
    for a, b in zip(ours, theirs):
        if a != b and abs(scores[a] - scores[b]) > 1e-5:
            differing += 1
check(differing == 0, "top-5 classes and their order agree on every image, ties within 1e-5 aside")
