# SPDX-License-Identifier: Apache-2.0
"""The emitted C++ of quantised networks: built by GCC and Clang for both architectures, it gives the bytes of the references."""
from harness import (DATA, FASHION, IS_LONG, check, fashion_images, integer_rows, mncc, read_tensors, run, run_network, temporary,
                     write_png)
from programs import COMPILERS, EMULATOR, build_cpp, infer, link
from random_integers import Generator
import numpy as np

VWW = DATA / "models/mobilenet_v1_025_96_vww/vww_96_int8.tflite"
V1 = DATA / "models/mobilenet_v1_025_128_imagenet_uint8/mobilenet_v1_0.25_128_quant.tflite"
X86 = [(cpu, "x86_64") for cpu in integer_rows()]
ARM = [(cpu, "aarch64") for cpu in ("cortex-a53", "neoverse-n1", "neoverse-v1")] if EMULATOR else []
# The compilers' code and the object's, constants included.
MOST_TIMES_OBJECT = 1.35


def size(code):
    """Bytes of code and constants."""
    return sum(int(number) for number in run("size", code).splitlines()[1].split()[:3])


def check_bytes(model, images, expected, rows, *options):
    """The C++ of each of `rows` is built without a word, needs nothing, and writes the bytes `expected`."""
    for cpu, arch in rows:
        folder = temporary()
        mncc(model, "--emit=obj,cpp,header", f"--target={arch}-linux-gnu", f"--mcpu={cpu}", *options, "-o", folder)
        source, = folder.glob("*.cpp")
        most = MOST_TIMES_OBJECT * size(source.with_suffix(".o"))
        for compiler in COMPILERS[arch]:
            code = build_cpp(folder, arch, compiler)
            what = f"{model.stem} {' '.join(options)}: C++ by {compiler} for {cpu}"
            check(run("nm", "-u", code).split() == [], f"{what} has no undefined symbols")
            check(infer(link(folder, arch, code), arch, images) == expected, f"{what} gives the reference's bytes")
            # Of a network that is more than its vectors' functions.
            check(size(code) < max(most, 1 << 18), f"{what}: {size(code)} bytes")


def check_visual_wake_words(numerics, engine, rows):
    """LiteRT's bytes of an int8 network."""
    images = (read_tensors(VWW.parent / "inputs_u8.safetensors")["input_u8_nhwc"][:4] ^ 128).view(np.int8)
    expected = read_tensors(VWW.parent / "reference_int8.safetensors")[engine][:4]
    check_bytes(VWW, images, expected.tobytes(), rows, f"--numerics={numerics}")


def check_v1(rows):
    """LiteRT's bytes of a network of 2018."""
    images = read_tensors(V1.parent / "inputs_u8_first48.safetensors")["input_u8"][:2]
    expected = read_tensors(V1.parent / "reference_uint8.safetensors")["output_reference"][:2]
    check_bytes(V1, images, expected.tobytes(), rows, "--numerics=litert")


def check_fashion(rows):
    """What our own quantiser makes of a float network; pictures as they are, floats, several threads."""
    pixels, _ = fashion_images(100)
    folder, floats = temporary(), (pixels / 255).astype("<f4")
    for i, picture in enumerate(pixels[:50]):
        write_png(folder / f"{i}.png", picture[2:30, 2:30, 0])
    mncc("quantize", FASHION, "--images", folder, "-o", folder)
    model = next(path for path in folder.glob("*.json") if path.name != "calibration.json")
    for images, kind in ((pixels, "u8"), (floats, "f32")):
        expected, = run_network(model, {"input": images}, f"--input-type={kind}", "--reference").values()
        check_bytes(model, images, expected.tobytes(), rows, f"--input-type={kind}", *(["--threads=2"] if kind == "u8" else []))


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
check_fashion(X86[-2:-1] + ARM[:1])
check_random(range(40) if IS_LONG else [4], X86 + ARM)
if DATA.is_dir():
    check_visual_wake_words("litert", "output_reference", X86 + ARM if IS_LONG else X86[:1] + X86[-2:] + ARM[:2])
    check_visual_wake_words("xnnpack", "output_xnnpack", X86 + ARM if IS_LONG else X86[:1] + ARM[1:2])
    check_v1(X86 + ARM if IS_LONG else X86[:1] + ARM[1:2])
else:
    print("skipped: visual wake words and V1 in uint8 need MNCC_TEST_DATA")
