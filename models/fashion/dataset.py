# SPDX-License-Identifier: Apache-2.0
"""Fashion-MNIST as Debian's package dataset-fashion-mnist installs it."""
import gzip
import pathlib

import numpy as np

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")


def read(split):
    """(images uint8 [n, 28, 28], labels uint8 [n]) of "train" or "t10k"."""
    def raw(kind, header):
        with gzip.open(FOLDER / f"{split}-{kind}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)
    labels = raw("labels-idx1", 8)
    return raw("images-idx3", 16).reshape(len(labels), 28, 28), labels
