# SPDX-License-Identifier: Apache-2.0
"""How big an object of V1 0.25/224 in int8 is on every row of the target table, with its weights, and its code alone."""
import json

from harness import DATA, SOURCE, check, mncc, need_data, run, targets, temporary

# Bytes of text and data in an object with its weights; bytes of code.
MOST_BYTES, MOST_CODE = 620_000, 100 * 1024
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
    check(bytes_ <= MOST_BYTES and code <= MOST_CODE,
          f"{cpu}: {bytes_} bytes, at most {MOST_BYTES}, {code} of code, at most {MOST_CODE}")
