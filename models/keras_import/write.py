# SPDX-License-Identifier: Apache-2.0
"""What do a description and its weights look like as files?"""
import json
import struct


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
