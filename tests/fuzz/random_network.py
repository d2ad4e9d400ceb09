# SPDX-License-Identifier: Apache-2.0
"""Descriptions of random networks over every op, with the shapes that kernels get wrong: one pixel, odd sizes, channel
counts beside the vector widths, windows larger than the image."""
import random

CHANNELS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 64, 65, 67]
SIZES = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 19]
ACTIVATIONS = ["relu", "relu6", "sigmoid", "hard_swish", "hard_sigmoid"]


def slide(size, kernel, stride, padding, dilation=1):
    """Outputs along one dimension; `padding` is "same", "valid" or [before, after]."""
    if padding == "same":
        return -(-size // stride)
    room = size + (0 if padding == "valid" else sum(padding)) - ((kernel - 1) * dilation + 1)
    return room // stride + 1 if room >= 0 else 0


class Network:
    """Grows layer by layer; `shapes` holds every tensor's [height, width, channels], or [n] for a vector."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.shapes = {"input": [self.random.choice(SIZES), self.random.choice(SIZES), self.random.choice(CHANNELS)]}
        self.layers = []
        self.name = f"fuzz_{seed}"

    def add(self, op, result, inputs, **fields):
        if 0 in result or len(result) == 3 and result[0] * result[1] * result[2] > 60000:
            return
        name = f"{op}_{len(self.layers)}"
        self.layers.append({"name": name, "op": op, "inputs": inputs, **fields})
        self.shapes[name] = result

    def pick(self, rank=3):
        """A tensor, mostly one of the newest, so that chains form and sometimes branch."""
        names = [name for name, shape in self.shapes.items() if len(shape) == rank]
        if not names:
            return None
        return names[-1] if self.random.random() < 0.7 else self.random.choice(names)

    def window(self, kernels, limit=None):
        """(kernel, strides, padding): pairs of one dimension each; explicit padding stays below `limit` times the kernel."""
        choose = self.random.choice
        kernel = [choose(kernels), choose(kernels)]
        strides = [choose([1, 1, 2, 3]), choose([1, 2])]
        if self.random.random() < 0.5:
            strides[1] = strides[0]
        padding = choose(["same", "same", "valid", "explicit"])
        if padding == "explicit":
            padding = [[self.random.randint(0, k - 1 if limit else k) for _ in range(2)] for k in kernel]
        return kernel, strides, padding

    def slid(self, source, kernel, strides, padding, dilations=(1, 1)):
        return [slide(self.shapes[source][i], kernel[i], strides[i], padding if isinstance(padding, str) else padding[i],
                      dilations[i]) for i in (0, 1)]

    def conv2d(self, source):
        kernel, strides, padding = self.window([1, 2, 3, 3, 5])
        dilations = self.random.choice([[1, 1], [1, 1], [2, 2], [1, 3]])
        filters = self.random.choice(CHANNELS)
        self.add("conv2d", self.slid(source, kernel, strides, padding, dilations) + [filters], [source], filters=filters,
                 kernel_size=kernel, strides=strides, padding=padding, dilations=dilations,
                 use_bias=self.random.random() < 0.7)

    def depthwise_conv2d(self, source):
        kernel, strides, padding = self.window([1, 2, 3, 3, 5, 7])
        dilations = self.random.choice([[1, 1], [1, 1], [2, 2], [3, 1]])
        multiplier = self.random.choice([1, 1, 1, 2, 3])
        self.add("depthwise_conv2d",
                 self.slid(source, kernel, strides, padding, dilations) + [self.shapes[source][2] * multiplier], [source],
                 kernel_size=kernel, strides=strides, padding=padding, dilations=dilations, depth_multiplier=multiplier,
                 use_bias=self.random.random() < 0.7)

    def pointwise_conv2d(self, source):
        strides = self.random.choice([[1, 1], [1, 1], [2, 2], [1, 2]])
        filters = self.random.choice(CHANNELS)
        self.add("pointwise_conv2d", self.slid(source, [1, 1], strides, "valid") + [filters], [source], filters=filters,
                 strides=strides, use_bias=self.random.random() < 0.7)

    def pool(self, source):
        kernel, strides, padding = self.window([1, 2, 3, 4], limit=True)
        self.add(self.random.choice(["average_pool", "max_pool"]),
                 self.slid(source, kernel, strides, padding) + self.shapes[source][2:], [source], pool_size=kernel,
                 strides=strides, padding=padding)

    def unary(self, source):
        op = self.random.choice(ACTIVATIONS + ["batch_norm", "batch_norm", "dropout"])
        fields = {"batch_norm": {"epsilon": 0.01}, "dropout": {"rate": 0.5}}.get(op, {})
        self.add(op, self.shapes[source], [source], **fields)

    def binary(self, source):
        shape = self.shapes[source]
        others = [name for name, other in self.shapes.items() if other == shape or other == [1, 1, shape[2]]]
        self.add(self.random.choice(["add", "add", "mul"]), shape, [source, self.random.choice(others)])

    def gate(self, source):
        """Squeeze and excite: a vector of channels on the right of a product."""
        self.add("global_average_pool", [1, 1, self.shapes[source][2]], [source], keep_dims=True)
        mean = self.layers[-1]["name"]
        self.add("mul", self.shapes[source], [source, mean])

    def concat(self, source):
        axis = self.random.choice([0, 1, 2, 2])
        shape = self.shapes[source]
        fits = [name for name, other in self.shapes.items()
                if len(other) == 3 and all(other[i] == shape[i] for i in range(3) if i != axis)]
        inputs = [source] + [self.random.choice(fits) for _ in range(self.random.choice([1, 1, 2]))]
        result = list(shape)
        result[axis] = sum(self.shapes[name][axis] for name in inputs)
        self.add("concat", result, inputs, axis=axis + 1 if self.random.random() < 0.7 else axis - 3)

    def pad(self, source):
        padding = [[self.random.randint(0, 3) for _ in range(2)] for _ in range(2)]
        height, width, channels = self.shapes[source]
        self.add("pad", [height + sum(padding[0]), width + sum(padding[1]), channels], [source], padding=padding)

    def resize(self, source):
        size = [self.random.choice(SIZES), self.random.choice(SIZES)]
        flag = self.random.choice(["", "align_corners", "half_pixel_centers"])
        self.add("resize", size + self.shapes[source][2:], [source], size=size,
                 method=self.random.choice(["nearest", "bilinear"]), **({flag: True} if flag else {}))

    def head(self, source):
        """Vectors, and sometimes back to an image."""
        shape = self.shapes[source]
        count = shape[0] * shape[1] * shape[2]
        kind = self.random.choice(["flatten", "reshape", "global_average_pool"])
        if kind == "reshape":
            self.add("reshape", [shape[1], shape[0], shape[2]], [source], shape=[shape[1], shape[0], shape[2]])
        elif count <= 4000 or kind == "global_average_pool":
            self.add(kind, [shape[2] if kind == "global_average_pool" else count], [source])
            units = self.random.choice(CHANNELS)
            self.add("fully_connected", [units], [self.layers[-1]["name"]], units=units,
                     use_bias=self.random.random() < 0.7)
            vector = self.layers[-1]["name"]
            kind = self.random.choice(["softmax", "unary", "add", "none"])
            if kind == "softmax":
                self.add("softmax", [units], [vector])
            elif kind == "unary":
                self.unary(vector)
            elif kind == "add":
                self.add("add", [units], [vector, self.random.choice([n for n, s in self.shapes.items() if s == [units]])])


def make_network(seed):
    """A description of 1 to 14 layers."""
    network = Network(seed)
    grow = [network.conv2d, network.depthwise_conv2d, network.pointwise_conv2d, network.pool, network.unary, network.unary,
            network.binary, network.gate, network.concat, network.pad, network.resize, network.head]
    steps = network.random.randint(1, 14)
    while len(network.layers) < steps:
        network.random.choice(grow)(network.pick())
    return {"name": network.name, "input": {"shape": network.shapes["input"]}, "layers": network.layers}
