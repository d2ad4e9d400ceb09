#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a Keras model (HDF5), a MobileNet V1, V2 or V3 of Keras 1 to 3, into a model description and its weights, without
changing a number.

usage: import_keras.py FILE.h5 -o DIR [--preprocessing imagenet|unit|none|JSON] [--labels FILE]
Writes DIR/model.json and DIR/model.safetensors. Needs h5py and numpy: Debian's python3-h5py and python3-numpy.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import sys

try:
    import h5py  # noqa: F401, what keras_import.read needs
    import numpy as np
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    sys.exit("import_keras.py: error: expects h5py and numpy\nnote: apt-get install python3-h5py python3-numpy")

from keras_import.failure import ImportFailure
from keras_import.layers import Importer
from keras_import.read import read_model
from keras_import.write import format_description, format_safetensors

PREPROCESSING = {
    "imagenet": {"mean": 127.5, "std": 127.5},
    "unit": {"scale": 1 / 255},
    "none": {},
}


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
    importer = Importer(*read_model(arguments.file))
    inputs, layers, outputs = importer.run()
    if not inputs:
        raise ImportFailure("", "has no InputLayer with a fixed shape")
    if importer.rescaled and arguments.preprocessing:
        raise ImportFailure("", "its Rescaling layer is its preprocessing", "leave out --preprocessing")
    preprocessing = parse_preprocessing(arguments.preprocessing or "imagenet")
    for entry in inputs:
        if len(entry["shape"]) == 3:
            entry["preprocessing"] = importer.rescaled.get(entry["name"], preprocessing)
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
    if importer.rescaled:
        print(f"preprocessing: {json.dumps(list(importer.rescaled.values())[0])}, the model's own Rescaling layer")
    else:
        print(f"preprocessing: {json.dumps(preprocessing)} (--preprocessing sets it)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path, metavar="FILE.h5")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--preprocessing", help="imagenet: x/127.5-1 (default); unit: x/255; none; or JSON")
    parser.add_argument("--labels", type=pathlib.Path, help="class names, one a line; copied beside the description")
    try:
        convert(parser.parse_args())
    except (ImportFailure, OSError) as failure:
        sys.exit(f"import_keras.py: {failure}")


if __name__ == "__main__":
    main()
