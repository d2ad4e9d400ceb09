# SPDX-License-Identifier: Apache-2.0
"""The rules that every file of the project keeps: includes go one way, files are short and carry their licence, nothing is
left to do, and each check of the dialect has a test of its name. usage: house.py SOURCE"""
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(sys.argv[1])
MOST_LINES = 500
CODE = {".c", ".cpp", ".h", ".td", ".py", ".sh", ".S", ".ld", ".cmake", ".mlir"}
# Where a folder's files may include from. What is not named here may include anything.
MAY_INCLUDE = {
    "dialects/mn/reference": ["dialects/mn/"],
    "dialects": ["dialects/"],
    "passes": ["dialects/", "passes/"],
    "compiler": ["dialects/", "passes/", "compiler/", "runtime/"],
    "runtime": ["runtime/"],
}
RUNTIME_HEADERS = {"stdint.h", "stddef.h"}
# For programs with an operating system; all else in the runtime is for firmware too.
HOSTED = {"runtime/Threads.c"}

faults = []


def tracked_files():
    listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z"], capture_output=True)
    if listed.returncode != 0:
        print("Skipped: the sources are no git checkout")
        sys.exit(77)
    return [SOURCE / name for name in listed.stdout.decode().split("\0") if name and (SOURCE / name).is_file()]


def expect(holds, path, what):
    if not holds:
        faults.append(f"{path.relative_to(SOURCE)}: {what}")


def check_includes(path, text):
    relative = path.relative_to(SOURCE).as_posix()
    room = max((room for room in MAY_INCLUDE if relative.startswith(room + "/")), key=len, default=None)
    if room is None:
        return
    for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M):
        top = name.split("/")[0]
        if top in ("dialects", "passes", "compiler", "runtime", "tests"):
            expect(any(name.startswith(prefix) for prefix in MAY_INCLUDE[room]), path, f"{room} may not include {name}")
    for name in re.findall(r"^\s*#\s*include\s+<([^>]+)>", text, re.M):
        expect(room != "runtime" or relative in HOSTED or name in RUNTIME_HEADERS, path, f"the runtime may not include <{name}>")
    if room == "dialects/mn/reference":
        expect("MnFold" not in text and ".fold(" not in text, path, "the reference uses no folder")


def check_text(path, text):
    lines = text.splitlines()
    expect(len(lines) <= MOST_LINES, path, f"{len(lines)} lines, at most {MOST_LINES} are a question")
    expect(any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]), path, "no SPDX line at its head")
    if path.name != "house.py":
        expect(not re.search(r"\b(TODO|FIXME|XXX)\b", text), path, "something is left to do")


def check_pass_summaries(path):
    for name, summary in re.findall(r'^def (\w+) .*?let summary = "([^"]*)"', path.read_text(), re.M | re.S):
        expect(summary and not summary.endswith("."), path, f"the summary of {name} has a final full stop")


def check_labels():
    """`// pad_c1: …` in the dialect's sources, `@pad_c1` (or a comment, for attributes of modules) in its tests."""
    label = re.compile(r"\b([a-z_0-9]+_c\d+)\b")
    sources = set().union(*(label.findall(path.read_text()) for path in (SOURCE / "dialects/mn").glob("*.cpp")))
    tests = set().union(*(label.findall(path.read_text()) for path in (SOURCE / "tests/dialects/mn").glob("*-invalid.mlir")))
    expect(sources == tests, SOURCE / "dialects/mn", f"labels without a test {sorted(sources - tests)}, "
           f"tests without a label {sorted(tests - sources)}")


def check_dialect_tests():
    """Every op has a test of its forms and one of its refusals."""
    folder = SOURCE / "tests/dialects/mn"
    ops = re.findall(r'^def Mn_\w+Op : Mn_\w+<"(\w+)"', (SOURCE / "dialects/mn/MnOps.td").read_text(), re.M)
    for op in ops:
        for name in (f"{op}.mlir", f"{op}-invalid.mlir"):
            expect((folder / name).is_file(), folder, f"no {name}")


files = tracked_files()
for path in files:
    if path.suffix in CODE or path.name == "CMakeLists.txt":
        text = path.read_text()
        check_text(path, text)
        check_includes(path, text)
check_pass_summaries(SOURCE / "passes/Passes.td")
check_labels()
check_dialect_tests()
for fault in faults:
    print(fault)
if faults:
    sys.exit(f"FAILED: {len(faults)} house rules are broken")
print(f"ok: {len(files)} files keep the house rules")
