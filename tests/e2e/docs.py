# SPDX-License-Identifier: Apache-2.0
"""The documentation is true: its commands run, what it quotes is printed, and its labels are those of the verifier."""
import json
import re
import subprocess

from harness import MNCC, SOURCE, check, mncc, run, temporary


def blocks(path, language):
    """The fenced blocks of `language` in a page."""
    fenced = re.findall(r"^```([^\n]*)\n(.*?)^```", (SOURCE / path).read_text(), re.S | re.M)
    return [body for info, body in fenced if info == language]


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


def normalize(text):
    return re.sub(r"\s+", " ", text)


def is_quoted(line, text):
    """True where the parts of `line` between its … stand in one line of `text`, in order."""
    pattern = ".*?".join(re.escape(normalize(part).strip()) for part in line.split("…"))
    return any(re.search(pattern, normalize(candidate)) for candidate in text.splitlines())


def follow(page):
    """Runs the page's commands in a folder of its own and looks for its quotations in the files that it names."""
    folder = temporary()
    (folder / "models").symlink_to(SOURCE / "models")
    for info, body in re.findall(r"^```(\S+(?: \S+)?)\n(.*?)^```", (SOURCE / page).read_text(), re.S | re.M):
        language, _, quoted = info.partition(" ")
        if language == "sh":
            for command in body.splitlines():
                done = subprocess.run(re.sub(r"^mncc\b", MNCC, command), shell=True, cwd=folder, capture_output=True, text=True)
                check(done.returncode == 0, f"{page}: {command[:60]}… ends with status 0 {done.stderr}")
        elif quoted:
            text = (folder / quoted).read_text()
            for line in filter(None, body.splitlines()):
                check(is_quoted(line, text), f"{page}: {quoted} has {line[:70]}")


follow("docs/tour.md")


def check_readme():
    """README shows commands with what they print, to the letter."""
    folder = temporary()
    (folder / "models").symlink_to(SOURCE / "models")
    shown = [block for block in blocks("README.md", "") if block.startswith("$ mncc ")]
    check(len(shown) > 0, "README shows a command")
    for block in shown:
        command, _, expected = block.partition("\n")
        done = subprocess.run(MNCC + command[len("$ mncc"):], shell=True, cwd=folder, capture_output=True, text=True)
        check(done.returncode == 0 and done.stdout == expected, f"README: {command[:70]}… prints what is shown")


check_readme()
