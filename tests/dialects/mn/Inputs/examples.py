# SPDX-License-Identifier: Apache-2.0
"""Prints a module with the example of every op of the dialect's manual. usage: mlir-tblgen --gen-op-doc … | examples.py"""
import re
import sys

EXAMPLE = re.compile(r"Example:\s+`([^`]+)`")


def operand_types(text):
    """[a, b] of "(a, b) -> c", tensors all."""
    return re.split(r",\s+(?=tensor)", re.fullmatch(r"\((.*)\) -> .+", text, re.S).group(1))


def function(number, example):
    head, name, rest = re.fullmatch(r"(%\w+ = )?mn\.(\w+) (.*)", example, re.S).groups()
    if name == "call":
        kernel = re.match(r"@\w+", rest).group()
        arguments = ", ".join(["memref<64xf32>"] * rest.count("#mn.buffer"))
        return f"func.func private {kernel}({arguments})\nfunc.func @{name}() {{\n  {example}\n  return\n}}\n"
    if name == "constant":
        return f"func.func @{name}() {{\n  {example}\n  return\n}}\n"
    if name == "fused":
        return f"func.func @{name}(%0: {operand_types(example.split(' : ', 1)[1].split(' {')[0])[0]}) {{\n  {example}\n  return\n}}\n"
    if name == "yield":  # stands in the example of mn.fused only
        return ""
    types = operand_types(re.search(r":\s+(\(.*)", rest, re.S).group(1))
    operands = list(dict.fromkeys(re.findall(r"%\w+", rest)))
    assert len(operands) == len(types), f"{example}: {len(types)} types for {len(operands)} operands"
    arguments = ", ".join(f"{operand}: {kind}" for operand, kind in zip(operands, types))
    return f"func.func @{name}({arguments}) {{\n  {example}\n  return\n}}\n"


sections = re.split(r"^### `mn\.(\w+)`", sys.stdin.read(), flags=re.M)[1:]
for name, text in zip(sections[::2], sections[1::2]):
    found = EXAMPLE.search(text)
    if not found or f"mn.{name} " not in found.group(1):
        sys.exit(f"mn.{name} has no example of itself in dialects/mn/MnOps.td")
    if not re.match(r"[^_]*_[^_\n]+", text):
        sys.exit(f"mn.{name} has no summary in dialects/mn/MnOps.td")
    print(function(name, found.group(1)))
