# SPDX-License-Identifier: Apache-2.0
"""Visual wake words: the imported network gives the reference's probabilities, and the same bits on all rows with fma."""
from harness import DATA, SOURCE, check, need_data, read_tensors, run, run_network, targets, temporary
import numpy as np

need_data()
folder = DATA / "models/mobilenet_v1_025_96_vww"
model = temporary()
run(SOURCE / "models/import_keras.py", folder / "vww_96.h5", "-o", model, "--preprocessing", "unit")
images = {"input_1": read_tensors(folder / "inputs_u8.safetensors")["input_u8_nhwc"]}
reference = read_tensors(folder / "reference_h5.safetensors")["probabilities"]
by_class = {True: set(), False: set()}
for cpu, row in targets().items():
    if row["arch"] != "x86_64" or not row["runs_here"]:
        print(f"skipped row {cpu}: this machine cannot run it")
        continue
    output = next(iter(run_network(model / "model.json", images, "--mcpu", cpu).values()))
    error = np.abs(output - reference).max()
    check(error <= 1e-5, f"{cpu}: probabilities within 1e-5 of the reference ({error:.2g})")
    by_class[row["fma"]].add(output.tobytes())
for fma, outputs in by_class.items():
    check(len(outputs) <= 1, f"all rows {'with' if fma else 'without'} fma give the same bits")
