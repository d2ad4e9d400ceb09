# SPDX-License-Identifier: Apache-2.0
"""--input-type=u8: pixels as bytes with the preprocessing folded in give the reference evaluator's answers."""
import json

from harness import DATA, FASHION, SOURCE, check, fashion_images, mncc, need_data, read_tensors, run, run_network, temporary, write_tensors
import numpy as np

TOLERANCE = 1e-5
BYTES = "--input-type=u8"
UNFOLDED = "--disable-pass=fold-input-normalization"


def distance(actual, expected):
    """The largest error as a share of the reference's largest value."""
    return np.abs(actual.astype(np.float64) - expected).max() / np.abs(expected).max()


def kernels(model, *options):
    folder = temporary()
    mncc(model, BYTES, "--mcpu=x86-64-v3", "--target=x86_64-linux-gnu", *options, "-o", folder)
    header, = folder.glob("*.h")
    check("const uint8_t *input" in header.read_text(), f"{header.name} takes bytes")
    report, = folder.glob("*.report.json")
    return [layer["kernel"] for layer in json.loads(report.read_text())["rows"][0]["layers"]]


def processors(*options):
    """For which processor the code of each kernel is ordered."""
    folder = temporary()
    mncc(FASHION, "--mcpu=cortex-a53", "--target=aarch64-linux-gnu", *options, "-o", folder)
    report, = folder.glob("*.report.json")
    return [kernel["tuned_for"] for kernel in json.loads(report.read_text())["rows"][0]["kernels"]]


def compare(what, model, pixels, *options):
    """The object on bytes, with the normalisation folded and not, against the evaluator on bytes and on floats."""
    reference = run_network(model, {"input": pixels}, BYTES, "--reference", *options)
    floats = run_network(model, {"input": pixels}, "--reference", *options)
    for name, expected in reference.items():
        check(distance(floats[name], expected) <= 1e-6, f"{what}: the evaluator's '{name}' is the same from bytes and floats")
        for pass_options in ([], [UNFOLDED]):
            error = distance(run_network(model, {"input": pixels}, BYTES, *pass_options, *options)[name], expected)
            check(error <= TOLERANCE, f"{what}: '{name}' of bytes is within 1e-5 of the evaluator ({error:.1e}) {pass_options}")


def count_normalizations(names):
    return sum("normalize" in name for name in names)


def describe(padding, strides, preprocessing):
    """A convolution of pixels whose borders the folding has to mind."""
    path = temporary() / "borders.json"
    path.write_text(json.dumps({
        "name": "borders", "input": {"shape": [9, 10, 3], "preprocessing": preprocessing},
        "layers": [{"name": "conv", "op": "conv2d", "filters": 5, "kernel_size": 3, "strides": strides, "padding": padding},
                   {"name": "relu", "op": "relu"}]}))
    return path


pixels, _ = fashion_images(20)
check(count_normalizations(kernels(FASHION)) == 0 and count_normalizations(kernels(FASHION, UNFOLDED)) == 1,
      "fold-input-normalization saves the layer that scales the pixels")
compare("Fashion-MNIST", FASHION, pixels)

generator = np.random.default_rng(7)
pixels = generator.integers(0, 256, (3, 9, 10, 3), dtype=np.uint8)
NORMALIZATIONS = {"scaled": {"scale": 1 / 255},
                  "signed": {"scale": 1 / 127.5, "mean": 1},
                  "by channel": {"scale": 1 / 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}
for kind, preprocessing in NORMALIZATIONS.items():
    for padding in ("valid", "same", [[0, 1], [0, 1]], [[2, 1], [1, 2]]):
        for strides in (1, 2):
            model = describe(padding, strides, preprocessing)
            compare(f"{kind}, padding {padding}, stride {strides}", model, pixels, "--weights=random:3")

need_data()
folder = DATA / "models/mobilenet_v1_025_224_imagenet"
model = temporary()
run(SOURCE / "models/import_keras.py", folder / "mobilenet_v1_0.25_224.h5", "-o", model)
model /= "model.json"
names = sorted((DATA / "images/ilsvrc2012_val_434").glob("*.*"))
images = [word for name in names if name.suffix.lower() in (".jpg", ".jpeg", ".png") for word in ("--image", name)][:6]
saved = temporary() / "pixels.safetensors"
shown = json.loads(mncc("run", model, BYTES, "--crop", "1,1,224,224", "--json", "--output", saved, *images))
pixels = next(tensor for tensor in read_tensors(saved).values() if tensor.dtype == np.uint8)
inputs = {next(name for name, tensor in read_tensors(saved).items() if tensor.dtype == np.uint8): pixels}
reference, = run_network(model, inputs, BYTES, "--reference").values()
output, = run_network(model, inputs, BYTES).values()
check(distance(output, reference) <= TOLERANCE, f"Keras: bytes are within 1e-5 of the evaluator ({distance(output, reference):.1e})")
floats = json.loads(mncc("run", model, "--crop", "1,1,224,224", "--json", *images))
check([[item["class"] for item in image["top"]] for image in shown] == [[item["class"] for item in image["top"]] for image in floats],
      f"Keras: bytes and floats give the same five classes of {len(shown)} pictures")

check(processors(BYTES) == processors(), "kernels of floats are those of floats whatever the picture is")
