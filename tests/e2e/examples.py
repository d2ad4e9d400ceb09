# SPDX-License-Identifier: Apache-2.0
"""The examples build, run and agree: the same classes and scores on x86-64 and in the firmware, and the stack that the firmware
finds by painting is the report's, but for a slot that nothing writes."""
import platform
import re
import shutil
import sys

from harness import MNCC, SOURCE, check, run, skip, temporary

IMAGES = 4
which = sys.argv[1]


def run_example(name):
    """(lines of number|label|class|score…, the folder of its build) of examples/NAME."""
    folder = temporary()
    text = run(SOURCE / "examples" / name / "build.sh", MNCC, folder, IMAGES)
    return [line.split("|") for line in text.splitlines() if re.match(r"\d+\||stack\|", line)], folder


def check_answers(lines):
    answers = [line for line in lines if line[0] != "stack"]
    check(len(answers) == IMAGES, f"{len(answers)} images have an answer")
    hits = sum(label == found for _, label, found, *_ in answers)
    check(hits == IMAGES, f"{hits} of {IMAGES} are right")
    return answers


if which == "linux":
    if platform.machine() not in ("x86_64", "aarch64"):
        skip("the example runs on x86-64 and AArch64")
    check_answers(run_example("1-linux-c")[0])
else:
    if not shutil.which("qemu-system-aarch64"):
        skip("the firmware needs qemu-system-aarch64")
    lines, folder = run_example("2-aarch64-firmware")
    answers = check_answers(lines)
    check(all(int(line[4]) > 1000000 for line in answers), f"each takes {answers[0][4]} instructions")
    (_, painted), = [line for line in lines if line[0] == "stack"]
    stated = re.search(r"^stack +(\d+)", (folder / "mobilenet_fashion.report.txt").read_text(), re.M).group(1)
    # At the deep end LLVM keeps 16 bytes for an emergency that does not come, in frames over 256, or fills up to 16.
    check(int(stated) - int(painted) in (0, 8, 16), f"painting finds {painted} bytes of stack, the report says {stated}")
    if platform.machine() == "x86_64":
        host = check_answers(run_example("1-linux-c")[0])
        check([line[:4] for line in answers] == [line[:4] for line in host], "the firmware and the Linux program agree")
