# SPDX-License-Identifier: Apache-2.0
"""Makes one network for all engines: random but well-scaled weights, as Keras HDF5, TFLite, ONNX and ncnn, an input, and the
output that TensorFlow computes. usage: make_networks.py FOLDER NAME…   (NAME is a key of networks.NETWORKS)"""
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
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


def calibration(side):
    """Random images, as the weights are random."""
    rng = np.random.default_rng(SEED + 1)
    return [rng.uniform(-1, 1, (1, side, side, 3)).astype("<f4") for _ in range(8)]


class Images(CalibrationDataReader):
    def __init__(self, side):
        self.images = iter(calibration(side))

    def get_next(self):
        image = next(self.images, None)
        return None if image is None else {"input": np.ascontiguousarray(image.transpose(0, 3, 1, 2))}


def write_int8(function, side, folder, image):
    """The network in int8 as TensorFlow and ONNX Runtime quantise it, its input, and what LiteRT computes."""
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image] for image in calibration(side))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    (folder / "network_int8.tflite").write_bytes(converter.convert())
    quantize_static(folder / "network.onnx", folder / "network_int8.onnx", Images(side), QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    interpreter = Interpreter(str(folder / "network_int8.tflite"))
    interpreter.allocate_tensors()
    entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero_point = entry["quantization"]
    integers = np.clip(np.round(image / scale) + zero_point, -128, 127).astype(np.int8)
    interpreter.set_tensor(entry["index"], integers)
    interpreter.invoke()
    np.save(folder / "input_int8.npy", integers)
    scale, zero_point = result["quantization"]
    np.save(folder / "expected_int8.npy", scale * (interpreter.get_tensor(result["index"]).astype("<f4") - zero_point))
    (folder / LAST_FILE).write_text(json.dumps({"scale": float(scale), "zero_point": int(zero_point)}))


def write_files(network, folder):
    model = build(network)
    function = freeze(model)
    model.save(folder / "network.h5")
    (folder / "network.tflite").write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([function]).convert())
    write_onnx(describe(folder, folder / "description").parent, folder / "network.onnx")
    write_ncnn(folder / "network.onnx", network.side)
    image = np.random.default_rng(SEED).uniform(-1, 1, (1, network.side, network.side, 3)).astype("<f4")
    np.save(folder / "input.npy", image)
    np.save(folder / "expected.npy", model(image, training=False).numpy())
    write_int8(function, network.side, folder, image)


def main(cache, names):
    for name in names:
        whole = cache / name
        folder = cache / f"{name}.{os.getpid()}"
        folder.mkdir(parents=True)
        write_files(NETWORKS[name], folder)
        # Another run may have made it meanwhile; one that made less than is needed now is replaced.
        if (whole / LAST_FILE).exists():
            shutil.rmtree(folder)
        else:
            shutil.rmtree(whole, ignore_errors=True)
            folder.rename(whole)
        print("made", name, flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
