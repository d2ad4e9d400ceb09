#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a Keras model (HDF5) into a model description and its weights, without changing a number.

usage: import_keras.py FILE.h5 -o DIR [--preprocessing imagenet|unit|none|JSON] [--labels FILE]
Writes DIR/model.json and DIR/model.safetensors. Needs h5py and numpy: Debian's python3-h5py and python3-numpy.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import struct
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    sys.exit("import_keras.py: error: expects h5py and numpy\nnote: apt-get install python3-h5py python3-numpy")

PREPROCESSING = {
    "imagenet": {"mean": 127.5, "std": 127.5},
    "unit": {"scale": 1 / 255},
    "none": {},
}
ACTIVATIONS = {"relu": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "softmax": "softmax", "hard_swish": "hard_swish",
               "hard_silu": "hard_swish"}


class ImportFailure(Exception):
    """What cannot be imported, and where."""

    def __init__(self, layer, message, note=""):
        place = f"layer '{layer}'" if layer else "the model"
        super().__init__(f"{place}: error: {message}" + (f"\nnote: {note}" if note else ""))


class Importer:
    """Walks the layers of a Keras model in order and collects layers and tensors of a description."""

    def __init__(self, config, weights):
        self.config, self.weights = config, weights
        self.inputs, self.layers, self.tensors = [], [], {}
        # The tensor that each Keras layer produces, by the layer's name; and shapes where a layer needs them.
        self.produced, self.aliases = {}, {}

    def run(self):
        previous = None
        for layer in self.config["layers"]:
            kind, config = layer["class_name"], layer["config"]
            name = config.get("name", layer.get("name"))
            sources = self.sources(layer, previous)
            handler = getattr(self, "import_" + kind, None)
            if handler is None:
                raise ImportFailure(name, f"unknown Keras layer '{kind}'",
                                    "known ones: " + ", ".join(sorted(m[7:] for m in dir(self) if m.startswith("import_"))))
            self.produced[name] = handler(name, config, sources) or name
            previous = name
        return self.inputs, self.layers, self.outputs(previous)

    def sources(self, layer, previous):
        """The tensors that a layer reads: Keras 1 and 2 nest lists, Keras 3 writes tensors with their history."""
        nodes = layer.get("inbound_nodes")
        if not nodes:
            return [self.produced[previous]] if previous and "inbound_nodes" not in layer else []
        node = nodes[0]
        if isinstance(node, dict):
            found = []

            def visit(value):
                if isinstance(value, dict) and "keras_history" in value:
                    found.append(value["keras_history"][0])
                elif isinstance(value, dict):
                    for item in value.values():
                        visit(item)
                elif isinstance(value, list):
                    for item in value:
                        visit(item)

            visit(node.get("args", []))
            names = found
        else:
            names = [entry[0] for entry in (node if isinstance(node[0], list) else [node])]
        return [self.produced[name] for name in names]

    def outputs(self, last):
        listed = self.config.get("output_layers")
        if not listed:
            return [self.produced[last]]
        entries = listed if isinstance(listed[0], list) else [listed]
        return [self.produced[entry[0]] for entry in entries]

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
            activation = activation.get("config", {}).get("name") or activation.get("registered_name", "")
        if activation == "linear":
            return source
        if activation not in ACTIVATIONS:
            raise ImportFailure(name, f"unknown activation '{activation}'", "known ones: " + ", ".join(sorted(ACTIVATIONS)))
        return self.add(name if source != name else f"{name}_{activation}", ACTIVATIONS[activation], [source])

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
        self.add(name, "relu" if limit is None else "relu6", sources)

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

    def import_Add(self, name, config, sources):
        self.add(name, "add", sources)

    def import_Multiply(self, name, config, sources):
        self.add(name, "mul", sources)

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


def read_model(path):
    """(model config, weights by layer and Keras's own path) of an HDF5 file."""
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ImportFailure("", f"'{path}' is no HDF5 file: {error}") from None
    with file:
        if "model_config" not in file.attrs:
            raise ImportFailure("", f"'{path}' has weights, but no model_config",
                                "save the whole model with model.save(), not save_weights()")
        text = file.attrs["model_config"]
        config = json.loads(text if isinstance(text, str) else text.decode())
        group, weights = file["model_weights"] if "model_weights" in file else file, {}
        for layer in group:
            for path_in_layer in group[layer].attrs.get("weight_names", []):
                name = path_in_layer if isinstance(path_in_layer, str) else path_in_layer.decode()
                weights.setdefault(layer, {})[name] = group[layer][name][()]
    if config["class_name"] not in ("Functional", "Model", "Sequential"):
        raise ImportFailure("", f"expects a Functional or Sequential model, found '{config['class_name']}'")
    inner = config["config"]
    return (inner if isinstance(inner, dict) else {"layers": inner}), weights


def format_description(description):
    """JSON with one layer a line."""
    layers = ",\n".join("    " + json.dumps(layer) for layer in description["layers"])
    head = {key: value for key, value in description.items() if key != "layers"}
    text = json.dumps({**head, "layers": []}, indent=2)
    return text.replace('"layers": []', '"layers": [\n' + layers + "\n  ]") + "\n"


def format_safetensors(tensors):
    header, offset = {}, 0
    for name in sorted(tensors):
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape),
                        "data_offsets": [offset, offset + tensors[name].nbytes]}
        offset += tensors[name].nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text + b"".join(tensors[name].tobytes() for name in sorted(tensors))


def parse_preprocessing(text):
    if text in PREPROCESSING:
        return PREPROCESSING[text]
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ImportFailure("", f"--preprocessing expects imagenet, unit, none or JSON: {error}") from None
    if not isinstance(value, dict):
        raise ImportFailure("", "--preprocessing expects a JSON object")
    return value


def convert(arguments):
    config, weights = read_model(arguments.file)
    importer = Importer(config, weights)
    inputs, layers, outputs = importer.run()
    if not inputs:
        raise ImportFailure("", "has no InputLayer with a fixed shape")
    preprocessing = parse_preprocessing(arguments.preprocessing)
    for entry in inputs:
        if len(entry["shape"]) == 3:
            entry["preprocessing"] = preprocessing
    description = {"name": arguments.file.stem, "inputs": inputs, "layers": layers, "outputs": outputs,
                   "weights": "model.safetensors"}
    if arguments.labels:
        description["labels"] = "labels.txt"
    for name, tensor in importer.tensors.items():
        if not np.isfinite(tensor).all():
            raise ImportFailure(name.split("/")[0], f"the weight '{name}' is not finite")
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "model.safetensors").write_bytes(format_safetensors(importer.tensors))
    (arguments.output / "model.json").write_text(format_description(description))
    if arguments.labels:
        shutil.copyfile(arguments.labels, arguments.output / "labels.txt")
    count = sum(math.prod(tensor.shape) for tensor in importer.tensors.values())
    print(f"wrote {arguments.output}/model.json: {len(layers)} layers, {count} parameters")
    print(f"preprocessing: {json.dumps(preprocessing)} (--preprocessing sets it)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path, metavar="FILE.h5")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--preprocessing", default="imagenet", help="imagenet: x/127.5-1 (default); unit: x/255; none; or JSON")
    parser.add_argument("--labels", type=pathlib.Path, help="class names, one a line; copied beside the description")
    try:
        convert(parser.parse_args())
    except (ImportFailure, OSError) as failure:
        sys.exit(f"import_keras.py: {failure}")


if __name__ == "__main__":
    main()
