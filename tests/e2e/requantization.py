# SPDX-License-Identifier: Apache-2.0
"""tests/bench/requantization.py runs: it finds the kernel in today's assembly, and its copy without requantisation links and
returns. How long anything takes is not asked."""
import json
import platform
import re
import subprocess
import sys

from harness import MNCC, SOURCE, check, run, skip, targets, temporary

if platform.machine() != "x86_64" or not targets()["x86-64-v3"]["runs_here"]:
    skip("this machine runs no AVX2")
model = temporary() / "net.json"
model.write_text(json.dumps({
    "name": "net", "input": {"shape": [4, 4, 32], "quantization": {"type": "int8", "scale": 0.05, "zero_point": -3}},
    "layers": [{"name": "pw", "op": "pointwise_conv2d", "filters": 32,
                "quantization": {"type": "int8", "scale": 0.07, "zero_point": 5}}]}))
script = [sys.executable, SOURCE / "tests/bench/requantization.py", MNCC, model, "--weights=random:1"]
for numerics in ("fast", "xnnpack"):
    printed = run(*script, f"--numerics={numerics}", "--mcpu=x86-64-v3")
    check(re.fullmatch(rf"pw_\w+k32_\w+, {numerics}: \d+\.\d us, of which requantisation takes -?\d+\.\d %\n", printed),
          f"it prints its line: {printed.strip()}")
done = subprocess.run([*script, "--kernel=k33_"], capture_output=True, text=True)
check(done.returncode == 1 and "no kernel has k33_ in its name" in done.stderr, "a kernel that is not there is named")
