# SPDX-License-Identifier: Apache-2.0
"""Makes one network for all engines: random but well-scaled weights, as Keras HDF5, TFLite, ONNX and ncnn, an input, and the
output that TensorFlow computes. usage: make_networks.py FOLDER NAME…   (NAME is a key of networks.NETWORKS)"""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from networks import LAST_FILE, NETWORKS, describe
from write_onnx import write_onnx

# Of the input; any number does.
SEED = 1


def build(network):
    """The network with logits as output; batch norms as a trained one has them, so that no value dies or explodes."""
    tf.keras.utils.set_random_seed(0)
    options = {"include_preprocessing": False} if "V3" in network.family else {}
    model = getattr(tf.keras.applications, network.family)(
        (network.side, network.side, 3), alpha=network.width, weights=None, classifier_activation=None, **options)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, tf.keras.layers.BatchNormalization):
            channels = layer.get_weights()[0].shape[0]
            layer.set_weights([rng.uniform(.7, 1.3, channels), rng.uniform(-.2, .6, channels),
                               rng.normal(0, .1, channels), rng.uniform(.5, 1.5, channels)])
    return model


def freeze(model):
    shape = (1, *model.inputs[0].shape[1:])
    call = tf.function(lambda image: model(image, training=False))
    return convert_variables_to_constants_v2(call.get_concrete_function(tf.TensorSpec(shape, tf.float32, name="input")))


def write_ncnn(onnx, side):
    """By pnnx's program, which comes with its Python package."""
    program = pathlib.Path(importlib.util.find_spec("pnnx").origin).parent / "pnnx"
    subprocess.run([program, onnx.name, f"inputshape=[1,3,{side},{side}]f32", "fp16=0"], cwd=onnx.parent, check=True)


def write_files(network, folder):
    model = build(network)
    function = freeze(model)
    model.save(folder / "network.h5")
    (folder / "network.tflite").write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([function]).convert())
    write_onnx(describe(folder, folder / "description").parent, folder / "network.onnx")
    write_ncnn(folder / "network.onnx", network.side)
    image = np.random.default_rng(SEED).uniform(-1, 1, (1, network.side, network.side, 3)).astype("<f4")
    np.save(folder / "input.npy", image)
    np.save(folder / LAST_FILE, model(image, training=False).numpy())


def main(cache, names):
    for name in names:
        whole = cache / name
        folder = cache / f"{name}.{os.getpid()}"
        folder.mkdir(parents=True)
        write_files(NETWORKS[name], folder)
        # Another run may have made it meanwhile.
        if whole.exists():
            shutil.rmtree(folder)
        else:
            folder.rename(whole)
        print("made", name, flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
