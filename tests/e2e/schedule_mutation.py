# SPDX-License-Identifier: Apache-2.0
"""Schedules are data: each field of each schedule in a tile dump is edited, and each layout. The machine code changes and the
output's bits do not, or the value is refused with a located error."""
import re
import subprocess

from harness import IS_LONG, MNCC, check, mncc, read_tensors, run, targets, temporary, write_tensors
from networks import NETWORKS, write_network
import numpy as np

SCHEDULE = re.compile(r"(?:#mn\.schedule|schedule *)<vector = (\d+), pixels = (\d+), channels = (\d+), unroll = (\d+), order = (\w+)"
                      r"(?:, rows = (\d+))?(?:, prefetch = (\d+))?>")
FIELDS = ["vector", "pixels", "channels", "unroll", "order", "rows", "prefetch"]
# What the text leaves out.
DEFAULTS = {"rows": "1", "prefetch": "0"}
# A short list by default, every supported value under --long.
VALUES = {"vector": ["1", "4", "8", "16"], "pixels": [str(n) for n in (range(1, 33) if IS_LONG else (1, 2, 3, 7))],
          "channels": [str(n) for n in ((1, *range(4, 257, 4)) if IS_LONG else (1, 4, 8, 16, 32, 48))],
          "unroll": [str(n) for n in (range(1, 33) if IS_LONG else (1, 3, 4, 9))], "order": ["panel_outer", "pixel_outer"],
          "rows": [str(n) for n in (range(1, 9) if IS_LONG else (1, 2, 3))],
          "prefetch": [str(n) for n in (range(33) if IS_LONG else (1, 6))]}
# Of rows that cannot run here, as NEON's with its fma by lanes, the code alone is looked at.
ROWS = {"x86-64-v3": NETWORKS, "neoverse-n1": NETWORKS if IS_LONG else ["odd"], **({"x86-64": NETWORKS} if IS_LONG else {})}
TARGETS = targets()


def read_code(folder):
    """The bytes of the machine code of the one object in `folder`, and whether the spill gate has overruled a schedule."""
    code, = folder.glob("*.o")
    run("llvm-objcopy-22", "-O", "binary", "--only-section=.text*", code, folder / "text")
    report, = folder.glob("*.report.txt")
    unrolled = {line.split()[5] for line in report.read_text().split("tuned for")[1].splitlines() if len(line.split()) == 7}
    return (folder / "text").read_bytes(), len(unrolled) > 1


class Network:
    def __init__(self, name, cpu):
        self.folder = temporary()
        model, self.runs_here = write_network(name), TARGETS[cpu]["runs_here"]
        mncc(model, "--weights=random:5", f"--target={TARGETS[cpu]['arch']}-linux-gnu", f"--mcpu={cpu}", "--stop-after=tile", f"--dump-ir={self.folder}", "-o", self.folder / "out")
        self.dump, = self.folder.glob("*-tile.mlir")
        self.text = self.dump.read_text()
        self.input = self.folder / "in.safetensors"
        write_tensors(self.input, {"input": np.random.default_rng(7).normal(0, 2, NETWORKS[name][0]).astype("<f4")})

    def resume(self, text):
        """(status, stderr, machine code, output bits) of the object from the dump `text`."""
        edited = self.folder / "edited.mlir"
        edited.write_text(text)
        out = temporary()
        done = subprocess.run([MNCC, "--from-ir", edited, "-o", out], capture_output=True, text=True)
        if done.returncode != 0:
            return done.returncode, done.stderr, None, None
        if not self.runs_here:
            return 0, "", read_code(out), None
        mncc("run", "--from-ir", edited, "--input", self.input, "--output", out / "out.safetensors")
        tensors = read_tensors(out / "out.safetensors")
        return 0, "", read_code(out), b"".join(tensors[key].tobytes() for key in sorted(tensors))


counts = {"changed": 0, "refused": 0, "overruled": 0, "same memory": 0}


def judge(network, what, edited, located, may_stay=False):
    """One edit of a dump: refused with an error that `located` matches, or other code with the same bits."""
    status, message, code, bits = network.resume(edited)
    if status != 0:
        counts["refused"] += 1
        if status != 1 or not re.search(located, message):
            check(False, f"{what} is refused with a located error (status {status}: {message})")
        return
    if bits != network.bits:
        check(False, f"{what}: the bits change")
    if code[0] != network.code[0]:
        counts["changed"] += 1
    elif may_stay:
        counts["same memory"] += 1
    elif code[1]:
        counts["overruled"] += 1
    else:
        check(False, f"{what}: the code stays")


def line_around(text, match):
    return text[text.rfind("\n", 0, match.start()) + 1:text.find("\n", match.end())]


def judge_schedules(network, what):
    tried = set()
    for match in SCHEDULE.finditer(network.text):
        layer = line_around(network.text, match).split("schedule =")[0]
        operation = re.search(r"mn\.(\w+)", layer).group(1)
        for offset, field in enumerate(FIELDS):
            start, end = match.span(1 + offset)
            before, old = "", match.group(1 + offset)
            if old is None:
                start = end = match.end() - 1
                before, old = f", {field} = ", DEFAULTS[field]
            for value in VALUES[field]:
                # One layer of a kind and shape stands for all.
                key = (operation, match.group(0), field, value, re.sub(r"%\w+|loc\(.*", "", layer))
                if value == old or key in tried:
                    continue
                tried.add(key)
                judge(network, f"{what}: {operation} with {field} = {value} for {old}",
                      network.text[:start] + before + value + network.text[end:], r":\d+:\d+: error: .*schedule")


def judge_layouts(network, what):
    for match in re.finditer(r'layout = "(\w+)"', network.text):
        layer = line_around(network.text, match)
        # The channels of one pixel lie side by side in every layout that need not pad them.
        is_pixel = re.search(r"-> tensor<(1x1x1x|1x)\d+xf32>", layer) is not None
        for layout in {"nhwc", "nchw4c", "nchw8c", "nchw16c"} - {match.group(1)}:
            judge(network, f"{what}: {layout} for {layer.strip()}",
                  network.text[:match.start(1)] + layout + network.text[match.end(1):], r":\d+:\d+: error: ", is_pixel)


for cpu, names in ROWS.items():
    for name in names:
        network = Network(name, cpu)
        status, _, network.code, network.bits = network.resume(network.text)
        check(status == 0, f"{name} on {cpu}: the dump goes on as it is")
        judge_schedules(network, f"{name} on {cpu}")
        judge_layouts(network, f"{name} on {cpu}")
check(counts["changed"] > 50 and counts["refused"] > 100 and counts["overruled"] < counts["changed"] / 10,
      f"{counts['changed']} edits changed the code and, where it runs, not the bits, {counts['refused']} were refused, and "
      f"{counts['overruled']} gave code that the spill gate had to roll up again, as the report says")
