# SPDX-License-Identifier: Apache-2.0
"""What do additions and multiplications mean? Keras spells the hard sigmoid as three layers, relu6(x + 3) / 6, and the hard
swish as one more that multiplies by x."""
import dataclasses
import json

from keras_import.failure import ImportFailure

# Keras's class, TFOpLambda's function or TensorFlow's operation -> what it does.
OPERATORS = {
    "Add": "add", "__operators__.add": "add", "math.add": "add", "AddV2": "add",
    "Multiply": "mul", "math.multiply": "mul", "Mul": "mul",
    "Divide": "div", "TrueDivide": "div", "math.divide": "div", "math.truediv": "div", "RealDiv": "div",
}
HARD_SIGMOID = [("add", 3.0), ("relu6", 0.0), ("mul", 1 / 6)]
NOTE = "numbers are added and multiplied in relu6(x + 3) / 6 only, the hard sigmoid"


@dataclasses.dataclass(frozen=True)
class Partial:
    """The first steps of a hard sigmoid of the tensor `source`; no layer of a description yet."""
    source: str
    steps: tuple


def operator_of(layer):
    """add, mul or div; None for other layers."""
    kind, config = layer["class_name"], layer["config"]
    if kind == "TFOpLambda":
        kind = config["function"]
    elif kind == "TensorFlowOpLayer":
        node = config["node_def"]
        kind = (json.loads(node) if isinstance(node, str) else node)["op"]
    return OPERATORS.get(kind)


def step(name, value, operator, number):
    """`value` after one more step: a Partial, or the tensor whose hard sigmoid is complete."""
    if operator == "div":
        operator, number = "mul", (1 / number if number else 0.0)
    source, steps = (value.source, value.steps) if isinstance(value, Partial) else (value, ())
    steps += ((operator, number),)
    for (found, constant), (expected, wanted) in zip(steps, HARD_SIGMOID):
        if found != expected:
            raise ImportFailure(name, f"expects {expected} with {wanted:g}, found {found} with {constant:g}", NOTE)
        if abs(constant - wanted) > 1e-6:
            raise ImportFailure(name, f"expects the number {wanted:g} in {found}, found {constant:g}", NOTE)
    return Partial(source, steps)


def is_complete(value):
    return isinstance(value, Partial) and len(value.steps) == len(HARD_SIGMOID)


def expect_tensor(name, value):
    if isinstance(value, Partial):
        raise ImportFailure(name, f"reads a number's {value.steps[-1][0]} with '{value.source}'", NOTE)
    return value


def join_hard_swish(layers, outputs):
    """x · hard_sigmoid(x) is the hard swish of x; hard sigmoids that nobody reads then go."""
    made_by = {layer["name"]: layer for layer in layers}
    for layer in layers:
        if layer["op"] != "mul":
            continue
        for x, gate in (layer["inputs"], layer["inputs"][::-1]):
            maker = made_by.get(gate, {})
            if maker.get("op") == "hard_sigmoid" and maker["inputs"] == [x]:
                layer.update(op="hard_swish", inputs=[x])
                break
    read = {source for layer in layers for source in layer["inputs"]} | set(outputs)
    return [layer for layer in layers if layer["op"] != "hard_sigmoid" or layer["name"] in read]
