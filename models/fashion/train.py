#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the MobileNet that ships, on Fashion-MNIST; writes a checkpoint an epoch and goes on from the last one.

usage: train.py [--epochs N] [--threads N] [--checkpoint FILE]
Needs Debian's python3-torch and dataset-fashion-mnist. Overwrites the .safetensors beside the description every epoch.
The shipped weights (93.14 % of the test images) are the last epoch of one run whose schedule was shortened on the way:
epochs 1 to 20 with --epochs 34, then on from the checkpoint with --epochs 26. No run of the default from nothing is known.
"""
import argparse
import json
import math
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

import dataset
from network import MobileNet, write_safetensors

HERE = pathlib.Path(__file__).resolve().parent
DESCRIPTION = HERE / "mobilenet_v1_0.25_32_fashion.json"
BATCH = 128


def to_input(images):
    """uint8 [n, 28, 28] to the network's input [n, 1, 32, 32]: two zero pixels on each side, values in 0..1."""
    return functional.pad(images.float().unsqueeze(1) / 255, (2, 2, 2, 2))


def augment(batch, generator):
    """Shifts by up to two pixels, mirrors, and erases a rectangle of some images."""
    count = len(batch)
    wide = functional.pad(batch, (2, 2, 2, 2))
    top, left = torch.randint(0, 5, (2, count), generator=generator)
    rows = top[:, None] + torch.arange(28)
    columns = left[:, None] + torch.arange(28)
    batch = wide[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    mirrored = torch.rand(count, generator=generator) < 0.5
    batch[mirrored] = batch[mirrored].flip(2)
    place = torch.arange(28)
    size = torch.randint(3, 11, (2, count), generator=generator)
    start = torch.randint(0, 28, (2, count), generator=generator)
    inside = [(place >= start[i][:, None]) & (place < (start[i] + size[i])[:, None]) for i in range(2)]
    erased = inside[0][:, :, None] & inside[1][:, None, :] & (torch.rand(count, generator=generator) < 0.4)[:, None, None]
    return batch.masked_fill(erased, 0)


def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        hits = sum((network(to_input(images[i:i + 1000])).argmax(1) == labels[i:i + 1000]).sum().item()
                   for i in range(0, len(images), 1000))
    return hits / len(images)


def rate(step, steps, peak=0.4):
    """One cycle: a linear rise over the first tenth, then a cosine to zero."""
    rise = steps // 10
    return peak * step / rise if step < rise else peak * 0.5 * (1 + math.cos(math.pi * (step - rise) / (steps - rise)))


def train(arguments):
    torch.manual_seed(1704)
    torch.set_num_threads(arguments.threads)
    network, average = (MobileNet(json.loads(DESCRIPTION.read_text())).to(memory_format=torch.channels_last)
                        for _ in range(2))
    average.load_state_dict(network.state_dict())
    decayed = [p for p in network.parameters() if p.dim() > 1]
    plain = [p for p in network.parameters() if p.dim() == 1]
    optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": 1e-4}, {"params": plain, "weight_decay": 0}],
                                lr=0.1, momentum=0.9, nesterov=True)
    images, labels, test_images, test_labels = (torch.from_numpy(np.array(a))
                                                for split in ("train", "t10k") for a in dataset.read(split))
    labels, test_labels = labels.long(), test_labels.long()
    first, batches = 0, len(images) // BATCH
    if arguments.checkpoint.exists():
        state = torch.load(arguments.checkpoint)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["epoch"] + 1
    for epoch in range(first, arguments.epochs):
        start, generator = time.time(), torch.Generator().manual_seed(epoch)
        order = torch.randperm(len(images), generator=generator)
        network.train()
        for batch in range(batches):
            step = epoch * batches + batch
            for group in optimizer.param_groups:
                group["lr"] = rate(step, arguments.epochs * batches)
            chosen = order[batch * BATCH:(batch + 1) * BATCH]
            inputs = to_input(augment(images[chosen], generator)).contiguous(memory_format=torch.channels_last)
            logits = network(inputs)
            loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            decay = min(0.999, (1 + step) / (10 + step))
            with torch.no_grad():
                for to, new in zip(average.state_dict().values(), network.state_dict().values()):
                    to.mul_(decay).add_(new, alpha=1 - decay) if to.is_floating_point() else to.copy_(new)
        top1 = accuracy(average, test_images, test_labels)
        torch.save({"network": network.state_dict(), "average": average.state_dict(),
                    "optimizer": optimizer.state_dict(), "epoch": epoch}, arguments.checkpoint)
        write_safetensors(DESCRIPTION.with_suffix(".safetensors"), average.weights())
        print(f"epoch {epoch + 1}/{arguments.epochs}: loss {loss.item():.3f}, test top-1 {100 * top1:.2f} %, "
              f"{time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=26)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--checkpoint", type=pathlib.Path, default=pathlib.Path("fashion.checkpoint"))
    train(parser.parse_args())
