# SPDX-License-Identifier: Apache-2.0
"""What no description can be blamed for: outputs that cannot be written, targets that are unknown, dumps that are none.

Each ends with status 1, one located error, a note that helps, and nothing written."""
import resource
import shutil
import subprocess

from harness import FASHION, MNCC, check, mncc, run, temporary, write_tensors
import numpy as np


def refuse(words, error, note, folder, limit=None):
    """mncc ends with status 1, prints exactly one error that starts with `error` and a note that holds `note`, and leaves
    `folder` as it was. `limit`: the largest file in bytes, as `ulimit -f` sets it."""
    def fill_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    before = {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
    done = subprocess.run([MNCC, *map(str, words)], cwd=folder, capture_output=True, text=True,
                          preexec_fn=fill_disk if limit is not None else None)
    lines = done.stderr.splitlines()
    errors = [line for line in lines if "error: " in line]
    check(done.returncode == 1 and len(errors) == 1 and errors[0].startswith(error), f"{error} ({done.returncode}, {errors})")
    check(any("note: " in line and note in line for line in lines), f"  with a note: {note}")
    after = {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
    check(before == after and not done.stdout, "  and nothing is written")


def empty():
    return temporary()


# Outputs below a regular file, and on a full disk.
folder = empty()
(folder / "file").write_text("a regular file")
refuse([FASHION, "-o", "file/below"], "error: cannot make the directory 'file/below': Not a directory", "another one with -o", folder)
refuse([FASHION, "-o", "file"], "file/mobilenet_fashion.h.partial: error: cannot write the file: Not a directory",
       "a directory that can be written", folder)
refuse([FASHION, "-o", "out", "--dump-ir=file/ir"], "error: cannot make the directory 'file/ir': Not a directory",
       "another one with --dump-ir", folder)
refuse([FASHION, "-o", "new/out"], "new/out/mobilenet_fashion.o.partial: error: cannot write the file: File too large",
       "has room", folder, 100_000)
mncc(FASHION, "-o", folder / "old")
refuse([FASHION, "-o", "old"], "old/mobilenet_fashion.o.partial: error: cannot write the file: File too large",
       "has room", folder, 100_000)
refuse([FASHION, "--emit=header", "-o", "new"], "new/mobilenet_fashion.h.partial: error: cannot write the file: File too large",
       "has room", folder, 0)
write_tensors(folder / "in.safetensors", {"input": np.zeros((500, 32, 32, 1), np.uint8)})
refuse(["run", FASHION, "--input", "in.safetensors", "--output", "out.safetensors"],
       "out.safetensors: error: cannot write the file: File too large", "has room", folder, 16_000)
refuse(["run", FASHION, "--input", "in.safetensors", "--output", "file/out.safetensors"],
       "file/out.safetensors: error: cannot write the file: Not a directory", "a directory that can be written", folder)

# A model of Keras.
folder = empty()
(folder / "m.h5").write_bytes(b"\x89HDF\r\n\x1a\n\0\0")
refuse(["m.h5", "-o", "out"], "m.h5:1:1: error: expects a description in JSON or a TFLite file, found HDF5",
       "models/import_keras.py m.h5 -o DIR", folder)

# Targets.
folder = empty()
compile_for = lambda *options: [FASHION, *options, "-o", "out"]
refuse(compile_for("--target=riscv64-none-elf"), "error: unknown target 'riscv64-none-elf'",
       "the targets are x86_64-linux-gnu, x86_64-none-elf, aarch64-linux-gnu, aarch64-none-elf", folder)
refuse(compile_for("--target=aarch64-none-elff"), "error: unknown target", "did you mean 'aarch64-none-elf'?", folder)
refuse(compile_for("--target=x86_64-linux-gnu", "--mcpu=pentium"), "error: unknown --mcpu 'pentium'",
       "the rows are x86-64, x86-64-v2, x86-64-v3, znver3, alderlake, x86-64-v4, skylake-avx512", folder)
refuse(compile_for("--target=aarch64-none-elf", "--mcpu=cortex-a54"), "error: unknown --mcpu 'cortex-a54'",
       "did you mean 'cortex-a53'?", folder)
refuse(compile_for("--target=aarch64-none-elf", "--mcpu=znver4"), "error: unknown --mcpu 'znver4'", "it is a row of x86_64", folder)
refuse(compile_for("--target-file=rows.json"), "rows.json: error: cannot read the file: No such file or directory",
       "the path of a target table", folder)
refuse(["nowhere.json", "-o", "out"], "nowhere.json: error: cannot read the file: No such file or directory",
       "or - for the standard input", folder)
refuse(compile_for("--weights=random:x"), "error: expected a decimal seed after 'random:', found 'x'", "--weights=random:1", folder)

# Dumps: of other programs, broken, or without their weights.
folder, source = empty(), empty()
mncc(FASHION, "--mcpu=x86-64-v3", "-o", source / "out", "--dump-ir", source)
tile, lower = next(source.glob("*-tile.mlir")), next(source.glob("*-lower.mlir"))
WHAT = "--from-ir expects a file that --dump-ir or --stop-after wrote"
DUMPS = {
    "text.mlir": ("hello", "text.mlir:1:1: error: custom op 'hello' is unknown", WHAT),
    "foreign.mlir": ('module { "tosa.abs"() : () -> () }', "foreign.mlir:1:20: error: the operation is of no dialect that mncc uses", WHAT),
    "unstaged.mlir": ("func.func @f() { return }", "unstaged.mlir: error: expects a module that says its stage in 'mn.stage'", WHAT),
    "cooked.mlir": ('module attributes {mn.stage = "cook"} {}',
                    "cooked.mlir:1:1: error: attribute 'mn.stage' expects one of \"import\", \"fuse\", \"tile\", \"lower\", found \"cook\"", WHAT),
    "numbered.mlir": ("module attributes {mn.stage = 4} {}", "numbered.mlir:1:1: error: attribute 'mn.stage' expects one of", WHAT),
    "empty.mlir": ('module attributes {mn.stage = "lower"} {}', "empty.mlir: error: expects a function 'network'", WHAT),
    "cut.mlir": (tile.read_text()[:len(tile.read_text()) // 2], "cut.mlir:", WHAT),
    "binary.mlir": ("\0\1\2\xff", "binary.mlir:1:2: error: unexpected character", WHAT),
}
for name, (text, error, note) in DUMPS.items():
    (folder / name).write_text(text)
    refuse(["--from-ir", name, "-o", "out"], error, note, folder)
refuse(["--from-ir", "nowhere.mlir", "-o", "out"], "nowhere.mlir: error: cannot read the file: No such file or directory", WHAT, folder)
refuse(["--from-ir", ".", "-o", "out"], ".: error: cannot read the file: Is a directory", WHAT, folder)

shutil.copy(tile, folder / "alone.mlir")
refuse(["--from-ir", "alone.mlir", "-o", "out"], "weights.safetensors: error: cannot read the file", "safetensors", folder)
write_tensors(folder / "weights.safetensors", {"other": np.zeros(4, np.float32)})
refuse(["--from-ir", "alone.mlir", "-o", "out"], "weights.safetensors: error: expects the weights '",
       "a dump and its weights.safetensors belong together", folder)
# The wrong stage: a lowered dump that claims less would lose its arena, a tile dump that claims more has no kernels.
shutil.copy(source / "weights.safetensors", folder / "weights.safetensors")
(folder / "early.mlir").write_text(lower.read_text().replace('mn.stage = "lower"', 'mn.stage = "fuse"'))
(folder / "late.mlir").write_text(tile.read_text().replace('mn.stage = "tile"', 'mn.stage = "lower"'))
refuse(["--from-ir", "late.mlir", "-o", "out"], "late.mlir: error: expects ", WHAT, folder)
refuse(["--from-ir", "early.mlir", "-o", "out"], "early.mlir: error: expects no 'mn.call' before the stage 'lower'",
       "the stage is then 'tile' or 'lower'", folder)
