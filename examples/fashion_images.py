#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes test images of Debian's dataset-fashion-mnist as a C header for the examples.

usage: fashion_images.py COUNT FILE.h LABELS.txt
The header has test_images[COUNT][784] (28x28 bytes), test_labels[COUNT] and class_names[10].
"""
import gzip
import pathlib
import sys

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")


def main(count, header, names):
    images = gzip.open(FOLDER / "t10k-images-idx3-ubyte.gz").read()[16:]
    labels = gzip.open(FOLDER / "t10k-labels-idx1-ubyte.gz").read()[8:]
    lines = ["/* Made by examples/fashion_images.py from Fashion-MNIST. */", "#include <stdint.h>",
             f"enum {{ TEST_IMAGES = {count} }};", "static const uint8_t test_images[TEST_IMAGES][784] = {"]
    for number in range(count):
        pixels = images[784 * number:784 * (number + 1)]
        rows = [",".join(str(value) for value in pixels[28 * row:28 * (row + 1)]) for row in range(28)]
        lines.append("  {" + ",\n   ".join(rows) + "},")
    lines += ["};", "static const uint8_t test_labels[TEST_IMAGES] = {" + ", ".join(map(str, labels[:count])) + "};",
              "static const char *const class_names[] = {"]
    lines += [f'  "{name}",' for name in pathlib.Path(names).read_text().split("\n") if name]
    pathlib.Path(header).write_text("\n".join(lines + ["};", ""]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
