# SPDX-License-Identifier: Apache-2.0
"""Small int8 networks that TensorFlow converts, an op or two each, those without weights in uint8 as well, and V3-small where
tests/bench/peers.sh has made it: every byte is that of LiteRT's reference kernels (`litert`) and of LiteRT with XNNPACK (`xnnpack`).
Needs the peers' environment, which MNCC_PEERS names, else build/peers."""
import os
import pathlib
import sys

from harness import SOURCE, check, integer_rows, run_network, skip, temporary

PEERS = pathlib.Path(os.environ.get("MNCC_PEERS", SOURCE / "build/peers"))
if not (PEERS / "bin/python").exists():
    skip(f"no environment with LiteRT at {PEERS}: tests/bench/peers.sh makes one, MNCC_PEERS names another")
if pathlib.Path(sys.prefix).resolve() != PEERS.resolve():
    os.execv(PEERS / "bin/python", [str(PEERS / "bin/python"), *sys.argv])

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tensorflow.lite.python.schema_py_generated import BuiltinOperator, TensorType
from tensorflow.lite.tools import flatbuffer_utils

RESOLVERS = {"litert": OpResolverType.BUILTIN_REF, "xnnpack": OpResolverType.AUTO}
IMAGES = 3
RANDOM = np.random.default_rng(3)


def weights(*shape):
    return tf.constant(RANDOM.normal(0, 0.4, shape).astype("<f4"))


def resize(method, height, width, align_corners, half_pixel_centers):
    kernel = getattr(tf.raw_ops, f"Resize{method}")
    return lambda x: kernel(images=x, size=[height, width], align_corners=align_corners, half_pixel_centers=half_pixel_centers)


def hard_sigmoid(x):
    return tf.nn.relu6(x + 3) / 6


CASES = {
    "conv2d": lambda x: tf.nn.relu6(tf.nn.conv2d(x, weights(3, 3, 12, 20), 2, "SAME") + weights(20)),
    "depthwise": lambda x: tf.nn.relu(tf.nn.depthwise_conv2d(x, weights(3, 3, 12, 1), [1, 1, 1, 1], "SAME") + weights(12)),
    "pointwise": lambda x: tf.nn.conv2d(x, weights(1, 1, 12, 24), 1, "VALID") + weights(24),
    "fully_connected": lambda x: tf.matmul(tf.reshape(x, [1, 9 * 7 * 12]), weights(9 * 7 * 12, 10)) + weights(10),
    "add": lambda x: x + tf.nn.conv2d(x, weights(1, 1, 12, 12), 1, "VALID"),
    "mul": lambda x: x * tf.nn.conv2d(x, weights(1, 1, 12, 12), 1, "VALID"),
    "add_constant": lambda x: x + 3,
    "add_channels": lambda x: tf.nn.relu6(x + weights(12)),
    "mul_constant": lambda x: x * 0.37,
    "mul_channels": lambda x: x * weights(12),
    "average_pool": lambda x: tf.nn.avg_pool2d(x, 3, 2, "SAME"),
    "max_pool": lambda x: tf.nn.max_pool2d(x, 3, 2, "SAME"),
    "mean": lambda x: tf.reduce_mean(tf.nn.conv2d(x, weights(1, 1, 12, 24), 1, "VALID"), [1, 2]),
    "pad": lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]]),
    "concat": lambda x: tf.concat([x, tf.nn.conv2d(x, weights(1, 1, 12, 8), 1, "VALID")], 3),
    "concat_scales": lambda x: tf.concat([x, tf.nn.relu6(x), tf.sigmoid(x)], 3),
    "softmax": lambda x: tf.nn.softmax(tf.reshape(x, [1, 9 * 7 * 12])),
    "sigmoid": lambda x: tf.sigmoid(x),
    "hard_swish": lambda x: x * tf.nn.relu6(x + 3) / 6,
    "hard_sigmoid": lambda x: hard_sigmoid(tf.nn.conv2d(x, weights(1, 1, 12, 8), 1, "VALID")),
    "relu": lambda x: tf.nn.relu(x),
    "relu6": lambda x: tf.nn.relu6(x),
    "nearest": resize("NearestNeighbor", 18, 10, False, False),
    "nearest_half": resize("NearestNeighbor", 5, 15, False, True),
    "bilinear": resize("Bilinear", 17, 5, False, False),
    "bilinear_corners": resize("Bilinear", 18, 14, True, False),
    "bilinear_half": resize("Bilinear", 18, 21, False, True),
}
WITHOUT_WEIGHTS = ("average_pool", "max_pool", "pad", "concat_scales", "softmax", "sigmoid", "hard_swish", "relu", "relu6", "nearest",
                   "nearest_half", "bilinear", "bilinear_corners", "bilinear_half")


def convert(function):
    """The int8 file of `function`, from integers to integers."""
    call = tf.function(function).get_concrete_function(tf.TensorSpec((1, 9, 7, 12), tf.float32, name="input"))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([call])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([RANDOM.normal(0.3, 3, (1, 9, 7, 12)).astype("<f4")] for _ in range(8))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def as_bytes(model):
    """`model`, int8 without weights, in uint8; what QUANTIZE has brought to another scale is read at its own."""
    content = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    graph, = content.subgraphs
    for tensor in graph.tensors:
        if tensor.type == TensorType.INT8:
            tensor.type = TensorType.UINT8
            tensor.quantization.zeroPoint = [int(zero) + 128 for zero in tensor.quantization.zeroPoint]
    code = lambda op: max(content.operatorCodes[op.opcodeIndex].builtinCode, content.operatorCodes[op.opcodeIndex].deprecatedBuiltinCode)
    rescaled = {op.outputs[0]: op.inputs[0] for op in graph.operators if code(op) == BuiltinOperator.QUANTIZE}
    graph.operators = [op for op in graph.operators if code(op) != BuiltinOperator.QUANTIZE]
    for op in graph.operators:
        op.inputs = [rescaled.get(number, number) for number in op.inputs]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(content))


def run_litert(path, images, resolver):
    interpreter = Interpreter(str(path), experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = []
    for image in images:
        interpreter.set_tensor(entry["index"], image[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(result["index"]))
    return entry["name"], np.concatenate(outputs)


def compare(name, path, rows):
    entry = Interpreter(str(path)).get_input_details()[0]
    images = RANDOM.integers(0, 256, (IMAGES, *entry["shape"][1:])).astype(np.uint8).view(entry["dtype"])
    for numerics, resolver in RESOLVERS.items():
        entry, expected = run_litert(path, images, resolver)
        for options in [["--mcpu", row] for row in rows] + [["--reference"]]:
            actual, = run_network(path, {entry: images}, f"--numerics={numerics}", *options).values()
            wrong = np.count_nonzero(actual.reshape(expected.shape) != expected)
            check(wrong == 0, f"{name} as {numerics}: LiteRT's bytes with {' '.join(options)} ({wrong} of {actual.size} differ)")


folder, ROWS = temporary(), integer_rows()
for name in sys.argv[1:] or CASES:
    (folder / f"{name}.tflite").write_bytes(convert(CASES[name]))
    compare(name, folder / f"{name}.tflite", ROWS)
    if name in WITHOUT_WEIGHTS:
        (folder / f"{name}_uint8.tflite").write_bytes(as_bytes(convert(CASES[name])))
        compare(f"{name} of uint8", folder / f"{name}_uint8.tflite", ROWS)
V3 = PEERS / "models/v3_small_1.0_224/network_int8.tflite"
if V3.exists() and not sys.argv[1:]:
    compare("V3-small", V3, ROWS[:1])
