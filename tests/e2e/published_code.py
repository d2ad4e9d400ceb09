# SPDX-License-Identifier: Apache-2.0
"""Published networks on every row of the target table: no innermost loop of theirs touches the stack, code and weights are as
small as promised, and equal layers share kernels. Each row has each number of threads and each precision, with V1, V2 and V3-large in
turn; under MNCC_LONG with all of them."""
import itertools
import math
import re

from harness import IS_LONG, SOURCE, check, mncc, targets, temporary
from machine_code import Row

MOST_CODE, MOST_PACKED = 160 * 1024, 1.02
# Of V3-large, unrolled code is bigger where registers are many.
SMALL = "v1_1.0_224", "v2_1.0_224"


def model_of(network):
    return SOURCE / f"models/mobilenet_{network}.json"


def count_raw_bytes(network):
    """Bytes of all weights and biases as they are trained, normalisation folded into them."""
    out = temporary()
    mncc(model_of(network), "--weights=random:3", "--stop-after=fuse", "--emit=mlir", "--name=fused", "-o", out)
    shapes = re.findall(r"mn\.constant dense_resource.* : tensor<((?:\d+x)+)f32>", (out / "fused.mlir").read_text())
    return 4 * sum(math.prod(int(size) for size in shape.rstrip("x").split("x")) for shape in shapes)


def list_options(columns):
    """What changes a row's kernels: threads, and tensors of 16 bits where the row has instructions for them."""
    yield "--precision=fp32", "--threads=1"
    yield "--precision=fp32", "--threads=2"
    for column, precision in (("bf16_dot", "bf16"), ("f16_fma", "fp16")):
        if columns[column]:
            yield f"--precision={precision}", "--threads=1"


def list_cases(columns):
    """(network, options): each option once, or under MNCC_LONG with every network."""
    networks, options = (*SMALL, "v3_large_1.0_224"), list(list_options(columns))
    return itertools.product(networks, options) if IS_LONG else zip(itertools.cycle(networks), options)


raw = {network: count_raw_bytes(network) for network in SMALL}
check(all(bytes > 3_400_000 * 4 for bytes in raw.values()), f"the networks have their weights: {raw}")
for cpu, columns in targets().items():
    row = Row(cpu, columns)
    for network, options in list_cases(columns):
        report = row.inspect("network", model_of(network), *options)
        kernels = {layer["kernel"] for layer in report["layers"]}
        case = f"{network} {' '.join(options)} on {cpu}"
        check(len(kernels) < len(report["layers"]), f"{case}: {len(report['layers'])} layers share {len(kernels)} kernels")
        if network not in SMALL:
            continue
        check(report["code_bytes"] <= MOST_CODE, f"{case}: {report['code_bytes']} bytes of code, at most {MOST_CODE}")
        if "--precision=fp32" in options:
            share = report["weight_bytes"] / raw[network]
            check(share <= MOST_PACKED, f"{case}: packed weights are {share:.4f} of the raw ones, at most {MOST_PACKED}")
    check(row.kernels > 20, f"{cpu}: {row.kernels} kernels touch no stack in innermost loops and call nothing")
