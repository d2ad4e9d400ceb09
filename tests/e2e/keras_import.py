# SPDX-License-Identifier: Apache-2.0
"""Keras files with the blocks of MobileNetV2 and V3, as three generations of Keras write them: imported with every weight
unchanged, they compute what numpy does; what has another meaning is refused."""
import json
import subprocess

from harness import SOURCE, check, read_tensors, run, run_network, skip, temporary

try:
    import numpy as np
    from keras_files import DIALECTS, KerasFile
except ImportError:
    skip("Debian's package python3-h5py is not installed")

IMPORTER = SOURCE / "models/import_keras.py"


def inverted_residuals(keras):
    """MobileNetV2: a block that adds its input and one of stride 2."""
    image = keras.input([17, 15, 3])
    x = keras.relu("relu", keras.batch_norm("bn", keras.conv("conv", image, 8, 3, 2)), 6.0)
    for block, stride in ((1, 1), (2, 2)):
        prefix = f"block_{block}__"
        y = keras.relu(prefix + "expand_relu", keras.batch_norm(prefix + "expand_bn", keras.conv(prefix + "expand", x, 24)), 6.0)
        if stride == 2:
            y = keras.pad(prefix + "pad", y, [[0, 1], [1, 1]])
        y = keras.depthwise(prefix + "depthwise", y, 3, stride, "same" if stride == 1 else "valid")
        y = keras.relu(prefix + "depthwise_relu", keras.batch_norm(prefix + "depthwise_bn", y), 6.0)
        y = keras.batch_norm(prefix + "project_bn", keras.conv(prefix + "project", y, 8))
        x = keras.add(prefix + "add", x, y) if stride == 1 else y
    return image, keras.flatten("flatten", keras.conv("logits", keras.pool("pool", x), 11, bias=True))


def squeeze_and_excite(keras):
    """MobileNetV3: its own rescaling, hard swish, squeeze-and-excite, 5x5 windows, a head of 1x1 convolutions."""
    image = keras.input([17, 17, 3])
    x = keras.rescale("rescaling", image, 1 / 127.5, -1.0)
    x = keras.hard_swish("swish", keras.batch_norm("bn", keras.conv("conv", x, 16, 3, 2)))
    y = keras.depthwise("block__depthwise", keras.pad("block__pad", x, [[1, 2], [1, 2]]), 5, 2, "valid")
    y = keras.relu("block__relu", keras.batch_norm("block__bn", y))
    gate = keras.relu("block__squeeze_relu", keras.conv("block__squeeze", keras.pool("block__pool", y), 8, bias=True))
    gate = keras.hard_sigmoid("block__gate", keras.conv("block__excite", gate, 16, bias=True))
    y = keras.multiply("block__scale", y, gate)
    y = keras.batch_norm("block__project_bn", keras.conv("block__project", y, 24))
    y = keras.hard_swish("head_swish", keras.conv("head", keras.pool("pool", y), 40, bias=True))
    return image, keras.flatten("flatten", keras.conv("logits", keras.dropout("dropout", y), 11, bias=True))


def import_file(keras, output, expect=0):
    folder = temporary()
    keras.save(folder / "network.h5", output)
    if expect == 0:
        run(IMPORTER, folder / "network.h5", "-o", folder)
        return folder, json.loads((folder / "model.json").read_text())
    done = subprocess.run([IMPORTER, folder / "network.h5", "-o", folder / "refused"], capture_output=True, text=True)
    check(done.returncode == 1 and not (folder / "refused").exists(), "it is refused, and nothing is written")
    return done.stderr


def check_import(make, dialect):
    what, keras = f"{make.__name__}, Keras {dialect}", KerasFile(dialect)
    image, output = make(keras)
    folder, description = import_file(keras, output)
    tensors = read_tensors(folder / "model.safetensors")
    renamed = {"depthwise_kernel": "kernel", "moving_mean": "mean", "moving_variance": "variance"}
    expected = {f"{layer}/{renamed.get(key, key)}": value for layer, weights in keras.weights.items() for key, value in weights.items()}
    check({name: value.tobytes() for name, value in expected.items()} == {name: value.tobytes() for name, value in tensors.items()},
          f"{what}: every weight is unchanged")
    numbers = image.numbers
    if make is squeeze_and_excite:
        check(description["inputs"][0]["preprocessing"] == {"scale": 1 / 127.5, "mean": 1.0, "std": 1},
              f"{what}: the Rescaling layer is the preprocessing")
        numbers = numbers / np.float32(127.5) - 1
        ops = [layer["op"] for layer in description["layers"]]
        check((ops.count("hard_swish"), ops.count("hard_sigmoid")) == (2, 1), f"{what}: hard swish and hard sigmoid are layers")
    actual = list(run_network(folder / "model.json", {"image": numbers[np.newaxis].astype("<f4")}).values())[0].ravel()
    error = np.abs(actual - output.numbers).max() / np.abs(output.numbers).max()
    check(error < 1e-5, f"{what}: computes what numpy does ({error:.1e} of the maximum)")


def check_refusal(message, make, dialect="3.15.1"):
    keras = KerasFile(dialect)
    said = import_file(keras, make(keras, keras.input([4, 4, 3])), expect=1)
    check(message in said, f"the importer says '{message}': {said.strip()}")


for make in (inverted_residuals, squeeze_and_excite):
    for dialect in DIALECTS:
        check_import(make, dialect)
for dialect in DIALECTS:
    check_refusal("expects the number 3", lambda keras, x: keras.relu("relu", keras.operate("add", "sum", x, 2.0, x.numbers), 6.0), dialect)
check_refusal("relu6(x + 3) / 6", lambda keras, x: keras.conv("conv", keras.operate("add", "sum", x, 3.0, x.numbers), 8))
check_refusal("expects to rescale an input, found 'relu'", lambda keras, x: keras.rescale("rescaling", keras.relu("relu", x), 2.0, 0.0))
check_refusal("unknown activation 'hard_sigmoid'", lambda keras, x: keras.activation("old", x, "hard_sigmoid"), "2.11.0")
check_refusal("unknown Keras layer 'LSTM'", lambda keras, x: keras.add_layer("LSTM", "lstm", [x], x.numbers))
