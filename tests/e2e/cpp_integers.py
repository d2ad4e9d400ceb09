# SPDX-License-Identifier: Apache-2.0
"""The emitted C++ of quantised networks: built by GCC and Clang for both architectures, it gives the bytes of the references."""
from concurrent.futures import ThreadPoolExecutor
import os
import shutil

from harness import (DATA, FASHION, INTEGER_ROWS, IS_LONG, check, fashion_images, integer_rows, mncc, read_tensors, run,
                     run_network, section_bytes, temporary, write_png)
from programs import COMPILERS, EMULATOR, build_cpp, infer, link
from random_integers import Generator
import numpy as np

VWW = DATA / "models/mobilenet_v1_025_96_vww/vww_96_int8.tflite"
V1 = DATA / "models/mobilenet_v1_025_128_imagenet_uint8/mobilenet_v1_0.25_128_quant.tflite"
X86 = [(cpu, "x86_64") for cpu in integer_rows()]
# Of instructions that this machine lacks: their C++ is built all the same.
FOREIGN = [(kind[0], "x86_64") for kind in INTEGER_ROWS if not any((cpu, "x86_64") in X86 for cpu in kind)]
ARM = [(cpu, "aarch64") for cpu in ("cortex-a53", "neoverse-n1", "neoverse-v1")] if EMULATOR else []
OBJDUMP = shutil.which("llvm-objdump-22") or "objdump"
# Code and constants without weights, and the most that a compiler may make of them, in those of the object: 1.1 to 1.9, the
# most by GCC for x86-64-v3 and neoverse-n1; where it takes lanes one by one, it is 2.7 and more.
CODE, MOST_TIMES_OBJECT = r"\.(text|rodata)(?!.*_weights$)", 2.1


def check_code(what, cpu, code):
    """The compiled C++ for the row `cpu` needs nothing, is not much more than the object, and multiplies as an x86 row does."""
    check(run("nm", "-u", code).split() == [], f"{what} has no undefined symbols")
    source, = code.parent.glob("*.cpp")
    size, most = section_bytes(code, CODE), MOST_TIMES_OBJECT * section_bytes(source.with_suffix(".o"), CODE)
    check(size < most, f"{what}: {size} bytes, at most {most:.0f}")
    if any(cpu in kind for kind in INTEGER_ROWS):
        instruction = "vpdpbusd" if cpu in INTEGER_ROWS[0] + INTEGER_ROWS[2] else "pmaddwd"
        check(instruction in run(OBJDUMP, "-d", "--no-show-raw-insn", code), f"{what} multiplies by {instruction}")


def check_bytes(model, images, expected, rows, *options):
    """The C++ of each of `rows` is built without a word, and writes the bytes `expected` where it runs."""
    folders = {row: temporary() for row in rows}
    for (cpu, arch), folder in folders.items():
        mncc(model, "--emit=obj,cpp,header", f"--target={arch}-linux-gnu", f"--mcpu={cpu}", *options, "-o", folder)
    builds = [(row, compiler) for row in rows for compiler in COMPILERS[row[1]]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = pool.map(lambda build: build_cpp(folders[build[0]], build[0][1], build[1]), builds)
        for ((cpu, arch), compiler), code in zip(builds, codes):
            what = f"{model.stem} {' '.join(options)}: C++ by {compiler} for {cpu}"
            check_code(what, cpu, code)
            if (cpu, arch) in FOREIGN:
                print(f"skipped: {what} is built, but does not run here")
            else:
                check(infer(link(code.parent, arch, code), arch, images) == expected, f"{what} gives the reference's bytes")


def read_visual_wake_words():
    return (read_tensors(VWW.parent / "inputs_u8.safetensors")["input_u8_nhwc"][:4] ^ 128).view(np.int8)


def check_visual_wake_words(numerics, engine, rows):
    """LiteRT's bytes of an int8 network."""
    expected = read_tensors(VWW.parent / "reference_int8.safetensors")[engine][:4]
    check_bytes(VWW, read_visual_wake_words(), expected.tobytes(), rows, f"--numerics={numerics}")


def check_v1(rows):
    """LiteRT's bytes of a network of 2018."""
    images = read_tensors(V1.parent / "inputs_u8_first48.safetensors")["input_u8"][:2]
    expected = read_tensors(V1.parent / "reference_uint8.safetensors")["output_reference"][:2]
    check_bytes(V1, images, expected.tobytes(), rows, "--numerics=litert")


def check_fast(model, images, rows):
    """Each row rounds in its own way: the C++ as the object does."""
    for cpu, arch in rows:
        folder = temporary()
        mncc(model, f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "--numerics=fast", "-o", folder)
        code, = folder.glob("*.o")
        check_bytes(model, images, infer(link(folder, arch, code), arch, images), [(cpu, arch)], "--numerics=fast")


def quantize_fashion():
    """What our own quantiser makes of a float network."""
    folder = temporary()
    for i, picture in enumerate(fashion_images(50)[0]):
        write_png(folder / f"{i}.png", picture[2:30, 2:30, 0])
    mncc("quantize", FASHION, "--images", folder, "-o", folder)
    return next(path for path in folder.glob("*.json") if path.name != "calibration.json")


def check_fashion(model, images, rows, *options):
    """Pictures as they are, or floats."""
    kind = "u8" if images.dtype == np.uint8 else "f32"
    expected, = run_network(model, {"input": images}, f"--input-type={kind}", "--reference").values()
    check_bytes(model, images, expected.tobytes(), rows, f"--input-type={kind}", *options)


def check_random(seeds, rows):
    """Every kind of layer."""
    for seed in seeds:
        generator = Generator(seed)
        network, values = generator.write(), generator.inputs(3)
        outputs = run_network(network, {"input": values}, "--reference")
        names = generator.description["outputs"]
        expected = b"".join(outputs[name][turn].tobytes() for turn in range(len(values)) for name in names)
        check_bytes(network, values, expected, rows)


if not ARM:
    print("skipped: the C++ for AArch64 needs qemu-aarch64")
fashion, pixels = quantize_fashion(), fashion_images(20)[0]
check_fashion(fashion, pixels, X86[-2:-1] + (ARM[:1] if IS_LONG else []), "--threads=2")
check_fashion(fashion, (pixels / 255).astype("<f4"), (X86[-2:-1] if IS_LONG else []) + ARM[1:2])
check_random(range(40) if IS_LONG else [4], X86 + FOREIGN + ARM)
if DATA.is_dir():
    check_fast(VWW, read_visual_wake_words(), X86 + ARM if IS_LONG else X86[:1] + X86[-2:-1])
    check_visual_wake_words("litert", "output_reference", X86 + ARM if IS_LONG else X86[:1] + X86[-2:] + ARM[:1])
    check_visual_wake_words("xnnpack", "output_xnnpack", X86 + FOREIGN + ARM if IS_LONG else X86[:1] + FOREIGN)
    check_v1(X86 + ARM if IS_LONG else X86[:1])
else:
    print("skipped: visual wake words and V1 in uint8 need MNCC_TEST_DATA")
