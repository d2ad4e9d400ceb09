# SPDX-License-Identifier: Apache-2.0
"""Which engines are measured?"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Engine:
    """A row of the table. `tolerance` is the permitted difference as a share of the output's maximum; mncc compiles the
    network with `options`."""
    name: str
    title: str
    precision: str = "fp32"
    tolerance: float = 1e-4
    options: tuple = ()

    @property
    def key(self):
        return f"{self.name}:{self.precision}"

    @property
    def is_quantized(self):
        """Runs the network that TensorFlow has quantised, from and to integers."""
        return self.precision.startswith("int8")

    @property
    def input_file(self):
        """ONNX Runtime's quantised network takes floats."""
        return "input_int8.npy" if self.is_quantized and self.name != "onnxruntime" else "input.npy"

    @property
    def expected_file(self):
        return "expected_int8.npy" if self.is_quantized else "expected.npy"

    @property
    def is_ours(self):
        return self.name == "mncc"


# The first row of mncc is what ratios refer to.
ENGINES = {engine.key: engine for engine in (
    Engine("mncc", "mncc"),
    # 8 bits of a product's factors: three parts in a hundred of the largest output, after all layers of a random network.
    Engine("mncc", "mncc", "bf16", 3e-2, ("--precision=bf16",)),
    # One unit of the result: the rounding of LiteRT's XNNPACK, and that of TensorFlow Lite Micro.
    Engine("mncc", "mncc", "int8", 1e-2, ("--numerics=xnnpack",)),
    Engine("mncc", "mncc", "int8-tflm", 2e-1, ("--numerics=tflm",)),
    Engine("litert", "LiteRT"),
    Engine("onnxruntime", "ONNX Runtime"),
    Engine("openvino", "OpenVINO"),
    Engine("ncnn", "ncnn"),
    Engine("litert", "LiteRT", "int8", 1e-2),
    # These round each layer in their own way, and ONNX Runtime has scales of its own.
    Engine("onnxruntime", "ONNX Runtime", "int8", 6e-1),
    Engine("openvino", "OpenVINO", "int8", 6e-1),
)}
NAMES = list(dict.fromkeys(engine.name for engine in ENGINES.values()))
PRECISIONS = list(dict.fromkeys(engine.precision for engine in ENGINES.values()))
TITLES = {engine.name: engine.title for engine in ENGINES.values()}


def base_of(keys):
    return next((key for key in keys if ENGINES[key].is_ours), None)
