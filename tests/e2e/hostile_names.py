# SPDX-License-Identifier: Apache-2.0
"""Names from a description are sanitised in emitted text and stay unique, whatever they hold."""
import json
import shutil
import subprocess

from harness import SOURCE, check, mncc, run, temporary

NAMES = ["a\"b'c", "line\nfeed\r\ttab\x1b[31m", "x*/ int evil; /*", "/*//\\", "??/ %s {} $(x)", "Größe 猫", "class", "int", "co_await",
         "_Bool", "typeof", "char8_t", "NULL", "uint8_t", "INT8_MAX", "linux", "1st", "__x", "main", "arena", "input", "output",
         "hooks", "status", "network", "memcpy", "x" * 200]
COMPILERS = [("gcc", "c11"), ("clang-22", "c11"), ("gcc", "c23"), ("g++", "c++17"), ("clang++-22", "c++17"), ("clang++-22", "c++20")]
STRICT = ["-pedantic", "-Wall", "-Wextra", "-Werror"]


def describe(name):
    """A network whose model, layers, inputs and outputs are called `name`, give or take what sanitising removes."""
    first, second = name, name + "+"
    return {"name": name,
            "inputs": [{"name": first, "shape": [4, 4, 3]}, {"name": second, "shape": [4, 4, 3]}],
            "layers": [{"name": name + "*", "op": "add", "inputs": [first, second]},
                       {"name": name + "/", "op": "pointwise_conv2d", "filters": 4, "inputs": [first]},
                       {"name": name + "?", "op": "relu", "inputs": [name + "/"]}],
            "outputs": [name + "*", name + "?"]}


def compile_header(header, number, folder):
    compiler, standard = COMPILERS[number]
    if not shutil.which(compiler):
        return
    if standard == "c23":
        standard = "c2x"
    source = folder / ("user.cpp" if "++" in standard else "user.c")
    source.write_text(f'#include "{header.name}"\nint main(void) {{ return {header.stem.upper()}_OK; }}\n')
    run(compiler, f"-std={standard}", *STRICT, "-fsyntax-only", source)


symbols = {}
for number, name in enumerate(NAMES):
    folder = temporary()
    (folder / "model.json").write_text(json.dumps(describe(name)))
    mncc(folder / "model.json", "--weights=random:1", "--target=x86_64-linux-gnu", "--mcpu=x86-64-v3", "--hooks",
         "--emit=obj,header,asm,cpp,report", "-o", folder)
    header, = folder.glob("*.h")
    for text in [*folder.glob("*.h"), *folder.glob("*.cpp"), *folder.glob("*.s"), *folder.glob("*.txt")]:
        check(all(c == "\n" or c == "\t" or " " <= c <= "~" for c in text.read_text()), f"{text.suffix} of {name[:20]!r} is plain ASCII")
    for compiler in range(len(COMPILERS)):
        compile_header(header, compiler, folder)
    run("g++", "-std=c++17", "-ffreestanding", "-march=x86-64-v3", *STRICT[1:], "-c", header.with_suffix(".cpp"), "-o", folder / "cpp.o")
    exported = [line.split()[-1] for line in run("nm", "-g", "--defined-only", header.with_suffix(".o")).splitlines()]
    check(sorted(exported) == [header.stem + "_cpu_supported", header.stem + "_run"], f"{name[:20]!r} exports {exported[0][:40]} and its like")
    run("gcc", "-c", header.with_suffix(".s"), "-o", folder / "asm.o")
check(True, "all headers are strict C11, C2x, C++17 and C++20 under GCC and Clang")

# Layers that differ in what sanitising removes keep kernels and tensors of their own.
folder = temporary()
(folder / "model.json").write_text(json.dumps({
    "name": "twins", "inputs": [{"name": "a b", "shape": [4, 4, 3]}, {"name": "a_b", "shape": [4, 4, 3]}],
    "layers": [{"name": "c d", "op": "relu", "inputs": ["a b"]}, {"name": "c_d", "op": "relu6", "inputs": ["a_b"]},
               {"name": "c\td", "op": "sigmoid", "inputs": ["a_b"]}]}))
mncc(folder / "model.json", "--weights=random:1", "-o", folder)
header = (folder / "twins.h").read_text()
for tensor in ("input_a_b", "input_a_b_2", "output_c_d", "output_c_d_2", "output_c_d_3"):
    check(f"#define TWINS_{tensor.upper()}_ELEMENTS 48\n" in header and f"*{tensor}," in header, f"{tensor} is a tensor of its own")
run("gcc", "-std=c11", *STRICT, "-fsyntax-only", "-x", "c", folder / "twins.h")

# Headers of models whose names differ in capitals, or are those of headers of C, and the runtime's, in any order.
folder = temporary()
names = {"net": "net", "Net": "Net", "stdint": "stdint_", "string": "string_", "mncc": "mncc_", "nullptr": "nullptr_"}
for name in names:
    (folder / "model.json").write_text(json.dumps({"input": {"shape": [2, 2, 3]}, "layers": [{"name": "a", "op": "relu"}]}))
    mncc(folder / "model.json", "--weights=random:1", f"--name={name}", "--emit=header", "-o", folder)
check({path.stem for path in folder.glob("*.h")} == set(names.values()), "no header takes the name of another")
headers = [f"{name}.h" for name in names.values() if name != "Net"]
for order in (headers, ["mncc.h", *headers], [*headers, "mncc.h"]):
    text = "".join(f'#include "{header}"\n' for header in order)
    run("gcc", "-std=c11", *STRICT, "-I", folder, "-I", SOURCE / "runtime", "-fsyntax-only", "-x", "c", "-", input=text)
text = '#define MNCC_ABI_VERSION 9\n#include "mncc.h"\n'
done = subprocess.run(["gcc", "-I", SOURCE / "runtime", "-fsyntax-only", "-x", "c", "-"], input=text, capture_output=True, text=True)
check(done.returncode != 0 and "ABI version" in done.stderr, "the runtime's header refuses another ABI")
