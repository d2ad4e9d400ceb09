# SPDX-License-Identifier: Apache-2.0
"""PyTorch and the object give the shipped model's 10,000 test images the same labels."""
import importlib.util
import sys

from harness import FASHION, SOURCE, check, fashion_images, read_tensors, run, run_network, skip, temporary

if not importlib.util.find_spec("torch"):
    skip("PyTorch (python3-torch) is not installed")

folder = temporary()
run(sys.executable, SOURCE / "models/fashion/evaluate.py", "--output", folder / "torch.safetensors")
theirs = read_tensors(folder / "torch.safetensors")["label"].astype(int)
pixels, _ = fashion_images(10000)
ours = run_network(FASHION, {"input": pixels})["softmax"].argmax(1)
equal = int((ours == theirs).sum())
check(equal >= 9999, f"{equal} of 10,000 labels are PyTorch's")
