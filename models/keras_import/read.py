# SPDX-License-Identifier: Apache-2.0
"""What stands in a Keras HDF5 file?"""
import json

import h5py

from keras_import.failure import ImportFailure


def text(value):
    return value if isinstance(value, str) else value.decode()


def names(group, attribute):
    """A list of names; Keras cuts one that is too long for an attribute into NAME0, NAME1 and so on."""
    if attribute in group.attrs:
        return [text(name) for name in group.attrs[attribute]]
    listed, chunk = [], 0
    while f"{attribute}{chunk}" in group.attrs:
        listed += [text(name) for name in group.attrs[f"{attribute}{chunk}"]]
        chunk += 1
    return listed


def read_weights(group):
    """{layer: {Keras's own path: array}}."""
    return {layer: {path: group[layer][path][()] for path in names(group[layer], "weight_names")}
            for layer in names(group, "layer_names")}


def read_model(path):
    """(model config, weights by layer and Keras's own path, Keras's major version) of an HDF5 file."""
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ImportFailure("", f"'{path}' is no HDF5 file: {error}") from None
    with file:
        if "model_config" not in file.attrs:
            raise ImportFailure("", f"'{path}' has weights, but no model_config",
                                "save the whole model with model.save(), not save_weights()")
        config = json.loads(text(file.attrs["model_config"]))
        weights = read_weights(file["model_weights"] if "model_weights" in file else file)
        version = int(text(file.attrs.get("keras_version", "2")).split(".")[0])
    if config["class_name"] not in ("Functional", "Model", "Sequential"):
        raise ImportFailure("", f"expects a Functional or Sequential model, found '{config['class_name']}'")
    inner = config["config"]
    return (inner if isinstance(inner, dict) else {"layers": inner}), weights, version
