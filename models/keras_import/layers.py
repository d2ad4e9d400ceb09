# SPDX-License-Identifier: Apache-2.0
"""What is each Keras layer in a description?"""
import numpy as np

from keras_import import graph, operators
from keras_import.failure import ImportFailure

ACTIVATIONS = {"relu": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "softmax": "softmax", "hard_swish": "hard_swish",
               "hard_silu": "hard_swish"}


class Importer:
    """Walks the layers of a Keras model in order and collects layers and tensors of a description."""

    def __init__(self, config, weights, keras_version):
        self.config, self.weights = config, weights
        # Keras 2 had another hard sigmoid, max(0, min(1, 0.2 x + 0.5)).
        self.activations = {**ACTIVATIONS, "hard_sigmoid": "hard_sigmoid"} if keras_version >= 3 else ACTIVATIONS
        self.inputs, self.layers, self.tensors = [], [], {}
        # What each Keras layer produces, by the layer's name: the name of a tensor or operators.Partial.
        self.produced = {}
        # Inputs that a Rescaling layer reads: their preprocessing.
        self.rescaled = {}

    def run(self):
        previous = None
        for layer in self.config["layers"]:
            name, operands = graph.name_of(layer), graph.operands(layer, previous)
            operator = operators.operator_of(layer)
            if operator:
                self.produced[name] = self.operate(name, operator, operands)
            else:
                self.produced[name] = self.read_layer(name, layer, operands) or name
            previous = name
        outputs = [operators.expect_tensor("", self.produced[name]) for name in graph.output_names(self.config, previous)]
        return self.inputs, operators.join_hard_swish(self.layers, outputs), outputs

    def read_layer(self, name, layer, operands):
        kind = layer["class_name"]
        handler = getattr(self, "import_" + kind, None)
        if handler is None:
            raise ImportFailure(name, f"unknown Keras layer '{kind}'",
                                "known ones: " + ", ".join(sorted(m[7:] for m in dir(self) if m.startswith("import_"))))
        sources = [self.produced[operand] for operand in operands if isinstance(operand, str)]
        if kind != "ReLU":
            sources = [operators.expect_tensor(name, source) for source in sources]
        return handler(name, layer["config"], sources)

    def operate(self, name, operator, operands):
        """Two tensors make a layer of their own; a tensor and a number are a step of a hard sigmoid."""
        values = [self.produced[operand] for operand in operands if isinstance(operand, str)]
        numbers = [operand for operand in operands if not isinstance(operand, str)]
        if len(values) == 1 and len(numbers) == 1:
            value = operators.step(name, values[0], operator, numbers[0])
            return self.add(name, "hard_sigmoid", [value.source]) if operators.is_complete(value) else value
        if numbers or operator == "div" or len(values) < 2:
            raise ImportFailure(name, f"expects two tensors to {operator}, found {len(values)} and the numbers {numbers}",
                                operators.NOTE)
        values = [operators.expect_tensor(name, value) for value in values]
        total = values[0]
        for index, value in enumerate(values[1:], 2):
            total = self.add(name if index == len(values) else f"{name}_{index}", operator, [total, value])
        return total

    def add(self, name, op, sources, **fields):
        self.layers.append({"name": name, "op": op, "inputs": sources, **fields})
        return name

    def parameter(self, layer, keras, name=None, **reshaped):
        """Takes the weight that Keras calls `keras` of `layer` under our own name."""
        for path, value in self.weights.get(layer, {}).items():
            if path.split("/")[-1].split(":")[0] == keras:
                self.tensors[f"{reshaped.get('of', layer)}/{name or keras}"] = np.asarray(value, dtype="<f4")
                return
        raise ImportFailure(layer, f"the file has no weight '{keras}'")

    def activate(self, name, config, source):
        """The activation that a Keras layer carries with it, as a layer of its own."""
        activation = config.get("activation") or "linear"
        if isinstance(activation, dict):
            inner = activation.get("config")
            activation = (inner.get("name") if isinstance(inner, dict) else inner) or activation.get("registered_name", "")
        if activation == "linear":
            return source
        if activation not in self.activations:
            raise ImportFailure(name, f"unknown activation '{activation}'",
                                "known ones: " + ", ".join(sorted(self.activations)))
        return self.add(name if source != name else f"{name}_{activation}", self.activations[activation], [source])

    @staticmethod
    def channels_last(name, config):
        if config.get("data_format") not in (None, "channels_last"):
            raise ImportFailure(name, "expects data_format 'channels_last', found 'channels_first'")

    def import_InputLayer(self, name, config, sources):
        shape = config.get("batch_input_shape") or config.get("batch_shape")
        if not shape or any(size is None for size in shape[1:]):
            raise ImportFailure(name, f"expects a fixed input shape, found {shape}",
                                "set height and width when the model is built in Keras")
        self.inputs.append({"name": name, "shape": list(shape[1:])})

    def import_Conv2D(self, name, config, sources):
        self.channels_last(name, config)
        if config.get("groups", 1) != 1:
            raise ImportFailure(name, f"expects groups 1, found {config['groups']}")
        fields = {"filters": config["filters"], "use_bias": config["use_bias"]}
        if config["kernel_size"] == [1, 1] and config["strides"] == [1, 1]:
            self.add(name, "pointwise_conv2d", sources, **fields)
        else:
            self.add(name, "conv2d", sources, kernel_size=config["kernel_size"], strides=config["strides"],
                     padding=config["padding"], dilations=config["dilation_rate"], **fields)
        self.parameter(name, "kernel")
        if config["use_bias"]:
            self.parameter(name, "bias")
        return self.activate(name, config, name)

    def import_DepthwiseConv2D(self, name, config, sources):
        self.channels_last(name, config)
        self.add(name, "depthwise_conv2d", sources, kernel_size=config["kernel_size"], strides=config["strides"],
                 padding=config["padding"], dilations=config["dilation_rate"],
                 depth_multiplier=config.get("depth_multiplier", 1), use_bias=config["use_bias"])
        try:
            self.parameter(name, "depthwise_kernel", "kernel")
        except ImportFailure:
            self.parameter(name, "kernel")
        if config["use_bias"]:
            self.parameter(name, "bias")
        return self.activate(name, config, name)

    def import_SeparableConv2D(self, name, config, sources):
        self.channels_last(name, config)
        depthwise = f"{name}_depthwise"
        self.add(depthwise, "depthwise_conv2d", sources, kernel_size=config["kernel_size"], strides=config["strides"],
                 padding=config["padding"], dilations=config["dilation_rate"],
                 depth_multiplier=config.get("depth_multiplier", 1), use_bias=False)
        self.parameter(name, "depthwise_kernel", "kernel", of=depthwise)
        self.add(name, "pointwise_conv2d", [depthwise], filters=config["filters"], use_bias=config["use_bias"])
        self.parameter(name, "pointwise_kernel", "kernel")
        if config["use_bias"]:
            self.parameter(name, "bias")
        return self.activate(name, config, name)

    def import_BatchNormalization(self, name, config, sources):
        self.add(name, "batch_norm", sources, epsilon=config["epsilon"], scale=config["scale"], center=config["center"])
        if config["scale"]:
            self.parameter(name, "gamma")
        if config["center"]:
            self.parameter(name, "beta")
        self.parameter(name, "moving_mean", "mean")
        self.parameter(name, "moving_variance", "variance")

    def import_ReLU(self, name, config, sources):
        limit = config.get("max_value")
        if config.get("negative_slope") or config.get("threshold") or limit not in (None, 6, 6.0):
            raise ImportFailure(name, "expects a ReLU or ReLU6 without slope and threshold")
        op = "relu" if limit is None else "relu6"
        if isinstance(sources[0], operators.Partial):
            return operators.step(name, sources[0], op, 0.0)
        self.add(name, op, sources)

    def import_Rescaling(self, name, config, sources):
        """Pixels become what the network computes with: that is the input's preprocessing."""
        readers = sum(sources[0] in graph.operands(layer, None) for layer in self.config["layers"])
        if sources[0] not in (entry["name"] for entry in self.inputs):
            raise ImportFailure(name, f"expects to rescale an input, found '{sources[0]}'")
        if readers > 1:
            raise ImportFailure(name, f"expects to be the only reader of '{sources[0]}', found {readers}")
        offset = config["offset"]
        mean = [-value for value in offset] if isinstance(offset, list) else -offset
        self.rescaled[sources[0]] = {"scale": config["scale"], "mean": mean, "std": 1}
        return sources[0]

    def import_Activation(self, name, config, sources):
        if config["activation"] == "linear":
            return sources[0]
        return self.activate(name, config, sources[0])

    def import_Softmax(self, name, config, sources):
        self.add(name, "softmax", sources)

    def import_Dropout(self, name, config, sources):
        self.add(name, "dropout", sources, rate=config["rate"])

    def import_Flatten(self, name, config, sources):
        self.add(name, "flatten", sources)

    def import_Reshape(self, name, config, sources):
        self.add(name, "reshape", sources, shape=list(config["target_shape"]))

    def import_ZeroPadding2D(self, name, config, sources):
        self.channels_last(name, config)
        self.add(name, "pad", sources, padding=config["padding"])

    def import_Dense(self, name, config, sources):
        self.add(name, "fully_connected", sources, units=config["units"], use_bias=config["use_bias"])
        self.parameter(name, "kernel")
        if config["use_bias"]:
            self.parameter(name, "bias")
        return self.activate(name, config, name)

    def import_GlobalAveragePooling2D(self, name, config, sources):
        self.channels_last(name, config)
        self.add(name, "global_average_pool", sources, keep_dims=bool(config.get("keepdims", False)))

    def pool(self, name, op, config, sources):
        self.channels_last(name, config)
        self.add(name, op, sources, pool_size=config["pool_size"], strides=config["strides"] or config["pool_size"],
                 padding=config["padding"])

    def import_AveragePooling2D(self, name, config, sources):
        self.pool(name, "average_pool", config, sources)

    def import_MaxPooling2D(self, name, config, sources):
        self.pool(name, "max_pool", config, sources)

    def import_Concatenate(self, name, config, sources):
        self.add(name, "concat", sources, axis=config["axis"])

    def import_UpSampling2D(self, name, config, sources):
        raise ImportFailure(name, "UpSampling2D needs the size of its input", "use a Resizing layer instead")

    def import_Resizing(self, name, config, sources):
        method = config["interpolation"]
        if method not in ("nearest", "bilinear"):
            raise ImportFailure(name, f"expects the interpolation nearest or bilinear, found '{method}'")
        self.add(name, "resize", sources, size=[config["height"], config["width"]], method=method,
                 half_pixel_centers=True)
