# SPDX-License-Identifier: Apache-2.0
"""Which tensors and numbers does a Keras layer read?"""


def name_of(layer):
    """What other layers call it: a TensorFlowOpLayer's config has another name."""
    return layer.get("name") or layer["config"]["name"]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def call_operands(value):
    """Keras 3: tensors are dictionaries with their history, somewhere in the arguments of the call."""
    if isinstance(value, dict):
        if "keras_history" in value:
            return [value["keras_history"][0]]
        return [found for item in value.values() for found in call_operands(item)]
    if isinstance(value, list):
        return [found for item in value for found in call_operands(item)]
    return [float(value)] if is_number(value) else []


def keyword_operands(keywords):
    """Keras 2 keeps what TFOpLambda layers are called with beside the tensor: numbers, and tensors as lists."""
    found = []
    for key in ("x", "y"):
        value = keywords.get(key)
        if is_number(value):
            found.append(float(value))
        elif isinstance(value, list) and value and isinstance(value[0], str):
            found.append(value[0])
    return found


def listed_operands(node):
    """Keras 1 and 2: [name, node, tensor, keywords], or a list of them."""
    found = []
    for entry in node if isinstance(node[0], list) else [node]:
        found += [entry[0], *keyword_operands(entry[3] if len(entry) > 3 else {})]
    return found


def operands(layer, previous):
    """Names of layers and numbers, in the order of the call; `previous` is what a layer of a Sequential model reads."""
    if "inbound_nodes" not in layer:
        return [previous] if previous else []
    if not layer["inbound_nodes"]:
        return []
    node = layer["inbound_nodes"][0]
    found = call_operands(node.get("args", [])) if isinstance(node, dict) else listed_operands(node)
    constants = layer["config"].get("constants") or {}
    for position in sorted(constants, key=int):
        found.insert(int(position), float(constants[position]))
    return found


def output_names(config, last):
    listed = config.get("output_layers")
    if not listed:
        return [last]
    return [entry[0] for entry in (listed if isinstance(listed[0], list) else [listed])]
