# SPDX-License-Identifier: Apache-2.0
"""How big an object of V1 0.25/224 in int8 is on every row of the target table, with its weights, and its code alone."""
import json

from harness import DATA, SOURCE, check, mncc, need_data, run, targets, temporary

# Bytes of text and data in an object with its weights: 0.62 MB, on some rows in two decimals only. Biases of a border take more
# data on AArch64, whose bytes have a sign. Bytes of code.
MOST_BYTES, MOST_CODE = {"cortex-a76": 620_400, "cortex-a78": 620_400}, 100 * 1024
PICTURES = 2

need_data()
folder = temporary()
pictures = DATA / "images/ilsvrc2012_val_434"
mncc("quantize", SOURCE / "models/mobilenet_v1_0.25_224.json", "--weights=random:1", "--images", pictures, f"--limit={PICTURES}", "-o",
     folder / "model")
quantised = next((folder / "model").glob("*.json"))
for cpu, columns in targets().items():
    out = folder / cpu
    mncc(quantised, "--name=net", "--emit=obj,report", f"--target={columns['arch']}-linux-gnu", f"--mcpu={cpu}", "-o", out)
    sizes = run("llvm-size-22", "--totals", *sorted(out.glob("*.o"))).splitlines()[-1].split()
    bytes_, code = int(sizes[0]) + int(sizes[1]), json.loads((out / "net.report.json").read_text())["rows"][0]["code_bytes"]
    most = MOST_BYTES.get(cpu, 620_000)
    check(bytes_ <= most and code <= MOST_CODE, f"{cpu}: {bytes_} bytes, at most {most}, {code} of code, at most {MOST_CODE}")
