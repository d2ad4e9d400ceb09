#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the shipped description and weights in PyTorch on the 10,000 test images and prints top-1.

usage: evaluate.py [--output FILE.safetensors]: also writes `softmax` [10000, 10] and `label` [10000].
"""
import argparse
import json
import pathlib

import numpy as np
import torch

import dataset
from network import MobileNet, read_safetensors, write_safetensors
from train import DESCRIPTION, to_input


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path)
    arguments = parser.parse_args()
    network = MobileNet(json.loads(DESCRIPTION.read_text()))
    network.load_weights(read_safetensors(DESCRIPTION.with_suffix(".safetensors")))
    network.eval()
    images, labels = (torch.from_numpy(np.array(a)) for a in dataset.read("t10k"))
    with torch.no_grad():
        scores = torch.cat([torch.softmax(network(to_input(images[i:i + 1000])), 1) for i in range(0, 10000, 1000)])
    predicted = scores.argmax(1)
    print(f"top-1 {100 * (predicted == labels).float().mean().item():.2f} % of {len(labels)} test images")
    if arguments.output:
        write_safetensors(arguments.output, {"softmax": scores.numpy().astype("<f4"),
                                             "label": predicted.numpy().astype("<f4")})


if __name__ == "__main__":
    main()
