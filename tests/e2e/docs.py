# SPDX-License-Identifier: Apache-2.0
"""The documentation is true: its commands run, what it quotes is printed, and its labels are those of the verifier."""
import json
import re
import subprocess

from harness import MNCC, SOURCE, check, mncc, run, temporary


def blocks(path, language):
    """The fenced blocks of `language` in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", (SOURCE / path).read_text(), re.S | re.M)


def labels_in(text):
    """Labels such as conv2d_c1, with `a_c1` … `a_c3` spelled out."""
    found = set(re.findall(r"\b[a-z_0-9]+_c\d+\b", text))
    for stem, first, other, last in re.findall(r"`([a-z_0-9]+)_c(\d+)` … `([a-z_0-9]+)_c(\d+)`", text):
        found |= {f"{stem}_c{number}" for number in range(int(first), int(last) + 1)}
    return found


sources = "".join(path.read_text() for path in (SOURCE / "dialects/mn").glob("*.cpp"))
checked = set(re.findall(r"\b([a-z_0-9]+_c\d+):", sources))
written = labels_in((SOURCE / "docs/model-format.md").read_text())
check(checked and checked == written, f"the model format lists the verifier's {len(checked)} labels "
      f"(missing {sorted(checked - written)}, spare {sorted(written - checked)})")

folder = temporary()
description, = blocks("docs/model-format.md", "json")
path = folder / "digits.json"
parsed = json.loads(description)
del parsed["labels"]
path.write_text(json.dumps(parsed))
check("digits" in mncc(path, "--weights=random:1", "--stop-after=import"), "the description in the model format imports")
