# SPDX-License-Identifier: Apache-2.0
"""mncc diff: every tensor of the object is the reference's, and the first one that is not is named."""
import json
import os
import re
import subprocess

from harness import DATA, FASHION, MNCC, check, mncc, temporary
from networks import NETWORKS, write_network

for model, options in [(FASHION, [])] + [(write_network(name), ["--weights=random:5"]) for name in NETWORKS]:
    rows = json.loads(mncc("diff", model, "--json", *options))
    compared = [row for row in rows if row["compared"]]
    check(rows and all(row["compared"] and row["within_tolerance"] for row in rows),
          f"{os.path.basename(model)}: {len(rows)} tensors agree, the furthest by "
          f"{max(row['max_error'] / max(row['max_value'], 1e-30) for row in rows):.1e} of its largest value")

folder = temporary()
mncc(FASHION, "--stop-after=tile", f"--dump-ir={folder}", "-o", folder / "out")
dump, = folder.glob("*-tile.mlir")
text = dump.read_text()
layers = [match.start() for match in re.finditer("mn.depthwise_conv2d", text)]
clamp = re.compile("activation +relu6")
start, end = clamp.search(text, layers[2]).span()
dump.write_text(text[:start] + "activation relu" + text[end:])
done = subprocess.run([MNCC, "diff", FASHION, "--from-ir", dump], capture_output=True, text=True)
check(done.returncode == 1 and "'dw_3_relu6' is the first tensor that differs" in done.stderr,
      "a clamp that is missing in a dump is found at its layer")
check("dw_3_relu6" in next(line for line in done.stdout.splitlines() if line.endswith("differs")),
      "the table marks the same layer first")

VWW = DATA / "models/mobilenet_v1_025_96_vww/vww_96_int8.tflite"
if VWW.is_file():
    for numerics, most in (("fast", 1), ("xnnpack", 0)):
        rows = json.loads(mncc("diff", VWW, f"--numerics={numerics}", "--json"))
        check(max(row["max_error"] for row in rows) <= most and all(row["within_tolerance"] for row in rows),
              f"{numerics}: each layer is within {most} units of the reference's, which reads what the object has")
else:
    print("skipped: visual wake words need MNCC_TEST_DATA")
