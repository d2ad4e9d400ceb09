# SPDX-License-Identifier: Apache-2.0
"""434 real images, one answer: the same bits from every row with fma, the AArch64 object and the C++ of both compilers."""
from harness import DATA, IS_LONG, SOURCE, check, mncc, need_data, read_tensors, run, targets, temporary
from programs import COMPILERS, EMULATOR, build_cpp, infer, link

need_data()
folder = temporary()
run(SOURCE / "models/import_keras.py", DATA / "models/mobilenet_v1_025_224_imagenet/mobilenet_v1_0.25_224.h5", "-o", folder)
model = folder / "model.json"
images = sorted((DATA / "images/ilsvrc2012_val_434").glob("*.JPEG"))


def run_images(cpu):
    """(the images as the network sees them, its output as bytes) on row `cpu`."""
    path = folder / f"{cpu}.safetensors"
    mncc("run", model, "--crop", "1,1,224,224", "--mcpu", cpu, "--output", path, "--json",
         *[word for image in images for word in ("--image", image)])
    tensors = read_tensors(path)
    inputs = next(values for values in tensors.values() if values.ndim == 4)
    outputs = next(values for values in tensors.values() if values.ndim == 2)
    check(inputs.shape == (434, 224, 224, 3) and outputs.shape == (434, 1000), f"{cpu} ran 434 images")
    return inputs, outputs.tobytes()


here = [cpu for cpu, row in targets().items() if row["arch"] == "x86_64" and row["runs_here"] and row["fma"]]
widths = {targets()[cpu]["vector_bits"]: cpu for cpu in reversed(here)}
inputs, expected = run_images(here[0])
for cpu in (here if IS_LONG else widths.values()):
    check(run_images(cpu)[1] == expected, f"{cpu} gives the bits of {here[0]} on 434 images")
for cpu in widths.values():
    for compiler in COMPILERS["x86_64"]:
        built = temporary()
        mncc(model, "--emit=cpp,header", "--target=x86_64-linux-gnu", f"--mcpu={cpu}", "-o", built)
        outputs = infer(link(built, "x86_64", build_cpp(built, "x86_64", compiler)), "x86_64", inputs)
        check(outputs == expected, f"C++ for {cpu} by {compiler} gives the same bits on 434 images")

if not EMULATOR:
    print("skipped: the AArch64 object and C++ need qemu-aarch64")
else:
    count = 434 if IS_LONG else 16
    built = temporary()
    mncc(model, "--emit=obj,cpp,header", "--target=aarch64-linux-gnu", "--mcpu=neoverse-n1", "-o", built)
    objects = [next(built.glob("*.o")), build_cpp(built, "aarch64", "g++")]
    for code, what in zip(objects, ("object", "C++ by g++")):
        outputs = infer(link(built, "aarch64", code), "aarch64", inputs[:count])
        check(outputs == expected[:len(outputs)] and len(outputs) == count * 4000,
              f"the AArch64 {what} gives the same bits on {count} images")
