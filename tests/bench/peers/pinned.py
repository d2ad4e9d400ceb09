# SPDX-License-Identifier: Apache-2.0
"""Are the peers here, in the versions that are pinned? usage: pinned.py REQUIREMENTS.txt [NAME==VERSION…]"""
import importlib.metadata
import pathlib
import sys


def is_installed(pin):
    name, version = pin.split("==")
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False


if __name__ == "__main__":
    pins = pathlib.Path(sys.argv[1]).read_text().split() + sys.argv[2:]
    sys.exit(not all(map(is_installed, pins)))
